"""Composing against brute force on small problems, and on the shapes that defeat a greedy search."""

from itertools import combinations, count, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.bundling import compatibility
from assistant.bundling.branch_and_bound import Limits
from assistant.bundling.compose import CHEAPER, CHEAPER_WORTH, WORTH, compose
from assistant.bundling.infeasibility import BUDGET, COMPATIBILITY, NO_CANDIDATES, NO_SLOTS, STOCK
from assistant.bundling.instance import FILLED, QUALITY, RELEVANCE, TOGETHER
from assistant.bundling.values import Candidate, Choice, Infeasible, Problem, SlotChoice
from assistant.intent import Slot
from shop.money import CurrencyMismatch, Money
from shop.values import FactValue

#: A busy machine is no reason to fail.
unhurried = settings(max_examples=60)

Facts = dict[str, FactValue]

THREADS: tuple[FactValue, ...] = ("EN417", "bayonet")


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def candidate(
    product_id: str,
    price: int,
    relevance: float = 0.5,
    quality: float = 0.5,
    stock: int | None = None,
    provides: Facts | None = None,
    requires: Facts | None = None,
) -> Candidate:
    return Candidate(
        product_id,
        f"{product_id}-v",
        product_id,
        usd(price),
        relevance,
        quality,
        stock,
        provides=provides or {},
        requires=requires or {},
    )


def slot(name: str, *candidates: Candidate, required: bool = True, quantity: int = 1) -> SlotChoice:
    return SlotChoice(Slot(name, name, quantity, required), candidates)


shares = st.integers(0, 4).map(lambda part: part / 4)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Two to four slots of at most five candidates; some products stand in several slots."""
    nothing: Facts = {}
    facts = st.just(nothing) | st.sampled_from(THREADS).map(lambda value: {"thread": value})
    provides, requires = ({f"p{n}": draw(facts) for n in range(10)} for _ in range(2))
    slots = []
    for number in range(draw(st.integers(2, 4))):
        candidates = []
        for _ in range(draw(st.integers(1, 5))):
            name = f"p{draw(st.integers(0, 9))}"
            stock = draw(st.sampled_from([None, 0, 1, 2]))
            candidates.append(
                candidate(
                    name,
                    draw(st.integers(0, 60)),
                    draw(shares),
                    draw(shares),
                    stock,
                    provides[name],
                    requires[name],
                )
            )
        slots.append(
            slot(f"s{number}", *candidates, required=draw(st.booleans()), quantity=draw(st.integers(1, 2)))
        )
    names = sorted({c.product_id for choice in slots for c in choice.candidates})
    together = {pair: draw(shares) for pair in combinations(names, 2)}
    budget = draw(st.none() | st.integers(-10, 200).map(usd))
    return Problem(tuple(slots), budget, together)


def score(problem: Problem, items: dict[str, Candidate]) -> float:
    """The score as the module describes it, counted the slow way."""
    size = len(problem.slots)
    own = sum(FILLED + RELEVANCE * item.relevance + QUALITY * item.quality for item in items.values()) / size
    pairs = sum(
        problem.together.get((min(a.product_id, b.product_id), max(a.product_id, b.product_id)), 0.0)
        for a, b in combinations(items.values(), 2)
    )
    return own + (TOGETHER * pairs * 2 / (size * (size - 1)) if size > 1 else 0.0)


def allowed(problem: Problem, items: dict[str, Candidate]) -> bool:
    quantity = {choice.slot.name: choice.slot.quantity for choice in problem.slots}
    required = {choice.slot.name for choice in problem.slots if choice.slot.required}
    total = sum(item.price.amount * quantity[name] for name, item in items.items())
    ids = [item.product_id for item in items.values()]
    return (
        bool(items)
        and required <= items.keys()
        and all(item.stock is None or item.stock >= quantity[name] for name, item in items.items())
        and (problem.budget is None or total <= problem.budget.amount)
        and len(set(ids)) == len(ids)
        and not any(
            compatibility.pair(a, b).status == "incompatible" for a, b in combinations(items.values(), 2)
        )
    )


def every_set(problem: Problem) -> list[dict[str, Candidate]]:
    options = [(*choice.candidates, None) for choice in problem.slots]
    names = [choice.slot.name for choice in problem.slots]
    sets = (
        {name: item for name, item in zip(names, picked, strict=True) if item} for picked in product(*options)
    )
    return [items for items in sets if allowed(problem, items)]


def differs(problem: Problem, items: dict[str, Candidate], other: Choice) -> bool:
    names = [c.slot.name for c in problem.slots if c.slot.required] or [c.slot.name for c in problem.slots]
    changed = [_product(items, name) != _product(other.items, name) for name in names]
    return changed[0] or 2 * sum(changed) >= len(names)


def _product(items: object, name: str) -> str | None:
    found = items.get(name) if isinstance(items, dict) else None
    return found.product_id if found else None


@unhurried
@given(problems())
def test_the_best_bundle_scores_as_high_as_the_best_of_all_sets(problem: Problem) -> None:
    best = max((score(problem, items) for items in every_set(problem)), default=None)
    composed = compose(problem, count=1)
    if best is None:
        assert isinstance(composed, Infeasible)
    else:
        assert not isinstance(composed, Infeasible)
        assert composed[0].optimal
        assert composed[0].score == pytest.approx(best)
        assert composed[0].score == pytest.approx(score(problem, dict(composed[0].items)))


@unhurried
@given(problems())
def test_each_further_bundle_is_the_best_that_differs_from_those_before(problem: Problem) -> None:
    composed = compose(problem, count=3)
    if isinstance(composed, Infeasible):
        return
    sets = every_set(problem)
    best = composed[0].score
    tier = int(composed[0].total.amount * CHEAPER)
    for number in range(1, 3):
        before = composed[:number]
        others = [items for items in sets if all(differs(problem, items, other) for other in before)]
        cheaper = max(
            (score(problem, items) for items in others if _total(problem, items) <= tier), default=0.0
        )
        top = max((score(problem, items) for items in others), default=0.0)
        none_cheap = all(other.total.amount > tier for other in before)
        wanted = cheaper if number == 2 and none_cheap and cheaper >= CHEAPER_WORTH * best - 1e-9 else top
        if number < len(composed):
            assert composed[number].score == pytest.approx(wanted)
        else:
            assert wanted < WORTH * best
            return


def _total(problem: Problem, items: dict[str, Candidate]) -> int:
    return sum(
        items[choice.slot.name].price.amount * choice.slot.quantity
        for choice in problem.slots
        if choice.slot.name in items
    )


@unhurried
@given(problems(), st.integers(1, 30))
def test_no_limit_of_the_problem_is_ever_broken_even_when_the_search_is_cut_short(
    problem: Problem, nodes: int
) -> None:
    best = max((score(problem, items) for items in every_set(problem)), default=0.0)
    composed = compose(problem, limits=Limits(nodes))
    if isinstance(composed, Infeasible):
        return
    for choice in composed:
        assert allowed(problem, dict(choice.items))
        assert choice.total == usd(_total(problem, dict(choice.items)))
    assert best <= composed[0].score + composed[0].gap + 1e-9


@unhurried
@given(problems())
def test_an_infeasible_problem_names_the_limit_in_the_way(problem: Problem) -> None:
    composed = compose(problem)
    if not isinstance(composed, Infeasible):
        return
    unlimited = every_set(Problem(problem.slots, None, problem.together))
    if composed.reason == BUDGET:
        assert composed.cheapest_total == usd(min(_total(problem, items) for items in unlimited))
    else:
        assert composed.reason in (STOCK, COMPATIBILITY, NO_CANDIDATES)
        assert not unlimited


def test_the_one_cheap_item_behind_fifty_dear_ones_is_found() -> None:
    dear = [candidate(f"dear-{n}", 9_000 + n, 1.0, quality=1.0) for n in range(50)]
    trap = slot("stove", *dear, candidate("cheap", 900, 0.1, quality=0.0))
    tent = slot("tent", *(candidate(f"tent-{n}", 9_000 + n, 1.0) for n in range(50)))
    mat = slot("mat", *(candidate(f"mat-{n}", 100 * n, 0.2 + n / 100) for n in range(1, 51)))
    composed = compose(Problem((tent, trap, mat), usd(10_050)), count=1)
    assert not isinstance(composed, Infeasible)
    assert [item.product_id for item in composed[0].items.values()] == ["tent-0", "cheap", "mat-1"]
    assert composed[0].optimal


def test_thirty_slots_are_filled_within_the_budget_and_the_gap_is_told() -> None:
    slots = tuple(
        slot(f"s{s}", *(candidate(f"p{s}-{n}", 1_000 + 37 * n, 0.3 + 0.05 * n) for n in range(12)))
        for s in range(30)
    )
    together = {(f"p{s}-{n}", f"p{s + 1}-{m}"): 0.5 for s in range(9) for n in range(12) for m in range(n)}
    composed = compose(Problem(slots, usd(35_000), together), count=1, limits=Limits(200))
    assert not isinstance(composed, Infeasible)
    assert len(composed[0].items) == 30
    assert composed[0].total <= usd(35_000)
    assert composed[0].optimal == (composed[0].gap == 0.0)


def test_a_search_that_ran_out_of_time_hands_out_what_it_has() -> None:
    ticks = count()
    slots = tuple(
        slot(f"s{s}", *(candidate(f"p{s}-{n}", 100 + 7 * n * n, 0.1 * n) for n in range(9))) for s in range(8)
    )
    together = {
        (f"p{a}-{n}", f"p{b}-{8 - n}"): 1.0 for a in range(8) for b in range(a + 1, 8) for n in range(9)
    }
    composed = compose(Problem(slots, usd(2_500), together), 1, Limits(expired=lambda: next(ticks) >= 0))
    assert not isinstance(composed, Infeasible)
    assert not composed[0].optimal
    assert composed[0].gap > 0


@pytest.mark.parametrize("budget", [0, -500])
def test_a_budget_of_nothing_tells_the_cheapest_total(budget: int) -> None:
    tent = slot("tent", candidate("a", 5_000), candidate("b", 4_000))
    light = slot("light", candidate("c", 700), required=False)
    assert compose(Problem((tent, light), usd(budget))) == Infeasible(BUDGET, cheapest_total=usd(4_000))


def test_a_budget_in_another_currency_is_an_error() -> None:
    with pytest.raises(CurrencyMismatch, match="EUR, USD"):
        compose(Problem((slot("tent", candidate("a", 5_000)),), Money(9_000, "EUR")))


def test_two_slots_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="not unique"):
        compose(Problem((slot("tent", candidate("a", 1)), slot("tent", candidate("b", 1)))))


def test_a_slot_without_candidates_is_named() -> None:
    problem = Problem((slot("tent", candidate("a", 1)), slot("boat")))
    assert compose(problem) == Infeasible(NO_CANDIDATES, "boat")


def test_a_quantity_above_the_stock_is_named() -> None:
    problem = Problem((slot("bag", candidate("a", 1, stock=2), quantity=3),))
    assert compose(problem) == Infeasible(STOCK, "bag")


def test_no_slots_at_all_are_no_bundle() -> None:
    assert compose(Problem(())) == Infeasible(NO_SLOTS)


def test_a_clash_names_the_free_slot_and_not_the_locked_one() -> None:
    stove = SlotChoice(
        Slot("stove", "stove"), (candidate("s", 1, requires={"thread": "EN417"}),), locked=True
    )
    gas = slot("gas", candidate("g", 1, provides={"thread": "bayonet"}))
    assert compose(Problem((stove, gas))) == Infeasible(COMPATIBILITY, "gas")


def test_an_optional_slot_that_does_not_fit_stays_empty() -> None:
    tent = slot("tent", candidate("a", 5_000))
    light = slot("light", candidate("b", 700), required=False)
    composed = compose(Problem((tent, light), usd(5_500)))
    assert not isinstance(composed, Infeasible)
    assert list(composed[0].items) == ["tent"]


def test_three_bundles_differ_in_their_main_item_and_one_is_of_a_cheaper_tier() -> None:
    tents = slot("tent", *(candidate(f"tent-{n}", 10_000 * n, 0.2 * n) for n in range(1, 6)))
    cables = slot("cable", *(candidate(f"cable-{n}", 100, 0.5) for n in range(5)), required=False)
    composed = compose(Problem((tents, cables)))
    assert not isinstance(composed, Infeasible)
    assert [choice.items["tent"].product_id for choice in composed] == ["tent-5", "tent-4", "tent-3"]
    assert composed[2].total.amount <= composed[0].total.amount * CHEAPER


def test_where_all_is_locked_there_is_one_bundle() -> None:
    locked = SlotChoice(Slot("tent", "tent"), (candidate("a", 1),), locked=True)
    composed = compose(Problem((locked,)))
    assert not isinstance(composed, Infeasible)
    assert len(composed) == 1

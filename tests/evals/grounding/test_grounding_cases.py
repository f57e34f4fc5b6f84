"""Sentences made from the records of a small shop: what is true of it, and what is false."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.bundling.compatibility import judge, pair
from evals.grounding.baselines import SYSTEMS, everything, nothing, unknown_numbers, unknown_words
from evals.grounding.cases import Case, make_cases
from evals.grounding.compatible import fit, shared, whole
from evals.grounding.facts import Item, near, product_words, singular, spoken
from evals.grounding.measure import HalfRow, of_name, rows_of, worst
from evals.grounding.scenes import SCENES
from evals.grounding.shops import Shop, of_feed
from evals.grounding.wordings import read_wordings
from shop.money import Money
from shop.values import FactValue, Policy, Product
from tests.evidences import BAG, GAS, HARBOUR, KESTREL, STOVE, product, usd

VALUES: tuple[FactValue, ...] = ("A", "B", ("A", "C"), 1, 2, 3)
FACTS = st.dictionaries(st.sampled_from(("thread", "socket")), st.sampled_from(VALUES), max_size=2)
PAGE = Policy(
    "returns", "Returns", "# Returns\n\n## How long you have\nYou may return things\nwithin 30 days.\n"
)
SHOP = Shop(
    "small",
    (KESTREL, HARBOUR, STOVE, GAS, BAG, product("gas-2", "Peak Gas 450", 990, category="Camping > Gas")),
    (PAGE,),
)


@st.composite
def fitted(draw: st.DrawFn) -> Product:
    made = product(f"p{draw(st.integers(0, 10**6))}", "Moss Lamp", 500)
    return Product(
        made.id, made.handle, made.title, "", ("Things",), made.variants,
        provides=draw(FACTS), requires=draw(FACTS),
    )  # fmt: skip


@given(fitted(), fitted())
def test_two_readings_of_what_fits_agree(one: Product, other: Product) -> None:
    mixed = any(
        isinstance(needed, int) != isinstance(giver.provides[key], int)
        for needer, giver in ((one, other), (other, one))
        for key, needed in needer.requires.items()
        if key in giver.provides
    )
    if mixed or one.id == other.id:
        return
    expected = {"compatible": "fits", "incompatible": "clash", "unknown": "unknown"}
    assert fit(one, other) == expected[pair(one, other).status]
    assert (whole([one, other]) == "fits") == (judge([one, other]).compatibility == "compatible")


def test_what_fits_is_shared_in_the_words_of_both() -> None:
    base = product("a", "Moss Stove", 500)
    stove = Product("a", "a", "Moss Stove", "", ("Things",), base.variants, requires={"gas_thread": "EN417"})
    gas = Product("b", "b", "Moss Gas", "", ("Things",), base.variants, provides={"gas_thread": "EN417"})
    assert shared(gas, stove) == ("gas thread", "EN417")
    assert shared(gas, gas) is None


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10**6), st.sampled_from(SHOP.products))
def test_a_false_value_never_stands_in_the_record(seed: int, subject: Product) -> None:
    rng = random.Random(seed)
    other = rng.choice([each for each in SHOP.products if each is not subject])
    words = product_words(SHOP, Item(subject, subject.variants[0]), [Item(other, other.variants[0])], rng)
    for slot, values in words.false.items():
        assert words.true[slot] not in values
    record = f"{subject.description} {subject.attributes}".lower()
    for slot in ("value", "material"):
        assert not any(f"'{value.lower()}'" in record for value in words.false.get(slot, ()))
    assert spoken(subject.variants[0].price) not in words.false["price"]


@given(st.integers(1, 10**7), st.lists(st.integers(1, 10**7), max_size=3), st.integers(0, 99))
def test_an_amount_close_to_a_true_one_is_never_it(cents: int, beside: list[int], seed: int) -> None:
    drawn = near(usd(cents), [usd(each) for each in beside], random.Random(seed))
    assert usd(cents) not in drawn
    assert all(each.amount > 0 for each in drawn)


def test_amounts_are_written_as_people_write_them() -> None:
    assert [spoken(Money(each, "USD")) for each in (2800, 2999, 120450)] == ["$28", "$29.99", "$1,204.50"]


def test_a_shelf_that_is_no_plain_plural_has_no_singular() -> None:
    assert [singular(each) for each in ("Sleeping bags", "Batteries", "Handles & Knobs", "Gas")] == [
        "sleeping bag",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("situation", SCENES)
def test_every_situation_has_evidence_that_holds_what_it_says(situation: str) -> None:
    rng = random.Random(3)
    for _ in range(8):
        scene = SCENES[situation](SHOP, rng)
        texts = " ".join(fact.text for fact in scene.evidence().facts)
        assert scene.words.true["title"] in texts
        for slot in ("total", "list_total", "budget", "gap"):
            amount = scene.words.true.get(slot)
            assert amount is None or f"{amount}" in texts.replace(".00", "")


@pytest.fixture(scope="module")
def made() -> list[Case]:
    return make_cases([SHOP], read_wordings(), 60, seed=7)


def test_cases_are_of_every_kind_that_a_shop_has_words_for_and_never_twice(made: list[Case]) -> None:
    assert len({(case.true, case.false) for case in made}) == len(made)
    assert all(case.true != case.false for case in made)
    assert {case.wording.kind for case in made} >= {"price", "total", "name", "stock", "unit", "date"}


def test_the_same_seed_makes_the_same_sentences(made: list[Case]) -> None:
    again = make_cases([SHOP], read_wordings(), 60, seed=7)
    assert [(case.true, case.false) for case in again] == [(case.true, case.false) for case in made]


def test_a_passage_of_a_policy_is_what_stands_under_its_heading() -> None:
    assert SHOP.passage("returns", "How long you have") == "You may return things within 30 days."
    assert SHOP.passage("returns", "What it costs") is None
    assert SHOP.passage("shipping", "What it costs") is None


def test_the_trivial_checks_are_trivial(made: list[Case]) -> None:
    assert not any(nothing(case.false, case) for case in made)
    assert all(everything(case.true, case) for case in made)
    case = next(each for each in made if each.wording.kind == "price")
    assert unknown_numbers("It has 98765 parts.", case)
    assert not unknown_numbers(case.true, case)
    assert unknown_words("It is rhubarb.", case)


def test_rows_count_what_was_caught_and_what_was_stopped(made: list[Case]) -> None:
    verdicts = {
        system: [(check(case.true, case), check(case.false, case)) for case in made]
        for system, check in SYSTEMS.items()
    }
    rows = {(row.system, row.metric): row for row in rows_of("all", made, verdicts, seed=7)}
    assert rows["everything", "recall"].value == rows["everything", "false_alarms"].value == 1
    assert rows["nothing", "recall"].value == rows["nothing", "told_apart"].value == 0
    assert rows["everything", "told_apart"].value == 0
    assert rows["pairwell", "recall"].n == len(made)
    half = [*rows_of("open", made, verdicts, seed=7)]
    assert all(isinstance(row, HalfRow) and row.half == "open" for row in half)


def test_the_worst_are_those_judged_wrongly(made: list[Case]) -> None:
    told = worst([(case, (False, True)) for case in made])
    assert f"0 of {len(made)} false sentences were not caught, 0 true ones stopped" in told
    told = worst([(case, (True, False)) for case in made])
    assert told.count("## ") == 20
    assert "false, not caught" in told


def test_a_part_of_the_wordings_that_there_is_not_is_refused() -> None:
    assert of_name("held_out") == "held_out"
    with pytest.raises(ValueError, match="there are all, open, held_out"):
        of_name("best")


def test_a_catalogue_is_read_by_its_importer(tmp_path: Path) -> None:
    path = tmp_path / "shop.jsonl"
    row = {"sku": "a", "name": "Moss Lamp", "price": "5", "description": "", "stock_level": "2"}
    path.write_text(json.dumps({**row, "main_category": "LIGHT", "subcategory": "LAMPS"}) + "\n")
    shop = of_feed("one", path)
    assert [(each.title, each.categories) for each in shop.products] == [("Moss Lamp", ("Light > Lamps",))]

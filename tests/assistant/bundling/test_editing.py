"""Edits as pure values: undo and redo are exact, and no edit breaks a limit."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.bundling import compatibility
from assistant.bundling.editing import Kit, apply
from assistant.bundling.errors import BundleError
from assistant.bundling.history import MOST_STEPS, History
from assistant.bundling.values import Bundle, BundleItem, Candidate, Infeasible
from assistant.intent import Edit
from shop.money import Money

#: A busy machine is no reason to fail.
unhurried = settings(max_examples=60)

SLOTS = ("tent", "stove", "gas")
NOW = datetime(2026, 5, 31, tzinfo=UTC)


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def offer(slot: str, number: int) -> Candidate:
    thread = {"thread": "EN417" if number % 2 == 0 else "bayonet"}
    return Candidate(
        f"{slot}-{number}",
        f"{slot}-{number}-v",
        f"{slot} {number}",
        usd(1_000 * (number + 1)),
        relevance=number / 4,
        stock=5,
        requires=thread if slot == "stove" else {},
        provides=thread if slot == "gas" else {},
    )


OFFERS = {slot: tuple(offer(slot, number) for number in range(4)) for slot in SLOTS}
LAMPS = tuple(offer("lamp", number) for number in range(4))


def bundle() -> Bundle:
    items = tuple(BundleItem(slot, slot, f"{slot}-0", f"{slot}-0-v") for slot in SLOTS)
    return Bundle("bun_1", 1, "Camping", items, 0.5, True, "camping", NOW, budget=usd(9_000))


def kit(present: Bundle, edit: Edit) -> Kit:
    """What the records would hold for this edit; nothing changes about prices or stock."""
    known = {each.variant_id: each for found in (*OFFERS.values(), LAMPS) for each in found}
    standing = {item.slot: known[item.variant_id] for item in present.items}
    offers = {item.slot: OFFERS.get(item.slot, LAMPS) for item in present.items}
    wanted = {
        slot: tuple(each for each in found if each.product_id != standing[slot].product_id)
        for slot, found in offers.items()
    }
    if edit.op == "add" and edit.slot:
        wanted[edit.slot] = LAMPS
    return Kit(standing, offers, wanted)


def edited(history: History, edit: Edit) -> History | Infeasible:
    return apply(history, edit, kit(history.present, edit))


def content(bundle: Bundle) -> Bundle:
    return replace(bundle, revision=0)


slots = st.sampled_from([*SLOTS, "lamp_0", None])
budgets = st.integers(0, 15_000).map(usd) | st.none()
edits = st.one_of(
    st.builds(Edit, st.sampled_from(["lock", "unlock", "remove"]), slots),
    st.builds(Edit, st.just("swap"), slots, cheaper=st.booleans(), quantity=st.none() | st.integers(0, 6)),
    st.builds(Edit, st.just("add"), st.sampled_from(["lamp_0", "lamp_1"]), query=st.just("lamp")),
    st.builds(Edit, st.just("set_budget"), budget=budgets),
    st.builds(Edit, st.sampled_from(["undo", "redo"])),
)


def played(steps: list[Edit]) -> list[History]:
    """Every state along the way; what is refused or infeasible changes nothing."""
    states = [History(bundle())]
    for step in steps:
        if step.op == "add" and step.slot in {item.slot for item in states[-1].present.items}:
            continue
        try:
            after = edited(states[-1], step)
        except BundleError:
            continue
        if not isinstance(after, Infeasible):
            states.append(after)
    return states


@unhurried
@given(st.lists(edits, max_size=6), edits.filter(lambda edit: edit.op not in ("undo", "redo")))
def test_undo_after_any_edit_is_as_before_and_redo_as_after(steps: list[Edit], last: Edit) -> None:
    before = played(steps)[-1]
    after = played([*steps, last])[-1]
    if after == before:
        return
    undone = after.undone()
    assert content(undone.present) == content(before.present)
    assert undone.past == before.past
    assert content(undone.redone().present) == content(after.present)
    assert [content(each) for each in undone.redone().past] == [content(each) for each in after.past]


@unhurried
@given(st.lists(edits, max_size=8))
def test_the_revision_goes_up_with_every_step(steps: list[Edit]) -> None:
    revisions = [state.present.revision for state in played(steps)]
    assert revisions == list(range(1, len(revisions) + 1))


@unhurried
@given(st.lists(edits, max_size=8))
def test_no_edit_breaks_budget_stock_or_compatibility(steps: list[Edit]) -> None:
    for state in played(steps):
        held = kit(state.present, Edit("lock")).standing
        total = sum(held[item.slot].price.amount * item.quantity for item in state.present.items)
        assert state.present.budget is None or total <= state.present.budget.amount
        assert all(item.quantity <= 5 for item in state.present.items)
        assert compatibility.judge(list(held.values())).compatibility in ("compatible", "unknown")
        assert not any(f.status == "incompatible" for f in compatibility.judge(list(held.values())).facts)
        assert len({item.product_id for item in state.present.items}) == len(state.present.items)


forward = edits.filter(lambda edit: edit.op not in ("undo", "redo"))


@unhurried
@given(st.lists(forward, max_size=8))
def test_a_locked_item_stays_until_it_is_unlocked(steps: list[Edit]) -> None:
    for before, after in pairwise(played(steps)):
        kept = {item.slot: item.product_id for item in before.present.items if item.locked}
        there = {item.slot: item.product_id for item in after.present.items}
        assert kept.items() <= there.items()


def test_an_edit_after_an_undo_ends_the_redo() -> None:
    swapped = edited(History(bundle()), Edit("swap", "tent"))
    assert isinstance(swapped, History)
    fresh = edited(swapped.undone(), Edit("lock", "gas"))
    assert isinstance(fresh, History)
    with pytest.raises(BundleError, match="nothing to redo"):
        fresh.redone()


def test_the_history_forgets_the_oldest_steps() -> None:
    history = History(bundle())
    for _ in range(MOST_STEPS + 10):
        history = history.pushed(history.present)
    assert len(history.past) == MOST_STEPS
    assert history.present.revision == MOST_STEPS + 11


def test_alternatives_are_those_that_fit_the_edited_bundle() -> None:
    after = edited(History(bundle()), Edit("swap", "tent", cheaper=False))
    assert isinstance(after, History)
    others = {item.slot: item.alternatives for item in after.present.items}
    assert others["gas"] == ("gas-2",)
    assert set(others["tent"]) == {"tent-0", "tent-1", "tent-2"}

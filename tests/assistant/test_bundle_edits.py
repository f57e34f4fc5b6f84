"""Editing a stored bundle: what changes, what stays, who wins, and what is refused."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.bundles import (
    BadEdit,
    BundleChanged,
    BundleRequest,
    Bundles,
    IncompatibleChoice,
    UnknownBundle,
    UnknownProduct,
    UnknownSlot,
)
from assistant.bundling.infeasibility import BUDGET, NO_CANDIDATES, NOTHING_CHEAPER, STOCK
from assistant.bundling.values import Infeasible
from assistant.intent import Constraints, Edit, Excluded, Slot
from assistant.values import BundleView
from shop.money import Money
from tests.assistant.bundling.corner_shop import CornerShop, usd

SLOTS = (
    Slot("tent", "family tent"),
    Slot("stove", "screw stove"),
    Slot("gas", "screw gas canister"),
    Slot("lamp", "lantern", required=False),
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[CornerShop]:
    opened = CornerShop(tmp_path)
    yield opened
    opened.database.dispose()


@pytest.fixture
def bundles(shop: CornerShop) -> Bundles:
    return shop.bundles()


@pytest.fixture
def view(bundles: Bundles) -> BundleView:
    """tent-m 120, stove-a 35, gas-a 8, lamp-a 25: 188 of 200."""
    composed = bundles.compose(BundleRequest("ann", slots=SLOTS, budget=usd(200), count=1)).bundles[0]
    assert held(composed) == {"tent": "tent-m", "stove": "stove-a", "gas": "gas-a", "lamp": "lamp-a"}
    return composed


def held(view: BundleView) -> dict[str, str]:
    return {item.slot: item.product.product_id for item in view.items}


def changed(before: BundleView, after: BundleView) -> set[str]:
    slots = held(before).keys() | held(after).keys()
    return {slot for slot in slots if held(before).get(slot) != held(after).get(slot)}


def test_each_edit_is_one_revision(bundles: Bundles, view: BundleView) -> None:
    locked = bundles.edit("ann", view.id, 1, Edit("lock", "tent")).bundle
    assert (view.revision, locked.revision) == (1, 2)
    assert [item.slot for item in locked.items if item.locked] == ["tent"]
    unlocked = bundles.edit("ann", view.id, 2, Edit("unlock", "tent")).bundle
    assert not any(item.locked for item in unlocked.items)


def test_a_swap_changes_its_slot_alone(bundles: Bundles, view: BundleView) -> None:
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "lamp")).bundle
    assert changed(view, swapped) == {"lamp"}
    assert held(view)["lamp"] in {item.slot: item.alternatives for item in swapped.items}["lamp"]
    assert bundles.view("ann", view.id) == swapped


def test_a_cheaper_one_is_cheaper(bundles: Bundles, view: BundleView) -> None:
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "tent", cheaper=True)).bundle
    assert held(swapped)["tent"] == "tent-s"
    assert swapped.total == view.total - usd(60)
    again = bundles.edit("ann", view.id, 2, Edit("swap", "tent", cheaper=True))
    assert again.infeasible == Infeasible(NOTHING_CHEAPER, "tent")
    assert again.bundle == swapped


def test_a_lighter_one_weighs_less_by_its_record(bundles: Bundles, view: BundleView) -> None:
    lighter = Edit("swap", "tent", query="lighter")
    swapped = bundles.edit("ann", view.id, 1, lighter).bundle
    assert held(swapped)["tent"] == "tent-s"
    again = bundles.edit("ann", view.id, 2, lighter)
    assert again.infeasible == Infeasible(NO_CANDIDATES, "tent")


def test_where_no_record_tells_a_comparison_it_stays_a_thing_of_the_kind(
    bundles: Bundles, view: BundleView
) -> None:
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "lamp", query="simpler")).bundle
    assert held(swapped)["lamp"] in ("lamp-b", "lamp-c")


def test_in_another_colour_is_the_same_product_where_it_has_that_colour(
    bundles: Bundles, view: BundleView
) -> None:
    tent = view.items[0].product
    assert tent.options == {"colour": "green"}
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "tent", attributes={"colour": "black"})).bundle
    assert swapped.items[0].product.product_id == "tent-m"
    assert swapped.items[0].product.options == {"colour": "black"}


def test_a_colour_that_nothing_has_is_not_given_up_in_silence(bundles: Bundles, view: BundleView) -> None:
    edited = bundles.edit("ann", view.id, 1, Edit("swap", "tent", attributes={"colour": "pink"}))
    assert edited.infeasible == Infeasible(NO_CANDIDATES, "tent")
    assert edited.bundle == view


def test_a_named_product_is_swapped_in(bundles: Bundles, view: BundleView) -> None:
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "tent"), product_id="tent-s").bundle
    assert changed(view, swapped) == {"tent"}
    assert held(swapped)["tent"] == "tent-s"


def test_a_dear_named_product_makes_the_others_cheaper(bundles: Bundles, view: BundleView) -> None:
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "lamp"), product_id="lamp-b").bundle
    assert held(swapped)["lamp"] == "lamp-b"
    assert changed(view, swapped) == {"lamp", "tent"}
    assert swapped.total <= usd(200)


def test_an_incompatible_choice_is_refused_with_the_fact(bundles: Bundles, view: BundleView) -> None:
    with pytest.raises(IncompatibleChoice) as refused:
        bundles.edit("ann", view.id, 1, Edit("swap", "gas"), product_id="gas-b")
    assert refused.value.fact.fact == "needs gas thread EN417, this has bayonet"
    assert {refused.value.fact.a, refused.value.fact.b} == {"stove-a", "gas-b"}
    assert bundles.view("ann", view.id) == view


def test_all_the_rest_becomes_cheaper_but_what_is_locked(bundles: Bundles, view: BundleView) -> None:
    bundles.edit("ann", view.id, 1, Edit("lock", "tent"))
    swapped = bundles.edit("ann", view.id, 2, Edit("swap", cheaper=True)).bundle
    assert held(swapped)["tent"] == "tent-m"
    assert held(swapped)["lamp"] == "lamp-c"
    assert swapped.total < view.total


def test_a_locked_item_is_neither_swapped_nor_removed(bundles: Bundles, view: BundleView) -> None:
    bundles.edit("ann", view.id, 1, Edit("lock", "tent"))
    for op in (Edit("swap", "tent"), Edit("remove", "tent")):
        with pytest.raises(BadEdit, match="unlock it first"):
            bundles.edit("ann", view.id, 2, op)


def test_without_the_lantern_the_others_stay(bundles: Bundles, view: BundleView) -> None:
    removed = bundles.edit("ann", view.id, 1, Edit("remove", "lamp")).bundle
    assert held(removed) == {slot: product for slot, product in held(view).items() if slot != "lamp"}
    assert removed.total == usd(163)


def test_the_last_item_cannot_be_removed(bundles: Bundles) -> None:
    only = bundles.compose(BundleRequest("ann", slots=SLOTS[:1])).bundles[0]
    with pytest.raises(BadEdit, match="last item"):
        bundles.edit("ann", only.id, 1, Edit("remove", "tent"))


def test_something_is_added_by_words_or_by_name(bundles: Bundles, view: BundleView) -> None:
    added = bundles.edit("ann", view.id, 1, Edit("add", query="coffee mug")).bundle
    assert changed(view, added) == {"coffee_mug"}
    assert held(added)["coffee_mug"] == "mug-a"
    more = bundles.edit("ann", view.id, 2, Edit("set_budget")).bundle
    assert more.budget is None
    named = bundles.edit("ann", view.id, 3, Edit("add", quantity=2), product_id="mug-b").bundle
    assert [item.quantity for item in named.items if item.product.product_id == "mug-b"] == [2]


def test_adding_what_is_there_adds_to_its_number(bundles: Bundles, view: BundleView) -> None:
    added = bundles.edit("ann", view.id, 1, Edit("add"), product_id="gas-a").bundle
    assert held(added) == held(view)
    assert [item.quantity for item in added.items if item.slot == "gas"] == [2]


def test_another_number_is_a_swap_of_the_quantity(bundles: Bundles, view: BundleView) -> None:
    edited = bundles.edit("ann", view.id, 1, Edit("swap", "gas", quantity=2)).bundle
    assert edited.total == usd(196)
    over = bundles.edit("ann", view.id, 2, Edit("swap", "gas", quantity=50))
    assert over.infeasible == Infeasible(STOCK, "gas")


@pytest.mark.parametrize(
    "edit", [Edit("add"), Edit("swap"), Edit("remove"), Edit("lock"), Edit("undo"), Edit("redo")]
)
def test_an_edit_that_does_not_say_enough_is_refused(bundles: Bundles, view: BundleView, edit: Edit) -> None:
    with pytest.raises(BadEdit):
        bundles.edit("ann", view.id, 1, edit)


@pytest.mark.parametrize("quantity", [0, -1, 100])
def test_a_quantity_that_nobody_can_buy_is_refused(bundles: Bundles, view: BundleView, quantity: int) -> None:
    for edit in (Edit("add", query="mug", quantity=quantity), Edit("swap", "gas", quantity=quantity)):
        with pytest.raises(BadEdit, match="quantity"):
            bundles.edit("ann", view.id, 1, edit)


def test_unknown_slots_and_products_are_refused(bundles: Bundles, view: BundleView) -> None:
    with pytest.raises(UnknownSlot, match="it has tent, stove, gas, lamp"):
        bundles.edit("ann", view.id, 1, Edit("swap", "boat"))
    with pytest.raises(UnknownProduct):
        bundles.edit("ann", view.id, 1, Edit("swap", "tent"), product_id="nothing-such")


def test_a_slot_is_known_by_the_words_of_its_query(bundles: Bundles, view: BundleView) -> None:
    removed = bundles.edit("ann", view.id, 1, Edit("remove", "Lantern")).bundle
    assert changed(view, removed) == {"lamp"}


def test_less_money_changes_only_as_much_as_it_must(bundles: Bundles, view: BundleView) -> None:
    same = bundles.edit("ann", view.id, 1, Edit("set_budget", budget=usd(190))).bundle
    assert held(same) == held(view)
    less = bundles.edit("ann", view.id, 2, Edit("set_budget", budget=usd(170))).bundle
    assert less.total <= usd(170)
    assert {"tent", "stove", "gas"} <= held(less).keys()


def test_more_money_fills_what_was_left_out(bundles: Bundles) -> None:
    small = bundles.compose(BundleRequest("ann", slots=SLOTS, budget=usd(105), count=1)).bundles[0]
    assert "Left out: lamp." in small.explanation
    large = bundles.edit("ann", small.id, 1, Edit("set_budget", budget=usd(400))).bundle
    assert "lamp" in held(large)
    assert "Left out" not in large.explanation


def test_too_little_money_leaves_the_bundle_and_tells_the_cheapest_total(
    bundles: Bundles, view: BundleView
) -> None:
    edited = bundles.edit("ann", view.id, 1, Edit("set_budget", budget=usd(20)))
    assert edited.infeasible == Infeasible(BUDGET, cheapest_total=usd(96))
    assert edited.bundle == view


def test_budgets_below_zero_or_in_another_currency_are_refused(bundles: Bundles, view: BundleView) -> None:
    for budget in (usd(-1), Money(20_000, "EUR")):
        with pytest.raises(BadEdit):
            bundles.edit("ann", view.id, 1, Edit("set_budget", budget=budget))


def test_what_the_shopper_chose_stays_when_the_budget_changes(bundles: Bundles, view: BundleView) -> None:
    bundles.edit("ann", view.id, 1, Edit("swap", "lamp", cheaper=True))
    more = bundles.edit("ann", view.id, 2, Edit("set_budget", budget=usd(500))).bundle
    assert held(more)["lamp"] == "lamp-c"


def test_undo_and_redo_survive_a_restart(shop: CornerShop, bundles: Bundles, view: BundleView) -> None:
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "tent", cheaper=True)).bundle
    undone = shop.bundles().edit("ann", view.id, 2, Edit("undo")).bundle
    assert (undone.items, undone.total, undone.revision) == (view.items, view.total, 3)
    redone = shop.bundles().edit("ann", view.id, 3, Edit("redo")).bundle
    assert (redone.items, redone.total, redone.revision) == (swapped.items, swapped.total, 4)


def test_an_edit_keeps_the_bundle_for_another_day(
    shop: CornerShop, bundles: Bundles, view: BundleView
) -> None:
    shop.clock.forward(timedelta(hours=20))
    edited = bundles.edit("ann", view.id, 1, Edit("lock", "tent")).bundle
    assert edited.expires_at == view.expires_at + timedelta(hours=20)


def test_exclusions_hold_in_edits_too(bundles: Bundles) -> None:
    request = BundleRequest(
        "ann",
        slots=(Slot("lamp", "lantern"), SLOTS[0]),
        constraints=Constraints(exclude=(Excluded("colour", "black"),)),
        exclude_product_ids=frozenset({"lamp-b"}),
        count=1,
    )
    view = bundles.compose(request).bundles[0]
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "lamp")).bundle
    lamps = [edited.items[0].product for edited in (view, swapped)]
    assert {lamp.product_id for lamp in lamps} == {"lamp-a", "lamp-c"}
    assert "black" not in [lamp.options.get("colour") for lamp in lamps]


def test_a_stale_revision_is_told_what_the_bundle_is_now(bundles: Bundles, view: BundleView) -> None:
    current = bundles.edit("ann", view.id, 1, Edit("swap", "lamp")).bundle
    with pytest.raises(BundleChanged) as refused:
        bundles.edit("ann", view.id, 1, Edit("remove", "lamp"))
    assert refused.value.current == current


def test_of_two_edits_at_once_one_wins(shop: CornerShop, bundles: Bundles, view: BundleView) -> None:
    barrier = threading.Barrier(2)
    outcomes: list[BundleView | BundleChanged] = []

    def edit(slot: str) -> None:
        service = shop.bundles()
        barrier.wait()
        try:
            outcomes.append(service.edit("ann", view.id, 1, Edit("lock", slot)).bundle)
        except BundleChanged as lost:
            outcomes.append(lost)

    threads = [threading.Thread(target=edit, args=(slot,)) for slot in ("tent", "stove")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [outcome for outcome in outcomes if isinstance(outcome, BundleView)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, BundleChanged)]
    assert len(won) == len(lost) == 1
    assert lost[0].current == won[0] == bundles.view("ann", view.id)


def test_nobody_edits_a_foreign_bundle(bundles: Bundles, view: BundleView) -> None:
    with pytest.raises(UnknownBundle):
        bundles.edit("bob", view.id, 1, Edit("undo"))


def test_an_edit_can_be_rehearsed_and_be_part_of_a_transaction(
    shop: CornerShop, bundles: Bundles, view: BundleView
) -> None:
    with shop.database.rehearse() as work:
        tried = bundles.edit("ann", view.id, 1, Edit("remove", "lamp"), work=work).bundle
        twice = bundles.edit("ann", view.id, 2, Edit("lock", "tent"), work=work).bundle
    assert (tried.revision, twice.revision) == (2, 3)
    assert bundles.view("ann", view.id) == view
    with shop.database.begin() as work:
        bundles.edit("ann", view.id, 1, Edit("remove", "lamp"), work=work)
    assert bundles.view("ann", view.id) == tried


def test_a_price_that_changed_between_two_edits_is_told_once(
    shop: CornerShop, bundles: Bundles, view: BundleView
) -> None:
    shop.reprice("gas-a-v", 9)
    told = bundles.edit("ann", view.id, 1, Edit("lock", "tent")).bundle
    assert (
        "The price of Screw gas canister changed since it was shown: from $8.00 to $9.00." in told.explanation
    )
    later = bundles.edit("ann", view.id, 2, Edit("unlock", "tent")).bundle
    assert "changed since" not in later.explanation


def test_an_unlocked_item_that_sold_out_is_replaced_and_a_locked_one_is_named(
    shop: CornerShop, bundles: Bundles, view: BundleView
) -> None:
    shop.sell_out("lamp-a-black")
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "tent", cheaper=True)).bundle
    assert [i.product.variant_id for i in swapped.items if i.slot == "lamp"] != ["lamp-a-black"]
    bundles.edit("ann", view.id, 2, Edit("lock", "stove"))
    shop.sell_out("stove-a-v")
    edited = bundles.edit("ann", view.id, 3, Edit("swap", "lamp"))
    assert edited.infeasible == Infeasible(STOCK, "stove")


def test_what_is_no_longer_sold_can_be_swapped_or_removed(
    shop: CornerShop, bundles: Bundles, view: BundleView
) -> None:
    shop.drop("tent-m")
    swapped = bundles.edit("ann", view.id, 1, Edit("swap", "tent")).bundle
    assert held(swapped)["tent"] == "tent-s"
    shop.drop("lamp-a")
    removed = bundles.edit("ann", view.id, 2, Edit("remove", "lamp")).bundle
    assert "No longer sold" not in removed.explanation


def test_a_cheaper_part_holds_the_party_too(bundles: Bundles) -> None:
    party = {"adults": 2, "kids": 2}
    composed = bundles.compose(BundleRequest("ann", "camping", party=party, count=1)).bundles[0]
    tent = next(item.product.product_id for item in composed.items if item.slot == "tent")
    assert tent in ("tent-m", "tent-l")
    while True:
        cheaper = bundles.edit("ann", composed.id, composed.revision, Edit("swap", "tent", cheaper=True))
        if cheaper.infeasible is not None:
            break
        composed = cheaper.bundle
    assert next(item.product.product_id for item in composed.items if item.slot == "tent") == "tent-m"

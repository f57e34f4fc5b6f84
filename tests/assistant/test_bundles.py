"""Bundles over real records: what is composed, and what is shown of it later."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pytest

from assistant.bundles import BadRequest, BundleRequest, Bundles, UnknownBundle, UnknownProduct
from assistant.bundling.infeasibility import BUDGET, COMPATIBILITY, NO_CANDIDATES, NO_SLOTS, STOCK
from assistant.bundling.values import BundleItem, Infeasible
from assistant.intent import Constraints, Excluded, Slot
from assistant.values import BundleView
from shop.catalogue import Catalogue
from shop.money import Money
from shop.promotions import Promotions
from shop.values import Promotion
from tests.assistant.bundling.corner_shop import NOW, CornerShop, product, usd

SLOTS = (Slot("tent", "tent"), Slot("stove", "stove"), Slot("gas", "gas canister"))


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[CornerShop]:
    opened = CornerShop(tmp_path)
    yield opened
    opened.database.dispose()


@pytest.fixture
def bundles(shop: CornerShop) -> Bundles:
    return shop.bundles()


def held(view: BundleView) -> dict[str, str]:
    return {item.slot: item.product.product_id for item in view.items}


def first(bundles: Bundles, request: BundleRequest) -> BundleView:
    composed = bundles.compose(request)
    assert composed.infeasible is None
    return composed.bundles[0]


def test_a_need_becomes_bundles_within_the_budget_in_stock_and_compatible(bundles: Bundles) -> None:
    composed = bundles.compose(
        BundleRequest("ann", "two kids camping next weekend", budget=usd(400), party={"kids": 2, "adults": 1})
    )
    assert composed.infeasible is None
    assert len(composed.bundles) == 3
    for view in composed.bundles:
        assert view.total <= usd(400)
        assert all(item.product.availability.available for item in view.items)
        assert not any(fact.status == "incompatible" for fact in view.facts)
        assert sum((i.product.price * i.quantity for i in view.items), usd(0)) == view.total
    best = composed.bundles[0]
    assert {"tent", "sleeping_bag", "stove"} <= held(best).keys()
    assert next(item.quantity for item in best.items if item.slot == "sleeping_bag") == 3


def test_what_is_shared_holds_all_who_come(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", "camping", party={"adults": 5}))
    assert {held(view)["tent"] for view in composed.bundles} == {"tent-l"}


def test_fewer_left_than_needed_is_not_offered(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", "camping", party={"adults": 3}))
    offered = {item.product.product_id for view in composed.bundles for item in view.items}
    also = {other for view in composed.bundles for item in view.items for other in item.alternatives}
    assert "bag-few" not in offered | also
    assert "tent-gone" not in offered | also


def test_bundles_differ_in_their_main_item_or_in_half_of_the_required_slots(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", slots=SLOTS))
    assert len(composed.bundles) == 3
    for one, other in combinations(composed.bundles, 2):
        changed = [held(one)[slot] != held(other)[slot] for slot in held(one)]
        assert changed[0] or sum(changed) >= 2


def test_one_of_the_bundles_is_of_a_cheaper_tier(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", slots=SLOTS))
    best = composed.bundles[0].total
    cheap = [view for view in composed.bundles if view.total.amount * 5 <= best.amount * 4]
    assert [view.title for view in cheap] == ["Tent, stove, gas canister, lower price"]


def test_slots_that_the_caller_names_are_taken_to_the_letter(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=(Slot("stove", "stove"), Slot("mug", "mug", 2))))
    assert list(held(view)) == ["stove", "mug"]
    assert "needs gas thread" in view.explanation
    assert view.compatibility == "unknown"


def test_with_a_need_what_the_stove_requires_is_added(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", "a stove to cook", slots=(Slot("stove", "stove"),)))
    assert held(view) in ({"stove": "stove-a", "gas": "gas-a"}, {"stove": "stove-b", "gas": "gas-b"})
    assert view.compatibility == "compatible"


def test_what_is_required_stays_out_where_it_does_not_fit_the_budget(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", "cook", slots=(Slot("stove", "stove"),), budget=usd(31)))
    assert held(view) == {"stove": "stove-b"}
    assert "Left out: gas." in view.explanation


def test_where_the_shop_has_no_kit_and_no_such_words_a_common_occasion_says_what_is_needed(
    shop: CornerShop,
) -> None:
    new = (
        product("screen", "Flat monitor", "Screens", 150),
        product("keys", "Quiet keyboard", "Keys", 40),
        product("mouse", "Small mouse", "Mice", 20),
    )
    with shop.database.begin() as work:
        Catalogue(work).put(new)
    view = first(shop.bundles(), BundleRequest("ann", "a home office", budget=usd(300)))
    assert held(view) == {"monitor": "screen", "keyboard": "keys", "mouse": "mouse"}
    assert view.title == "Home office"


def test_two_slots_of_one_name_are_told_apart_and_hold_two_products(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=(Slot("lamp", "lantern"), Slot("lamp", "lantern"))))
    assert list(held(view)) == ["lamp", "lamp_2"]
    assert len(set(held(view).values())) == 2


def test_each_item_gives_a_reason_that_a_record_holds(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS, budget=usd(170)))
    reasons = {item.slot: item.reason for item in view.items}
    assert reasons["gas"] is not None
    assert "both have gas thread EN417" in reasons["gas"] or "both have gas thread bayonet" in reasons["gas"]


def test_alternatives_fit_the_rest_of_the_bundle_and_the_budget(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS, budget=usd(170)))
    assert held(view) == {"tent": "tent-m", "stove": "stove-a", "gas": "gas-a"}
    alternatives = {item.slot: item.alternatives for item in view.items}
    assert alternatives == {"tent": ("tent-s",), "stove": (), "gas": ()}


def test_the_explanation_tells_the_budget_what_fits_what_else_was_chosen_on_and_what_is_saved(
    bundles: Bundles,
) -> None:
    slots = (
        Slot("stove", "screw stove"),
        Slot("gas", "screw gas canister"),
        Slot("bag", "warm sleeping bag"),
    )
    view = first(bundles, BundleRequest("ann", slots=slots, budget=usd(100)))
    assert view.explanation == (
        "Fits your $100.00 budget with $17.00 to spare, and you save $10.00 on the list prices. "
        "The stove goes with the gas: both have gas thread EN417. "
        "Bag: matches 'warm sleeping bag'."
    )
    assert (view.list_total, view.savings) == (usd(93), usd(10))


def test_a_set_promotion_brings_the_better_bundle_into_the_budget(shop: CornerShop, bundles: Bundles) -> None:
    slots = (Slot("tent", "large family tent"), Slot("mug", "coffee mug"))
    request = BundleRequest("ann", slots=slots, budget=usd(175), count=1)
    assert held(first(bundles, request))["tent"] == "tent-m"
    with shop.database.begin() as work:
        Promotions(work).put(
            [Promotion("set", "Camp kitchen", "set", amount=usd(100), set_of=("tent-l", "Kitchen > Mugs"))]
        )
    view = first(bundles, request)
    assert held(view)["tent"] == "tent-l"
    assert view.total <= usd(175)


def test_a_set_promotion_counts_as_savings(shop: CornerShop, bundles: Bundles) -> None:
    with shop.database.begin() as work:
        Promotions(work).put([Promotion("set", "Cook", "set", percent=10, set_of=("stove-a", "gas-a"))])
    slots = (Slot("stove", "screw stove"), Slot("gas", "screw gas canister"))
    view = first(bundles, BundleRequest("ann", slots=slots))
    assert (view.total, view.list_total, view.savings) == (usd(38.7), usd(43), usd(4.3))


def test_the_one_cheap_product_behind_fifty_dear_ones_is_found(shop: CornerShop, bundles: Bundles) -> None:
    dear = [
        product(f"axe-{n:02}", "Forged steel axe", "Tools > Axes", 52 + n / 50, rating=5) for n in range(50)
    ]
    with shop.database.begin() as work:
        Catalogue(work).put([*dear, product("axe-cheap", "Axe", "Tools > Axes", 15, rating=3)])
    slots = (Slot("axe", "forged steel axe"), Slot("tent", "family tent"))
    view = first(bundles, BundleRequest("ann", slots=slots, budget=usd(110)))
    assert held(view) == {"axe": "axe-cheap", "tent": "tent-s"}


def test_a_budget_that_is_too_small_tells_the_cheapest_total(bundles: Bundles) -> None:
    for budget in (usd(50), usd(0)):
        composed = bundles.compose(BundleRequest("ann", slots=SLOTS, budget=budget))
        assert composed.bundles == ()
        assert composed.infeasible == Infeasible(BUDGET, cheapest_total=usd(96))


def test_a_proposal_that_is_too_dear_leaves_out_what_it_says(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", "camping", budget=usd(90)))
    assert view.total <= usd(90)
    assert "tent" in held(view)
    assert "Left out:" in view.explanation


def test_a_budget_in_another_currency_is_refused(bundles: Bundles) -> None:
    with pytest.raises(BadRequest, match="give the budget in USD"):
        bundles.compose(BundleRequest("ann", slots=SLOTS, budget=Money(20_000, "EUR")))


def test_a_budget_of_nothing_tells_the_cheapest_total_and_one_below_zero_is_refused(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", slots=SLOTS, budget=usd(0)))
    assert composed.infeasible is not None
    assert composed.infeasible.reason == BUDGET
    assert composed.infeasible.cheapest_total is not None
    with pytest.raises(BadRequest, match="zero or more"):
        bundles.compose(BundleRequest("ann", slots=SLOTS, budget=usd(-1)))


def test_what_requires_each_other_in_a_circle_is_one_bundle_and_comes_to_an_end(shop: CornerShop) -> None:
    new = (
        product("hub", "Round hub", "Hubs", 30, requires={"wire": "thin"}, provides={"plug": "round"}),
        product("wire", "Thin wire", "Wires", 5, requires={"plug": "round"}, provides={"wire": "thin"}),
    )
    with shop.database.begin() as work:
        Catalogue(work).put(new)
    slots = (Slot("hub", "round hub"), Slot("wire", "thin wire"))
    view = first(shop.bundles(), BundleRequest("ann", "a hub", slots=slots))
    assert (held(view), view.compatibility) == ({"hub": "hub", "wire": "wire"}, "compatible")


def test_money_that_is_left_is_for_what_is_added(bundles: Bundles) -> None:
    request = BundleRequest("ann", anchor_product_ids=("stove-b",), budget=usd(12))
    assert list(held(first(bundles, replace(request, budget=usd(60), on_top=True)))) != ["stoves"]
    view = first(bundles, replace(request, on_top=True))
    anchor = next(item.product.price for item in view.items if item.product.product_id == "stove-b")
    assert view.budget == usd(12) + anchor
    assert f"It adds {view.total - anchor}, within the $12.00 that you have left." in view.explanation


def test_a_slot_that_the_shop_has_nothing_for_is_named(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", slots=(*SLOTS, Slot("boat", "sailing boat"))))
    assert composed.infeasible == Infeasible(NO_CANDIDATES, "boat")


def test_more_than_there_are_in_stock_is_named(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", slots=(Slot("tent", "tent", 21),)))
    assert composed.infeasible == Infeasible(STOCK, "tent")


def test_a_need_that_means_nothing_here_has_no_slots(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", "zzz qqq"))
    assert composed.infeasible is not None
    assert composed.infeasible.reason in (NO_SLOTS, NO_CANDIDATES)
    assert composed.slots == ()


def test_what_only_a_description_mentions_is_no_candidate(shop: CornerShop, bundles: Bundles) -> None:
    charger = replace(product("charger", "Desk charger", "Office > Power", 50), description="for your laptop")
    with shop.database.begin() as work:
        Catalogue(work).put([charger])
    composed = bundles.compose(BundleRequest("ann", slots=(Slot("laptop", "laptop"),)))
    assert composed.infeasible == Infeasible(NO_CANDIDATES, "laptop")


def test_a_need_that_only_one_kind_of_thing_meets_is_no_bundle(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", "mug"))
    assert composed.bundles == ()
    assert composed.slots == ()


def test_a_percentage_off_counts_against_the_budget(shop: CornerShop, bundles: Bundles) -> None:
    with shop.database.begin() as work:
        Promotions(work).put([Promotion("half", "Half", "percentage", percent=50, product_ids=("tent-l",))])
    view = first(bundles, BundleRequest("ann", slots=(Slot("tent", "large family tent"),), budget=usd(130)))
    assert held(view) == {"tent": "tent-l"}
    assert (view.total, view.savings) == (usd(130), usd(130))


def test_thirty_slots_are_answered(bundles: Bundles) -> None:
    slots = tuple(Slot(f"s{n}", "lantern", required=False) for n in range(30))
    view = first(bundles, BundleRequest("ann", slots=slots))
    assert len(set(held(view).values())) == 3


def test_an_anchor_is_locked_in_its_own_slot_and_completed(bundles: Bundles) -> None:
    composed = bundles.compose(BundleRequest("ann", anchor_product_ids=("tent-m",)))
    view = composed.bundles[0]
    anchor = next(item for item in view.items if item.product.product_id == "tent-m")
    assert anchor.locked
    others = {product_id for slot, product_id in held(view).items() if slot != anchor.slot}
    assert others
    assert not any(product_id.startswith(("tent", "mug")) for product_id in others)


def test_what_an_anchor_requires_comes_with_it(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", anchor_product_ids=("stove-b",)))
    assert "gas-b" in held(view).values()
    assert "gas-a" not in held(view).values()


def test_anchors_that_exclude_each_other_are_no_bundle(bundles: Bundles) -> None:
    composed = bundles.compose(
        BundleRequest("ann", slots=(Slot("lamp", "lantern"),), anchor_product_ids=("stove-a", "gas-b"))
    )
    assert composed.infeasible is not None
    assert composed.infeasible.reason == COMPATIBILITY


def test_a_sold_out_anchor_is_named(bundles: Bundles) -> None:
    composed = bundles.compose(
        BundleRequest("ann", slots=(Slot("lamp", "lantern"),), anchor_product_ids=("tent-gone",))
    )
    assert composed.infeasible == Infeasible(STOCK, "tents")


def test_an_anchor_that_does_not_exist_is_refused(bundles: Bundles) -> None:
    with pytest.raises(UnknownProduct, match="nothing-such"):
        bundles.compose(BundleRequest("ann", anchor_product_ids=("nothing-such",)))


def test_what_is_locked_is_in_every_bundle(bundles: Bundles) -> None:
    locked = BundleItem("tent", "tent", "tent-s", "tent-s-v", locked=True)
    composed = bundles.compose(BundleRequest("ann", slots=SLOTS, locked=(locked,)))
    assert {held(view)["tent"] for view in composed.bundles} == {"tent-s"}


def test_excluded_products_and_values_are_never_offered(bundles: Bundles) -> None:
    request = BundleRequest(
        "ann",
        slots=(Slot("tent", "tent"), Slot("lamp", "lantern")),
        exclude_product_ids=frozenset({"tent-l"}),
        constraints=Constraints(exclude=(Excluded("colour", "black"),)),
    )
    composed = bundles.compose(request)
    for view in composed.bundles:
        assert "tent-l" not in held(view).values()
        assert not any(item.product.options.get("colour") == "black" for item in view.items)


def test_a_bundle_is_its_owners_alone(bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS))
    assert bundles.view("ann", view.id) == view
    with pytest.raises(UnknownBundle):
        bundles.view("bob", view.id)


def test_a_bundle_goes_along_with_its_owners_new_session(shop: CornerShop, bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS))
    with shop.database.begin() as work:
        bundles.move(work, "ann", "ann-2")
    assert bundles.view("ann-2", view.id) == view
    with pytest.raises(UnknownBundle):
        bundles.view("ann", view.id)


def test_a_bundle_is_over_after_a_day(shop: CornerShop, bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS))
    assert view.expires_at == NOW + timedelta(hours=24)
    shop.clock.forward(timedelta(hours=24))
    with pytest.raises(UnknownBundle):
        bundles.view("ann", view.id)


def test_a_price_that_changed_since_it_was_shown_is_told(shop: CornerShop, bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=(Slot("stove", "screw stove"),), budget=usd(40)))
    shop.reprice("stove-a-v", 44)
    again = bundles.view("ann", view.id)
    assert again.total == usd(44)
    assert again.explanation.startswith(
        "The price of Screw stove changed since it was shown: from $35.00 to $44.00. "
        "It costs $44.00 now, $4.00 more than your budget of $40.00."
    )


def test_what_sold_out_since_is_told(shop: CornerShop, bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=(Slot("stove", "screw stove"),)))
    shop.sell_out("stove-a-v")
    assert "Screw stove has sold out since it was shown." in bundles.view("ann", view.id).explanation


def test_what_is_no_longer_sold_is_told_and_not_shown(shop: CornerShop, bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS))
    shop.drop(held(view)["tent"])
    again = bundles.view("ann", view.id)
    assert "tent" not in held(again)
    assert "No longer sold: tent." in again.explanation


def test_bundles_survive_a_restart(shop: CornerShop, bundles: Bundles) -> None:
    view = first(bundles, BundleRequest("ann", slots=SLOTS))
    assert shop.bundles().view("ann", view.id) == view

"""The cart through its tools: what is deferred, what is refused, what is said."""

from dataclasses import replace

import pytest

from assistant.intent import CartOp, Constraints, Intent, Reference
from assistant.tools.cart import checkout, touch_cart
from assistant.tools.context import Found, ToolContext
from assistant.values import BundleItemView, Shown
from tests.assistant.pond_and_paint import Shop, Talk
from tests.evidences import bundle_view


@pytest.fixture
def talk(shop: Shop) -> Talk:
    return shop.talk()


def cart(
    context: ToolContext, operation: CartOp | None, *product_ids: str, quantity: int | None = None
) -> Found:
    references = tuple(Reference(product_id, product_id=product_id) for product_id in product_ids)
    constraints = Constraints(quantity=quantity)
    return touch_cart(context, Intent("cart", cart=operation, references=references, constraints=constraints))


def quantities(found: Found) -> dict[str, int]:
    assert found.cart is not None
    return {line.product.variant_id: line.quantity for line in found.cart.lines}


def test_a_tool_shows_the_change_and_leaves_it_to_the_turn_to_store(shop: Shop, talk: Talk) -> None:
    context = talk.context(shop.shown("heater"))
    found = cart(context, "add", "heater", quantity=2)
    assert quantities(found) == {"heater": 2}
    assert talk.cart().lines == ()
    talk.store(context)
    assert [line.quantity for line in talk.cart().lines] == [2]


def test_a_set_that_is_pointed_at_goes_in_whole_though_a_part_of_it_was_shown_last(
    shop: Shop, talk: Talk
) -> None:
    heater, oils = (shop.shown(each).products[0] for each in ("heater", "oil-set"))
    items = (BundleItemView("heater", 1, False, heater, ()), BundleItemView("oils", 2, False, oils, ()))
    shown = Shown(products=(heater,), bundles=(replace(bundle_view(), items=items),))
    said = Intent("cart", cart="add", references=(Reference("it all", bundle_id=bundle_view().id),))
    assert quantities(touch_cart(talk.context(shown), said)) == {"heater": 1, "oil-set": 2}


def test_the_quantity_is_set_and_not_added(shop: Shop, talk: Talk) -> None:
    talk.put_into_cart("oil-set", "oil-set", 2)
    assert quantities(cart(talk.context(), "set_quantity", "oil-set", quantity=5)) == {"oil-set": 5}


def test_setting_no_number_shows_the_cart(talk: Talk) -> None:
    talk.put_into_cart("oil-set", "oil-set", 2)
    found = cart(talk.context(), "set_quantity", "oil-set")
    assert found.call.name == "show_cart"
    assert quantities(found) == {"oil-set": 2}


@pytest.mark.parametrize("operation", ["add", "set_quantity"])
def test_more_than_there_are_is_refused_with_what_is_left(shop: Shop, talk: Talk, operation: CartOp) -> None:
    talk.put_into_cart("heater", "heater")
    context = talk.context(shop.shown("heater"))
    found = cart(context, operation, "heater", quantity=3)
    assert not found.call.ok
    assert found.evidence.situation == "cart_refused"
    assert found.evidence.values == {"reason": "only 2 left"}
    assert context.writes == []


def test_what_is_sold_out_is_refused(shop: Shop, talk: Talk) -> None:
    found = cart(talk.context(shop.shown("food-flakes")), "add", "food-flakes")
    assert found.evidence.values == {"reason": "it is sold out"}


@pytest.mark.parametrize("quantity", [0, -1, 100_000])
def test_a_quantity_that_makes_no_sense_is_refused(talk: Talk, quantity: int) -> None:
    talk.put_into_cart("oil-set", "oil-set")
    found = cart(talk.context(), "set_quantity", "oil-set", quantity=quantity)
    assert not found.call.ok
    assert found.evidence.situation == "cart_refused"


def test_adding_what_was_never_shown_asks_what_is_meant(talk: Talk) -> None:
    found = cart(talk.context(), "add", "oil-set")
    assert found.evidence.situation == "unknown_reference"
    assert found.cart is None


def test_removing_is_by_product_or_by_the_words_of_its_title(talk: Talk) -> None:
    talk.put_into_cart("oil-set", "oil-set")
    talk.put_into_cart("heater", "heater")
    context = talk.context()
    found = touch_cart(context, Intent("cart", cart="remove", query="oil paints"))
    assert quantities(found) == {"heater": 1}
    talk.store(context)
    emptied = cart(talk.context(), "remove", "heater")
    assert emptied.evidence.situation == "cart_removed"
    assert emptied.evidence.values["count"] == 0


def test_removing_what_is_not_in_it_shows_the_cart(talk: Talk) -> None:
    talk.put_into_cart("heater", "heater")
    found = cart(talk.context(), "remove", "oil-set")
    assert found.call.name == "show_cart"
    assert quantities(found) == {"heater": 1}


def test_clearing_empties_and_says_so(talk: Talk) -> None:
    talk.put_into_cart("heater", "heater")
    found = cart(talk.context(), "clear")
    assert quantities(found) == {}
    assert found.evidence.situation == "cart_empty"


def test_no_payment_is_taken_in_a_chat(talk: Talk) -> None:
    talk.put_into_cart("oil-set", "oil-set", 2)
    context = talk.context()
    found = checkout(context, Intent("place_order"))
    assert found.evidence.situation == "checkout"
    assert found.evidence.values["total"] == "$70.20"
    assert context.writes == []
    assert talk.cart() == found.cart


def test_there_is_nothing_to_check_out_of_an_empty_cart(talk: Talk) -> None:
    assert checkout(talk.context(Shown()), Intent("place_order")).evidence.situation == "cart_empty"

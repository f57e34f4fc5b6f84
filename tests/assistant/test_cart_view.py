"""The cart as it is shown: today's prices, and promotions that add up."""

from datetime import timedelta

import pytest

from assistant.cart_view import view_cart
from assistant.values import CartView
from shop.catalogue import Catalogue
from shop.money import Money
from shop.promotions import Promotions
from shop.values import Promotion
from tests.assistant.pond_and_paint import Shop, Talk
from tests.assistant.pond_goods import NOW


@pytest.fixture
def talk(own_shop: Shop) -> Talk:
    return own_shop.talk()


def adds_up(view: CartView) -> bool:
    none = Money(0, "USD")
    lines = sum((line.total for line in view.lines), none)
    off = sum((discount.amount for discount in view.discounts), none)
    return view.subtotal == lines and view.total == view.subtotal - off


def test_an_empty_cart_costs_nothing(talk: Talk) -> None:
    assert talk.cart() == CartView((), Money(0, "USD"), Money(0, "USD"))


def test_lines_are_price_times_quantity_and_promotions_come_off_the_whole(talk: Talk) -> None:
    talk.put_into_cart("oil-set", "oil-set", 2)
    talk.put_into_cart("heater", "heater")
    view = talk.cart()
    assert [line.total.amount for line in view.lines] == [7_800, 2_900]
    assert [(each.title, each.amount.amount) for each in view.discounts] == [("Paint week", 780)]
    assert view.total.amount == 9_920
    assert adds_up(view)


def test_a_price_that_changed_is_the_one_shown(own_shop: Shop, talk: Talk) -> None:
    talk.put_into_cart("heater", "heater")
    with own_shop.database.begin() as work:
        Catalogue(work).set_price("heater", Money(1_000, "USD"))
    assert talk.cart().total.amount == 1_000


def test_a_line_whose_product_is_gone_is_left_out_and_not_paid_for(own_shop: Shop, talk: Talk) -> None:
    talk.put_into_cart("heater", "heater")
    talk.put_into_cart("hose-wide", "hose-wide")
    own_shop.remove("heater")
    view = talk.cart()
    assert [line.product.product_id for line in view.lines] == ["hose-wide"]
    assert view.total.amount == 600


def test_a_promotion_that_is_over_takes_nothing_off(own_shop: Shop, talk: Talk) -> None:
    over = Promotion("old", "Old", "percentage", percent=50, ends_at=NOW, categories=("Aquariums > Heaters",))
    with own_shop.database.begin() as work:
        Promotions(work).put([over])
    talk.put_into_cart("heater", "heater")
    with own_shop.database.read() as work:
        before = view_cart(work, talk.owner, "USD", NOW - timedelta(seconds=1))
        after = view_cart(work, talk.owner, "USD", NOW)
    assert (before.total.amount, after.total.amount) == (1_450, 2_900)
    assert adds_up(before)

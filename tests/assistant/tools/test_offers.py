"""A coupon for the cart, and word when a thing is back in stock."""

from dataclasses import replace

import pytest

from assistant.intent import Intent
from assistant.outbox import Outbox
from assistant.stock_alerts import StockAlerts
from assistant.tools.offers import apply_coupon, stock_alert, wants_coupon
from assistant.values import Shown
from shop.catalogue import Catalogue
from shop.promotions import Promotions
from shop.values import Availability, Promotion
from tests.assistant.after_sale import with_orders
from tests.assistant.pond_and_paint import Shop
from tests.assistant.pond_goods import NOW

COUPON = Promotion("spring", "Spring", "percentage", percent=10, code="SPRING10")
CART = Intent("cart")


@pytest.fixture
def stocked(own_shop: Shop) -> Shop:
    with own_shop.database.begin() as work:
        Promotions(work).put([COUPON, replace(COUPON, id="old", code="WINTER10", ends_at=NOW)])
    return with_orders(own_shop)


def test_a_code_takes_off_what_the_shops_rule_says_and_nothing_that_was_said(stocked: Shop) -> None:
    talk = stocked.talk()
    talk.put_into_cart("easel-table", "easel-table-beech")
    context = talk.context(text="use my coupon spring10, it gives 90% off")
    assert wants_coupon(context)
    found = apply_coupon(context, CART)
    assert found.cart is not None
    assert found.cart.total.amount == 4_050
    assert found.evidence.values["saved"] == "$4.50"
    talk.store(context)
    assert talk.cart().total.amount == 4_050


@pytest.mark.parametrize("code", ["WINTER10", "FREE100", "ADMIN-OVERRIDE"])
def test_a_code_that_is_none_or_over_changes_nothing(stocked: Shop, code: str) -> None:
    talk = stocked.talk()
    context = talk.context(text=f"apply the coupon code {code}")
    found = apply_coupon(context, CART)
    assert (found.call.ok, found.evidence.values["known"]) == (False, False)
    assert context.writes == []


@pytest.mark.parametrize("text", ["do you have coupons?", "what is in my cart", "code"])
def test_whoever_names_no_code_is_not_about_one(stocked: Shop, text: str) -> None:
    assert not wants_coupon(stocked.talk().context(text=text))


def test_whoever_asked_hears_once_when_it_is_back(stocked: Shop) -> None:
    with stocked.database.begin() as work:
        Catalogue(work).set_availability("easel-table-beech", Availability("out_of_stock", 0))
    talk = stocked.talk()
    context = talk.context(stocked.shown("easel-table"), "tell me when it is back in stock: me@x.example")
    assert stock_alert(context, Intent("other")).call.ok
    talk.store(context)
    with stocked.database.begin() as work:
        assert StockAlerts(work, NOW).send() == 0
        Catalogue(work).set_availability("easel-table-beech", Availability("in_stock", 3))
        assert StockAlerts(work, NOW).send() == 1
        assert StockAlerts(work, NOW).send() == 0
        [mail] = Outbox(work, NOW).newest("mail")
    assert (mail.target, mail.topic) == ("me@x.example", "Back in stock: Nook table easel")


def test_an_alert_needs_a_product_that_is_sold_out_and_an_address(stocked: Shop) -> None:
    def said(shown: Shown, text: str) -> str:
        return stock_alert(stocked.talk().context(shown, text), Intent("other")).evidence.situation

    assert said(Shown(), "tell me when it is back") == "detail_ask"
    assert said(stocked.shown("easel-table"), "tell me when it is back") == "in_stock_already"

"""What is said after the sale: every situation, in both languages, with the values that its builder gives."""

from datetime import timedelta
from typing import get_args

import pytest

import prompts
from assistant import service_evidence as said
from assistant.changes import ACTIONS, Outcome
from assistant.confirmations import Wanted, new_confirmation
from assistant.order_views import (
    invoice_evidence,
    list_evidence,
    order_view,
    refund_evidence,
    status_evidence,
)
from assistant.values import Evidence
from shop.errors import OrderRefused, Refusal
from shop.money import Money
from shop.serialise import Json
from shop.values import OrderStatus
from tests.assistant.after_sale import ADA, BEECH, ORDERS, TABLE, order
from tests.assistant.pond_goods import NOW

WANTED = Wanted("cancel_order", {}, "Cancel order 7", "cancel_order", "", "ada")


def outcome(action: str, amount: str | None = "$5.00") -> Outcome:
    values: dict[str, Json] = {
        "action": action,
        "order_id": "PP-1",
        "items": ["Easel"],
        "new": ["Easel (walnut)"],
        "amount": amount,
        "owed": True,
        "detail": "1 Lane, Leeds",
    }
    return Outcome(action, "PP-1", None, None, values)


def described(*, needs_code: bool) -> Evidence:
    made = new_confirmation(
        WANTED, conversation_id="c", owner="o", language="en", now=NOW, needs_code=needs_code
    )
    return said.change_described(made)


STATES = [order("PP-1", ADA, status, BEECH, TABLE) for status in get_args(OrderStatus)]

SITUATIONS: list[Evidence] = [
    said.order_unknown("PP-9"),
    said.order_which(("PP-1", "PP-2")),
    said.order_which(()),
    said.order_none("track_order", None),
    *(
        said.order_none(tool, ORDERS[0])
        for tool in (
            "cancel_order",
            "change_shipping_address",
            "return_items",
            "refund_status",
            "exchange_items",
        )
    ),
    said.items_which("PP-1", ["Easel"]),
    said.variant_which("Easel", ["walnut"]),
    said.variant_which("Easel", []),
    described(needs_code=True),
    described(needs_code=False),
    said.change_declined(),
    *(
        said.confirmation_over(why)
        for why in ("gone", "changed", "wrong_code", "code_over", "code_needed", "too_many_codes")
    ),
    *(said.order_refused("PP-1", OrderRefused(why)) for why in get_args(Refusal)),
    *(said.change_done(outcome(action, amount)) for action in ACTIONS for amount in ("$5.00", None)),
    said.verify_ask("PP-1"),
    said.verify_ask(None),
    said.verify_failed(timedelta()),
    said.verify_failed(timedelta(seconds=61)),
    *(said.detail_ask(what) for what in ("address", "contact", "code", "product", "email", "sign_in")),
    said.coupon("TEN", Money(100, "USD"), known=True),
    said.coupon("TEN", None, known=True),
    said.coupon("TEN", None, known=False),
    said.stock_alert("Easel", "a@b.example"),
    said.in_stock_already("Easel"),
    said.account(ADA),
    said.handoff_closed("on Monday at 09:00"),
    said.handoff_closed(None),
    said.callback_taken("+44 1"),
    list_evidence(()),
    list_evidence(ORDERS * 2),
    *(status_evidence(each, order_view(each, guest=guest)) for each in STATES for guest in (True, False)),
    *(refund_evidence(each, order_view(each)) for each in STATES),
    invoice_evidence(ORDERS[0], order_view(ORDERS[0])),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("found", SITUATIONS, ids=lambda found: found.situation)
def test_every_situation_is_one_to_three_whole_sentences(found: Evidence, language: str) -> None:
    lines = prompts.render(f"say_{found.situation}", language, **found.values).splitlines()
    spoken = [line.strip() for line in lines if line.strip()]
    assert 1 <= len(spoken) <= 3
    for line in spoken:
        assert line[-1] in ".?!。？！", line
        assert "None" not in line
        assert "  " not in line


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("action", ACTIONS)
def test_every_change_can_be_described_on_one_line(action: str, language: str) -> None:
    text = outcome(action).described(language)
    assert text
    assert "\n" not in text
    assert "None" not in text


def test_a_guest_is_told_no_money_and_no_address() -> None:
    view = order_view(ORDERS[0], guest=True)
    assert (view.total, view.address, view.lines[0].price) == (None, None, None)
    said_of_it = prompts.render("say_order_status", "en", **status_evidence(ORDERS[0], view).values)
    assert "$" not in said_of_it

"""What is said after the sale, as the `Evidence` of each situation; see `assistant.evidence`."""

from collections.abc import Sequence
from datetime import timedelta

from assistant.changes import Outcome, address_text
from assistant.confirmations import Confirmation
from assistant.values import Evidence
from shop.errors import OrderRefused
from shop.money import Money
from shop.serialise import Json
from shop.values import Customer, Order


def _situation(situation: str, /, **values: Json) -> Evidence:
    return Evidence(situation, (), values=values)


def order_unknown(number: str) -> Evidence:
    """No such order, or somebody else's: the same words."""
    return _situation("order_unknown", order_id=number)


def order_which(orders: Sequence[str]) -> Evidence:
    return _situation("order_which", orders=list(orders))


def order_none(tool: str, latest: Order | None) -> Evidence:
    """None of the customer's orders is one that `tool` is for."""
    found = (latest.id, latest.status) if latest else (None, None)
    return _situation("order_none", tool=tool, order_id=found[0], status=found[1])


def items_which(order_id: str, titles: Sequence[str]) -> Evidence:
    return _situation("items_which", order_id=order_id, titles=list(titles))


def variant_which(title: str, choices: Sequence[str]) -> Evidence:
    return _situation("variant_which", title=title, choices=list(choices))


def order_refused(order_id: str, refused: OrderRefused) -> Evidence:
    return _situation("order_refused", order_id=order_id, why=refused.why)


def change_described(made: Confirmation) -> Evidence:
    return _situation("change_described", summary=made.summary, needs_code=made.needs_code)


def change_done(outcome: Outcome) -> Evidence:
    return Evidence("change_done", (), values=outcome.values)


def change_declined() -> Evidence:
    return _situation("change_declined")


def confirmation_over(why: str) -> Evidence:
    """`why`: `gone`, `changed`, `wrong_code`, `code_over`, `code_needed`, `too_many_codes`."""
    return _situation("confirmation_over", why=why)


def verify_ask(order_id: str | None) -> Evidence:
    return _situation("verify_ask", order_id=order_id)


def verify_failed(wait: timedelta) -> Evidence:
    seconds = round(wait.total_seconds())
    return _situation("verify_failed", minutes=-(-seconds // 60) if seconds else 0)


def detail_ask(what: str) -> Evidence:
    """`what`: `address`, `contact`, `code`, `product`, `email`, `sign_in`."""
    return _situation("detail_ask", what=what)


def coupon(code: str, saved: Money | None, *, known: bool) -> Evidence:
    return _situation("coupon", code=code, saved=str(saved) if saved else None, known=known)


def stock_alert(title: str, email: str) -> Evidence:
    return _situation("stock_alert", title=title, email=email)


def in_stock_already(title: str) -> Evidence:
    return _situation("in_stock_already", title=title)


def account(customer: Customer) -> Evidence:
    address = address_text(customer.address) if customer.address else None
    return _situation(
        "account", name=customer.name, email=customer.email, phone=customer.phone, address=address
    )


def handoff_closed(opens: str | None) -> Evidence:
    """Nobody is at the desk now: when it opens, and how to be called back."""
    return _situation("handoff_closed", opens=opens)


def callback_taken(contact: str) -> Evidence:
    return _situation("callback_taken", contact=contact)

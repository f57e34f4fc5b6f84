"""A customer's answer to what was described: done, left, or over. One transaction holds all of it.

Errors: `UnknownConfirmation` for none, somebody else's, and one that is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from assistant import changes, service_evidence
from assistant.changes import Doing
from assistant.confirmations import (
    HOLDS_FOR,
    Confirmation,
    Confirmations,
    UnknownConfirmation,
    digest_of,
    new_code,
)
from assistant.order_views import order_view
from assistant.outbox import Outbox
from assistant.values import ConfirmationView, Evidence, OrderView
from shop.customers import Customers
from shop.errors import OrderRefused
from shop.order_rules import OrderPolicy
from shop.orders import Orders
from shop.serialise import Json, to_json
from storage import UnitOfWork

#: Codes for one customer's records in `CODES_WITHIN`; more would only flood somebody's mailbox.
MOST_CODES = 4
CODES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who answers. `customer_id` None is a guest, who needs a code."""

    owner: str
    customer_id: str | None


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer. `ok`: what was asked for was done."""

    confirmation: Confirmation
    evidence: Evidence
    ok: bool = False
    order: OrderView | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A yes or no, with the code where one was given."""

    accept: bool
    code: str | None = None


def may_ask(work: UnitOfWork, now: datetime, made: Confirmation) -> bool:
    """False where a guest's code would be one too many for these records."""
    sent = Confirmations(work, now).codes_since(made.customer_id, now - CODES_WITHIN)
    return not made.needs_code or sent < MOST_CODES


def store(work: UnitOfWork, now: datetime, made: Confirmation) -> None:
    """Stores what is to be confirmed; a guest's code goes to the customer's own address."""
    code = new_code() if made.needs_code else None
    Confirmations(work, now).put(made, code)
    customer = Customers(work).get(made.customer_id)
    if code is not None and customer is not None:
        minutes = int(HOLDS_FOR.total_seconds() // 60)
        text = f"{made.summary}.\n\nThe code for this is {code}. It holds for {minutes} minutes."
        Outbox(work, now).mail(customer.email, "Your code", text)


def view(made: Confirmation) -> ConfirmationView:
    return ConfirmationView(made.id, made.action, made.summary, made.expires_at, made.needs_code)


def answer(
    work: UnitOfWork, now: datetime, asker: Asker, confirmation_id: str, said: Answer, policy: OrderPolicy
) -> Answered:
    """Does what was described, or says why not."""
    store = Confirmations(work, now)
    found = store.waiting(asker.owner, confirmation_id)
    if found.needs_code is (asker.customer_id is not None) or asker.customer_id not in (
        None,
        found.customer_id,
    ):
        raise UnknownConfirmation(confirmation_id)
    if not said.accept:
        store.close(found, "declined")
        return Answered(found, service_evidence.change_declined())
    if found.needs_code:
        if said.code is None:
            return Answered(found, service_evidence.confirmation_over("code_needed"))
        checked = store.check_code(found, said.code)
        if checked != "right":
            why = "wrong_code" if checked == "wrong" else "code_over"
            return Answered(found, service_evidence.confirmation_over(why))
    return _done(work, now, found, policy)


def _done(work: UnitOfWork, now: datetime, found: Confirmation, policy: OrderPolicy) -> Answered:
    store = Confirmations(work, now)
    if digest_of(state(work, found.customer_id, found.arguments.get("order_id"))) != found.before:
        store.close(found, "changed")
        return Answered(found, service_evidence.confirmation_over("changed"))
    doing = Doing(work, now, found.customer_id, policy)
    try:
        outcome = changes.do(doing, found.action, found.arguments)
    except OrderRefused as refused:
        store.close(found, "changed")
        subject = str(found.arguments.get("order_id") or "")
        return Answered(found, service_evidence.order_refused(subject, refused))
    store.close(found, "accepted")
    changes.record(doing, outcome, f"customer {found.customer_id}", found.conversation_id)
    shown = order_view(outcome.order, guest=found.needs_code) if outcome.order else None
    return Answered(found, service_evidence.change_done(outcome), ok=True, order=shown)


def state(work: UnitOfWork, customer_id: str, order_id: Json) -> Json:
    """The records that a change of this order, or of this account, would start from."""
    customer = Customers(work).lock(customer_id)
    if not isinstance(order_id, str):
        return to_json(customer)
    order = Orders(work).lock(order_id)
    methods = customer.payment_methods if customer else ()
    return cast(Json, [to_json(order), to_json(methods)])

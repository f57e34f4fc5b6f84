"""What the assistant can change in a customer's records, each by one name and its own arguments.

The same function describes a change (in a transaction that is undone) and does it (in the one that stores the
answer), so what is described is what is done. `digest` says what the records were: a change that was
described over other records than there are now is not done.

Errors: `OrderRefused` with the rule of the shop that forbids it; `KeyError` for an action that there is not.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import prompts
from assistant.confirmations import digest_of
from assistant.handoffs import Audit
from assistant.outbox import Outbox
from shop.account_changes import AccountChange, AccountChanges
from shop.catalogue import Catalogue
from shop.deserialise import from_json
from shop.money import Money
from shop.order_changes import Change, OrderChanges
from shop.order_rules import OrderPolicy
from shop.serialise import Json, to_json
from shop.values import Address, Order
from storage import UnitOfWork

Arguments = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Doing:
    """One change at work. `customer_id` is whose records they are, by the session or by a guest's proof."""

    work: UnitOfWork
    now: datetime
    customer_id: str
    policy: OrderPolicy


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change did: for the words (`values`), for the log (`before`, `after`), and to show."""

    action: str
    subject: str
    before: Json
    after: Json
    values: Mapping[str, Json]
    order: Order | None = None

    @property
    def digest(self) -> str:
        return digest_of(self.before)

    def described(self, language: str) -> str:
        """What would be done, in one line."""
        return prompts.render("describe_change", language, **self.values)


def do(doing: Doing, action: str, arguments: Arguments) -> Outcome:
    """Changes the records."""
    return ACTIONS[action](doing, arguments)


def record(doing: Doing, outcome: Outcome, who: str, conversation_id: str) -> None:
    """Writes a change down, and tells whoever listens to orders."""
    Audit(doing.work, doing.now).record(
        who,
        outcome.action,
        outcome.subject,
        {"conversation": conversation_id, "before": outcome.before, "after": outcome.after},
    )
    if outcome.order is not None:
        Outbox(doing.work, doing.now).tell(
            "order.changed",
            {"order_id": outcome.order.id, "change": outcome.action, "status": outcome.order.status},
        )


def _orders(doing: Doing) -> OrderChanges:
    return OrderChanges(doing.work, doing.customer_id, doing.policy, doing.now)


def _cancel_order(doing: Doing, given: Arguments) -> Outcome:
    change = _orders(doing).cancel(str(given["order_id"]), str(given.get("reason") or "no longer needed"))
    back = change.after.payments[len(change.before.payments) :]
    amount = sum((each.amount for each in back), Money.zero(change.after.total.currency))
    return _of_order("cancel_order", change, amount=amount if back else None)


def _change_shipping_address(doing: Doing, given: Arguments) -> Outcome:
    address = from_json(Address, given["address"])
    change = _orders(doing).change_address(str(given["order_id"]), address)
    return _of_order("change_shipping_address", change, detail=address_text(address))


def _change_items(doing: Doing, given: Arguments) -> Outcome:
    swaps = _swaps(given)
    change = _orders(doing).change_items(str(given["order_id"]), swaps, _method(given))
    due = change.after.total - change.before.total
    return _of_order(
        "change_items",
        change,
        items=_titles(change.before, [old for old, _ in swaps]),
        new=_new_titles(doing, swaps),
        amount=due,
    )


def _return_items(doing: Doing, given: Arguments) -> Outcome:
    ids = cast("list[str]", given["variant_ids"])
    change = _orders(doing).request_return(str(given["order_id"]), ids, _method(given))
    return _of_order(
        "return_items", change, items=_titles(change.before, ids), amount=_worth(change.before, ids)
    )


def _exchange_items(doing: Doing, given: Arguments) -> Outcome:
    swaps = _swaps(given)
    change = _orders(doing).request_exchange(str(given["order_id"]), swaps, _method(given))
    asked = change.after.exchanging
    return _of_order(
        "exchange_items",
        change,
        items=_titles(change.before, [old for old, _ in swaps]),
        new=_new_titles(doing, swaps),
        amount=asked.difference if asked else None,
    )


def _change_payment(doing: Doing, given: Arguments) -> Outcome:
    change = _orders(doing).change_payment(str(given["order_id"]), str(given["method_id"]))
    method = change.customer_after.method(str(given["method_id"]))
    return _of_order("change_payment", change, detail=method.label or method.kind if method else None)


def _update_account(doing: Doing, given: Arguments) -> Outcome:
    accounts = AccountChanges(doing.work, doing.customer_id)
    if "address" in given:
        address = from_json(Address, given["address"])
        return _of_account(accounts.change_address(address), address_text(address))
    email, phone = (cast("str | None", given.get(name)) for name in ("email", "phone"))
    told = ", ".join(each for each in (email, phone) if each)
    return _of_account(accounts.change_contact(email, phone), told)


ACTIONS: Mapping[str, Callable[[Doing, Arguments], Outcome]] = {
    "cancel_order": _cancel_order,
    "change_shipping_address": _change_shipping_address,
    "change_items": _change_items,
    "change_payment": _change_payment,
    "return_items": _return_items,
    "exchange_items": _exchange_items,
    "update_account": _update_account,
}


def address_text(address: Address) -> str:
    """An address on one line, without the name."""
    region = f"{address.region} {address.postcode}" if address.region else address.postcode
    parts = (address.street, address.street2, address.city, region, address.country)
    return ", ".join(part for part in parts if part)


def _of_order(
    action: str,
    change: Change,
    *,
    items: Sequence[str] = (),
    new: Sequence[str] = (),
    amount: Money | None = None,
    detail: str | None = None,
) -> Outcome:
    before: Json = [to_json(change.before), to_json(change.customer_before.payment_methods)]
    after: Json = [to_json(change.after), to_json(change.customer_after.payment_methods)]
    values: dict[str, Json] = {
        "action": action,
        "order_id": change.after.id,
        "items": list(items) or _titles(change.before),
        "new": list(new),
        "amount": str(Money(abs(amount.amount), amount.currency)) if amount is not None else None,
        "owed": amount is not None and amount.amount > 0,
        "detail": detail,
    }
    return Outcome(action, change.after.id, before, after, values, change.after)


def _of_account(change: AccountChange, detail: str) -> Outcome:
    values: dict[str, Json] = {
        "action": "update_account",
        "order_id": None,
        "items": [],
        "new": [],
        "amount": None,
        "owed": False,
        "detail": detail,
    }
    return Outcome("update_account", change.after.id, to_json(change.before), to_json(change.after), values)


def _swaps(given: Arguments) -> list[tuple[str, str]]:
    pairs = cast("list[list[str]]", given["swaps"])
    return [(old, new) for old, new in pairs]


def _method(given: Arguments) -> str | None:
    return cast("str | None", given.get("method_id"))


def _titles(order: Order, variant_ids: Sequence[str] | None = None) -> list[Any]:
    """What the pieces are called, each title once with its count."""
    by_id = {line.variant_id: line.title for line in order.lines}
    if variant_ids is None:
        counts = Counter({line.title: 0 for line in order.lines})
        for line in order.lines:
            counts[line.title] += line.quantity
    else:
        counts = Counter(by_id.get(each, each) for each in variant_ids)
    return [title if count == 1 else f"{count} × {title}" for title, count in counts.items()]


def _new_titles(doing: Doing, swaps: Sequence[tuple[str, str]]) -> list[str]:
    found = Catalogue(doing.work).with_variants(new for _, new in swaps)
    titles = []
    for _, new in swaps:
        product, variant = found[new]
        options = ", ".join(variant.options.values())
        titles.append(f"{product.title} ({options})" if options else product.title)
    return titles


def _worth(order: Order, variant_ids: Sequence[str]) -> Money:
    prices = {line.variant_id: line.price for line in order.lines}
    return sum((prices[each] for each in variant_ids), Money.zero(order.total.currency))

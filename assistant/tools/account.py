"""Tools about the customer's own account: what it says, and changes that are confirmed first."""

import re

from assistant import changes, service_evidence
from assistant.addresses import parse_address
from assistant.changes import Doing
from assistant.guests import EMAIL
from assistant.intent import Intent
from assistant.lexicon import lexicon
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.handoff import transfer_to_human_agents
from assistant.tools.order_changes import confirmed_later
from assistant.tools.policies import search_policies
from assistant.tools.standing import numbers
from assistant.values import Evidence
from shop.customers import Customers
from shop.errors import OrderRefused
from shop.serialise import Json, to_json
from shop.values import Customer

PHONE = re.compile(r"(?<![\w-])\+?\(?\d[\d ()./-]{6,18}\d(?!\w)")


def get_account(context: ToolContext, intent: Intent) -> Found:
    """Name, e-mail address, telephone number and address of the customer who is signed in."""
    customer = _customer(context)
    if customer is None:
        return search_policies(context, intent)
    return Found(call("get_account", {}), service_evidence.account(customer))


def update_account(context: ToolContext, intent: Intent) -> Found:
    """Another e-mail address, telephone number or address; described, and done after a yes. Of nobody who
    is signed in there is no account to change."""
    customer = _customer(context)
    if customer is None:
        return Found(call("update_account", {}, ok=False), service_evidence.detail_ask("sign_in"))
    arguments = _changes(context.turn.text, customer)
    if not arguments:
        if lexicon(context.language).has("my_account", context.turn.text.lower()) and not _named(intent):
            return get_account(context, intent)
        what = "address" if "address" in intent.name else "contact"
        return Found(call("update_account", {}, ok=False), service_evidence.detail_ask(what))
    try:
        with context.services.database.rehearse() as work:
            doing = Doing(work, context.services.clock(), customer.id, context.services.order_policy)
            outcome = changes.do(doing, "update_account", arguments)
    except OrderRefused as refused:
        said: Evidence = service_evidence.order_refused("", refused)
        return Found(call("update_account", arguments, ok=False), said)
    return confirmed_later(context, intent, outcome, arguments, customer.id, None, guest=False)


def is_of_the_account(context: ToolContext) -> bool:
    """Whether a message about an address is about the e-mail address of whoever is signed in."""
    text = context.turn.text
    if context.turn.customer_id is None or parse_address(text, None) is not None:
        return False
    return EMAIL.search(text) is not None and not numbers(context, Intent("other"))


def close_account(context: ToolContext, intent: Intent) -> Found:
    """How an account is closed stands in the policy; closing one for somebody is a person's to do."""
    found = search_policies(context, intent)
    return found if found.call.ok else transfer_to_human_agents(context, intent)


def _named(intent: Intent) -> bool:
    return intent.name in ("edit_account", "set_up_shipping_address")


def _changes(text: str, customer: Customer) -> dict[str, Json]:
    address = parse_address(text, customer.address)
    if address is not None:
        return {"address": to_json(address)}
    email = EMAIL.search(text)
    phone = PHONE.search(EMAIL.sub(" ", text))
    found: dict[str, Json] = {}
    if email:
        found["email"] = email[0]
    if phone:
        found["phone"] = phone[0].strip()
    return found


def _customer(context: ToolContext) -> Customer | None:
    if context.turn.customer_id is None:
        return None
    with context.services.database.read() as work:
        return Customers(work).get(context.turn.customer_id)

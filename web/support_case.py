"""What a person of the support desk needs to see of a conversation, and replies to choose from."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, cast

from assistant.cards import product_card
from assistant.cart_view import view_cart
from assistant.conversations import Conversation, Message
from assistant.evidence import policy, product_answer
from assistant.handing_over import said_in
from assistant.handoffs import Handoffs
from assistant.order_views import order_view, status_evidence
from assistant.tools.context import Turn
from assistant.values import Citation, Evidence
from shop.catalogue import Catalogue
from shop.customers import Customers
from shop.orders import Orders
from shop.profile import Profile
from shop.serialise import Json, to_json
from storage import UnitOfWork
from web.services import Services
from web.shapes import conversation_json

MOST_ORDERS = 5
MOST_PASSAGES = 2


def case_json(work: UnitOfWork, now: datetime, talk: Conversation) -> dict[str, Json]:
    """The conversation's queue entry, customer, cart and newest orders."""
    profile = Profile(work).get()
    cart = view_cart(work, talk.owner, profile.currency if profile else "USD", now)
    case: dict[str, Json] = {
        "conversation": conversation_json(talk),
        "cart": to_json(cart),
        "orders": [],
    }
    entry = Handoffs(work, now).of(talk.id)
    if entry is not None:
        case["handoff"] = to_json(entry)
    customer = Customers(work).get(talk.customer_id) if talk.customer_id else None
    if customer is not None:
        told = {"id": customer.id, "name": customer.name, "email": customer.email, "phone": customer.phone}
        case["customer"] = {key: value for key, value in told.items() if value is not None}
        orders = Orders(work).of_customer(customer.id, MOST_ORDERS)
        case["orders"] = [to_json(order_view(order)) for order in orders]
    return case


def suggestions(services: Services, talk: Conversation, said: Sequence[Message]) -> Iterator[Json]:
    """What the assistant would answer to the shopper's last message, and what the policies say to it."""
    asked = next((message for message in reversed(said) if message.role == "user"), None)
    if asked is None:
        return
    turn = Turn(talk.id, asked.id, talk.owner, asked.content, talk.customer_id, draft=True)
    *_, last = services.assistant.respond(turn)
    reply = cast("dict[str, Any]", last.data)
    if last.name == "message.completed" and reply["content"]:
        shown = {name: reply[name] for name in ("products", "bundles") if reply.get(name)}
        yield {"text": reply["content"], "source": "assistant", **shown}
    if draft := _drafted(services, talk, said, reply):
        yield {"text": draft, "source": "reply"}
    for passage in services.policies.passages(asked.content, MOST_PASSAGES):
        yield {"text": f'Our page "{passage.title}" says: "{passage.quote}"', "source": "policy"}


def _drafted(
    services: Services, talk: Conversation, said: Sequence[Message], reply: dict[str, Any]
) -> str | None:
    """A reply in a person's voice, from what the records say to the assistant's own answer."""
    with services.database.read() as work:
        customer = Customers(work).get(talk.customer_id) if talk.customer_id else None
        evidence = _evidence(work, talk, reply)
    name = customer.name.split()[0] if customer and customer.name.split() else None
    return services.writer.reply(said_in(said), name, evidence)


def _evidence(work: UnitOfWork, talk: Conversation, reply: dict[str, Any]) -> Evidence | None:
    """The customer's own order, a policy's passage, or the one product that the answer is about."""
    if talk.customer_id and (shown := reply.get("order")):
        mine = Orders(work).of_customer(talk.customer_id, MOST_ORDERS)
        order = next((each for each in mine if each.id == shown["id"]), None)
        if order is not None:
            return status_evidence(order, order_view(order))
    if quoted := reply.get("citations"):
        return policy([Citation(each["source"], each["title"], each["quote"]) for each in quoted])
    shown_products: list[dict[str, Any]] = reply.get("products") or []
    if len(shown_products) == 1:
        record = Catalogue(work).product(shown_products[0]["product_id"])
        if record is not None:
            card = product_card(record)
            return product_answer((record, card), "price", str(card.price))
    return None

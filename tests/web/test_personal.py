"""What is kept about a customer: given out whole, erased without a trace."""

import json
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from assistant.handoffs import Audit
from assistant.outbox import Outbox
from shop.customers import Customers
from shop.money import Money
from shop.orders import Orders
from shop.reviews import Reviews
from shop.values import Customer, Order, OrderLine, Review
from storage import Conflict, StorageUnavailable
from storage.backup import dump
from tests.web.test_sessions_api import vouched
from tests.web.world import PRODUCTS, World
from web.personal import erase_customer, export_customer

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
ADA, BOB = "cust-ada-7141", "cust-bob-2718"


@pytest.fixture
def lived_in(world: World) -> World:
    """Two customers who did the same: ordered, reviewed, talked, put something into the cart."""
    for key, name in ((ADA, "Ada"), (BOB, "Bob")):
        with world.database.begin() as work:
            Customers(work).put([Customer(key, name, f"{name.lower()}@example.com")])
            product = PRODUCTS[0]
            line = OrderLine(product.id, product.variants[0].id, product.title, 1, Money(500, "USD"))
            Orders(work).put([Order(f"order-{name}", key, AT, "paid", (line,), Money(500, "USD"))])
            Reviews(work).put([Review(f"review-{name}", product.id, 5, f"Says {name}", AT, key)])
        who = world.session(vouched(world, key))
        talk = world.conversation(who)
        assert world.say(who, talk, f"it is me, {name}", **{"Idempotency-Key": "k"}).status_code == 200
        body = {"product_id": product.id, "variant_id": product.variants[0].id, "quantity": 1}
        assert world.client.post("/v1/cart/items", json=body, headers=who).status_code == 201
        found = world.client.post("/v1/search", json={"query": "tent"}, headers=who).json()
        event = {
            "id": "e1",
            "type": "interaction",
            "action": "click",
            "at": "2026-05-01T09:00:00Z",
            "ranking": found["ranking_id"],
            "product_id": found["products"][0]["product_id"],
        }
        assert world.client.post("/v1/events", json=event, headers=who).status_code == 200
        with world.database.begin() as work:
            log = Audit(work, AT)
            log.record(f"customer {key}", "order.cancelled", f"order-{name}", {"before": f"Says {name}"})
            Outbox(work, AT).tell("order.changed", {"order_id": f"order-{name}"})
        desk = world.key("support")
        assert world.client.get(f"/v1/conversations/{talk}", headers=desk).status_code == 200
    return world


def test_an_export_holds_all_that_is_kept_about_one_customer(lived_in: World) -> None:
    with lived_in.database.read() as work:
        found = export_customer(work, ADA)

    assert {"customers", "orders", "order_lines", "reviews", "conversations", "messages"} <= found.keys()
    assert {"carts", "cart_lines", "rankings", "events", "web_sessions", "audit"} <= found.keys()
    text = json.dumps(found)
    assert "it is me, Ada" in text
    assert "bob" not in text.lower()
    assert "token_digest" not in text


def test_an_erased_customer_leaves_no_trace_but_stubs_in_the_log(lived_in: World) -> None:
    with lived_in.database.read() as work:
        before = export_customer(work, BOB)
        sessions = [str(row["id"]) for row in export_customer(work, ADA)["web_sessions"]]
    with lived_in.database.begin() as work:
        assert erase_customer(work, ADA, AT) > 10

    with lived_in.database.read() as work:
        everything = json.dumps(list(dump(work)))
        assert export_customer(work, ADA) == {}
        assert export_customer(work, BOB) == before
        log = [cells for table, cells in dump(work) if table == "audit"]
    for trace in (ADA, "ada@example.com", "it is me, Ada", "Says Ada", "order-Ada", *sessions):
        assert trace not in everything
    assert ("erased", "conversation.read") in {(row["who"], row["what"]) for row in log}
    assert "customer.erased" in {row["what"] for row in log}


def test_the_log_is_guarded_again_afterwards(lived_in: World) -> None:
    with lived_in.database.begin() as work:
        erase_customer(work, ADA, AT)

    with pytest.raises((StorageUnavailable, Conflict, DBAPIError)), lived_in.database.begin() as work:
        work.connection.execute(sa.text("UPDATE audit SET who = 'nobody'"))


def test_nobody_is_erased_twice(lived_in: World) -> None:
    with lived_in.database.begin() as work:
        erase_customer(work, ADA, AT)
    with lived_in.database.begin() as work:
        assert erase_customer(work, ADA, AT) == 0

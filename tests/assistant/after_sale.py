"""Two customers with orders in the shop of `pond_and_paint`, and a clock that a test can move."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from assistant.agent import Assistant
from assistant.conversation_tables import audit
from assistant.conversations import Conversations
from assistant.llm import ChatModel
from assistant.outbox import Outbox
from assistant.tools.context import Turn
from shop.customers import Customers
from shop.ids import new_id
from shop.money import Money
from shop.orders import Orders
from shop.values import Address, Customer, Order, OrderLine, OrderStatus, Payment, PaymentMethod
from tests.assistant.pond_and_paint import Answered, Shop
from tests.assistant.pond_goods import NOW

ADA_HOME = Address("Ada Moss", "1 Engine Street", "Leeds", "LS1 4AB", "GB")
EVE_HOME = Address("Eve Thorn", "9 Quarry Hill", "York", "YO1 7HH", "GB")
GIFT = PaymentMethod("gift_1", "gift_card", balance=Money(5_000, "USD"))
CARD = PaymentMethod("card_1", "card", "Visa ending in 4242")
ADA = Customer("ada", "Ada Moss", "ada@moss.example", "+44 113 555 0101", ADA_HOME, (CARD, GIFT))
EVE = Customer("eve", "Eve Thorn", "eve@thorn.example", "+44 190 455 5010", EVE_HOME)

BEECH = OrderLine(
    "easel-field", "easel-field-beech", "Wander field easel", 1, Money(8_900, "USD"), {"finish": "beech"}
)
TABLE = OrderLine(
    "easel-table", "easel-table-beech", "Nook table easel", 1, Money(4_500, "USD"), {"finish": "beech"}
)


def order(key: str, customer: Customer, status: OrderStatus, *lines: OrderLine, days: int = 3) -> Order:
    total = Money(sum(line.price.amount * line.quantity for line in lines), "USD")
    paid = (Payment("payment", total, CARD.id),) if customer is ADA else ()
    return Order(
        key,
        customer.id,
        NOW - timedelta(days=days),
        status,
        lines,
        total,
        customer.address,
        tracking="SW100200300" if status in ("shipped", "delivered") else None,
        payments=paid,
    )


ORDERS = (
    order("PP-7001", ADA, "paid", BEECH),
    order("PP-7002", ADA, "delivered", BEECH, TABLE, days=20),
    order("PP-7003", ADA, "shipped", TABLE, days=5),
    order("PP-8001", EVE, "paid", TABLE),
)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Client:
    """One conversation of one customer, or of a guest (`customer` None), from a network address."""

    shop: Shop
    customer: str | None = "ada"
    address: str = "198.51.100.7"
    model: ChatModel | None = None
    model_understands: bool = False
    owner: str = field(default_factory=lambda: new_id("sess"))
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        self.services = replace(self.shop.services, clock=self.clock)
        with self.shop.database.begin() as work:
            self.id = Conversations(work, self.clock()).create(self.owner, self.customer).id

    def say(self, text: str) -> Answered:
        with self.shop.database.begin() as work:
            message = Conversations(work, self.clock()).begin_turn(self.id, text)
        turn = Turn(self.id, message.id, self.owner, text, self.customer, address=self.address)
        assistant = Assistant(self.services, self.model, model_understands=self.model_understands)
        events = tuple(assistant.respond(turn))
        return Answered(events, cast("dict[str, Any]", events[-1].data))

    def order(self, order_id: str) -> Order:
        with self.shop.database.read() as work:
            found = Orders(work).get(order_id)
        assert found is not None
        return found

    def account(self, customer_id: str = "ada") -> Customer:
        with self.shop.database.read() as work:
            found = Customers(work).get(customer_id)
        assert found is not None
        return found

    def mails(self) -> list[tuple[str, str]]:
        """(to, text), the newest first."""
        with self.shop.database.read() as work:
            return [(each.target, str(each.body)) for each in Outbox(work, self.clock()).newest("mail")]

    def log(self, subject: str) -> list[dict[str, Any]]:
        with self.shop.database.read() as work:
            rows = work.connection.execute(sa.select(audit).where(audit.c.subject == subject))
            return [dict(row._mapping) for row in rows]


def with_orders(shop: Shop) -> Shop:
    with shop.database.begin() as work:
        Customers(work).put([ADA, EVE])
        Orders(work).put(ORDERS)
    return shop


MONDAY_NOON = datetime(2026, 4, 6, 12, tzinfo=UTC)

"""Guests: whoever knows an order's number and its e-mail address or postcode sees that order for a while.

Right and wrong, known and unknown orders get the same answer in the same time, and tries are counted by the
order's number and by where they come from (`assistant.tries`).
"""

import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from assistant.service_tables import order_grants
from assistant.tries import Tries
from shop.customers import Customers
from shop.orders import Orders
from shop.values import Order
from storage import Database, UnitOfWork

SHOWN_FOR = timedelta(minutes=30)
#: Every check takes this long at least, whatever it finds.
CHECK_S = 0.15

EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_WORD = re.compile(r"[\w-]+")
MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Refused:
    """Not shown. `wait` is how long no further try is looked at."""

    wait: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Try:
    """A guest's try: the order's number as it was written, the words that should hold its e-mail address or
    postcode, and the address of the network that they come from."""

    order_number: str
    words: str
    address: str


class Guests:
    """Checks guests. `sleep` and `clock_s` are the real ones but in tests."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._clock_s = clock_s

    def check(self, tried: Try, conversation_id: str | None) -> Order | Refused:
        """The order, shown in that conversation for a while; or nothing. The count is stored at once."""
        began = self._clock_s()
        with self._database.begin() as work:
            found = self._checked(work, tried)
            if isinstance(found, Order) and conversation_id is not None:
                grant(work, conversation_id, found.id, self._clock() + SHOWN_FOR)
        self._sleep(max(0.0, CHECK_S - (self._clock_s() - began)))
        return found

    def _checked(self, work: UnitOfWork, tried: Try) -> Order | Refused:
        counters = Tries(work, self._clock())
        number = folded(tried.order_number)
        keys = (f"order:{number}", f"address:{tried.address}")
        wait = counters.pause(*keys)
        if wait:
            return Refused(wait)
        order = find(work, tried.order_number)
        email, postcode = _secrets(work, order)
        right = [_same(email, each.lower()) for each in EMAIL.findall(tried.words[:1000])]
        right += [_same(postcode, each) for each in _postcodes(tried.words)]
        if order is None or not any(right):
            counters.failed(*keys)
            return Refused(counters.pause(*keys))
        counters.succeeded(keys[0])
        return order


def grant(work: UnitOfWork, conversation_id: str, order_id: str, ends_at: datetime) -> None:
    mine = sa.and_(order_grants.c.conversation_id == conversation_id, order_grants.c.order_id == order_id)
    work.connection.execute(order_grants.delete().where(mine))
    work.connection.execute(
        order_grants.insert().values(conversation_id=conversation_id, order_id=order_id, ends_at=ends_at)
    )


def granted(work: UnitOfWork, conversation_id: str, now: datetime) -> tuple[Order, ...]:
    """The orders that are shown in this conversation now, the one shown last first."""
    rows = work.connection.execute(
        sa.select(order_grants.c.order_id)
        .where(order_grants.c.conversation_id == conversation_id, order_grants.c.ends_at > now)
        .order_by(order_grants.c.ends_at.desc())
    )
    orders = (Orders(work).get(row.order_id) for row in rows.all())
    return tuple(order for order in orders if order is not None)


def purge_grants(work: UnitOfWork, now: datetime) -> int:
    return work.connection.execute(order_grants.delete().where(order_grants.c.ends_at <= now)).rowcount


def find(work: UnitOfWork, number: str) -> Order | None:
    """The order of a number as a person writes it: with or without its sign, in either case."""
    plain = number.strip().lstrip("#")
    written = dict.fromkeys((plain, plain.upper(), plain.lower(), f"#{plain}", f"#{plain.upper()}"))
    found = Orders(work).some(written)
    return next((found[key] for key in written if key in found), None)


def folded(number: str) -> str:
    """A number without what people leave out: case, signs and blanks."""
    return "".join(letter for letter in number.casefold() if letter.isalnum())


def _secrets(work: UnitOfWork, order: Order | None) -> tuple[str, str]:
    """The order's e-mail address and postcode; of no order, ones that nothing is equal to."""
    customer = Customers(work).get(order.customer_id if order else "")
    postcode = order.address.postcode if order and order.address else ""
    return (customer.email.lower() if customer else ""), folded(postcode)


def _postcodes(words: str) -> list[str]:
    """What in the words may be a postcode: each word, and each two that follow one another."""
    single = [folded(each) for each in _WORD.findall(words)[:MOST_WORDS]]
    pairs = [one + other for one, other in pairwise(single)]
    return [*single, *pairs]


def _same(secret: str, tried: str) -> bool:
    return hmac.compare_digest(secret.encode(), tried.encode()) and bool(secret)

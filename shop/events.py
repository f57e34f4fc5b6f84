"""What was shown to whom, and what they did with it: what a scorer learns from.

Named as Metarank and Gorse name feedback: a `ranking` is a list as it was shown, an `interaction` or a
`rating` is an event that answers one. Purchases are not here: they come from orders.

Errors: `UnknownRanking` where an event answers a list that its owner was not shown, or a product that was
not in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from shop.errors import UnknownRanking
from shop.ids import new_id
from shop.tables import events, ranking_items, rankings
from storage import UnitOfWork
from storage.batches import batches

EventType = Literal["interaction", "rating"]
EventAction = Literal["view", "click", "add_to_cart", "dismiss"]


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One product of a list, in its order.

    `propensity` is the probability with which the strategy puts it at this place, 1.0 where nothing is
    left to chance. `strategy` names the one that did, where it is not the list's.
    """

    product_id: str
    score: float
    propensity: float = 1.0
    strategy: str | None = None


@dataclass(frozen=True, slots=True)
class Ranking:
    """A list as it was shown; every item names its strategy."""

    id: str
    owner: str
    at: datetime
    items: tuple[RankedItem, ...]
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What a shopper did with a product of the list with id `ranking`."""

    id: str
    type: EventType
    at: datetime
    ranking: str
    product_id: str
    action: EventAction | None = None
    value: float | None = None


class Rankings:
    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection

    def record(
        self,
        owner: str,
        items: Sequence[RankedItem],
        *,
        strategy: str,
        at: datetime,
        query: str | None = None,
        ranking_id: str | None = None,
    ) -> str:
        """Writes down that `owner` was shown these products in this order; returns the list's id."""
        key = ranking_id or new_id("rank")
        self._connection.execute(sa.insert(rankings).values(id=key, owner=owner, at=at, query=query))
        rows = [
            {
                "ranking_id": key,
                "position": position,
                "product_id": item.product_id,
                "score": item.score,
                "propensity": item.propensity,
                "strategy": item.strategy or strategy,
            }
            for position, item in enumerate(items, start=1)
        ]
        if rows:
            self._connection.execute(sa.insert(ranking_items), rows)
        return key

    def move(self, old_owner: str, new_owner: str) -> None:
        """All that was shown to one owner counts as shown to another (a session that got a customer)."""
        moved = sa.update(rankings).where(rankings.c.owner == old_owner).values(owner=new_owner)
        self._connection.execute(moved)

    def get(self, ranking_id: str) -> Ranking | None:
        row = self._connection.execute(sa.select(rankings).where(rankings.c.id == ranking_id)).one_or_none()
        if row is None:
            return None
        query = sa.select(ranking_items).where(ranking_items.c.ranking_id == ranking_id)
        items = tuple(
            RankedItem(item.product_id, item.score, item.propensity, item.strategy)
            for item in self._connection.execute(query.order_by(ranking_items.c.position))
        )
        return Ranking(row.id, row.owner, row.at, items, row.query)


class Events:
    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection

    def append(self, owner: str, new: Iterable[Event]) -> int:
        """Stores what is new and returns how many that were; an id that the owner has used is ignored.

        Raises `UnknownRanking` before anything of the batch is stored.
        """
        stored = 0
        for batch in batches(new):
            self._guard(owner, batch)
            unique = {event.id: event for event in reversed(batch)}
            known = self._known(owner, list(unique))
            rows = [_row(owner, event) for key, event in unique.items() if key not in known]
            if rows:
                self._connection.execute(sa.insert(events), rows)
            stored += len(rows)
        return stored

    def of_ranking(self, ranking_id: str) -> tuple[Event, ...]:
        """What was done with one list, in order."""
        query = sa.select(events).where(events.c.ranking == ranking_id).order_by(events.c.at, events.c.id)
        return tuple(
            Event(row.id, row.type, row.at, row.ranking, row.product_id, row.action, row.value)
            for row in self._connection.execute(query)
        )

    def _guard(self, owner: str, batch: Sequence[Event]) -> None:
        items = ranking_items.join(rankings, rankings.c.id == ranking_items.c.ranking_id)
        answered = sorted({event.ranking for event in batch})
        query = (
            sa.select(ranking_items.c.ranking_id, ranking_items.c.product_id)
            .select_from(items)
            .where(rankings.c.owner == owner, rankings.c.id.in_(answered))
        )
        shown = {(row.ranking_id, row.product_id) for row in self._connection.execute(query)}
        for event in batch:
            if (event.ranking, event.product_id) not in shown:
                raise UnknownRanking(event.ranking, event.product_id)

    def _known(self, owner: str, ids: Sequence[str]) -> set[str]:
        query = sa.select(events.c.id).where(events.c.owner == owner, events.c.id.in_(ids))
        return set(self._connection.execute(query).scalars())


def _row(owner: str, event: Event) -> dict[str, object]:
    return {
        "owner": owner,
        "id": event.id,
        "type": event.type,
        "at": event.at,
        "ranking": event.ranking,
        "product_id": event.product_id,
        "action": event.action,
        "value": event.value,
    }

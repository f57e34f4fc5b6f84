"""Bundles at rest: each with its owner and with every state that an undo or a redo can lead to.

Two edits at once: `replace` compares the revision in the same statement that writes, so one of them wins
and the other is told. A foreign or expired bundle is as unknown as one that never was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from assistant.bundle_tables import bundles
from assistant.bundling.errors import UnknownBundle
from assistant.bundling.history import History
from shop.deserialise import from_json
from shop.money import Money
from shop.serialise import to_json
from storage import UnitOfWork


@dataclass(frozen=True, slots=True)
class Stored:
    """A bundle's states, and by variant id the price that its owner last saw."""

    owner: str
    history: History
    shown: Mapping[str, Money]


class BundleStore:
    """Bundles in one unit of work; `now` decides what is expired."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def add(self, new: Iterable[Stored]) -> None:
        """Keeps new bundles, and forgets those whose time is over."""
        self._db.execute(bundles.delete().where(bundles.c.expires_at <= self._now))
        for stored in new:
            values = {"id": stored.history.present.id, "owner": stored.owner, **_row(stored)}
            self._db.execute(bundles.insert().values(values))

    def get(self, owner: str, bundle_id: str) -> Stored:
        """Raises `UnknownBundle`."""
        row = self._db.execute(self._own(owner, bundle_id)).one_or_none()
        if row is None:
            raise UnknownBundle(bundle_id)
        return Stored(row.owner, from_json(History, row.history), from_json(dict[str, Money], row.shown))

    def replace(self, stored: Stored, revision: int) -> bool:
        """Writes a new state over `revision`; False where somebody else was first."""
        mine = (bundles.c.id == stored.history.present.id) & (bundles.c.owner == stored.owner)
        changed = self._db.execute(
            bundles.update().where(mine & (bundles.c.revision == revision)).values(_row(stored))
        )
        return changed.rowcount == 1

    def move(self, old_owner: str, new_owner: str) -> None:
        """All bundles of one owner become another's (a session that got a customer)."""
        self._db.execute(bundles.update().where(bundles.c.owner == old_owner).values(owner=new_owner))

    def _own(self, owner: str, bundle_id: str) -> sa.Select[tuple[object, ...]]:
        return sa.select(bundles).where(
            bundles.c.id == bundle_id, bundles.c.owner == owner, bundles.c.expires_at > self._now
        )


def _row(stored: Stored) -> dict[str, object]:
    present = stored.history.present
    return {
        "revision": present.revision,
        "expires_at": present.expires_at,
        "history": to_json(stored.history),
        "shown": to_json(stored.shown),
    }

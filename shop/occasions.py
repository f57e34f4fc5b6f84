"""What occasions need, as the merchant wrote it down."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from shop.records import RecordTable, Row
from shop.serialise import to_json
from shop.tables import occasions
from shop.values import ImportCounts, Occasion, OccasionSlot
from storage import UnitOfWork


class Occasions:
    def __init__(self, work: UnitOfWork) -> None:
        self.records = RecordTable(work, occasions, _row, _occasion)

    def get(self, name: str) -> Occasion | None:
        return self.records.get(name)

    def all(self) -> tuple[Occasion, ...]:
        """Every occasion, by name."""
        return tuple(self.records.all())

    def put(self, new: Iterable[Occasion]) -> ImportCounts:
        return self.records.put(new)

    def ids(self) -> Iterator[str]:
        yield from self.records.ids()

    def remove(self, names: Iterable[str]) -> int:
        """Removes those of `names` that exist; returns how many."""
        return self.records.remove(names)


def _row(occasion: Occasion) -> Row:
    return {"name": occasion.name, "words": to_json(occasion.words), "slots": to_json(occasion.slots)}


def _occasion(row: sa.Row[Any]) -> Occasion:
    return Occasion(row.name, tuple(row.words), tuple(OccasionSlot(**slot) for slot in row.slots))

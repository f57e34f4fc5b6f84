"""The shop's policy pages, as the merchant wrote them (Markdown, or read as such from HTML and PDF)."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

from shop.records import RecordTable
from shop.tables import policies
from shop.values import ImportCounts, Policy
from storage import UnitOfWork


class Policies:
    def __init__(self, work: UnitOfWork) -> None:
        self.records = RecordTable(work, policies, asdict, lambda row: Policy(**row._mapping))

    def get(self, policy_id: str) -> Policy | None:
        return self.records.get(policy_id)

    def all(self) -> tuple[Policy, ...]:
        """Every policy, by id."""
        return tuple(self.records.all())

    def put(self, new: Iterable[Policy]) -> ImportCounts:
        return self.records.put(new)

    def ids(self) -> Iterator[str]:
        yield from self.records.ids()

    def remove(self, ids: Iterable[str]) -> int:
        """Removes those of `ids` that exist; returns how many."""
        return self.records.remove(ids)

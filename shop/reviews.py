"""What customers wrote about products."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict

import sqlalchemy as sa

from shop.records import RecordTable
from shop.tables import reviews
from shop.values import ImportCounts, Review
from storage import UnitOfWork


class Reviews:
    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection
        self.records = RecordTable(work, reviews, asdict, lambda row: Review(**row._mapping))

    def get(self, review_id: str) -> Review | None:
        return self.records.get(review_id)

    def of_product(self, product_id: str, limit: int | None = None) -> tuple[Review, ...]:
        """Verified ones first, then the newest."""
        query = sa.select(reviews).where(reviews.c.product_id == product_id)
        newest = query.order_by(reviews.c.verified.desc(), reviews.c.at.desc(), reviews.c.id).limit(limit)
        return tuple(Review(**row._mapping) for row in self._connection.execute(newest))

    def of_customer(self, customer_id: str) -> tuple[Review, ...]:
        """The newest first."""
        return tuple(self.records.where(reviews.c.customer_id == customer_id, reviews.c.at.desc()))

    def put(self, new: Iterable[Review]) -> ImportCounts:
        return self.records.put(new)

    def ids(self) -> Iterator[str]:
        yield from self.records.ids()

    def remove(self, ids: Iterable[str]) -> int:
        """Removes those of `ids` that exist; returns how many."""
        return self.records.remove(ids)

"""The price rules that the merchant wrote down; `shop.pricing` applies them."""

from collections.abc import Iterable, Iterator
from typing import Any

import sqlalchemy as sa

from shop.money import Money
from shop.records import RecordTable, Row
from shop.tables import promotions
from shop.values import ImportCounts, Promotion
from storage import UnitOfWork


class Promotions:
    def __init__(self, work: UnitOfWork) -> None:
        self.records = RecordTable(work, promotions, _row, _promotion)

    def get(self, promotion_id: str) -> Promotion | None:
        return self.records.get(promotion_id)

    def all(self) -> tuple[Promotion, ...]:
        """Every promotion, also those whose time has not come or is over."""
        return tuple(self.records.all())

    def put(self, new: Iterable[Promotion]) -> ImportCounts:
        """Raises `ValueError` where one promotion speaks of two currencies."""
        return self.records.put(new)

    def ids(self) -> Iterator[str]:
        yield from self.records.ids()

    def remove(self, ids: Iterable[str]) -> int:
        """Removes those of `ids` that exist; returns how many."""
        return self.records.remove(ids)


def _row(promotion: Promotion) -> Row:
    amounts = [money for money in (promotion.amount, promotion.minimum) if money is not None]
    currencies = {money.currency for money in amounts}
    if len(currencies) > 1:
        raise ValueError(f"promotion {promotion.id!r} speaks of {' and '.join(sorted(currencies))}")
    return {
        "id": promotion.id,
        "title": promotion.title,
        "kind": promotion.kind,
        "percent": promotion.percent,
        "amount": promotion.amount.amount if promotion.amount else None,
        "minimum": promotion.minimum.amount if promotion.minimum else None,
        "currency": next(iter(currencies), None),
        "code": promotion.code,
        "starts_at": promotion.starts_at,
        "ends_at": promotion.ends_at,
        "categories": list(promotion.categories),
        "product_ids": list(promotion.product_ids),
        "set_of": list(promotion.set_of),
    }


def _promotion(row: sa.Row[Any]) -> Promotion:
    return Promotion(
        id=row.id,
        title=row.title,
        kind=row.kind,
        percent=row.percent,
        amount=None if row.amount is None else Money(row.amount, row.currency),
        code=row.code,
        minimum=None if row.minimum is None else Money(row.minimum, row.currency),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        categories=tuple(row.categories),
        product_ids=tuple(row.product_ids),
        set_of=tuple(row.set_of),
    )

"""Carts: what a shopper has put aside, by owner (a session or a customer; opaque here).

A cart holds a variant once: adding it again adds to the quantity. Lines keep the order in which they
came. A line whose variant has left the catalogue stays until its owner removes it.

Errors: `UnknownVariant`, `OutOfStock`, `BadQuantity`, `UnknownLine`; a refused change changes nothing.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from shop.catalogue import Catalogue
from shop.errors import BadQuantity, OutOfStock, UnknownLine, UnknownVariant
from shop.ids import new_id
from shop.tables import cart_lines, carts
from shop.values import CartLine, Variant
from storage import UnitOfWork

__all__ = ["BadQuantity", "Carts", "OutOfStock", "UnknownLine", "UnknownVariant"]

#: Of one variant in one cart.
MOST_UNITS = 1_000


class Carts:
    """Every cart of the shop, read and written in one unit of work."""

    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection
        self._catalogue = Catalogue(work)

    def lines(self, owner: str) -> tuple[CartLine, ...]:
        """What is in the cart, oldest first; nothing for an owner without one."""
        return tuple(_line(row) for row in self._rows(owner))

    def add(
        self,
        owner: str,
        product_id: str,
        variant_id: str,
        quantity: int,
        bundle_id: str | None = None,
        *,
        line_id: str | None = None,
    ) -> CartLine:
        """Puts `quantity` more of a variant into the cart; a first `bundle_id` is kept.

        `line_id` names a line that is new, for a caller that shows it before it is stored.
        """
        _check(quantity)
        self._open(owner)
        found = self._catalogue.variant(variant_id)
        if found is None or found[0].id != product_id:
            raise UnknownVariant(variant_id)
        there = next((row for row in self._rows(owner) if row.variant_id == variant_id), None)
        if there is None:
            _guard(found[1], quantity)
            new = CartLine(line_id or new_id("line"), product_id, variant_id, quantity, bundle_id)
            return self._insert(owner, new)
        _guard(found[1], there.quantity + quantity)
        line = CartLine(
            there.id, product_id, variant_id, there.quantity + quantity, there.bundle_id or bundle_id
        )
        return self._update(owner, line)

    def set_quantity(self, owner: str, line_id: str, quantity: int) -> CartLine:
        _check(quantity)
        self._lock(owner)
        line = self._line(owner, line_id)
        found = self._catalogue.variant(line.variant_id)
        if found is None:
            raise UnknownVariant(line.variant_id)
        _guard(found[1], quantity)
        return self._update(
            owner, CartLine(line.id, line.product_id, line.variant_id, quantity, line.bundle_id)
        )

    def remove(self, owner: str, line_id: str) -> None:
        self._line(owner, line_id)
        self._connection.execute(sa.delete(cart_lines).where(_is(owner, line_id)))

    def clear(self, owner: str) -> None:
        """Removes the cart with its lines and codes."""
        self._connection.execute(sa.delete(carts).where(carts.c.owner == owner))

    def move(self, owner: str, to: str) -> None:
        """Gives everything in one cart to another owner, and ends the first.

        A variant that both hold adds up, as far as its stock goes; nothing is refused and nothing that
        either owner had is taken away.
        """
        if owner == to:
            return
        for each in sorted((owner, to)):
            self._lock(each)
        held = {line.variant_id: line for line in self.lines(to)}
        moved, codes = self.lines(owner), self.codes(owner)
        self.clear(owner)
        for line in moved:
            other = held.get(line.variant_id)
            if other is None:
                self._insert(to, line)
            else:
                self._update(to, self._merged(other, line))
        for code in codes:
            self.add_code(to, code)

    def codes(self, owner: str) -> tuple[str, ...]:
        """The coupon codes that the owner gave; whether they hold is for pricing to say."""
        query = sa.select(carts.c.codes).where(carts.c.owner == owner)
        return tuple(self._connection.execute(query).scalar() or ())

    def add_code(self, owner: str, code: str) -> None:
        self._open(owner)
        kept = self.codes(owner)
        if code not in kept:
            change = sa.update(carts).where(carts.c.owner == owner).values(codes=[*kept, code])
            self._connection.execute(change)

    def _rows(self, owner: str) -> Iterator[sa.Row[Any]]:
        query = sa.select(cart_lines).where(cart_lines.c.owner == owner)
        yield from self._connection.execute(query.order_by(cart_lines.c.position)).all()

    def _line(self, owner: str, line_id: str) -> CartLine:
        row = self._connection.execute(sa.select(cart_lines).where(_is(owner, line_id))).one_or_none()
        if row is None:
            raise UnknownLine(line_id)
        return _line(row)

    def _merged(self, kept: CartLine, added: CartLine) -> CartLine:
        found = self._catalogue.variant(kept.variant_id)
        most = _most(found[1]) if found else 0
        quantity = max(kept.quantity, added.quantity, min(kept.quantity + added.quantity, most))
        bundle_id = kept.bundle_id or added.bundle_id
        return CartLine(kept.id, kept.product_id, kept.variant_id, quantity, bundle_id)

    def _lock(self, owner: str) -> bool:
        """Waits for whoever else changes this cart; False where there is none."""
        mine = sa.select(carts.c.owner).where(carts.c.owner == owner)
        return self._connection.execute(mine.with_for_update()).first() is not None

    def _open(self, owner: str) -> None:
        """The cart, locked; of two that make it at once the second fails with `Conflict`."""
        if not self._lock(owner):
            self._connection.execute(sa.insert(carts).values(owner=owner, codes=[]))

    def _insert(self, owner: str, line: CartLine) -> CartLine:
        self._open(owner)
        last = sa.select(sa.func.max(cart_lines.c.position)).where(cart_lines.c.owner == owner)
        position = self._connection.execute(last).scalar()
        self._connection.execute(
            sa.insert(cart_lines).values(
                id=line.id,
                owner=owner,
                position=0 if position is None else position + 1,
                product_id=line.product_id,
                variant_id=line.variant_id,
                quantity=line.quantity,
                bundle_id=line.bundle_id,
            )
        )
        return line

    def _update(self, owner: str, line: CartLine) -> CartLine:
        change = sa.update(cart_lines).where(_is(owner, line.id))
        self._connection.execute(change.values(quantity=line.quantity, bundle_id=line.bundle_id))
        return line


def _is(owner: str, line_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(cart_lines.c.owner == owner, cart_lines.c.id == line_id)


def _line(row: sa.Row[Any]) -> CartLine:
    return CartLine(row.id, row.product_id, row.variant_id, row.quantity, row.bundle_id)


def _check(quantity: int) -> None:
    if not 1 <= quantity <= MOST_UNITS:
        raise BadQuantity(quantity, MOST_UNITS)


def _guard(variant: Variant, quantity: int) -> None:
    """Refuses more than there is, and only then more than a cart holds: a limit is no stock."""
    most = _most(variant)
    if most < MOST_UNITS and quantity > most:
        raise OutOfStock(variant.id, most)
    _check(quantity)


def _most(variant: Variant) -> int:
    """How many a cart may hold: what is in stock; without a count, or to be delivered later, the limit."""
    availability = variant.availability
    if not availability.available:
        return 0
    if availability.status == "in_stock" and availability.quantity is not None:
        return min(availability.quantity, MOST_UNITS)
    return MOST_UNITS

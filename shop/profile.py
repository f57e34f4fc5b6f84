"""The shop's own record: its name, the one currency of its prices, and its locale."""

from dataclasses import asdict

import sqlalchemy as sa

from shop.tables import shop
from shop.values import ShopProfile
from storage import UnitOfWork

#: A shop's name until the merchant has given it one.
DEFAULT_NAME = "Shop"


class Profile:
    def __init__(self, work: UnitOfWork) -> None:
        self._connection = work.connection

    def get(self) -> ShopProfile | None:
        """None until a feed or the merchant has said what the shop is."""
        row = self._connection.execute(sa.select(shop)).one_or_none()
        return None if row is None else ShopProfile(row.name, row.currency, row.locale)

    def put(self, profile: ShopProfile) -> None:
        self._connection.execute(sa.delete(shop))
        self._connection.execute(sa.insert(shop).values(id=1, **asdict(profile)))

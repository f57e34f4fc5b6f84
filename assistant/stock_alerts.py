"""Who wants to hear when a variant can be bought again, and the mails that tell them."""

from datetime import datetime

import sqlalchemy as sa

from assistant.outbox import Outbox
from assistant.service_tables import stock_alerts
from shop.catalogue import Catalogue
from storage import UnitOfWork

MOST_AT_ONCE = 200


class StockAlerts:
    """The alerts, over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._work = work
        self._db = work.connection
        self._now = now

    def ask(self, variant_id: str, product_id: str, title: str, email: str) -> None:
        """Once a person and a variant, however often it is asked for."""
        mine = sa.and_(stock_alerts.c.variant_id == variant_id, stock_alerts.c.email == email)
        self._db.execute(stock_alerts.delete().where(mine))
        self._db.execute(
            stock_alerts.insert().values(
                variant_id=variant_id, email=email, product_id=product_id, title=title, asked_at=self._now
            )
        )

    def send(self) -> int:
        """Puts a mail into the outbox for each variant that is back; returns how many."""
        rows = self._db.execute(sa.select(stock_alerts).limit(MOST_AT_ONCE)).all()
        found = Catalogue(self._work).with_variants(row.variant_id for row in rows)
        sent = 0
        for row in rows:
            product, variant = found.get(row.variant_id, (None, None))
            if product is None or variant is None or not variant.availability.available:
                continue
            text = f"{product.title} can be bought again, for {variant.price}.\n{product.url or ''}".strip()
            Outbox(self._work, self._now).mail(row.email, f"Back in stock: {product.title}", text)
            mine = sa.and_(stock_alerts.c.variant_id == row.variant_id, stock_alerts.c.email == row.email)
            self._db.execute(stock_alerts.delete().where(mine))
            sent += 1
        return sent

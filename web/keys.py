"""API keys of server-side clients: made and revoked by the operator, kept as digests.

Errors: `UnknownScope` for a scope that does not exist, `UnknownKey` for a key that does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

import sqlalchemy as sa

from shop.ids import new_id
from storage import UnitOfWork
from web.tables import api_keys
from web.tokens import KEY_PREFIX, digest, new_token

Scope = Literal["chat", "catalogue", "support", "admin"]
SCOPES: tuple[str, ...] = get_args(Scope)


class UnknownScope(ValueError):
    """There is no such scope."""


class UnknownKey(LookupError):
    """There is no such key."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What is known of a key; never the key itself. `ends_at` None: until it is revoked."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    ends_at: datetime | None = None
    revoked_at: datetime | None = None

    def valid_at(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.ends_at is None or now < self.ends_at)


class ApiKeys:
    """Over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def create(self, name: str, scopes: Iterable[str], ends_at: datetime | None = None) -> tuple[ApiKey, str]:
        """A new key and its token. The token cannot be read again: show it now."""
        wanted = frozenset(scopes)
        if not wanted or not wanted <= set(SCOPES):
            unknown = ", ".join(sorted(wanted - set(SCOPES))) or "none given"
            raise UnknownScope(f"a key needs scopes out of {', '.join(SCOPES)}; not {unknown}")
        token = new_token(KEY_PREFIX)
        made = ApiKey(new_id("key"), name, wanted, self._now, ends_at)
        self._db.execute(
            api_keys.insert().values(
                id=made.id,
                token_digest=digest(token),
                name=name,
                scopes=sorted(wanted),
                created_at=self._now,
                ends_at=ends_at,
            )
        )
        return made, token

    def find(self, token: str) -> ApiKey | None:
        """The valid key of a token."""
        row = self._db.execute(
            api_keys.select().where(api_keys.c.token_digest == digest(token))
        ).one_or_none()
        found = _key(row) if row is not None else None
        return found if found and found.valid_at(self._now) else None

    def all(self) -> tuple[ApiKey, ...]:
        """Every key that ever was, oldest first."""
        rows = self._db.execute(api_keys.select().order_by(api_keys.c.created_at, api_keys.c.id))
        return tuple(_key(row) for row in rows)

    def revoke(self, key_id: str) -> ApiKey:
        """Ends a key at once; one that has ended stays as it is. Gives the key as it is then."""
        self._db.execute(
            api_keys.update()
            .where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
            .values(revoked_at=self._now)
        )
        row = self._db.execute(api_keys.select().where(api_keys.c.id == key_id)).one_or_none()
        if row is None:
            raise UnknownKey(key_id)
        return _key(row)


def _key(row: sa.Row[Any]) -> ApiKey:
    return ApiKey(row.id, row.name, frozenset(row.scopes), row.created_at, row.ends_at, row.revoked_at)

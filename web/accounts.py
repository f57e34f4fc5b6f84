"""People of the support desk: accounts with a role and a hashed password, and their sign-ins.

Passwords are kept as Argon2id (RFC 9106, the profile for little memory), tokens as digests. A wrong login
takes as long as a wrong password, failed tries pause by login and by address (`assistant.tries`).

Errors: `BadAccount` where one cannot be made so, `UnknownAccount` for a login that nobody has.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, get_args

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from shop.ids import new_id
from storage import UnitOfWork
from web.tables import support_accounts, support_sessions
from web.tokens import DESK_PREFIX, digest, new_token

Role = Literal["agent", "admin"]
ROLES: tuple[str, ...] = get_args(Role)

#: What a role may do at the API: a person at the desk composes bundles and serves; an admin makes accounts.
SCOPES_OF: dict[str, frozenset[str]] = {
    "agent": frozenset(("support", "catalogue")),
    "admin": frozenset(("support", "catalogue", "admin")),
}

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
IDLE = timedelta(hours=8)
LONGEST = timedelta(hours=24)
TOUCH_EVERY = timedelta(minutes=1)


class BadAccount(ValueError):
    """The message says what is wrong."""


class UnknownAccount(LookupError):
    """Nobody has this login."""


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    login: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None = None

    @property
    def scopes(self) -> frozenset[str]:
        return SCOPES_OF[self.role]


class Accounts:
    """Over one unit of work, at the moment `now`."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def create(self, login: str, name: str, role: str, password: str) -> Account:
        """A new account. Two of one login: `Conflict` of the storage."""
        folded = login.strip().lower()
        if not folded or len(folded) > 80 or not folded.isprintable():
            raise BadAccount("a login is 1 to 80 characters")
        if role not in ROLES:
            raise BadAccount(f"a role is one of {', '.join(ROLES)}")
        made = Account(new_id("acct"), folded, name.strip() or folded, _role(role), self._now)
        self._db.execute(
            support_accounts.insert().values(
                id=made.id,
                login=made.login,
                name=made.name,
                role=made.role,
                password_hash=hashed(password),
                created_at=self._now,
            )
        )
        return made

    def set_password(self, login: str, password: str) -> None:
        """A new password; whoever is signed in with the old one is signed out."""
        account = self.find(login)
        self._db.execute(
            support_accounts.update()
            .where(support_accounts.c.id == account.id)
            .values(password_hash=hashed(password))
        )
        self._sign_out_all(account)

    def disable(self, login: str) -> Account:
        """Nobody signs in with it any more; whoever is signed in is signed out."""
        account = self.find(login)
        self._db.execute(
            support_accounts.update().where(support_accounts.c.id == account.id).values(disabled_at=self._now)
        )
        self._sign_out_all(account)
        return self.find(login)

    def find(self, login: str) -> Account:
        row = self._row(login)
        if row is None:
            raise UnknownAccount(login)
        return _account(row)

    def all(self) -> tuple[Account, ...]:
        rows = self._db.execute(sa.select(support_accounts).order_by(support_accounts.c.login))
        return tuple(map(_account, rows))

    def check(self, login: str, password: str) -> Account | None:
        """The account, where the password is its own; the same work is done where there is none."""
        row = self._row(login)
        right = _verified(row.password_hash if row is not None else _nobodys_hash(), password)
        return _account(row) if right and row is not None and row.disabled_at is None else None

    def sign_in(self, account: Account) -> tuple[str, datetime]:
        """A new token, and when it ends at the latest."""
        token, ends_at = new_token(DESK_PREFIX), self._now + LONGEST
        self._db.execute(
            support_sessions.insert().values(
                token_digest=digest(token), account_id=account.id, used_at=self._now, ends_at=ends_at
            )
        )
        return token, ends_at

    def signed_in(self, token: str) -> Account | None:
        """Whose token it is; None for one that never was, has ended, or was idle for too long."""
        row = self._db.execute(
            sa.select(support_accounts, support_sessions.c.used_at, support_sessions.c.ends_at)
            .join(support_sessions, support_sessions.c.account_id == support_accounts.c.id)
            .where(support_sessions.c.token_digest == digest(token))
        ).one_or_none()
        over = row is None or row.ends_at <= self._now or row.used_at <= self._now - IDLE
        return None if row is None or over or row.disabled_at is not None else _account(row)

    def is_stale(self, token: str) -> bool:
        """Its last use should be written down again."""
        used_at = self._db.scalar(
            sa.select(support_sessions.c.used_at).where(support_sessions.c.token_digest == digest(token))
        )
        return used_at is not None and used_at <= self._now - TOUCH_EVERY

    def touch(self, token: str) -> None:
        self._db.execute(
            support_sessions.update()
            .where(support_sessions.c.token_digest == digest(token))
            .values(used_at=self._now)
        )

    def sign_out(self, token: str) -> None:
        self._db.execute(support_sessions.delete().where(support_sessions.c.token_digest == digest(token)))

    def purge(self) -> int:
        """Removes sign-ins that have ended."""
        over = sa.or_(support_sessions.c.ends_at <= self._now, support_sessions.c.used_at <= self._now - IDLE)
        return self._db.execute(support_sessions.delete().where(over)).rowcount

    def _row(self, login: str) -> sa.Row[Any] | None:
        wanted = support_accounts.c.login == login.strip().lower()
        return self._db.execute(sa.select(support_accounts).where(wanted)).one_or_none()

    def _sign_out_all(self, account: Account) -> None:
        self._db.execute(support_sessions.delete().where(support_sessions.c.account_id == account.id))


def hashed(password: str) -> str:
    """Raises `BadAccount` for a password that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadAccount(f"a password is {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters")
    return _hasher().hash(password)


def _verified(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password[:LONGEST_PASSWORD])
    except VerificationError:
        return False


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(new_token("nobody"))


def _role(role: str) -> Role:
    return "admin" if role == "admin" else "agent"


def _account(row: sa.Row[Any]) -> Account:
    return Account(row.id, row.login, row.name, _role(row.role), row.created_at, row.disabled_at)

"""What a repeated request gets: the answer of the first, under one `Idempotency-Key`.

A key counts for one caller, method and path, for 24 hours. The deed and its answer are stored in one
transaction, so that a crash leaves both or neither. What takes longer (a turn of a conversation, a search,
composing) is claimed first, and sealed by its last transaction; a claim that a dead process left is taken
up again.

Errors: `ApiError` 422 where the key came with another body, 409 where the first request still runs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from assistant.conversations import TURN_LEASE
from shop.ids import new_id
from shop.serialise import Json
from storage import Conflict, Database, UnitOfWork
from web.errors import ApiError
from web.tables import idempotency

KEPT = timedelta(hours=24)
#: After it a claim may be taken up by another request, as its conversation may by another turn.
LEASE = TURN_LEASE


@dataclass(frozen=True, slots=True)
class Answer:
    """A stored answer: its status and its JSON (None: no body)."""

    status: int
    body: Json = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RequestKey:
    """One request under its key: a digest of caller, method, path and key, and one of the body."""

    digest: str
    body_digest: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to answer a request. `message_id` is the message of an earlier attempt that was cut off."""

    digest: str
    id: str
    conversation_id: str | None = None
    message_id: str | None = None


class Answers:
    """The stored answers, over one unit of work."""

    def __init__(self, work: UnitOfWork, now: datetime) -> None:
        self._db = work.connection
        self._now = now

    def find_or_claim(self, key: RequestKey) -> Answer | Claim:
        """The answer that is stored; else the request is this caller's to answer now."""
        row = self._db.execute(idempotency.select().where(idempotency.c.digest == key.digest)).one_or_none()
        if row is not None and row.ends_at <= self._now:
            self._db.execute(idempotency.delete().where(idempotency.c.digest == key.digest))
            row = None
        if row is None:
            return self._claim(key)
        if row.body_digest != key.body_digest:
            raise ApiError(
                422,
                "idempotency_key_reused",
                "This key came with another body before. Use a new key for a new request.",
                param="Idempotency-Key",
            )
        if row.answer is not None:
            return Answer(**row.answer)
        return self._take_up(row)

    def remember_turn(self, claim: Claim, conversation_id: str, message_id: str) -> None:
        """Notes what the claimed turn is about, in the transaction that stores its message."""
        self._update(claim, conversation_id=conversation_id, message_id=message_id)

    def finish(self, claim: Claim, answer: Answer) -> None:
        stored = {"status": answer.status, "body": answer.body, "headers": answer.headers}
        self._update(claim, answer=stored, running_until=None)

    def release(self, claim: Claim) -> None:
        """Ends a claim without an answer; what is known of its turn stays, for the next attempt."""
        self._update(claim, running_until=None)

    def forget_conversation(self, conversation_id: str) -> None:
        """Removes the answers that an erased conversation gave."""
        self._db.execute(idempotency.delete().where(idempotency.c.conversation_id == conversation_id))

    def release_all(self) -> None:
        """Frees every claim: for the start of a process that is alone on its database."""
        self._db.execute(idempotency.update().values(running_until=None))

    def purge(self) -> int:
        return self._db.execute(idempotency.delete().where(idempotency.c.ends_at <= self._now)).rowcount

    def _claim(self, key: RequestKey) -> Claim:
        claim = Claim(key.digest, new_id("claim"))
        self._db.execute(
            idempotency.insert().values(
                digest=key.digest,
                body_digest=key.body_digest,
                claim=claim.id,
                running_until=self._now + LEASE,
                ends_at=self._now + KEPT,
            )
        )
        return claim

    def _take_up(self, row: sa.Row[Any]) -> Claim:
        taken = self._db.execute(
            idempotency.update()
            .where(
                idempotency.c.digest == row.digest,
                sa.or_(idempotency.c.running_until.is_(None), idempotency.c.running_until <= self._now),
            )
            .values(running_until=self._now + LEASE)
        )
        if taken.rowcount == 0:
            raise ApiError(
                409,
                "still_running",
                "The first request with this key still runs. Ask again in a moment.",
                headers={"Retry-After": "1"},
            )
        return Claim(row.digest, row.claim, row.conversation_id, row.message_id)

    def _update(self, claim: Claim, **values: object) -> None:
        mine = sa.and_(idempotency.c.digest == claim.digest, idempotency.c.claim == claim.id)
        self._db.execute(idempotency.update().where(mine).values(**values))


class Seal:
    """Stores the answer of a claimed request in the transaction that the deed itself is stored in."""

    def __init__(self, claim: Claim | None, clock: Callable[[], datetime]) -> None:
        self._claim = claim
        self._clock = clock
        self.used = False

    def put(self, work: UnitOfWork, answer: Answer) -> Answer:
        if self._claim is not None:
            Answers(work, self._clock()).finish(self._claim, answer)
        self.used = True
        return answer


class Idempotency:
    """Does deeds once. Blocking."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def transact(self, key: RequestKey | None, deed: Callable[[UnitOfWork], Answer]) -> Answer:
        """Does `deed` and stores its answer in one transaction; what it raises undoes both."""
        try:
            return self._transact_once(key, deed)
        except Conflict:
            # Another request was first: with this key, then its answer is there now; or with another,
            # then what it made is there now.
            return self._transact_once(key, deed)

    def do(self, key: RequestKey | None, deed: Callable[["Seal"], Answer]) -> Answer:
        """Does a `deed` that has transactions of its own. Of what it writes for good, it seals the answer in
        the same transaction; one that changes nothing leaves that to this."""
        if key is None:
            return deed(Seal(None, self._clock))
        claim = self._found_or_claimed(key)
        if isinstance(claim, Answer):
            return claim
        seal = Seal(claim, self._clock)
        try:
            done = deed(seal)
        except BaseException:
            with self._database.begin() as work:
                Answers(work, self._clock()).release(claim)
            raise
        if not seal.used:
            with self._database.begin() as work:
                seal.put(work, done)
        return done

    def _transact_once(self, key: RequestKey | None, deed: Callable[[UnitOfWork], Answer]) -> Answer:
        with self._database.begin() as work:
            if key is None:
                return deed(work)
            answers = Answers(work, self._clock())
            found = answers.find_or_claim(key)
            if isinstance(found, Answer):
                return found
            done = deed(work)
            answers.finish(found, done)
            return done

    def _found_or_claimed(self, key: RequestKey) -> Answer | Claim:
        try:
            with self._database.begin() as work:
                return Answers(work, self._clock()).find_or_claim(key)
        except Conflict:
            with self._database.begin() as work:
                return Answers(work, self._clock()).find_or_claim(key)


def stored_events(answer: Answer) -> list[Any]:
    """The events of a turn, where the answer is one."""
    return cast("list[Any]", answer.body)

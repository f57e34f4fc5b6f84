"""Turns at work: run in a pool of threads, apart from the requests that wait for them.

A turn goes on when its client goes away; its events are kept until it ends, for whoever listens. The
answer under an `Idempotency-Key` is stored before the last event goes out.

Errors: `ApiError` 429 where no place is free (nothing is stored then), 409 where a turn of the
conversation is running. What goes wrong inside a turn is its last event: `error`, with the envelope.
"""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from assistant.conversations import ConversationBusy, Conversations, ConversationTaken
from assistant.masking import mask_cards
from assistant.tools.context import Turn
from assistant.values import Event
from shop.serialise import Json
from storage import Conflict, Database, StorageUnavailable, UnitOfWork
from web.admission import Admission
from web.auth import Caller
from web.config import Limits
from web.errors import STORAGE_RETRY_S, ApiError, try_later
from web.idempotency import Answer, Answers, Claim, RequestKey, stored_events
from web.metrics import Metrics
from web.ownership import own
from web.services import Responder
from web.shapes import message_json

logger = logging.getLogger(__name__)

#: A listener that has heard nothing for so long is told that the turn still runs.
PING_S = 10.0


@dataclass(frozen=True, slots=True)
class Ask:
    """A message to answer. Without a conversation, one is made in the same transaction."""

    caller: Caller
    content: str
    conversation_id: str | None = None
    key: RequestKey | None = None


class LiveTurn:
    """The events of one turn so far. Written by the turn's thread, heard by any number of listeners."""

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        self.events: list[Event] = []
        self.ended = False
        self._loop = loop
        self._listeners: set[asyncio.Event] = set()

    def publish(self, event: Event) -> None:
        self.ended = event.name in ("message.completed", "error")
        self.events.append(event)
        if self._loop is not None:
            # A loop that has closed has no listeners left; the turn itself goes on.
            with suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._wake)

    async def listen(self, ping_s: float = PING_S) -> AsyncIterator[Event | None]:
        """Every event from the first to the last; None where there was none for a while."""
        news = asyncio.Event()
        self._listeners.add(news)
        try:
            heard = 0
            while True:
                news.clear()
                while heard < len(self.events):
                    yield self.events[heard]
                    heard += 1
                if self.ended and heard == len(self.events):
                    return
                try:
                    await asyncio.wait_for(news.wait(), ping_s)
                except TimeoutError:
                    yield None
        finally:
            self._listeners.discard(news)

    async def last(self) -> Event:
        """The event that ends the turn."""
        async for _ in self.listen():
            pass
        return self.events[-1]

    def _wake(self) -> None:
        for news in self._listeners:
            news.set()


@dataclass(frozen=True, slots=True)
class Silent:
    """A human has the conversation: the message (as JSON) is stored, and the assistant says nothing."""

    message: Json


@dataclass(slots=True)
class _Begun:
    """A stored message whose turn may run, and what is to be done at its end."""

    turn: Turn
    claim: Claim | None
    live: LiveTurn
    queued_at: float = field(default_factory=time.perf_counter)


class Turns:
    """Begins, runs and ends turns."""

    def __init__(
        self,
        database: Database,
        assistant: Responder,
        clock: Callable[[], datetime],
        limits: Limits,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._assistant = assistant
        self._clock = clock
        self._metrics = metrics
        self._admission = Admission(limits)
        self._at_once = limits.turns_at_once
        self._pool: ThreadPoolExecutor | None = None
        self._pool_lock = threading.Lock()
        metrics.turns_held.set_function(lambda: self._admission.held)

    def submit(self, ask: Ask, loop: asyncio.AbstractEventLoop) -> LiveTurn | Silent:
        """Stores the message and starts its turn; a stored answer comes back as a turn that has ended.

        Blocking, until the message is stored.
        """
        self._admission.enter()
        begun: LiveTurn | Silent | _Begun | None = None
        try:
            begun = self._begin(ask, loop)
        finally:
            if not isinstance(begun, _Begun):
                self._admission.leave()
        if not isinstance(begun, _Begun):
            return begun
        started = begun
        self._running().submit(self._run, started).add_done_callback(lambda done: self._left(started, done))
        return started.live

    def close(self) -> None:
        """Lets running turns end; those in line are cut off, and a retry finishes them."""
        with self._pool_lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _running(self) -> ThreadPoolExecutor:
        """The pool; an application that was closed and started again gets a new one."""
        with self._pool_lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._at_once, thread_name_prefix="turn")
            return self._pool

    # Beginning ----------------------------------------------------------------------------------

    def _begin(self, ask: Ask, loop: asyncio.AbstractEventLoop) -> LiveTurn | Silent | _Begun:
        try:
            return self._begin_once(ask, loop)
        except Conflict:
            # Another request with this key was first: its claim is there now.
            return self._begin_once(ask, loop)

    def _begin_once(self, ask: Ask, loop: asyncio.AbstractEventLoop) -> LiveTurn | Silent | _Begun:
        with self._database.begin() as work:
            found = Answers(work, self._clock()).find_or_claim(ask.key) if ask.key else None
            if isinstance(found, Answer):
                return _told_again(found)
            if found and found.conversation_id and found.message_id:
                answered = self._answered(work, found, found.conversation_id)
                if answered is not None:
                    return answered
            return self._stored(work, ask, found, loop)

    def _stored(
        self, work: UnitOfWork, ask: Ask, claim: Claim | None, loop: asyncio.AbstractEventLoop
    ) -> Silent | _Begun:
        talks = Conversations(work, self._clock())
        conversation_id = self._conversation(talks, ask, claim)
        # A card's number goes no further than this: neither into the store, nor to a model, nor to a person.
        content = mask_cards(ask.content)
        try:
            message = talks.begin_turn(conversation_id, content, claim.id if claim else None)
        except ConversationTaken:
            silent = Silent(message_json(talks.append(conversation_id, "user", content)))
            if claim:
                Answers(work, self._clock()).finish(claim, Answer(202, silent.message))
            return silent
        except ConversationBusy as busy:
            raise conversation_busy() from busy
        if claim:
            Answers(work, self._clock()).remember_turn(claim, conversation_id, message.id)
        caller = ask.caller
        turn = Turn(
            conversation_id,
            message.id,
            caller.owner,
            content,
            caller.customer_id,
            caller.scopes,
            caller.address if caller.kind == "session" else "",
        )
        return _Begun(turn, claim, LiveTurn(loop))

    def _conversation(self, talks: Conversations, ask: Ask, claim: Claim | None) -> str:
        wanted = ask.conversation_id or (claim.conversation_id if claim else None)
        if wanted is None:
            return talks.create(ask.caller.owner, ask.caller.customer_id).id
        return own(talks, ask.caller, wanted).id

    def _answered(self, work: UnitOfWork, claim: Claim, conversation_id: str) -> LiveTurn | None:
        """The turn of an earlier attempt, where only its answer under the key was not stored any more."""
        said = Conversations(work, self._clock()).messages(conversation_id)
        reply = next((message.reply for message in said if message.id == claim.message_id), None)
        if not isinstance(reply, dict):
            return None
        events = [
            Event("message.created", {"id": reply["id"], "in_reply_to": claim.message_id}),
            Event("message.completed", reply),
        ]
        Answers(work, self._clock()).finish(claim, _turn_answer(events))
        return ended_turn(events)

    # Running ------------------------------------------------------------------------------------

    def _run(self, begun: _Begun) -> None:
        started = time.perf_counter()
        outcome = "failed"
        for event in self._events(begun):
            if event.name == "message.completed":
                outcome = "degraded" if cast("dict[str, Json]", event.data).get("degraded") else "answered"
                self._keep_answer(begun, event)
            begun.live.publish(event)
        self._metrics.turn(outcome, started - begun.queued_at, time.perf_counter() - started)

    def _events(self, begun: _Begun) -> Iterator[Event]:
        """The assistant's events, and an `error` where it does not come to an end."""
        last = None
        try:
            for last in self._assistant.respond(begun.turn):
                yield last
        except StorageUnavailable:
            logger.exception("the store went away during turn %s", begun.turn.message_id)
            yield self._failed(begun, store_unavailable())
        except Exception:
            logger.exception("turn %s failed", begun.turn.message_id)
            yield self._failed(begun, turn_failed())
        else:
            if last is None or last.name not in ("message.completed", "error"):
                logger.error("turn %s ended without a reply", begun.turn.message_id)
                yield self._failed(begun, turn_failed())

    def _failed(self, begun: _Begun, error: ApiError) -> Event:
        """Frees the conversation and the key, so that a retry can finish the turn."""
        try:
            with self._database.begin() as work:
                Conversations(work, self._clock()).fail_turn(
                    begun.turn.conversation_id, begun.turn.message_id
                )
                if begun.claim:
                    Answers(work, self._clock()).release(begun.claim)
        except StorageUnavailable:
            logger.exception("turn %s stays claimed until its lease ends", begun.turn.message_id)
        return Event("error", error.body())

    def _keep_answer(self, begun: _Begun, completed: Event) -> None:
        if begun.claim is None:
            return
        try:
            with self._database.begin() as work:
                answer = _turn_answer([*begun.live.events, completed])
                Answers(work, self._clock()).finish(begun.claim, answer)
        except StorageUnavailable:
            # The reply is stored: the next attempt finds it by its message.
            logger.exception("the answer of turn %s is not kept under its key", begun.turn.message_id)

    def _left(self, begun: _Begun, done: Future[None]) -> None:
        self._admission.leave()
        if done.cancelled():
            begun.live.publish(self._failed(begun, store_unavailable()))
        elif (broken := done.exception()) is not None:
            logger.error("turn %s broke", begun.turn.message_id, exc_info=broken)
            begun.live.publish(self._failed(begun, turn_failed()))


def conversation_busy() -> ApiError:
    return ApiError(
        409,
        "conversation_busy",
        "A turn of this conversation is still running. Wait for its reply.",
        headers={"Retry-After": "1"},
    )


def store_unavailable() -> ApiError:
    return try_later(
        503, "store_unavailable", "The store cannot be reached. Try again later.", STORAGE_RETRY_S
    )


def turn_failed() -> ApiError:
    return ApiError(500, "turn_failed", "The message is kept, but there is no reply. Send it again.")


def error_of(event: Event) -> ApiError:
    """The error that an `error` event tells, to answer with where nobody hears events."""
    told = cast("dict[str, Any]", event.data)["error"]
    return store_unavailable() if told["code"] == "store_unavailable" else turn_failed()


def _turn_answer(events: list[Event]) -> Answer:
    return Answer(200, [{"name": event.name, "data": event.data} for event in events])


def _told_again(answer: Answer) -> LiveTurn | Silent:
    if answer.status == 202:
        return Silent(answer.body)
    events = [Event(each["name"], each["data"]) for each in stored_events(answer)]
    return ended_turn(events)


def ended_turn(events: list[Event]) -> LiveTurn:
    """A turn that is over, to be heard like one that runs."""
    turn = LiveTurn()
    for event in events:
        turn.publish(event)
    return turn

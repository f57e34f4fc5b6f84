"""A shopper on the page, in conversation: messages, their answers, and what a person of the shop writes.

Everything goes to the public API with the shopper's own session. What there is to show stands in the
`Visit`; whoever shows it follows the visit. An answer goes on being heard when its page is closed.

Errors: none leave. What the API refuses becomes a failed turn, in words for a shopper.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace

import httpx
from pydantic import ValidationError

from shop.ids import new_id
from web.pages.buttons import Press
from web.pages.client import ApiFailure, Caller
from web.pages.talk import (
    Data,
    Failure,
    Turn,
    cart_of,
    heard,
    turns_of,
    with_turn,
)
from web.pages.visits import Visit, Visits

logger = logging.getLogger(__name__)

Events = AsyncGenerator[tuple[str, Data], None]

LONGEST_MESSAGE = 4000
#: So much of a conversation is shown; the shop keeps all of it.
MOST_TURNS = 60
BROKEN_OFF = Failure("The answer broke off. Nothing is lost; please try again.")


@dataclass(slots=True)
class Shopper:
    """One visitor at work."""

    visit: Visit
    visits: Visits
    stranger: Caller

    @property
    def caller(self) -> Caller:
        """Calls the API as this shopper."""
        return self.stranger.with_token(self.visit.token)

    # The conversation ---------------------------------------------------------------------------

    def say(self, words: str) -> bool:
        """Sends a message; the answer grows in the visit's last turn. False where it was not taken."""
        # Half a character, as only a hostile browser sends it, could be neither passed on nor shown.
        words = words.encode("utf-8", "replace").decode().strip()
        if not words or not self.is_free():
            return False
        turn = Turn(new_id("turn"), asked=words, phase="reading")
        self.visit.turns = (*self.visit.turns[-MOST_TURNS:], turn)
        self._begin(turn)
        return True

    def say_again(self, press: Press) -> None:
        """Sends a failed turn's message again under its key, so that it is never answered twice."""
        key = press["turn"]
        turn = next((each for each in self.visit.turns if each.key == key), None)
        if turn is not None and turn.phase == "failed" and self.is_free():
            self._begin(Turn(turn.key, asked=turn.asked, phase="reading"))

    def is_free(self) -> bool:
        """No answer is on its way; where one is, the shopper is told."""
        if self.visit.busy:
            self.visit.notice = "One moment, the last answer is still coming."
        return not self.visit.busy

    def _begin(self, turn: Turn) -> None:
        self.visit.notice = ""
        self.visit.turns = with_turn(self.visit.turns, turn)
        self.visit.answering = asyncio.create_task(self._answer(turn))

    async def _answer(self, turn: Turn) -> None:
        visit = self.visit
        try:
            async for latest in self._events(turn):
                turn = latest
                visit.turns = with_turn(visit.turns, turn)
                visit.tell()
        except (ApiFailure, httpx.HTTPError) as error:
            turn = replace(turn, phase="failed", failure=failure_of(error))
        except ValidationError:
            logger.exception("the API sent what its contract does not know")
        finally:
            if turn.phase not in ("done", "failed"):
                turn = replace(turn, phase="failed", failure=BROKEN_OFF)
            visit.turns = with_turn(visit.turns, turn)
            visit.answering = None
            visit.tell()

    async def _events(self, turn: Turn) -> AsyncIterator[Turn]:
        """The turn after each event of its answer; a session that has ended is replaced once."""
        try:
            stream = await self._open(turn)
        except ApiFailure as failure:
            if failure.status not in (401, 404):
                raise
            self._start_over(turn, forget_session=failure.status == 401)
            stream = await self._open(turn)
        async with aclosing(stream):
            async for event, data in stream:
                if event == "error":
                    raise ApiFailure(500, data)
                if event == "message":
                    # Stored, and no answer: a person has the conversation.
                    self.visit.status = "open"
                    turn = replace(turn, phase="done")
                turn = heard(turn, event, data)
                if data.get("cart") is not None:
                    self.visit.cart = cart_of(data["cart"])
                yield turn

    async def _open(self, turn: Turn) -> Events:
        """The answer's events, the first of which is here already: a refusal is raised at once."""
        if self.visit.conversation_id is None:
            await self.have_session()
            made = await self.caller.post("/v1/conversations", {})
            self.visit.conversation_id = made["id"]
        path = f"/v1/conversations/{self.visit.conversation_id}/messages"
        events = self.caller.stream(path, {"content": turn.asked}, turn.key)
        first = await anext(events, None)
        return _chained(first, events)

    async def have_session(self) -> None:
        if self.visit.token is None:
            opened = await self.stranger.post("/v1/sessions", {})
            self.visit.token = opened["token"]
            self.visits.keep(self.visit)

    def _start_over(self, turn: Turn, *, forget_session: bool) -> None:
        """The conversation is gone, and perhaps its session: what was said is not known any more."""
        self.visit.begin_anew()
        self.visit.turns = (turn,)
        if forget_session:
            self.visit.token = None
            self.visit.cart = None
        self.visit.notice = "It has been a while, so this is a new conversation."

    async def refresh(self) -> None:
        """Brings in what a person wrote, and the conversation's status. A page asks for it now and then."""
        visit = self.visit
        if visit.conversation_id is None or visit.busy:
            return
        try:
            stored = await self.caller.get(f"/v1/conversations/{visit.conversation_id}")
        except ApiFailure as failure:
            logger.info("a conversation could not be read again: %s", failure)
            return
        visit.status = stored["status"]
        known = {turn.message_id for turn in visit.turns}
        news = [each for each in turns_of(stored["messages"]) if each.role != "assistant"]
        visit.turns += tuple(turn for turn in news if turn.message_id not in known)

    async def load_cart(self) -> None:
        """The cart as it is now, where the visitor has a session."""
        if self.visit.token is not None:
            try:
                self.visit.cart = cart_of(await self.caller.get("/v1/cart"))
            except ApiFailure as failure:
                logger.info("a cart could not be read: %s", failure)


def failure_of(error: ApiFailure | httpx.HTTPError) -> Failure:
    """What went wrong, for a shopper."""
    if not isinstance(error, ApiFailure):
        return BROKEN_OFF
    if error.status in (429, 503):
        wait = f" in {error.retry_after_s} seconds" if error.retry_after_s else " in a moment"
        return Failure(f"A lot is going on in the shop right now. Please try again{wait}.")
    if error.status == 409:
        return Failure("The last answer is still coming. Please try again in a moment.")
    if error.status >= 500:
        return Failure("Something went wrong here. Your message is kept; please try again.")
    return Failure(error.message, again=False)


async def _chained(first: tuple[str, Data] | None, rest: Events) -> Events:
    async with aclosing(rest):
        if first is not None:
            yield first
        async for event in rest:
            yield event

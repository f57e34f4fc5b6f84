"""What a shopper can do on the page: say something, or press a button.

Everything goes to the public API with the shopper's own session. What there is to show stands in the
`Visit`; whoever shows it follows the visit. An answer goes on being heard when its page is closed.

Errors: none leave but `UnknownButton`. What the API refuses becomes a failed turn or a notice, in words for
a shopper.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from assistant.values import BundleView
from shop.ids import new_id
from web.pages.bundle_edits import edit_bundle
from web.pages.buttons import Press, UnknownButton
from web.pages.client import ApiFailure, Caller
from web.pages.rendering import Pick
from web.pages.talk import Data, Failure, Turn, answered, cart_of, heard, turns_of, with_bundle, with_turn
from web.pages.visits import Visit, Visits

logger = logging.getLogger(__name__)

Events = AsyncGenerator[tuple[str, Data], None]

MOST_COMPARED = 4
LONGEST_MESSAGE = 4000
ASK_FOR_PERSON = "I would like to talk to a person"
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
    def _caller(self) -> Caller:
        return self.stranger.with_token(self.visit.token)

    # The conversation ---------------------------------------------------------------------------

    def say(self, words: str) -> bool:
        """Sends a message; the answer grows in the visit's last turn. False where it was not taken."""
        words = words.strip()[:LONGEST_MESSAGE]
        if not words or not self._is_free():
            return False
        turn = Turn(new_id("turn"), asked=words, phase="reading")
        self.visit.turns = (*self.visit.turns[-MOST_TURNS:], turn)
        self._begin(turn)
        return True

    def say_again(self, press: Press) -> None:
        """Sends a failed turn's message again under its key, so that it is never answered twice."""
        key = press["turn"]
        turn = next((each for each in self.visit.turns if each.key == key), None)
        if turn is not None and turn.phase == "failed" and self._is_free():
            self._begin(Turn(turn.key, asked=turn.asked, phase="reading"))

    def _is_free(self) -> bool:
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
            await self._have_session()
            made = await self._caller.post("/v1/conversations", {})
            self.visit.conversation_id = made["id"]
        path = f"/v1/conversations/{self.visit.conversation_id}/messages"
        events = self._caller.stream(path, {"content": turn.asked}, turn.key)
        first = await anext(events, None)
        return _chained(first, events)

    async def _have_session(self) -> None:
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
            stored = await self._caller.get(f"/v1/conversations/{visit.conversation_id}")
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
                self.visit.cart = cart_of(await self._caller.get("/v1/cart"))
            except ApiFailure as failure:
                logger.info("a cart could not be read: %s", failure)

    # Buttons ------------------------------------------------------------------------------------

    async def press(self, press: Press) -> None:
        """Does what a button stands for. Raises `UnknownButton`."""
        words = self._words_of(press)
        if words is not None:
            self.say(words)
            return
        deed = DEEDS.get(press.name)
        if deed is None:
            raise UnknownButton(press.name)
        self.visit.notice = ""
        try:
            await deed(self, press)
        except (ApiFailure, httpx.HTTPError) as error:
            self.visit.notice = failure_of(error).message

    def _words_of(self, press: Press) -> str | None:
        """The message that a button stands for, if it does."""
        match press.name:
            case "say":
                return press["words"]
            case "person":
                return ASK_FOR_PERSON
            case "similar":
                return f"Show me more like {press['title']}"
            case "compare_now" if len(self.visit.comparing) > 1:
                titles = [pick.title for pick in self.visit.comparing]
                self.visit.comparing = ()
                return f"Compare {', '.join(titles[:-1])} and {titles[-1]}"
            case _:
                return None

    async def _again(self, press: Press) -> None:
        self.say_again(press)

    async def _new(self, _press: Press) -> None:
        if self._is_free():
            self.visit.begin_anew()

    async def _add(self, press: Press) -> None:
        await self._have_session()
        await self._put({"product_id": press["product"], "variant_id": press["variant"]})
        self.visit.notice = "It is in your cart."

    async def _add_bundle(self, press: Press) -> None:
        """Puts in each item of the bundle as it is shown; says which ones could not be."""
        refused = []
        for item in self._bundle(press["bundle"]).items:
            line = {
                "product_id": item.product.product_id,
                "variant_id": item.product.variant_id,
                "quantity": item.quantity,
                "bundle_id": press["bundle"],
            }
            try:
                await self._put(line)
            except ApiFailure as failure:
                refused.append(f"{item.product.title}: {failure.message}")
        self.visit.notice = " ".join(refused) or "All of it is in your cart."

    async def _put(self, line: Mapping[str, object]) -> None:
        self.visit.cart = cart_of(await self._caller.post("/v1/cart/items", line))

    async def _quantity(self, press: Press) -> None:
        path = f"/v1/cart/items/{quote(press['line'], safe='')}"
        wanted = press.number("quantity")
        if wanted > 0:
            await self._caller.send("PATCH", path, {"quantity": wanted})
        else:
            await self._caller.send("DELETE", path)
        await self.load_cart()

    async def _edit(self, press: Press) -> None:
        outcome = await edit_bundle(self._caller, press)
        self.visit.notice = outcome.notice
        if outcome.bundle is not None:
            self.visit.turns = with_bundle(self.visit.turns, outcome.bundle)

    def _bundle(self, bundle_id: str) -> BundleView:
        """The bundle as the page shows it."""
        shown = (bundle for turn in self.visit.turns for bundle in turn.bundles)
        found = next((bundle for bundle in shown if bundle.id == bundle_id), None)
        if found is None:
            raise UnknownButton(f"bundle {bundle_id} is not on the page")
        return found

    async def _compare(self, press: Press) -> None:
        """Picks a product to compare, or puts it back."""
        pick = Pick(press["product"], press["title"])
        others = tuple(each for each in self.visit.comparing if each.id != pick.id)
        if len(others) < len(self.visit.comparing):
            self.visit.comparing = others
        elif len(others) == MOST_COMPARED:
            self.visit.notice = f"{MOST_COMPARED} can be compared at once."
        else:
            self.visit.comparing = (*others, pick)

    async def _thumb(self, press: Press) -> None:
        value = 1 if press["value"] == "1" else -1
        await self._caller.post(f"/v1/messages/{quote(press['message'], safe='')}/feedback", {"value": value})
        self.visit.turns = tuple(
            replace(turn, thumb=value) if turn.key == press["turn"] else turn for turn in self.visit.turns
        )

    async def _confirm(self, press: Press) -> None:
        path = f"/v1/confirmations/{quote(press['confirmation'], safe='')}"
        reply = await self._caller.post(path, {"accept": press["accept"] == "yes"})
        self.visit.turns = tuple(
            replace(turn, confirmation=None)
            if turn.confirmation and turn.confirmation.id == press["confirmation"]
            else turn
            for turn in self.visit.turns
        )
        if "content" in reply:
            self.visit.turns += (answered(Turn(reply["id"]), reply),)


Deed = Callable[[Shopper, Press], Awaitable[None]]

#: The buttons that are no message of the shopper's.
DEEDS: Mapping[str, Deed] = {
    "again": Shopper._again,
    "new": Shopper._new,
    "add": Shopper._add,
    "add_bundle": Shopper._add_bundle,
    "quantity": Shopper._quantity,
    "edit": Shopper._edit,
    "budget": Shopper._edit,
    "compare": Shopper._compare,
    "thumb": Shopper._thumb,
    "confirm": Shopper._confirm,
}


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

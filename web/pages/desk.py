"""What a person of the shop can do at the support desk: see who waits, read and take conversations, answer,
and compose bundles.

Everything goes to the public API with the token of the person's sign-in. Errors: none leave but
`UnknownButton`; what the API refuses becomes a notice.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import httpx

from assistant.values import BundleView
from shop.serialise import Json, to_json
from web.pages.bundle_edits import edit_bundle
from web.pages.buttons import Press, UnknownButton
from web.pages.client import ApiFailure, Caller
from web.pages.rendering import parse_amount
from web.pages.talk import Case, QueueEntry, Status, Suggestion, Turn, parse, turns_of

MOST_ANCHORS = 8


@dataclass(slots=True)
class Desk:
    """One sign-in: the token, who signed in, and what the page shows. `attached` are the bundles and products
    that go with the next message: their titles by "bundle id" or "product id"."""

    key: str
    name: str = ""
    queue: tuple[QueueEntry, ...] = ()
    open_id: str | None = None
    status: Status | None = None
    turns: tuple[Turn, ...] = ()
    bundles: tuple[BundleView, ...] = ()
    problem: str = ""
    notice: str = ""
    draft: str = ""
    case: Case | None = None
    suggestions: tuple[Suggestion, ...] = ()
    attached: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at a desk. `caller` calls with the desk's key; `currency` is the shop's."""

    desk: Desk
    caller: Caller
    currency: str

    async def refresh(self) -> None:
        """The queue, and the open conversation, as they are now."""
        try:
            answer = await self.caller.get("/v1/support/queue")
            self.desk.queue = parse(tuple[QueueEntry, ...], answer["queue"])
            if self.desk.open_id is not None:
                await self._read()
        except (ApiFailure, httpx.HTTPError) as error:
            self.desk.notice = _told(error)

    async def press(self, press: Press) -> None:
        """Does what a button stands for. Raises `UnknownButton`."""
        deed = DEEDS.get(press.name)
        if deed is None:
            raise UnknownButton(press.name)
        self.desk.notice = ""
        try:
            await deed(self, press)
        except (ApiFailure, httpx.HTTPError) as error:
            self.desk.notice = _told(error)
        await self.refresh()

    async def _read(self) -> None:
        stored = await self.caller.get(f"/v1/conversations/{quote(self.desk.open_id or '', safe='')}")
        self.desk.status = stored["status"]
        self.desk.turns = turns_of(stored["messages"])
        self.desk.case = parse(Case, await self.caller.get(self._path()))

    async def _open(self, press: Press) -> None:
        desk = self.desk
        desk.open_id, desk.status, desk.turns, desk.draft = press["conversation"], None, (), ""
        desk.case, desk.suggestions, desk.attached = None, (), {}
        try:
            await self._read()
        except ApiFailure:
            desk.open_id = None
            raise

    async def _change(self, press: Press) -> None:
        """Takes over, hands back or resolves: the button's name is the API's."""
        await self.caller.post(self._path(press.name), {})

    async def _reply(self, press: Press) -> None:
        words = press["words"].strip()
        if words:
            message: dict[str, Json] = {"content": words}
            for kind in ("product", "bundle"):
                ids: list[Json] = [
                    key.removeprefix(f"{kind} ") for key in self.desk.attached if key.startswith(f"{kind} ")
                ]
                message |= {f"{kind}_ids": ids} if ids else {}
            await self.caller.post(self._path("messages"), message)
            self.desk.draft, self.desk.suggestions, self.desk.attached = "", (), {}

    async def _suggest(self, _press: Press) -> None:
        """Replies to choose from."""
        answer = await self.caller.post(self._path("suggestions"), {})
        self.desk.suggestions = parse(tuple[Suggestion, ...], answer["suggestions"])
        if not self.desk.suggestions:
            self.desk.notice = "There is nothing to suggest for this."

    async def _use(self, press: Press) -> None:
        """Puts a suggested reply into the message, with the products that it names."""
        place = press.number("place")
        if not 0 <= place < len(self.desk.suggestions):
            raise UnknownButton("a suggestion that is not on the page")
        chosen = self.desk.suggestions[place]
        self.desk.draft = chosen.text
        self.desk.attached = {f"product {each.product_id}": each.title for each in chosen.products}

    async def _attach(self, press: Press) -> None:
        """Shows a product, named by its id, with the next message."""
        product_id = press["product"].strip()
        found = await self.caller.get(f"/v1/products/{quote(product_id, safe='')}")
        self.desk.attached[f"product {product_id}"] = str(found["title"])

    async def _detach(self, press: Press) -> None:
        self.desk.attached.pop(press["key"], None)

    def _path(self, deed: str = "") -> str:
        if self.desk.open_id is None:
            raise UnknownButton(f"{deed} without a conversation")
        path = f"/v1/support/conversations/{quote(self.desk.open_id, safe='')}"
        return f"{path}/{deed}" if deed else path

    async def _compose(self, press: Press) -> None:
        desk = self.desk
        desk.bundles, desk.problem = (), ""
        need = press["need"].strip()
        anchors: list[Json] = [each for each in re.split(r"[\s,;]+", press["products"]) if each]
        if not need and not anchors:
            desk.problem = "Say what is needed, or which products it should go with."
            return
        asked: dict[str, Json] = {"need": need} if need else {}
        if anchors:
            asked["anchor_product_ids"] = anchors[:MOST_ANCHORS]
        if press["amount"].strip():
            budget = parse_amount(press["amount"], self.currency)
            if budget is None:
                desk.problem = "Write the budget as a number, such as 250."
                return
            asked["budget"] = to_json(budget)
        try:
            answer = await self.caller.post("/v1/bundles", asked)
        except ApiFailure as failure:
            desk.problem = failure.message
            return
        desk.bundles = parse(tuple[BundleView, ...], answer["bundles"])
        if not desk.bundles:
            desk.problem = answer.get("infeasible", {}).get("reason", "Nothing was found for this.")

    async def _edit(self, press: Press) -> None:
        outcome = await edit_bundle(self.caller, press)
        changed = outcome.bundle
        self.desk.problem = outcome.notice
        if changed is not None:
            self.desk.bundles = tuple(
                changed if each.id == changed.id else each for each in self.desk.bundles
            )

    async def _draft(self, press: Press) -> None:
        """Puts a bundle into the message that is being written."""
        found = next((each for each in self.desk.bundles if each.id == press["bundle"]), None)
        if found is None:
            raise UnknownButton("a bundle that is not on the page")
        self.desk.draft = in_words(found)
        self.desk.attached[f"bundle {found.id}"] = found.title
        if self.desk.status != "open":
            self.desk.notice = "Take a conversation over first; then it is in the message."


Deed = Callable[[Agent, Press], Awaitable[None]]

DEEDS: Mapping[str, Deed] = {
    "open": Agent._open,
    "take": Agent._change,
    "handback": Agent._change,
    "resolve": Agent._change,
    "reply": Agent._reply,
    "suggest": Agent._suggest,
    "use": Agent._use,
    "attach": Agent._attach,
    "detach": Agent._detach,
    "compose": Agent._compose,
    "edit": Agent._edit,
    "budget": Agent._edit,
    "draft": Agent._draft,
}


def in_words(bundle: BundleView) -> str:
    """A bundle as a person writes it in a message."""
    lines = [
        f"{f'{item.quantity} × ' if item.quantity > 1 else ''}{item.product.title}, "
        f"{item.product.price * item.quantity}"
        for item in bundle.items
    ]
    saved = f", {bundle.savings} less than one by one" if bundle.savings.amount > 0 else ""
    return "\n".join(
        [f"{bundle.title}:", *(f"- {line}" for line in lines), f"Together {bundle.total}{saved}."]
    )


def _told(error: ApiFailure | httpx.HTTPError) -> str:
    return error.message if isinstance(error, ApiFailure) else "The shop could not answer. Please try again."

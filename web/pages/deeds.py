"""What the buttons of the shopper's page do, beyond a message: the cart, bundles, options, comparing, thumbs.

Errors: `UnknownButton` where the page has no such button. What the API refuses becomes a notice.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import quote

import httpx

from assistant.cards import product_card
from assistant.values import BundleView
from shop.ids import new_id
from shop.values import Product
from web.pages.bundle_edits import edit_bundle
from web.pages.buttons import Press, UnknownButton
from web.pages.client import ApiFailure
from web.pages.rendering import Pick
from web.pages.shopper import Shopper, failure_of
from web.pages.talk import Turn, answered, cart_of, parse, with_bundle, with_card

logger = logging.getLogger(__name__)

MOST_COMPARED = 4
ASK_FOR_PERSON = "I would like to talk to a person"


async def do(shopper: Shopper, press: Press) -> None:
    """Does what a button stands for. Raises `UnknownButton`."""
    words = _words_of(shopper, press)
    if words is not None:
        if shopper.say(words) and press.name == "compare_now":
            shopper.visit.comparing = ()
        return
    deed = DEEDS.get(press.name)
    if deed is None:
        raise UnknownButton(press.name)
    shopper.visit.notice = ""
    try:
        await deed(shopper, press)
    except (ApiFailure, httpx.HTTPError) as error:
        shopper.visit.notice = failure_of(error).message


def _words_of(shopper: Shopper, press: Press) -> str | None:
    """The message that a button stands for, if it does."""
    match press.name:
        case "say":
            return press["words"]
        case "person":
            return ASK_FOR_PERSON
        case "similar":
            return f"Show me more like {press['title']}"
        case "compare_now" if len(shopper.visit.comparing) > 1:
            *others, last = (pick.title for pick in shopper.visit.comparing)
            return f"Compare {', '.join(others)} and {last}"
        case _:
            return None


async def _again(shopper: Shopper, press: Press) -> None:
    shopper.say_again(press)


async def _new(shopper: Shopper, _press: Press) -> None:
    if shopper.is_free():
        shopper.visit.begin_anew()


async def _add(shopper: Shopper, press: Press) -> None:
    await shopper.have_session()
    await _put(shopper, {"product_id": press["product"], "variant_id": press["variant"]})
    shopper.visit.notice = "It is in your cart."
    await _report(shopper, press.get("ranking"), [press["product"]])


async def _add_bundle(shopper: Shopper, press: Press) -> None:
    """Puts in each item of the bundle as it is shown; says which ones could not be."""
    added, refused = [], []
    for item in _bundle(shopper, press["bundle"]).items:
        line = {
            "product_id": item.product.product_id,
            "variant_id": item.product.variant_id,
            "quantity": item.quantity,
            "bundle_id": press["bundle"],
        }
        try:
            await _put(shopper, line)
            added.append(item.product.product_id)
        except ApiFailure as failure:
            refused.append(f"{item.product.title}: {failure.message}")
    shopper.visit.notice = " ".join(refused) or "All of it is in your cart."
    await _report(shopper, press.get("ranking"), added)


async def _report(shopper: Shopper, ranking: str | None, product_ids: Sequence[str]) -> None:
    """Tells the shop which of what it showed was bought. Nothing of the shopper's hangs on it."""
    if ranking is None or not product_ids:
        return
    events = [
        {
            "id": new_id("event"),
            "type": "interaction",
            "at": datetime.now(UTC).isoformat(),
            "ranking": ranking,
            "action": "add_to_cart",
            "product_id": product_id,
        }
        for product_id in product_ids
    ]
    try:
        await shopper.caller.post("/v1/events", {"events": events})
    except ApiFailure as failure:
        logger.info("an interaction was not taken: %s", failure)


async def _put(shopper: Shopper, line: Mapping[str, object]) -> None:
    shopper.visit.cart = cart_of(await shopper.caller.post("/v1/cart/items", line))


async def _quantity(shopper: Shopper, press: Press) -> None:
    path = f"/v1/cart/items/{quote(press['line'], safe='')}"
    wanted = press.number("quantity")
    if wanted > 0:
        await shopper.caller.send("PATCH", path, {"quantity": wanted})
    else:
        await shopper.caller.send("DELETE", path)
    await shopper.load_cart()


async def _edit(shopper: Shopper, press: Press) -> None:
    outcome = await edit_bundle(shopper.caller, press)
    shopper.visit.notice = outcome.notice
    if outcome.bundle is not None:
        shopper.visit.turns = with_bundle(shopper.visit.turns, outcome.bundle)


def _bundle(shopper: Shopper, bundle_id: str) -> BundleView:
    """The bundle as the page shows it."""
    shown = (bundle for turn in shopper.visit.turns for bundle in turn.bundles)
    found = next((bundle for bundle in shown if bundle.id == bundle_id), None)
    if found is None:
        raise UnknownButton(f"bundle {bundle_id} is not on the page")
    return found


async def _options(shopper: Shopper, press: Press) -> None:
    """Shows the variants of a product to choose from."""
    await shopper.have_session()
    product_id = press["product"]
    found = await shopper.caller.get(f"/v1/products/{quote(product_id, safe='')}")
    shopper.visit.choices[product_id] = parse(Product, found)


async def _choose(shopper: Shopper, press: Press) -> None:
    product = shopper.visit.choices.get(press["product"])
    variant = product.variant(press["variant"]) if product else None
    if product is None or variant is None:
        raise UnknownButton("a variant that is not on the page")
    shopper.visit.turns = with_card(shopper.visit.turns, product_card(product, variant))


async def _compare(shopper: Shopper, press: Press) -> None:
    """Picks a product to compare, or puts it back."""
    pick = Pick(press["product"], press["title"])
    others = tuple(each for each in shopper.visit.comparing if each.id != pick.id)
    if len(others) < len(shopper.visit.comparing):
        shopper.visit.comparing = others
    elif len(others) == MOST_COMPARED:
        shopper.visit.notice = f"{MOST_COMPARED} can be compared at once."
    else:
        shopper.visit.comparing = (*others, pick)


async def _thumb(shopper: Shopper, press: Press) -> None:
    value = 1 if press["value"] == "1" else -1
    await shopper.caller.post(f"/v1/messages/{quote(press['message'], safe='')}/feedback", {"value": value})
    shopper.visit.turns = tuple(
        replace(turn, thumb=value) if turn.key == press["turn"] else turn for turn in shopper.visit.turns
    )


async def _confirm(shopper: Shopper, press: Press) -> None:
    path = f"/v1/confirmations/{quote(press['confirmation'], safe='')}"
    reply = await shopper.caller.post(path, {"accept": press["accept"] == "yes"})
    shopper.visit.turns = tuple(
        replace(turn, confirmation=None)
        if turn.confirmation and turn.confirmation.id == press["confirmation"]
        else turn
        for turn in shopper.visit.turns
    )
    if "content" in reply:
        shopper.visit.turns += (answered(Turn(reply["id"]), reply),)


Deed = Callable[[Shopper, Press], Awaitable[None]]

#: The buttons that are no message of the shopper's.
DEEDS: Mapping[str, Deed] = {
    "again": _again,
    "new": _new,
    "add": _add,
    "add_bundle": _add_bundle,
    "quantity": _quantity,
    "edit": _edit,
    "budget": _edit,
    "options": _options,
    "choose": _choose,
    "compare": _compare,
    "thumb": _thumb,
    "confirm": _confirm,
}

"""The buttons of a bundle's card, as calls of the API: the same for a shopper and at the support desk.

Errors: `ApiFailure` for what the API refuses, `UnknownButton` where a button lacks what it must carry.
"""

from dataclasses import dataclass
from urllib.parse import quote

from assistant.values import BundleView
from shop.serialise import Json, to_json
from web.pages.buttons import Press
from web.pages.client import ApiFailure, Caller
from web.pages.rendering import parse_amount
from web.pages.talk import parse


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """The bundle as it is now (None: nothing was asked of it), and what there is to tell."""

    bundle: BundleView | None
    notice: str = ""


async def edit_bundle(caller: Caller, press: Press) -> EditOutcome:
    """Does the edit that a button asks for. A bundle that changed meanwhile is shown as it is."""
    change: dict[str, Json]
    if press.name == "budget":
        amount = parse_amount(press["amount"], press["currency"])
        if amount is None:
            return EditOutcome(None, "Write the budget as a number, such as 250.")
        change = {"op": "set_budget", "budget": to_json(amount)}
    else:
        slot = press.get("slot")
        change = {"op": press["op"], **({"slot": slot} if slot else {})}
    path = f"/v1/bundles/{quote(press['bundle'], safe='')}/edit"
    try:
        answer = await caller.post(path, {"revision": press.number("revision"), **change})
    except ApiFailure as failure:
        if failure.code != "bundle_changed":
            raise
        current = parse(BundleView, failure.body["bundle"])
        return EditOutcome(current, "This set had changed meanwhile; here it is as it is now.")
    infeasible = answer.get("infeasible")
    return EditOutcome(parse(BundleView, answer["bundle"]), infeasible["reason"] if infeasible else "")

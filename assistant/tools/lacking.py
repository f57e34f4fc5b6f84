"""A set of parts that the shopper named, of which the shop does not have all.

What there is is put together, and what is missing is told: whoever asks for a tent, a stove and a chair is
served better by two of them than by a no.
"""

from dataclasses import replace

from assistant.bundles import BundleRequest, Bundles, Composed
from assistant.bundling.infeasibility import NO_CANDIDATES
from assistant.intent import Slot

#: One thing alone is no set.
FEWEST = 2


def compose_without_lacking(bundles: Bundles, request: BundleRequest) -> tuple[Composed, tuple[Slot, ...]]:
    """The sets of `request`, without the named parts that the shop has nothing for; these parts. Nothing is
    composed where fewer than two things are left: the parts that `request` names and these do not are all
    that there is. Raises as `Bundles.compose`."""
    composed = bundles.compose(request)
    lacking: list[Slot] = []
    while (slot := _nothing_for(composed, request)) is not None:
        lacking.append(slot)
        request = replace(
            request,
            slots=tuple(replace(each, required=False) if each is slot else each for each in request.slots),
        )
        if sum(each.required for each in request.slots) + len(request.anchor_product_ids) < FEWEST:
            break
        composed = bundles.compose(request)
    return composed, tuple(lacking)


def _nothing_for(composed: Composed, request: BundleRequest) -> Slot | None:
    """The required part for which there is no candidate."""
    why = composed.infeasible
    if why is None or why.reason != NO_CANDIDATES:
        return None
    return next((each for each in request.slots if each.name == why.slot and each.required), None)

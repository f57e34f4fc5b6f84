"""A request becomes composed sets: slots, their candidates, and the best that fit together.

Slots that the caller names are taken to the letter. Slots found for a need are a proposal: the shop's own
occasions say it, else what its records tell, else what common occasions need. A slot that the shop cannot
fill is left out, and where not all of them fit the budget, all but the first may stay empty, as long as half
of them are filled. Where there is a need (or products are there already), what the chosen things require is
added as an optional slot.

Errors: `UnknownProduct` for an anchor that does not exist, `BadRequest` for a budget in another currency.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.bundle_candidates import Limits as SearchLimits
from assistant.bundle_candidates import Offer, candidate, cheaper_still, find, kind_filters
from assistant.bundle_categories import together as together_in_shop
from assistant.bundle_mates import required, together
from assistant.bundle_sources import Sources
from assistant.bundling.branch_and_bound import Limits
from assistant.bundling.compose import compose
from assistant.bundling.errors import BadRequest, UnknownProduct
from assistant.bundling.infeasibility import BUDGET, NO_CANDIDATES
from assistant.bundling.values import BundleItem, Choice, Infeasible, Problem, SlotChoice
from assistant.common_occasions import common_occasions
from assistant.intent import Constraints, Slot
from assistant.kinds import beside, covers, from_words
from assistant.slots import PlannedSlot, from_occasion, given, leaf, match_occasion, unique_name
from shop.money import Money
from shop.values import Occasion, Product

#: How long composing looks for something better, for each bundle wanted.
PATIENCE_S = 0.22


@dataclass(frozen=True, slots=True)
class BundleRequest:
    """What a bundle is wanted for. `locked` are items that every bundle holds as they are; an anchor is a
    product that is there already and gets a locked slot of its own. `on_top`: the budget is for the others.
    """

    owner: str
    need: str = ""
    slots: tuple[Slot, ...] = ()
    anchor_product_ids: tuple[str, ...] = ()
    budget: Money | None = None
    exclude_product_ids: frozenset[str] = frozenset()
    count: int = 3
    party: Mapping[str, int] = field(default_factory=dict)
    constraints: Constraints = field(default_factory=Constraints)
    locked: tuple[BundleItem, ...] = ()
    on_top: bool = False

    @property
    def people(self) -> int | None:
        """How many come along; None where nobody said."""
        return sum(self.party.values()) or None


@dataclass(frozen=True, slots=True)
class Composition:
    """`topic` is what the bundles are called by; `problem` is what the choices solve."""

    topic: str
    problem: Problem
    choices: tuple[Choice, ...]
    infeasible: Infeasible | None = None


def patience(bundles: int) -> Limits:
    """Limits of a search that starts now."""
    end = time.monotonic() + PATIENCE_S * bundles
    return Limits(expired=lambda: time.monotonic() > end)


def compose_request(
    request: BundleRequest, occasions: Sequence[Occasion], currency: str, sources: Sources
) -> Composition:
    """The composed sets for a request, or why there are none."""
    if request.budget is not None and request.budget.currency != currency:
        raise BadRequest(f"the shop's prices are in {currency}: give the budget in {currency}")
    if request.budget is not None and request.budget.amount < 0:
        raise BadRequest("a budget is zero or more")
    held = _held(request, sources)
    derived = not request.slots
    topic, planned = _planned(request, held, occasions, sources)
    limits, offers = _offered(request, held, planned, sources)
    if derived and not offers and (common := match_occasion(_need(request), common_occasions())):
        topic, planned = common.name, from_occasion(common, request.party or _recipient(request.constraints))
        limits, offers = _offered(request, held, planned, sources)
    choices = [*held, *map(_choice, offers)]
    if request.need.strip() or request.anchor_product_ids:
        offers += required(choices, sources)
    found = _solve(request, held, offers, limits, sources)
    if derived and found.infeasible is not None and offers:
        found = _partly(request, found)
    return replace(found, topic=topic)


def paid_for(request: BundleRequest, sources: Sources) -> Money | None:
    """What the anchors cost, where the budget is for the others alone. Raises `UnknownProduct`."""
    if request.budget is None or not request.on_top:
        return None
    anchors = _held(replace(request, locked=()), sources)
    return Money(sum(each.candidates[0].price.amount for each in anchors), request.budget.currency)


def _held(request: BundleRequest, sources: Sources) -> list[SlotChoice]:
    """Locked slots: for the items that must stay, and for each anchor."""
    records = sources.records([*request.anchor_product_ids, *(item.product_id for item in request.locked)])
    choices = []
    for item in request.locked:
        product = _known(records, item.product_id)
        there = candidate(product, item.quantity, sources.prices, variant_id=item.variant_id)
        choices.append(SlotChoice(Slot(item.slot, item.query, item.quantity), (there,), locked=True))
    for product_id in dict.fromkeys(request.anchor_product_ids):
        product = _known(records, product_id)
        words = leaf(product.categories[0]) if product.categories else product.title
        taken = {choice.slot.name for choice in choices} | {slot.name for slot in request.slots}
        slot = Slot(unique_name(words, taken), words)
        choices.append(SlotChoice(slot, (candidate(product, 1, sources.prices),), locked=True))
    return choices


def _known(records: Mapping[str, Product], product_id: str) -> Product:
    if product_id not in records:
        raise UnknownProduct(product_id)
    return records[product_id]


def _planned(
    request: BundleRequest, held: Sequence[SlotChoice], occasions: Sequence[Occasion], sources: Sources
) -> tuple[str, tuple[PlannedSlot, ...]]:
    """What the bundles are called by, and the slots besides the held ones."""
    names = {choice.slot.name for choice in held}
    need = _need(request)
    occasion = match_occasion(need, occasions)
    topic = occasion.name if occasion else request.need.strip()
    if held and not topic:
        topic = held[0].candidates[0].title
    if request.slots:
        planned = given(request.slots)
        topic = topic or ", ".join(slot.query for slot in request.slots)
    elif occasion is not None:
        planned = from_occasion(occasion, request.party or _recipient(request.constraints))
    elif held:
        products = sources.records(choice.candidates[0].product_id for choice in held)
        planned = beside(list(products.values()), sources)
    else:
        planned = from_words(need, sources) if need else ()
    return topic, tuple(each for each in planned if each.slot.name not in names)


def _need(request: BundleRequest) -> str:
    return " ".join(filter(None, (request.need, request.constraints.occasion)))


def _offered(
    request: BundleRequest, held: Sequence[SlotChoice], planned: Sequence[PlannedSlot], sources: Sources
) -> tuple[SearchLimits, list[Offer]]:
    limits = _search_limits(request, held, planned)
    suited = together_in_shop(planned, kind_filters(limits), sources)
    offers = [find(each, limits, sources) for each in suited]
    return limits, offers if request.slots else _fillable(offers, held, sources)


def _recipient(constraints: Constraints) -> Mapping[str, int]:
    if constraints.recipient is None:
        return {}
    return {constraints.recipient: constraints.quantity or 1}


def _search_limits(
    request: BundleRequest, held: Sequence[SlotChoice], planned: Sequence[PlannedSlot]
) -> SearchLimits:
    """What holds for every slot; what is held is paid for, and found in no other slot."""
    there = {choice.candidates[0].product_id for choice in held}
    excluded = request.exclude_product_ids | there
    limits = SearchLimits(request.constraints, excluded, people=request.people)
    if request.budget is None:
        return limits
    paid = sum(choice.candidates[0].price.amount * choice.slot.quantity for choice in held)
    left = max(0, request.budget.amount - paid)
    pieces = sum(each.slot.quantity for each in planned if each.slot.required)
    currency = request.budget.currency
    return replace(limits, budget=Money(left, currency), share=Money(left // max(1, pieces), currency))


def _fillable(offers: Sequence[Offer], held: Sequence[SlotChoice], sources: Sources) -> list[Offer]:
    """Without the slots that the shop has nothing for, and those that something held is of already. One thing
    alone is no bundle."""
    there = sources.records(choice.candidates[0].product_id for choice in held).values()
    fillable = [
        offer
        for offer in offers
        if offer.candidates
        and not any(covers(each, offer.category or "", offer.planned.slot.query, sources) for each in there)
    ]
    return fillable if len(fillable) + len(held) > 1 else []


def _choice(offer: Offer) -> SlotChoice:
    return SlotChoice(offer.planned.slot, offer.candidates)


def _solve(
    request: BundleRequest,
    held: Sequence[SlotChoice],
    offers: Sequence[Offer],
    limits: SearchLimits,
    sources: Sources,
) -> Composition:
    """Composes; where the budget is too small, once more with all that is cheaper still."""
    if not offers:
        return Composition("", Problem(tuple(held)), (), Infeasible(NO_CANDIDATES))
    composition = _compose(request, [*held, *map(_choice, offers)], sources)
    if composition.infeasible is not None and composition.infeasible.reason == BUDGET:
        cheap = [cheaper_still(offer, limits, sources) for offer in offers]
        composition = _compose(request, [*held, *map(_choice, cheap)], sources)
    return composition


def _compose(request: BundleRequest, choices: Sequence[SlotChoice], sources: Sources) -> Composition:
    deals = sources.prices.deals(choices, sources.records)
    problem = Problem(tuple(choices), request.budget, together(choices, sources.relations), deals)
    found = compose(problem, request.count, patience(request.count))
    if isinstance(found, Infeasible):
        return Composition("", problem, (), found)
    return Composition("", problem, found)


def _partly(request: BundleRequest, whole: Composition) -> Composition:
    """The same slots, of which all but the held ones and the first may stay empty; `whole` where that
    fills less than half of those that were required."""
    free = [choice for choice in whole.problem.slots if not choice.locked]
    needed = [choice.slot.name for choice in free if choice.slot.required]
    slots = tuple(
        choice
        if choice.locked or choice is free[0]
        else replace(choice, slot=replace(choice.slot, required=False))
        for choice in whole.problem.slots
    )
    problem = replace(whole.problem, slots=slots)
    found = compose(problem, request.count, patience(request.count))
    if isinstance(found, Infeasible):
        return whole
    enough = tuple(
        choice for choice in found if 2 * sum(name in choice.items for name in needed) >= len(needed)
    )
    return Composition("", problem, enough) if enough else whole

"""What may fill a slot: found by search, read from the records, all of one kind.

A slot's candidates stand in one category, the one that the best hits are in: whoever asks for a tent is not
offered its pegs. What only a description mentions is no candidate: whoever asks for a laptop is not offered
its charger. Where money is short the search is repeated below what one item may cost, so
that cheap things are among the candidates even where dearer ones fit the words better.

It reads prices and stock from the records and trusts no search for them; it knows no budget rule beyond
what to ask for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from assistant.bundle_categories import holds, named_categories
from assistant.bundle_sources import Prices, Sources
from assistant.bundling.values import Candidate
from assistant.intent import Constraints
from assistant.kinds import tokens
from assistant.slots import PlannedSlot
from retrieval.values import Exclusion, Filters, Hit, Query
from shop.money import Money
from shop.values import AvailabilityStatus, Product, Rating, Variant

#: How many hits are asked for: to choose from, and to have cheap ones among them.
ASKED, CHEAP = 16, 8

#: How often a search for something cheaper still is made.
MOST_DESCENTS = 6

#: A candidate counts where it scores this share of the best one.
LEAST_RELEVANCE = 0.25

#: How many titles must hold the last word of a query to leave out those that do not.
FEWEST_NAMED = 2

#: An unrated product is taken to be like this many ratings of this value.
PRIOR_RATINGS, PRIOR_RATING = 4, 3.8


#: A candidate, and whether its variant can be sent now.
Found = tuple[Candidate, AvailabilityStatus]


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for every slot. `share` is what one piece may cost if all cost the same; `people`: so many
    are to use what is in it together; `strict`: no wish may be given up, else it may, and the candidate's
    `caveats` say so."""

    constraints: Constraints = field(default_factory=Constraints)
    excluded: frozenset[str] = frozenset()
    budget: Money | None = None
    share: Money | None = None
    people: int | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A slot with its candidates, best first, and the category that they are of."""

    planned: PlannedSlot
    candidates: tuple[Candidate, ...]
    category: str | None = None


def find(planned: PlannedSlot, limits: Limits, sources: Sources) -> Offer:
    """The candidates of one slot, available ones only. Where nothing is within the budget they are dearer:
    then the budget is in the way, not the shop. Empty where nothing fits."""
    category = planned.category
    if category is None:
        shares = named_categories(planned.text, kind_filters(limits), sources)
        if not shares:
            return Offer(planned, ())
        category = max(shares, key=lambda path: shares[path]) or None
    found = _candidates(planned, category, limits, sources)
    if not found and limits.budget is not None:
        found = _candidates(planned, category, replace(limits, budget=None, share=None), sources)
    return Offer(planned, found, category)


def cheaper_still(offer: Offer, limits: Limits, sources: Sources) -> Offer:
    """The same slot with cheaper and cheaper candidates, as far down as the shop has any."""
    known = {each.product_id: each for each in offer.candidates}
    planned = offer.planned
    for _ in range(MOST_DESCENTS if known else 0):
        lowest = min(known.values(), key=lambda each: each.price.amount).price
        below = Money(lowest.amount * planned.slot.quantity - 1, lowest.currency)
        least = min(each.relevance for each in known.values())
        found = _candidates(planned, offer.category, replace(limits, budget=below, share=None), sources)
        fresh = [each for each in found if each.price < lowest and each.product_id not in known]
        if not fresh:
            break
        known |= {each.product_id: replace(each, relevance=min(each.relevance, least)) for each in fresh}
    return replace(offer, candidates=tuple(known.values()))


def candidate(
    product: Product,
    quantity: int,
    prices: Prices,
    *,
    hit: Hit | None = None,
    filters: Filters | None = None,
    variant_id: str | None = None,
) -> Candidate:
    """A product as it may stand in a bundle: in the named variant, else in the one that suits best."""
    named = product.variant(variant_id) if variant_id else None
    variant = named or _variant(product, quantity, hit, filters or Filters())
    return Candidate(
        product_id=product.id,
        variant_id=variant.id,
        title=product.title,
        price=prices.each(product, variant, quantity),
        relevance=hit.score if hit else 1.0,
        quality=_quality(product.rating),
        stock=stock(variant),
        list_price=variant.list_price,
        category=product.categories[0] if product.categories else "",
        provides=product.provides,
        requires=product.requires,
        # A reason that names the price would still name it after the price has changed.
        reasons=tuple(text for text in hit.reasons if str(variant.price) not in text) if hit else (),
    )


def stock(variant: Variant) -> int | None:
    """How many can be sent now; None where nobody counts them, or where they are ordered for the shopper."""
    if not variant.availability.available:
        return 0
    return variant.availability.quantity if variant.availability.status == "in_stock" else None


def _candidates(
    planned: PlannedSlot, category: str | None, limits: Limits, sources: Sources
) -> tuple[Candidate, ...]:
    quantity = planned.slot.quantity
    filters = _filters(limits, quantity, sources.prices)
    if category:
        filters = replace(filters, categories=(category,))
    found = _named(_merged(planned.text, quantity, filters, limits, sources), planned.slot.query)
    sent_now = [each for each, status in found if status == "in_stock"]
    return _scaled(sent_now or [each for each, _ in found])


def _named(found: list[Found], query: str) -> list[Found]:
    """Those whose titles hold the query's last word, where several do: a category may hold several kinds."""
    last = tokens(query)[-1:]
    named = [each for each in found if holds(each[0].title, last)]
    return named if len(named) >= FEWEST_NAMED else found


def _merged(text: str, quantity: int, filters: Filters, limits: Limits, sources: Sources) -> list[Found]:
    """Candidates by relevance, with cheap ones among them.

    A cheap one that only the second search found is less relevant than all of the first one's.
    """
    first = _searched(Query(text, filters, ASKED), quantity, limits, sources)
    if limits.share is None or len(first) < ASKED:
        return first
    known = {each.product_id for each, _ in first}
    least = min(each.relevance for each, _ in first)
    cheap = replace(filters, max_price=min(limits.share, filters.max_price or limits.share))
    second = _searched(Query(text, cheap, CHEAP), quantity, limits, sources)
    fresh = [(each, status) for each, status in second if each.product_id not in known]
    return first + [(replace(each, relevance=min(each.relevance, least)), status) for each, status in fresh]


def _searched(query: Query, quantity: int, limits: Limits, sources: Sources) -> list[Found]:
    """What a search found, as the records have it: of the asked category and at the asked price, whatever
    else the search gave up."""
    result = sources.finder.search(query)
    if limits.strict and result.relaxed:
        return []
    products = sources.records(hit.product_id for hit in result.hits)
    found = []
    for hit in result.hits:
        product = products.get(hit.product_id)
        if product is None or hit.product_id in limits.excluded or not _is_of(product, query.filters):
            continue
        each = candidate(product, quantity, sources.prices, hit=hit, filters=query.filters)
        variant = product.variant(each.variant_id)
        if variant is not None and _costs(variant, query.filters):
            found.append((replace(each, caveats=result.relaxed), variant.availability.status))
    return found


def _is_of(product: Product, filters: Filters) -> bool:
    return not filters.categories or any(product.is_in(category) for category in filters.categories)


def _costs(variant: Variant, filters: Filters) -> bool:
    dear = filters.max_price is not None and variant.price > filters.max_price
    return not dear and (filters.min_price is None or variant.price >= filters.min_price)


def _filters(limits: Limits, quantity: int, prices: Prices) -> Filters:
    wishes = limits.constraints
    ceilings = [wishes.max_price] if wishes.max_price else []
    if limits.budget is not None:
        each = Money(limits.budget.amount // quantity, limits.budget.currency)
        ceilings.append(prices.before_promotions(each))
    return Filters(
        brand=wishes.brand,
        min_price=wishes.min_price,
        max_price=min(ceilings) if ceilings else None,
        available=True,
        min_rating=wishes.min_rating,
        attributes=wishes.attributes,
        people=None if limits.people is None else -(-limits.people // quantity),
        exclude=_excluded(limits),
        exclude_product_ids=limits.excluded,
    )


def kind_filters(limits: Limits) -> Filters:
    """What holds for the kind of a slot. Whatever it costs: where tents are too dear, pegs are no tents."""
    return Filters(exclude=_excluded(limits), exclude_product_ids=limits.excluded)


def _excluded(limits: Limits) -> tuple[Exclusion, ...]:
    return tuple(Exclusion(each.field, each.value) for each in limits.constraints.exclude)


def _scaled(found: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The best is of relevance 1; what is far behind it is left out."""
    best = max((each.relevance for each in found), default=0.0)
    if best <= 0:
        return ()
    scaled = [replace(each, relevance=each.relevance / best) for each in found]
    return tuple(each for each in scaled if each.relevance >= LEAST_RELEVANCE)


def _variant(product: Product, quantity: int, hit: Hit | None, filters: Filters) -> Variant:
    """The variant that the search found, where there are enough of it and it is not too dear; else the
    cheapest such one. Wished attributes are the found variant's, so there it is that one or none."""
    wished = product.variant(hit.variant_id) if hit else None
    if wished is not None and filters.attributes:
        return wished

    def rank(variant: Variant) -> tuple[bool, bool, bool, bool, int, str]:
        left = stock(variant)
        return (
            left is not None and left < quantity,
            filters.max_price is not None and variant.price > filters.max_price,
            variant.availability.status != "in_stock",
            variant is not wished,
            variant.price.amount,
            variant.id,
        )

    return min(product.variants, key=rank)


def _quality(rating: Rating | None) -> float:
    """In 0 to 1; few ratings are pulled to the middle."""
    count, value = (rating.count, rating.value) if rating else (0, 0.0)
    mean = (value * count + PRIOR_RATING * PRIOR_RATINGS) / (count + PRIOR_RATINGS)
    return min(1.0, max(0.0, (mean - 1) / 4))

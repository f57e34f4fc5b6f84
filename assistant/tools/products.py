"""Tools about products: finding, comparing, answering a question about one."""

from dataclasses import replace
from itertools import takewhile

from assistant import evidence
from assistant.answers import answers
from assistant.cards import hit_cards, product_card
from assistant.intent import Constraints, Intent
from assistant.kinds import tokens
from assistant.lexicon import lexicon
from assistant.reading import read
from assistant.slots import leaf
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.fitting import why_it_fits
from assistant.tools.led import led_product
from assistant.tools.measuring import with_measures
from assistant.tools.policies import is_answered, search_policies
from assistant.tools.rankings import ranked
from assistant.understanding.follow_up import joined
from assistant.values import Comparison, ComparisonRow, ProductCard
from retrieval.answering import UnknownProduct
from retrieval.values import Exclusion, Filters, Hit, Query, SearchResult
from shop.catalogue import Catalogue
from shop.money import Money
from shop.occasions import Occasions
from shop.reviews import Reviews
from shop.serialise import Json, to_json
from shop.values import Product, Variant

SHOWN_PRODUCTS = 6
#: A hit with a lower score than the first is there by chance; the best one with a lower score than the
#: second hardly fits the words (scores as `retrieval.ranking` gives them: unknown words stay below 0.1).
NOISE, FAR, SURE = 0.12, 0.3, 0.6
#: What scores less than this share of the best is another thing: a bottle where packing cubes are looked for.
MEANT_SHARE = 0.4
#: How many are looked at for a few that differ.
LOOKED_AT = 48
#: Words of a wish that can be repeated.
LONGEST_WISH = 6
COMPARED_AT_MOST = 4
COMPARED_FACTS = 10


def filters_of(constraints: Constraints) -> Filters:
    """The facts a hit must meet; a budget for all bounds each one too."""
    return Filters(
        categories=(constraints.category,) if constraints.category else (),
        brand=constraints.brand,
        min_price=constraints.min_price,
        max_price=constraints.max_price or constraints.budget,
        available=constraints.available,
        min_rating=constraints.min_rating,
        attributes=constraints.attributes,
        exclude=tuple(Exclusion(each.field, each.value) for each in constraints.exclude),
    )


def search_products(context: ToolContext, intent: Intent) -> Found:
    """Finds products by words and facts. Says which facts had to be given up."""
    wanted = _query(context, intent)
    words, query = wanted.text, with_measures(wanted, context.turn.text, context.language)
    sought = query
    if intent.name == "find_product" and intent.constraints.category and not words:
        # The kind is all that was read; the message's own words ("for four") still say which come first.
        sought = replace(query, text=joined([context.turn.text, query.text]))
    try:
        found = context.services.finder.search(sought)
    except UnknownProduct:
        # What it is to be like was sold off since it was shown.
        found = context.services.finder.search(replace(sought, like_product_id=None))
    # Within a kind that was named, words say which come first; without one, which are meant at all.
    narrowed = words and not query.filters.categories
    result = replace(found, hits=_meant(found)) if narrowed else found
    items = _items(context, result)
    if not items and (as_said := _as_said(context, intent)) is not None:
        return search_products(context, as_said)
    close = not words or result.strategy == "rating"
    close = close or (bool(items) and _is_close(words, result.hits[0].score, items[0][0]))
    if not items or (result.relaxed and not close):
        # Where the words find nothing at all, no limit is to blame; and none is given up for another thing.
        limits = () if found.hits else _limits(query.filters)
        return Found(
            call("search_products", _arguments(query), ok=False),
            evidence.nothing_found(_wish(context, intent), limits),
        )
    return Found(
        call("search_products", _arguments(query)),
        evidence.products(
            items,
            _wish(context, intent),
            relaxed=result.relaxed,
            close=close,
            limit=_named_limit(intent),
        ),
        products=tuple(card for _, card in items),
        ranking_id=ranked(context, result),
    )


def _named_limit(intent: Intent) -> Money | None:
    """What the shopper would pay at most, in their own figures: an amount named loosely is read as two
    bounds that nobody said."""
    given = intent.constraints
    return None if given.min_price else given.max_price or given.budget


def suggest_products(context: ToolContext, intent: Intent) -> Found:
    """A few well rated products that differ, for a wish that names no kind of thing."""
    query = replace(_query(context, intent), text="", limit=LOOKED_AT)
    found = context.services.finder.search(query)
    with context.services.database.read() as work:
        products = Catalogue(work).products([hit.product_id for hit in found.hits])
    firsts: dict[str, Hit] = {}
    for hit in found.hits:
        if hit.product_id in products:
            firsts.setdefault(_department(products[hit.product_id]), hit)
    chosen = list(firsts.values())[:SHOWN_PRODUCTS]
    more = [hit for hit in found.hits if hit not in chosen]
    result = replace(found, hits=(*chosen, *more[: SHOWN_PRODUCTS - len(chosen)]))
    items = _items(context, result)
    if not items:
        return search_products(context, intent)
    return Found(
        call("search_products", _arguments(query)),
        evidence.suggestions(items),
        products=tuple(card for _, card in items),
        ranking_id=ranked(context, result),
    )


def goods_named(context: ToolContext) -> Found | None:
    """What the message's own words find, where they name goods of this shop: a second look at what was hardly
    read as anything else. None where they do not."""
    reading = by_rules(context)
    if reading.name != "find_product" or not (reading.query or reading.constraints.category):
        return None
    found = search_products(context, reading)
    return found if found.evidence.situation == "products" and found.evidence.values["close"] else None


def _as_said(context: ToolContext, intent: Intent) -> Intent | None:
    """The wish by the message's own words, where a model read others and they find nothing; None where there
    are no others."""
    reading = by_rules(context)
    same = (reading.query, reading.constraints) == (intent.query, intent.constraints)
    return None if same or reading.name not in ("find_product", "refine") else reading


def by_rules(context: ToolContext) -> Intent:
    """The message as the rules read it, beside what a model reads."""
    with context.services.database.read() as work:
        occasions = Occasions(work).all()
    vocabulary = context.services.finder.vocabulary()
    return read(
        context.turn.text,
        shown=context.shown,
        vocabulary=vocabulary,
        occasions=occasions,
        currency=vocabulary.currency,
    )


def _meant(found: SearchResult) -> tuple[Hit, ...]:
    if found.strategy == "rating" or not found.hits:
        return found.hits
    least = max(NOISE, MEANT_SHARE * max(hit.score for hit in found.hits))
    return tuple(hit for hit in found.hits if hit.score >= least)


def _is_close(words: str, score: float, first: Product) -> bool:
    """Whether the best hit is what the words name: surely by its score, else by the kind of thing it is."""
    ends = lexicon("en").locale.stop | lexicon("en").locale.connectors
    said = list(takewhile(lambda word: word not in ends, tokens(words)))
    kinds = {*tokens(first.title), *(each for path in first.categories for each in tokens(leaf(path)))}
    return score >= SURE or (score >= FAR and (not said or said[-1] in kinds))


def _items(context: ToolContext, result: SearchResult) -> list[tuple[Product, ProductCard]]:
    with context.services.database.read() as work:
        products = Catalogue(work).products([hit.product_id for hit in result.hits])
    return [(products[card.product_id], card) for card in hit_cards(result.hits, products)]


def _department(product: Product) -> str:
    return product.categories[0].split(">")[0].strip() if product.categories else product.id


def _query(context: ToolContext, intent: Intent) -> Query:
    filters = filters_of(intent.constraints)
    bound = _cheaper_bound(context, intent)
    if bound is not None and (filters.max_price is None or bound <= filters.max_price):
        filters = replace(filters, max_price=bound, below=True)
    return Query(
        text=intent.query or intent.constraints.occasion or "",
        filters=filters,
        limit=SHOWN_PRODUCTS,
        like_product_id=_alike(intent),
        sort="rating" if intent.sort == "better" else "relevance",
    )


def _alike(intent: Intent) -> str | None:
    """ "Like the second one but cheaper": the product that is pointed at."""
    if intent.name != "refine":
        return None
    return next((each.product_id for each in intent.references if each.product_id), None)


def _cheaper_bound(context: ToolContext, intent: Intent) -> Money | None:
    """ "Cheaper" means cheaper than what it points at, than what was talked about, than the first shown."""
    if intent.sort != "cheaper" or not context.shown.products:
        return None
    named = {reference.product_id for reference in intent.references}
    pointed = [card.price for card in context.shown.products if card.product_id in named]
    talked_about = context.shown.focus or context.shown.products[0]
    return pointed[0] if pointed else talked_about.price


def _arguments(query: Query) -> dict[str, Json]:
    filters = query.filters
    return {
        "query": query.text,
        "like": query.like_product_id,
        "categories": list(filters.categories),
        "brand": filters.brand,
        "min_price": to_json(filters.min_price),
        "max_price": to_json(filters.max_price),
        "min_rating": filters.min_rating,
        "available": filters.available,
        "attributes": dict(filters.attributes),
        "exclude": [{"field": each.field, "value": each.value} for each in filters.exclude],
    }


def _wish(context: ToolContext, intent: Intent) -> str:
    """What was looked for, in the shopper's words where there are any, else by the values that were named;
    with its kind, or what it is for, where the words do not hold that."""
    constraints = intent.constraints
    named = intent.query or " ".join([*constraints.attributes.values(), *filter(None, [constraints.brand])])
    kind = " ".join(
        word.lower() if word.istitle() else word for word in leaf(constraints.category or "").split()
    )
    if not set(tokens(named)).isdisjoint(tokens(kind)):
        return named
    if kind and (own := _named_so(context, named, kind)):
        return own
    after = named.partition(" ")[0].lower() in lexicon(context.language).locale.stop
    return " ".join(filter(None, [kind, named] if after else [named, kind])) or constraints.occasion or ""


def _named_so(context: ToolContext, named: str, kind: str) -> str:
    """The message's own words for a kind of thing, "chopping board" for boards, with all that was looked for;
    none where it has no such words."""
    wanted = {*tokens(named), *tokens(kind)[-1:]}
    said = by_rules(context).query
    words = context.turn.text.split()
    lengths = range(1, min(LONGEST_WISH, len(words)) + 1)
    runs = (" ".join(words[at : at + many]) for many in lengths for at in range(len(words) - many + 1))
    own = (said if len(said.split()) <= LONGEST_WISH else "", *runs)
    return next((each.strip(" ,.;:!?") for each in own if wanted <= set(tokens(each))), "")


def _limits(filters: Filters) -> tuple[str, ...]:
    """The facts that were asked for, as they are read."""
    limits = [f"{name.replace('_', ' ')} {value}" for name, value in filters.attributes.items()]
    if filters.brand:
        limits.append(filters.brand)
    if filters.max_price:
        limits.append(f"under {filters.max_price}")
    if filters.min_price:
        limits.append(f"over {filters.min_price}")
    limits.extend(f"not {each.value}" for each in filters.exclude)
    return tuple(limits)


def compare_products(context: ToolContext, intent: Intent) -> Found:
    """Compares the products pointed at, else the first ones shown. Needs two or more."""
    wanted = [each.product_id for each in intent.references if each.product_id]
    for bundle in context.shown.bundles if not wanted else ():
        wanted.extend(item.product.product_id for item in bundle.items[:1])
    if len(wanted) < 2 and context.shown.products:
        wanted = list(dict.fromkeys(wanted + [card.product_id for card in context.shown.products[:2]]))
    wanted = list(dict.fromkeys(wanted))[:COMPARED_AT_MOST]
    with context.services.database.read() as work:
        records = Catalogue(work).products(wanted)
    products = [records[each] for each in wanted if each in records]
    if len(products) < 2 and (intent.references or not intent.query):
        return Found(
            call("compare_products", {"product_ids": list(wanted)}, ok=False),
            evidence.unknown_reference(intent.references[0].text if intent.references else context.turn.text),
        )
    if len(products) < 2:
        return search_products(context, intent)
    cards = tuple(product_card(product, _variant_shown(context, product)) for product in products)
    compared = Comparison(tuple(product.id for product in products), _comparison_rows(products, cards))
    return Found(
        call("compare_products", {"product_ids": list(compared.product_ids)}),
        evidence.comparison(list(zip(products, cards, strict=True)), compared),
        products=cards,
        comparison=compared,
    )


def _comparison_rows(products: list[Product], cards: tuple[ProductCard, ...]) -> tuple[ComparisonRow, ...]:
    rows = [
        ComparisonRow("price", tuple(str(card.price) for card in cards)),
        ComparisonRow(
            "rating", tuple(f"{c.rating.value:g} ({c.rating.count})" if c.rating else None for c in cards)
        ),
        ComparisonRow("availability", tuple(_plain(card.availability.status) for card in cards)),
        ComparisonRow("brand", tuple(product.brand for product in products)),
    ]
    names = dict.fromkeys(name for product in products for name in product.attributes)
    shared = sorted(names, key=lambda name: -sum(name in product.attributes for product in products))
    rows.extend(
        ComparisonRow(_plain(name), tuple(product.attributes.get(name) for product in products))
        for name in shared[:COMPARED_FACTS]
    )
    return tuple(row for row in rows if any(value is not None for value in row.values))


def get_product(context: ToolContext, intent: Intent) -> Found:
    """Answers a question about one product from its record and its reviews."""
    fits = why_it_fits(context, intent)
    if fits is not None:
        return fits
    product_id = next((each.product_id for each in intent.references if each.product_id), None)
    if product_id is None and context.shown.focus is not None:
        product_id = context.shown.focus.product_id
    if product_id is None and len(context.shown.products) == 1:
        product_id = context.shown.products[0].product_id
    product_id = product_id or led_product(context, intent)
    with context.services.database.read() as work:
        product = Catalogue(work).product(product_id) if product_id else None
        reviews = Reviews(work).of_product(product.id, limit=2) if product else ()
    if product is None and intent.references:
        return Found(call("get_product", {}, ok=False), evidence.unknown_reference(intent.references[0].text))
    if product is None:
        return search_products(context, intent)
    said, *others = answers(
        product, context.turn.text, intent.constraints.attributes, lexicon(context.language)
    )
    if said.field and said.value is None and not others and is_answered(context):
        # No record says how long the warranty is, but the shop's terms may.
        return search_policies(context, intent)
    card = product_card(product, said.variant or _variant_shown(context, product))
    quotes = tuple(review.text for review in reviews) if said.wants_opinions else ()
    return Found(
        call("get_product", {"product_id": product.id}),
        evidence.product_answer(
            (product, card),
            said.field,
            said.value,
            quotes,
            [(each.field, each.value) for each in others if each.field],
        ),
        products=(card,),
    )


def _variant_shown(context: ToolContext, product: Product) -> Variant | None:
    """The variant that the shopper has seen: what is added to the cart next must be that one."""
    shown = context.shown
    parts = [item.product for view in shown.bundles for item in view.items]
    for card in (*([shown.focus] if shown.focus else []), *shown.products, *parts):
        if card.product_id == product.id:
            return product.variant(card.variant_id)
    return None


def _plain(name: str) -> str:
    return name.replace("_", " ").lower()

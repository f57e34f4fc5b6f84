"""Readers for what is looked for anew: one kind of thing, or several things at once."""

import re
from dataclasses import replace

from assistant.intent import Constraints, Intent
from assistant.reading.context import MOST_QUANTITY, Context, Wish
from assistant.reading.facts import excluded
from assistant.reading.listing import slots
from assistant.reading.numbers import numbers
from assistant.reading.rest import trimmed
from assistant.reading.words import Words, folds, without
from retrieval.measures import read_ranges

#: "Paint my room": a verb, and what is done.
_FEWEST_OF_ACTIVITY = 2


def find_bundle(context: Context) -> Intent | None:
    """Several things at once: a list, a set for something, all that an occasion needs."""
    wish, occasion = context.wish, context.wish.occasion
    listed = slots(_listing_text(context), context.index)
    cue, grouped = _bundle_cue(context), _grouped(context)
    needs = needs_all(context)
    if not (listed or cue or needs or grouped or is_activity(context)):
        return None
    known = occasion is not None and occasion.known
    sure = 0.85 if listed or (cue and known) else 0.8 if cue or (needs and known) else 0.65
    constraints = replace(
        _for_bundle(wish),
        category=None,
        attributes={} if listed else wish.constraints.attributes,
        occasion=occasion.name if occasion and (grouped or cue or needs) else None,
    )
    return Intent(
        "find_bundle",
        sure,
        query=_need(context),
        constraints=constraints,
        slots=listed,
        references=context.pointing.references,
        party=wish.people.party,
        sort=context.sort,
    )


def is_activity(context: Context) -> bool:
    """ "I want to paint my room", "we're building a shed": something to be done, and nothing to be had."""
    lexicon, wish = context.lexicon, context.wish
    if len(wish.query.split()) < _FEWEST_OF_ACTIVITY:
        return False
    done = rf"(?:{lexicon.source('activity_before')}\s+|{lexicon.source('activity_now')}\s+(?=\w+ing\b))"
    match = re.search(rf"{done}(?!{lexicon.source('shopping_verb')})\w", context.lower)
    return bool(lexicon.lists["activity_before"]) and match is not None


def needs_all(context: Context) -> bool:
    """Whether an occasion is named and no thing for it: "a dress for a wedding" wants a dress."""
    wish, occasion = context.wish, context.wish.occasion
    if occasion is None or occasion.modifies or wish.goods:
        return False
    introduced = re.search(
        rf"{context.lexicon.source('occasion_for')}\s*$", context.lower[: occasion.span[0]]
    )
    rest = context.lexicon.phrases["people_counted"].sub("", wish.query.lower()).strip()
    return not rest or (occasion.known and introduced is None)


def _grouped(context: Context) -> bool:
    """ "Camping gear", "supplies for a party": things in general for something."""
    rest = without(context.lower, context.index.kinds_by_name(context.lower))
    if not context.lexicon.has("group_nouns", rest) or _goods_beyond_groups(context):
        return False
    return context.wish.occasion is not None or bool(context.wish.query)


def _need(context: Context) -> str:
    """What the bundle is for, without the words that only say that several things are wanted."""
    wish, lexicon = context.wish, context.lexicon
    if wish.occasion is not None and wish.occasion.modifies:
        return wish.occasion.name
    if wish.occasion is not None and not wish.goods:
        return ""
    query = wish.query.lower()
    for name in ("bundle_words", "group_nouns", "set_words", "people_counted"):
        query = lexicon.phrases[name].sub(" ", query)
    return trimmed(Words(query, lexicon)) if query != wish.query.lower() else wish.query


def _listing_text(context: Context) -> str:
    """The message without prices, people and occasion, but with every word about the goods."""
    message = Words(context.message.text, context.lexicon)
    wish = context.wish
    message.take(*(price.span for price in wish.prices), *wish.people.spans)
    # What is ruled out is no part of a list.
    message.take(*(span for _, span in excluded(message, context.index)))
    if wish.occasion is not None and not wish.occasion.modifies:
        message.take(wish.occasion.span)
    # "Between 24 and 27 inch" lists nothing.
    return read_ranges(trimmed(message), context.lexicon.locale).rest


def _bundle_cue(context: Context) -> bool:
    lexicon, lower = context.lexicon, context.lower
    if lexicon.has("bundle_words", lower):
        return True
    sets = rf"{lexicon.source('set_before')}\s+{lexicon.source('set_words')}\s+{lexicon.source('set_after')}"
    return re.search(sets, lower) is not None


def _goods_beyond_groups(context: Context) -> bool:
    """Whether a thing is named beside words like "gear"; those may be nouns of the catalogue too."""
    lexicon = context.lexicon
    rest = re.sub(lexicon.source("group_nouns"), " ", context.wish.query.lower())
    occasion = context.wish.occasion
    if occasion is not None and occasion.modifies:
        rest = re.sub(re.escape(context.lower[slice(*occasion.span)]), " ", rest)
    return context.names_goods(rest)


def _for_bundle(wish: Wish) -> Constraints:
    """In a bundle an amount without "each" is for all of it."""
    constraints = wish.constraints
    each = any(price.each for price in wish.prices)
    if constraints.max_price is None or each or not wish.prices:
        return constraints
    return replace(
        constraints, max_price=None, min_price=None, budget=constraints.budget or constraints.max_price
    )


def find_product(context: Context) -> Intent | None:
    """One kind of thing."""
    wish = context.wish
    facts = wish.constraints != Constraints()
    asks = context.lexicon.has("request_strict", context.lower)
    if not (wish.query or facts):
        return Intent("find_product", 0.5) if asks else None
    constraints = replace(wish.constraints, quantity=_counted(context))
    if not facts and (
        _only_shop_words(context) or context.lexicon.starts("strong_negation", wish.query.lower())
    ):
        return None
    sure = 0.85 if wish.goods and asks else 0.75 if wish.goods or facts else 0.6 if asks else 0.0
    if not sure:
        short = len(wish.query.split()) <= 4 and not context.lexicon.starts("question_start", context.lower)
        generic = not context.lexicon.phrases["generic_goods"].sub("", wish.query.lower()).strip()
        if not short or generic or not re.search(r"[^\W\d_]{3}", wish.query):
            return None
        sure = 0.5
    return Intent(
        "find_product",
        sure,
        query=_without_count(wish.query, context),
        constraints=constraints,
        party=wish.people.party,
        sort=context.sort,
    )


def _only_shop_words(context: Context) -> bool:
    """ "Any discounts?": about the shop, and not a thing in it."""
    said = context.lexicon.phrases["shop_words"].sub("", context.wish.query.lower())
    return not context.wish.goods and not re.search(r"\w", said)


def _counted(context: Context) -> int | None:
    """ "Two sleeping bags": a number at the front of what is looked for."""
    match = re.match(
        rf"(\d{{1,2}}|{'|'.join(context.lexicon.numbers['numbers'])})\s+(?=[^\W\d])",
        context.wish.query.lower(),
    )
    if match is None or not context.wish.goods:
        return None
    words = folds(context.wish.query, context.lexicon.locale)
    if len(words) > 1 and words[1] in context.lexicon.locale.units.values():
        return None
    found = numbers(match[1], context.lexicon)
    return int(found[0].value) if found and 0 < found[0].value <= MOST_QUANTITY else None


def _without_count(query: str, context: Context) -> str:
    return query if _counted(context) is None else query.split(" ", 1)[1]

""" "What does it cost in total?" and "which set is the cheapest?", asked of the bundles shown last."""

import re
from collections.abc import Sequence

from assistant.bundle_evidence import bundle_total
from assistant.intent import Intent
from assistant.lexicon import Lexicon, lexicon
from assistant.reading.pointing import pointing
from assistant.reading.totals import asks_total
from assistant.reading.words import Words
from assistant.superlatives import superlative
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.most import MAY_BE_IN
from assistant.values import BundleView
from shop.catalogue import Catalogue

#: Readings of such a question.
ASKED_IN = (*MAY_BE_IN, "find_bundle", "complete_bundle", "edit_bundle", "cart")


def what_it_comes_to(context: ToolContext, intent: Intent) -> Found | None:
    """The total of the set that is meant, or of the cheapest or dearest one; None where the message asks for
    something else, or no bundle is what was shown last."""
    views, words = context.shown.bundles, lexicon(context.language)
    if intent.name not in ASKED_IN or context.shown.products or not views:
        return None
    text = context.turn.text.lower()
    if len(views) > 1 and not words.has("part_words", text) and (ranked := _by_price(text, views, words)):
        word, order = ranked
        return _found(context, order[0], word=word, count=len(views), following=order[1])
    found = pointing(Words(text, words), context.shown).found
    sets = [each for each in found if each.reference.bundle_id and each.reference.slot is None]
    left = text
    for start, end in sorted((each.span for each in sets), reverse=True):
        left = f"{left[:start]}{words.lists['definite'][-1]}{left[end:]}"
    if not asks_total(left, words):
        return None
    meant = [each.reference.bundle_id for each in sets]
    return _found(context, next((view for view in views if view.id in meant), views[0]))


def _by_price(text: str, views: Sequence[BundleView], words: Lexicon) -> tuple[str, list[BundleView]] | None:
    """How they are ranked, and their order; None where something else is asked for."""
    asked = superlative(re.sub(words.source("bundle_noun"), " ", text), (), words)
    if asked is None or asked.kind != "price" or len({view.total.currency for view in views}) > 1:
        return None
    return asked.word, sorted(views, key=lambda view: view.total.amount, reverse=asked.more)


def _found(
    context: ToolContext,
    view: BundleView,
    *,
    word: str | None = None,
    count: int = 1,
    following: BundleView | None = None,
) -> Found:
    with context.services.database.read() as work:
        records = Catalogue(work).products([item.product.product_id for item in view.items])
    return Found(
        call("get_bundle", {"bundle_id": view.id}),
        bundle_total(view, records, word=word, count=count, following=following),
    )

"""Readers for what follows up on something shown: edits, questions, comparisons, narrower searches."""

import re
from dataclasses import replace

from assistant.intent import Constraints, Intent, Reference
from assistant.reading.context import Context, Wish
from assistant.reading.editing import edits, part_that_is_missing
from assistant.reading.looking import is_activity, needs_all
from assistant.reading.words import folds
from assistant.values import BundleView, Shown

_SHORT = 12
_FEW_WORDS = 3
_COMPARED = 4


def edit_bundle(context: Context) -> Intent | None:
    """Edits of the bundle shown last; not where products were shown after it."""
    shown = context.shown
    if not shown.bundles or shown.products or context.lexicon.has("cart_certain", context.lower):
        return None
    if is_activity(context):
        return None
    view, references = _bundle_meant(context)
    found = edits(context.message, view, context.index, context.currency)
    if not found:
        missing = part_that_is_missing(context.message, view, context.index)
        return Intent("edit_bundle", 0.6, references=(Reference(missing),)) if missing else None
    sure = 0.9 if len(context.message.words) <= _SHORT else 0.75
    return Intent("edit_bundle", sure, references=references, edits=found)


def _bundle_meant(context: Context) -> tuple[BundleView, tuple[Reference, ...]]:
    views = {view.id: view for view in context.shown.bundles}
    for reference in context.pointing.references:
        if reference.bundle_id in views and reference.slot is None:
            return views[reference.bundle_id], (reference,)
    return context.shown.bundles[0], ()


def complete_bundle(context: Context) -> Intent | None:
    """What goes with what is there."""
    lexicon = context.lexicon
    if not lexicon.has("what_goes_with", context.lower):
        return None
    there = context.shown.products or context.shown.bundles or lexicon.has("cart_certain", context.lower)
    if not there and not context.wish.goods:
        return None
    if context.wish.occasion is not None and not context.pointing.found:
        return None
    references = context.pointing.references
    named = not references and context.names_goods(context.query_without("what_goes_with"))
    query = context.query_without("what_goes_with") if named or not (references or there) else ""
    return Intent(
        "complete_bundle", 0.8, query=query, constraints=context.wish.constraints, references=references
    )


def compare(context: Context) -> Intent | None:
    """Two or more things side by side."""
    cards = context.shown.products[:_COMPARED]
    if context.lexicon.has("which_most", context.lower) and len(cards) > 1:
        all_shown = tuple(Reference(card.title, product_id=card.product_id) for card in cards)
        return Intent("compare", 0.75, references=all_shown)
    if not context.lexicon.has("compare", context.lower):
        return None
    several = len(context.shown.products) > 1 or len(context.shown.bundles) > 1
    references = context.pointing.references
    shown = context.shown.products or context.shown.bundles
    if not several and not (shown and references) and len(references) < 2 and not context.wish.goods:
        return None
    query = "" if references or several else context.query_without("compare")
    return Intent("compare", 0.85, query=query, references=references)


def product_question(context: Context) -> Intent | None:
    """A question about something shown, or something shown wanted in another value."""
    lexicon = context.lexicon
    asks = lexicon.starts("question_start", context.lower) or lexicon.has("detail", context.lower)
    asks = asks or lexicon.has("property_word", context.lower) or "?" in context.lower
    if not context.pointing.found:
        return _about_the_missing(context) or _question_about_named(context, asks=asks)
    wish = context.wish_without(context.pointing.spans)
    if not asks and context.lexicon.has("cheaper", context.without(context.pointing.spans)):
        return None
    left = context.without(context.pointing.spans)
    in_value = bool(wish.constraints.attributes) and not wish.goods
    in_value = in_value or (context.lexicon.has("in_value", left) and len(left.split()) <= _FEW_WORDS)
    if not (asks or in_value or _only_pointing(wish)):
        return None
    constraints = Constraints(attributes=wish.constraints.attributes, quantity=context.quantity)
    return Intent(
        "product_question",
        0.85 if asks else 0.7,
        query=context.message.plain,
        constraints=constraints,
        references=context.pointing.references,
    )


def _about_the_missing(context: Context) -> Intent | None:
    """ "The ninth one" of three: the reference keeps its words and points nowhere."""
    if not context.pointing.missed:
        return None
    return Intent(
        "product_question", 0.6, query=context.message.plain, references=context.pointing.references
    )


def _only_pointing(wish: Wish) -> bool:
    return not wish.query and wish.constraints == Constraints()


def _question_about_named(context: Context, *, asks: bool) -> Intent | None:
    """ "How heavy is the Kestrel tent?", or of what was talked about last: "how heavy?"."""
    lexicon = context.lexicon
    if not asks or not lexicon.has("property_word", context.lower):
        return None
    cards = context.shown.products
    question = lexicon.starts("question_start", context.lower) or "?" in context.lower
    if cards and not context.wish.goods and (question or len(cards) == 1):
        meant = context.shown.focus or cards[0]
        reference = Reference(meant.title, product_id=meant.product_id)
        return Intent("product_question", 0.65, query=context.message.plain, references=(reference,))
    named = re.search(
        rf"^{lexicon.source('question_start')}.*?{lexicon.source('definite')}\s+(\w.*)", context.lower
    )
    if named is None or not context.names_goods(named[1]):
        return None
    return Intent("product_question", 0.6, query=context.message.plain[named.start(1) :].strip(" ?!."))


def refine(context: Context) -> Intent | None:
    """A narrower, cheaper or other version of the search before: it inherits what was asked."""
    shown = context.shown
    if shown.intent is None or not (shown.products or shown.bundles):
        return None
    if needs_all(context) or is_activity(context):
        return None
    wish = context.wish_without(context.pointing.spans)
    rest = _specific(wish.query, context)
    if not _changes(context, wish, rest) or not _narrows(context, rest):
        return None
    same_thing = rest and context.names_goods(rest)
    query = rest if same_thing else " ".join(part for part in (rest, shown.query) if part)
    if not shown.products:
        return _bundle_again(context, wish, query)
    cheaper = context.sort == "cheaper"
    return Intent(
        "refine",
        0.85,
        query=query,
        constraints=merged(context.shown, wish.constraints),
        references=context.pointing.references if cheaper else (),
        sort=context.sort,
        party=wish.people.party,
    )


def _changes(context: Context, wish: Wish, rest: str) -> bool:
    """Whether anything is asked to be other than before."""
    lexicon, lower = context.lexicon, context.lower
    words = any(lexicon.has(name, lower) for name in ("more", "better", "comparative"))
    return (
        words
        or context.sort != "relevance"
        or wish.constraints != Constraints()
        or bool(wish.people.party and not rest)
    )


def _narrows(context: Context, rest: str) -> bool:
    """Whether what is left adds to the search before, and is no new one."""
    if not rest:
        return True
    known = set(folds(context.shown.query, context.lexicon.locale))
    fresh = [word for word in folds(rest, context.lexicon.locale) if word not in known]
    if any(context.index.noun(word) for word in fresh):
        return False
    comparative = context.lexicon.has("comparative", context.lower) or context.sort == "cheaper"
    begins = context.lexicon.starts("refine_start", context.lower)
    return len(fresh) <= _FEW_WORDS and (begins or comparative or not fresh)


def _bundle_again(context: Context, wish: Wish, query: str) -> Intent:
    """The same need once more: for others, with other limits, or simply more of it."""
    return Intent(
        "find_bundle",
        0.65,
        query=query,
        constraints=merged_for_all(context.shown, wish.constraints),
        party=wish.people.party,
        sort=context.sort,
    )


def _specific(query: str, context: Context) -> str:
    """The words of a query that narrow it, without "one", "options", "cheaper"."""
    lexicon = context.lexicon
    for name in ("cheaper", "cheapest", "better", "more", "generic_goods", "refine_word"):
        query = re.sub(lexicon.source(name), " ", query.lower())
    words = [word for word in re.findall(r"[\w'-]+", query) if word not in lexicon.locale.stop]
    return " ".join(words)


def merged(shown: Shown, new: Constraints) -> Constraints:
    """The constraints before with the new ones over them; a new price takes the place of the old."""
    old = shown.intent.constraints if shown.intent else Constraints()
    priced = bool(new.min_price or new.max_price or new.budget)
    return Constraints(
        category=new.category or old.category,
        brand=new.brand or old.brand,
        min_price=new.min_price if priced else old.min_price,
        max_price=(new.max_price or new.budget) if priced else old.max_price,
        budget=None if priced else old.budget,
        min_rating=new.min_rating or old.min_rating,
        available=new.available or old.available,
        attributes={**old.attributes, **new.attributes},
        exclude=tuple(dict.fromkeys((*old.exclude, *new.exclude))),
        quantity=new.quantity or old.quantity,
        recipient=new.recipient or old.recipient,
        occasion=new.occasion or old.occasion,
    )


def merged_for_all(shown: Shown, new: Constraints) -> Constraints:
    """`merged` for several things together: an amount is the budget of all of them."""
    old = merged(shown, new)
    standing = shown.bundles[0].budget if shown.bundles else None
    budget = new.budget or new.max_price or standing or old.budget
    return replace(old, category=None, max_price=None, min_price=None, budget=budget)

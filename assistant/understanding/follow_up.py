"""What a call leaves unsaid because the conversation has said it: code carries it over as the rules do.

A model writes only what the message says (docs/annotation.md): a refined search, an answer to a question and
the same need once more are completed here from what was shown.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.intent import Constraints, Intent, Reference
from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.following import merged, merged_for_all
from assistant.reading.words import folds
from assistant.understanding.call import Arguments
from assistant.values import Shown


def followed_up(intent: Intent, given: Arguments, shown: Shown, index: CatalogueIndex) -> Intent:
    """The intent with what stood in the history; `given` is what the message itself says."""
    if intent.name == "edit_bundle" and not shown.bundles:
        intent = _wished(intent)
    if intent.name == "refine":
        return _refined(intent, given, shown)
    if intent.name == "find_bundle" and _same_need(given, shown, "find_bundle"):
        return _same_bundle(intent, shown)
    if intent.name == "find_product" and _same_need(given, shown, "find_product", "refine"):
        constraints = merged(shown, intent.constraints)
        return replace(intent, query=joined([intent.query, shown.query]), constraints=constraints)
    if intent.name in ("product_question", "compare", "complete_bundle"):
        return _about_the_named(intent, given, index)
    return intent


def _wished(intent: Intent) -> Intent:
    """An edit where no bundle was shown is a change of the wish: its words, values and amounts."""
    words, attributes = [intent.query], dict(intent.constraints.attributes)
    budget, cheaper = intent.constraints.budget, intent.sort == "cheaper"
    for edit in intent.edits:
        words += [edit.query or ""]
        attributes |= edit.attributes
        budget = edit.budget or budget
        cheaper = cheaper or edit.cheaper
    constraints = replace(intent.constraints, attributes=attributes, budget=budget)
    sort = "cheaper" if cheaper else intent.sort
    return replace(intent, name="refine", query=joined(words), constraints=constraints, edits=(), sort=sort)


def _refined(intent: Intent, given: Arguments, shown: Shown) -> Intent:
    """A narrower search inherits the one before; after a bundle it is the same need once more."""
    if shown.intent is None:
        return intent
    if shown.bundles and not shown.products:
        return _same_bundle(replace(intent, name="find_bundle"), shown)
    # Another kind of thing takes the place of the words before.
    query = intent.query if given.category else joined([intent.query, shown.query])
    references = intent.references if intent.sort == "cheaper" else ()
    return replace(intent, query=query, constraints=merged(shown, intent.constraints), references=references)


def _same_bundle(intent: Intent, shown: Shown) -> Intent:
    slots = intent.slots or (shown.intent.slots if shown.intent else None) or ()
    return replace(
        intent,
        query=joined([intent.query, shown.query]),
        constraints=merged_for_all(shown, intent.constraints),
        slots=slots,
    )


def _same_need(given: Arguments, shown: Shown, *names: str) -> bool:
    """Whether the message names no thing of its own, after a wish of these names."""
    own = given.category or given.brand or given.query or given.slots or given.occasion or given.references
    return shown.intent is not None and shown.intent.name in names and not own


def _about_the_named(intent: Intent, given: Arguments, index: CatalogueIndex) -> Intent:
    """A thing that was named and never shown is looked for by its words."""
    if any(each.product_id or each.bundle_id for each in intent.references):
        return intent
    named = [each.text for each in intent.references if _names_goods(each, index)]
    if given.category and intent.name == "complete_bundle":
        named.append(given.category)
    if not named:
        return intent
    constraints = replace(intent.constraints, category=None)
    if intent.name == "product_question":
        constraints = Constraints(attributes=intent.constraints.attributes)
    return replace(intent, query=joined(named), constraints=constraints, references=())


def _names_goods(reference: Reference, index: CatalogueIndex) -> bool:
    words = folds(reference.text, index.lexicon.locale)
    return any(index.noun(word) for word in words if word not in index.lexicon.locale.stop)


def joined(words: Sequence[str]) -> str:
    """The words to search for, each piece once."""
    kept: list[str] = []
    for piece in words:
        if piece and piece.casefold() not in " ".join(kept).casefold():
            kept.append(piece)
    return " ".join(kept)

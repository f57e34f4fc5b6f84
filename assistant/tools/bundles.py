"""Tools about bundles: composing one, completing what is there, editing the one in hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant import evidence
from assistant.bundles import (
    BadEdit,
    BundleError,
    BundleRequest,
    Composed,
    IncompatibleChoice,
    UnknownProduct,
    UnknownSlot,
)
from assistant.bundling.values import Infeasible
from assistant.facts import spoken
from assistant.intent import Edit, Intent, Slot
from assistant.kinds import tokens
from assistant.lexicon import lexicon
from assistant.own_words import slots_as_said
from assistant.reading.needs import whole_need
from assistant.slots import match_occasion
from assistant.tools.changes import changes_of
from assistant.tools.context import Found, ToolContext, call
from assistant.tools.lacking import compose_without_lacking
from assistant.tools.products import by_rules, search_products, suggest_products
from assistant.tools.rankings import ranked_bundles
from assistant.values import BundleView, Evidence
from retrieval.locale import load_locale
from retrieval.values import Query
from shop.carts import Carts
from shop.catalogue import Catalogue
from shop.occasions import Occasions
from shop.serialise import Json, to_json
from shop.values import Product
from storage import UnitOfWork

SHOWN_BUNDLES = 3
WHICH_PART = "I cannot tell which part you mean"

#: An edit that was not done, and why.
Refusal = tuple[Edit, Infeasible | BundleError]


def compose_bundle(context: ToolContext, intent: Intent) -> Found:
    """Composes bundles for a need: distinct ones, in stock, in budget, that go together."""
    anchors = tuple(each.product_id for each in intent.references if each.product_id)
    intent = replace(intent, slots=slots_as_said(intent.slots, context.turn.text))
    return _composed(context, intent, "compose_bundle", anchors)


def complete_bundle(context: ToolContext, intent: Intent) -> Found:
    """Adds what is missing to the products pointed at or named, else to what is in the cart."""
    anchors = tuple(each.product_id for each in intent.references if each.product_id)
    if not anchors and (words := _named_anchor(intent)):
        named = context.services.finder.search(Query(words, limit=1))
        anchors = tuple(hit.product_id for hit in named.hits)
    if not anchors:
        with context.services.database.read() as work:
            anchors = tuple(line.product_id for line in Carts(work).lines(context.turn.owner))
    if not anchors and context.shown.products:
        anchors = (context.shown.products[0].product_id,)
    if not anchors and context.shown.bundles:
        anchors = tuple(item.product.product_id for item in context.shown.bundles[0].items)
    return _composed(context, intent, "complete_bundle", anchors)


def _named_anchor(intent: Intent) -> str:
    """The words for what is to be completed, wherever they were read."""
    pointed = (each.text for each in intent.references if not each.product_id and not each.bundle_id)
    return intent.query or next(pointed, "") or intent.constraints.category or ""


def _composed(context: ToolContext, intent: Intent, name: str, anchors: tuple[str, ...]) -> Found:
    constraints = intent.constraints
    # What goes with given products is asked of those, not of the words of the question.
    need = "" if anchors else _need(context, intent)
    arguments: dict[str, Json] = {
        "need": need,
        "slots": [to_json(slot) for slot in intent.slots],
        "anchor_product_ids": list(anchors),
        "budget": to_json(constraints.budget),
    }
    said = lexicon(context.language).has("money_left", context.turn.text.lower())
    left = constraints.budget if anchors and said else None
    request = BundleRequest(
        owner=context.turn.owner,
        need=need,
        slots=intent.slots,
        anchor_product_ids=anchors,
        budget=constraints.budget,
        count=SHOWN_BUNDLES,
        party=intent.party,
        constraints=constraints,
        on_top=left is not None,
    )
    composed, lacking = compose_without_lacking(context.services.bundles, request)
    if not composed.bundles:
        return _none_composed(context, intent, name, arguments, composed, lacking)
    told = evidence.bundles(
        composed.bundles,
        _records(context, composed.bundles),
        need=_named(intent),
        anchors=anchors,
        left=left,
        again=_held(composed.bundles) <= _held(context.shown.bundles),
    )
    return Found(
        call(name, arguments),
        replace(told, missing=_queries(lacking)),
        bundles=composed.bundles,
        ranking_id=ranked_bundles(context, composed.bundles),
    )


def _need(context: ToolContext, intent: Intent) -> str:
    """What a bundle is for. An occasion that the shop has no list of parts for is looked for by all the words
    of the wish: "paint my living room" finds more than "living room"."""
    plain = intent.query or intent.constraints.occasion or context.turn.text
    if intent.slots or intent.constraints.occasion is None:
        return plain
    with context.services.database.read() as work:
        own = Occasions(work).all()
    occasion = intent.constraints.occasion
    if match_occasion(f"{intent.query} {occasion}", own):
        return plain
    currency = context.services.finder.vocabulary().currency
    return whole_need(context.turn.text, intent.query, occasion, lexicon(context.language), currency)


def _none_composed(
    context: ToolContext,
    intent: Intent,
    name: str,
    arguments: dict[str, Json],
    composed: Composed,
    lacking: Sequence[Slot],
) -> Found:
    there = [each for each in intent.slots if each.name not in {slot.name for slot in lacking}]
    if lacking and len(there) == 1:
        alone = search_products(context, replace(intent, name="find_product", query=there[0].query, slots=()))
        if alone.products and alone.evidence.values.get("close", True):
            return replace(alone, evidence=replace(alone.evidence, missing=_queries(lacking)))
    if composed.infeasible is None or not composed.slots:
        found = search_products(context, intent)
        fits = found.products and found.evidence.values.get("close", True)
        # For a person anything well liked may do; for a purpose that the shop has nothing for, nothing does.
        return suggest_products(context, intent) if intent.constraints.recipient and not fits else found
    why = composed.infeasible
    said = evidence.infeasible(why, budget=intent.constraints.budget)
    others = [each for each in lacking if each.name != why.slot]
    return Found(call(name, arguments, ok=False), replace(said, missing=_queries(others)))


def _queries(slots: Sequence[Slot]) -> tuple[str, ...]:
    return tuple(each.query for each in slots)


def _held(views: Sequence[BundleView]) -> set[frozenset[tuple[str, int]]]:
    """What each of some bundles holds."""
    return {frozenset((item.product.variant_id, item.quantity) for item in view.items) for view in views}


def _records(context: ToolContext, views: tuple[BundleView, ...]) -> Mapping[str, Product]:
    ids = {item.product.product_id for view in views for item in view.items}
    with context.services.database.read() as work:
        return Catalogue(work).products(sorted(ids))


def _named(intent: Intent) -> str:
    return intent.constraints.occasion or intent.query


def edit_bundle(context: ToolContext, intent: Intent) -> Found:
    """Edits the bundle in hand: lock, unlock, swap, remove, add, budget, undo, redo."""
    named = {each.bundle_id for each in intent.references if each.bundle_id}
    view = next((each for each in context.shown.bundles if each.id in named), None)
    if view is None and context.shown.bundles:
        view = context.shown.bundles[0]
    if view is None:
        return compose_bundle(context, intent)
    if not intent.edits:
        return Found(call("edit_bundle", {}, ok=False), _no_such_part(view, intent), bundles=(view,))
    arguments: dict[str, Json] = {"bundle_id": view.id, "edits": [to_json(edit) for edit in intent.edits]}
    edited, done, refusals = _apply(context, view, _locks_first(intent.edits))
    if not done and (as_said := _as_said(context, intent, refusals)) is not None:
        return edit_bundle(context, as_said)
    if not done:
        said = _refused(context, view, *refusals[0])
        return Found(call("edit_bundle", arguments, ok=False), said, bundles=(view,))
    # What the rest has nothing cheaper for is told part by part.
    refusals = [each for each in refusals if not _is_for_rest(each[0])]
    said = evidence.bundle_edited(
        edited,
        _records(context, (edited,)),
        changes_of(view, edited, done),
        saved=view.total - edited.total if edited.total < view.total else None,
        refused=_why_not(context, view, *refusals[0]) if refusals else None,
        dearer_only=_dearer_only(view, edited, intent.edits),
    )
    return Found(
        call("edit_bundle", arguments),
        said,
        bundles=(edited,),
        ranking_id=ranked_bundles(context, (edited,)),
    )


def _as_said(context: ToolContext, intent: Intent, refusals: Sequence[Refusal]) -> Intent | None:
    """The edits by the message's own words, where a model read a part that the bundle does not have."""
    if not all(isinstance(why, UnknownSlot) for _, why in refusals):
        return None
    reading = by_rules(context)
    return reading if reading.name == "edit_bundle" and reading.edits not in ((), intent.edits) else None


def _is_for_rest(edit: Edit) -> bool:
    """ "Swap the rest for cheaper"."""
    return edit.op == "swap" and edit.slot is None and edit.cheaper


def _locks_first(edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """What is to be kept is kept before the rest is swapped, whichever was said first."""
    if not any(_is_for_rest(each) for each in edits):
        return edits
    return tuple(sorted(edits, key=lambda each: each.op != "lock"))


def _dearer_only(view: BundleView, edited: BundleView, edits: tuple[Edit, ...]) -> list[str]:
    """Slots of the rest that stayed as they were: nothing cheaper was there for them."""
    if not any(_is_for_rest(each) for each in edits):
        return []
    before = {item.slot: item.product.variant_id for item in view.items}
    free = (item for item in edited.items if not item.locked)
    return [item.slot for item in free if before.get(item.slot) == item.product.variant_id]


def _no_such_part(view: BundleView, intent: Intent) -> Evidence:
    """Nothing of the set is meant that is there: what it holds is said."""
    asked = next((each.text for each in intent.references if not each.bundle_id), None)
    missing = f"there is no {_bare(asked)} in it" if asked else WHICH_PART
    return evidence.edit_impossible(f"{missing}; it has {_parts(view)}")


def _parts(view: BundleView) -> str:
    return ", ".join(spoken(item.slot) for item in view.items)


def _bare(words: str) -> str:
    """Without an article in front: "the lantern" is a lantern."""
    first, _, rest = words.partition(" ")
    return rest if rest and first in load_locale().stop else words


def _why_not(
    context: ToolContext, view: BundleView, edit: Edit, why: Infeasible | BundleError
) -> tuple[str | None, str]:
    if isinstance(why, Infeasible):
        return why.slot or edit.slot, why.reason
    if isinstance(why, UnknownSlot):
        # What a model read and nobody said is not repeated.
        said = set(tokens(spoken(why.slot))) <= set(tokens(context.turn.text))
        missing = "there is none in it" if said else WHICH_PART
        return why.slot if said else None, f"{missing}; it has {_parts(view)}"
    return edit.slot, str(why)


def _refused(context: ToolContext, view: BundleView, edit: Edit, why: Infeasible | BundleError) -> Evidence:
    if isinstance(why, Infeasible) and why.cheapest_total is not None:
        return evidence.infeasible(why, budget=edit.budget or view.budget)
    slot, reason = _why_not(context, view, edit, why)
    return evidence.edit_impossible(reason, slot=edit.query if edit.op == "add" else slot, op=edit.op)


def _apply(
    context: ToolContext, view: BundleView, edits: tuple[Edit, ...]
) -> tuple[BundleView, list[Edit], list[Refusal]]:
    """Tries the edits one after another, and defers those that work to the turn's transaction.

    Of several ("swap the rest for cheaper") what cannot be done is left as it is. Gives the bundle
    afterwards, the edits that were done, and those that were not.
    """
    bundles = context.services.bundles
    owner = context.turn.owner
    current = view
    done: list[Edit] = []
    refusals: list[Refusal] = []
    with context.services.database.rehearse() as work:
        for edit in edits:
            try:
                outcome = bundles.edit(owner, view.id, current.revision, edit, work=work)
            except (UnknownSlot, UnknownProduct, IncompatibleChoice, BadEdit) as refused:
                refusals.append((edit, refused))
                continue
            if outcome.infeasible:
                refusals.append((edit, outcome.infeasible))
            else:
                current = outcome.bundle
                done.append(edit)

    def write(work: UnitOfWork) -> None:
        revision = view.revision
        for edit in done:
            revision = bundles.edit(owner, view.id, revision, edit, work=work).bundle.revision

    if done:
        context.later(write)
    return current, done, refusals

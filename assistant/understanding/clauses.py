"""Edits of a bundle, held against the clauses of the message: each verb with the parts that it names.

A small model hears one of "keep the desk, drop the lamp" and at times mixes the two up. Which verbs edit is
closed-class and the bundle's parts are known, so an edit that a clause tells and the call has no word of is
added, and one that wants a part in another part's place is put right. What the call tells beyond stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.intent import Edit
from assistant.lexicon import Lexicon
from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.editing import edits
from assistant.reading.pointing import slot_named
from assistant.reading.words import Words, folds
from assistant.understanding.call import MOST_ITEMS, Call, EditArguments
from assistant.values import BundleView, Shown

#: Edits that a part's name is enough for.
_ON_PARTS = ("lock", "unlock", "remove")


def with_told_edits(call: Call, message: Words, shown: Shown, index: CatalogueIndex, currency: str) -> Call:
    """The call with the edits that the message's clauses tell."""
    if call.name != "edit_bundle" or not shown.bundles:
        return call
    view = shown.bundles[0]
    told = edits(message, view, index, currency)
    given = _named_parts(_exchanged(call.arguments.edits, message, view), message, view)
    given = _recounted(given, told, view, message.lexicon)
    merged = _Merged(view, index, told).of(given)
    if merged == list(call.arguments.edits):
        return call
    return call.model_copy(update={"arguments": call.arguments.model_copy(update={"edits": merged})})


def _exchanged(given: Sequence[EditArguments], message: Words, view: BundleView) -> Sequence[EditArguments]:
    """One thing in place of a part, written as an addition and a removal: "cloths in place of the sponge"."""
    if sorted(each.op for each in given) != ["add", "remove"]:
        return given
    added, removed = sorted(given, key=lambda each: each.op)
    item = slot_named((removed.slot or "").replace("_", " "), view, message.lexicon) if removed.slot else None
    in_place = message.lexicon.has("in_place_of", message.lower)
    if item is None or not added.query or not in_place:
        return given
    return [EditArguments(op="swap", slot=item.slot, query=added.query, quantity=added.quantity)]


def _recounted(
    given: Sequence[EditArguments], told: Sequence[Edit], view: BundleView, lexicon: Lexicon
) -> Sequence[EditArguments]:
    """Another number of a part that is there, written as an addition or as a bare swap: "only one chair"."""
    many = {each.slot: each for each in told if each.op == "swap" and each.quantity}
    found: list[EditArguments] = []
    for each in given:
        words = each.query if each.op == "add" else each.slot if each.op == "swap" else None
        item = slot_named(words.replace("_", " "), view, lexicon) if words else None
        recount = many.get(item.slot) if item else None
        found.append(_written(recount) if recount and not each.cheaper else each)
    return found


def _named_parts(given: Sequence[EditArguments], message: Words, view: BundleView) -> Sequence[EditArguments]:
    """An edit of a part that the message does not name is of the one that it does."""
    lexicon = message.lexicon
    said = {item.slot for item in view.items if _is_said(item.slot, message)}
    meant = [slot_named((each.slot or "").replace("_", " "), view, lexicon) for each in given]
    left = said - {item.slot for item in meant if item is not None}
    wrong = [each for each, item in zip(given, meant, strict=True) if item and item.slot not in said]
    if len(left) != 1 or len(wrong) != 1 or wrong[0].op == "add":
        return given
    right = wrong[0].model_copy(update={"slot": next(iter(left))})
    return [right if each is wrong[0] else each for each in given]


def _is_said(slot: str, message: Words) -> bool:
    """Whether a part's name stands in the message, all its words."""
    words = set(folds(slot.replace("_", " "), message.lexicon.locale)) - message.lexicon.locale.stop
    return bool(words) and words <= set(message.folded)


@dataclass(frozen=True, slots=True)
class _Merged:
    """The edits of a bundle's clauses, to put a call's edits beside."""

    view: BundleView
    index: CatalogueIndex
    told: Sequence[Edit]

    def of(self, given: Sequence[EditArguments]) -> list[EditArguments]:
        """The call's edits in the clauses' order, with those that are missing."""
        found: list[tuple[float, EditArguments]] = []
        matched: set[int] = set()
        last = -1.0
        for each in given:
            place = self._place(each, matched)
            last = last + 0.001 if place is None else float(place)
            if place is not None:
                matched.add(place)
            found.append((last, each if place is None else self._righted(each, self.told[place])))
        kept = [each for _, each in found]
        for place, edit in enumerate(self.told):
            if place not in matched and self._is_missing(edit, kept):
                found.append((float(place), _written(edit)))
        return [each for _, each in sorted(found, key=lambda pair: pair[0])][:MOST_ITEMS]

    def _place(self, given: EditArguments, matched: set[int]) -> int | None:
        """The clause that tells of the same part, or of the same edit of none."""
        slot = self._slot(given.slot)
        for place, edit in enumerate(self.told):
            if place in matched:
                continue
            if edit.slot is not None and edit.slot == slot and given.op != "add":
                return place
            if edit.op == given.op and edit.slot is None and (slot is None or edit.op == "add"):
                return place
        return None

    def _righted(self, given: EditArguments, edit: Edit) -> EditArguments:
        """With the clause's verb, where what is wanted instead is another part."""
        if given.op == edit.op or edit.op not in _ON_PARTS:
            return given
        meant = self._slot(given.query)
        bare = not (given.query or given.attributes or given.cheaper or given.quantity)
        return _written(edit) if bare or meant not in (None, edit.slot) else given

    def _is_missing(self, edit: Edit, given: Sequence[EditArguments]) -> bool:
        """Whether no edit of the call is about the same."""
        if edit.op == "set_budget":
            return all(each.budget is None for each in given)
        if edit.op == "add":
            words = self._words(edit.query)
            return bool(words) and not any(
                words & (self._words(each.query) | self._words(each.slot)) for each in given
            )
        if edit.slot is None or (edit.op == "swap" and not edit.cheaper and not edit.query):
            return False
        added = [each for each in given if each.op == "add" or each.slot is None]
        return not any(self._slot(each.query) == edit.slot for each in added)

    def _slot(self, written: str | None) -> str | None:
        item = slot_named(written.replace("_", " "), self.view, self.index.lexicon) if written else None
        return item.slot if item else None

    def _words(self, written: str | None) -> set[str]:
        lexicon = self.index.lexicon
        return set(folds(written or "", lexicon.locale)) - lexicon.locale.stop


def _written(edit: Edit) -> EditArguments:
    """An edit as the call writes it."""
    return EditArguments(
        op=edit.op,
        slot=edit.slot,
        query=edit.query,
        cheaper=edit.cheaper or None,
        attributes=dict(edit.attributes),
        quantity=edit.quantity,
        budget=float(edit.budget.major) if edit.budget else None,
    )

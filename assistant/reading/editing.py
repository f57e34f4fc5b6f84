"""What is to be done to the bundle in hand: "swap the stove for a lighter one", "without the lantern",
"make it $200", "keep the tent", "undo".

Read only where a bundle was shown. Each clause of the message gives at most one edit; a part that the
bundle does not have is no edit, except for what is to be added.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.intent import Edit, EditOp
from assistant.lexicon import Lexicon
from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.facts import named_facts
from assistant.reading.money import PriceWish, prices
from assistant.reading.numbers import count
from assistant.reading.pointing import slot_named
from assistant.reading.words import Words
from assistant.values import BundleItemView, BundleView

_MOST_WORDS_IN_PART = 6
_FEW_WORDS = 4
_SMALLEST_BUDGET = 5
#: Edits that a part's name is enough for; each is also the name of its verbs.
_ON_PARTS: tuple[Literal["unlock", "lock", "remove"], ...] = ("unlock", "lock", "remove")


@dataclass(frozen=True, slots=True)
class _Clause:
    """One part of a message, with what it is read against."""

    text: str
    view: BundleView
    index: CatalogueIndex
    currency: str

    @property
    def lexicon(self) -> Lexicon:
        return self.index.lexicon


def edits(message: Words, view: BundleView, index: CatalogueIndex, currency: str) -> tuple[Edit, ...]:
    """The edits that the message asks for, in its order; empty where it asks for none."""
    found: list[Edit] = []
    for text in _clauses(message):
        clause = _Clause(text, view, index, currency)
        told = _on_several(clause) or (_edit(clause),)
        found += [edit for edit in told if edit is not None and edit not in found]
    return tuple(found)


def _clauses(message: Words) -> Sequence[str]:
    """Cut where a new instruction begins: at marks, and at "and" before a verb of editing."""
    lexicon = message.lexicon
    verbs = "|".join(
        lexicon.source(name) for name in ("swap_verb", "remove", "add", "lock", "unlock", "make_it")
    )
    rest = lexicon.source("rest_of_it")
    parts = re.split(
        rf"[.;!?]\s+|,?\s+(?:{lexicon.source('clause_joint')})\s+(?=(?:{verbs}))|,\s+(?=(?:{verbs}|{rest}))",
        message.lower,
    )
    return [part.strip() for part in parts if part and part.strip()]


def _edit(clause: _Clause) -> Edit | None:
    lexicon = clause.lexicon
    if lexicon.has("redo", clause.text):
        return Edit("redo")
    if lexicon.has("undo", clause.text):
        return Edit("undo")
    readers: tuple[Callable[[_Clause], Edit | None], ...] = (
        _budget,
        _unlocked,
        _left_alone,
        _counted,
        _rest_swapped,
        _swapped,
        _locked,
        _removed,
        _cheaper,
        _compared,
        _in_other_values,
        _added,
    )
    for reader in readers:
        edit = reader(clause)
        if edit is not None:
            return edit
    return None


def _budget(clause: _Clause) -> Edit | None:
    """ "Make it $200", "under 150 in total", "what about 250": an amount and no part."""
    wish = _bounded(clause)
    if wish is None or wish.high is None:
        return None
    rest = clause.text[: wish.span[0]] + " " + clause.text[wish.span[1] :]
    if slot_named(rest, clause.view, clause.lexicon) is not None:
        return None
    meant = (
        wish.total
        or clause.lexicon.has("make_it", clause.text)
        or clause.lexicon.has("refine_start", clause.text)
    )
    short = len(rest.split()) <= _MOST_WORDS_IN_PART and not clause.lexicon.has("add", rest)
    known = any(clause.index.noun(word) for word in Words(rest, clause.lexicon).folded)
    return Edit("set_budget", budget=wish.high) if meant and short and not known else None


def _bounded(clause: _Clause) -> PriceWish | None:
    return next(iter(prices(clause.text, clause.lexicon, clause.currency)), None) or _bare_budget(clause)


def _bare_budget(clause: _Clause) -> PriceWish | None:
    """ "Make it 200": a bare number right after such words."""
    match = re.search(rf"{clause.lexicon.source('make_it')}\s+(\d+(?:\.\d+)?)[\s?.!]*$", clause.text)
    if match is None or float(match[1]) < _SMALLEST_BUDGET:
        return None
    marked = clause.text[: match.start(1)] + "$" + match[1]
    wishes = prices(marked, clause.lexicon, clause.currency)
    return wishes[0] if wishes else None


def _after_verb(clause: _Clause, name: str) -> tuple[str, str] | None:
    """The verb found and the words after it."""
    match = clause.lexicon.phrases[name].search(clause.text)
    return (match[0], clause.text[match.end() :].strip()) if match else None


def _unlocked(clause: _Clause) -> Edit | None:
    return _on_part(clause, "unlock", "unlock")


def _locked(clause: _Clause) -> Edit | None:
    """ "Keep the filter", "the filter must stay"."""
    kept = clause.lexicon.phrases["lock_after"].search(clause.text)
    item = _part(clause.text[: kept.start()], clause) if kept else None
    return Edit("lock", slot=item.slot) if item else _on_part(clause, "lock", "lock")


def _left_alone(clause: _Clause) -> Edit | None:
    """ "Don't change the desk": the verb of a swap within the words that keep a part."""
    kept, swapped = (clause.lexicon.phrases[name].search(clause.text) for name in ("lock", "swap_verb"))
    within = kept and swapped and kept.start() <= swapped.start() and swapped.end() <= kept.end()
    return _locked(clause) if within else None


def _on_several(clause: _Clause) -> tuple[Edit, ...]:
    """ "Drop the stove and the lantern": one verb for all the parts that it lists, and nothing else."""
    lexicon = clause.lexicon
    for op in _ON_PARTS:
        told = _after_verb(clause, op)
        if told is None:
            continue
        joint = lexicon.source("list_joint")
        pieces = re.split(rf"\s*,\s*(?:{joint}\s+)?|\s+{joint}\s+", told[1].rstrip(" .!?"))
        items = [slot_named(piece, clause.view, lexicon) for piece in pieces]
        slots = [item.slot for item in items if item is not None]
        short = all(len(piece.split()) <= _FEW_WORDS for piece in pieces)
        if short and len(set(slots)) == len(pieces) > 1:
            return tuple(Edit(op, slot=slot) for slot in slots)
    return ()


def _removed(clause: _Clause) -> Edit | None:
    return _on_part(clause, "remove", "remove")


def _on_part(clause: _Clause, phrase: str, op: EditOp) -> Edit | None:
    told = _after_verb(clause, phrase)
    if told is None:
        return None
    item = _part(told[1], clause)
    return Edit(op, slot=item.slot) if item else None


def _part(words: str, clause: _Clause) -> BundleItemView | None:
    """The bundle's part that the first few words name."""
    phrase = re.split(
        r"[,.;!?]|\s(?:from|because|since|as|so|please|instead|in|for|that|which)\s", f"{words} "
    )[0]
    short = " ".join(phrase.split()[:_MOST_WORDS_IN_PART])
    return slot_named(short, clause.view, clause.lexicon)


def _swapped(clause: _Clause) -> Edit | None:
    """ "Swap the stove (for a cheaper one)", "another tent", "a different lantern in blue"."""
    told = _after_verb(clause, "swap")
    if told is None:
        return None
    left, right = _halves(told[1], clause.lexicon)
    item = _part(left, clause)
    if item is None:
        return None
    return _with_preference(item, right if right is not None else left, clause, query=right)


def _rest_swapped(clause: _Clause) -> Edit | None:
    """ "Swap the rest for cheaper", "everything else in blue": all parts that are not kept."""
    told = _after_verb(clause, "swap_verb")
    if told is None or not clause.lexicon.starts("rest_of_it", told[1]):
        return None
    words = clause.lexicon.phrases["rest_of_it"].sub(" ", told[1], count=1)
    cheaper = clause.lexicon.has("cheaper", clause.text) or clause.lexicon.has("cheap", words)
    attributes = _values(words, clause)
    return Edit("swap", cheaper=cheaper, attributes=attributes) if cheaper or attributes else None


def _counted(clause: _Clause) -> Edit | None:
    """ "Make it two lanterns", "I need 3 mats", "change the mats to 3": another number of a part that is
    there."""
    lexicon = clause.lexicon
    number = rf"(?<![\w$€£.,])(?P<many>\d{{1,2}}|{'|'.join(lexicon.numbers['numbers'])})"
    match = re.search(rf"{number}\s+(?P<part>[^\W\d].*)", clause.text)
    match = match or re.search(
        rf"(?P<part>.+)\s{lexicon.source('recount_to')}\s+{number}[\s.!]*$", clause.text
    )
    more = lexicon.has("add", clause.text) or lexicon.has("more", clause.text)
    if match is None or more or prices(clause.text, lexicon, clause.currency):
        return None
    item = _part(match["part"], clause)
    quantity = count(match["many"], lexicon)
    return Edit("swap", slot=item.slot, quantity=quantity) if item and quantity else None


def part_that_is_missing(message: Words, view: BundleView, index: CatalogueIndex) -> str | None:
    """What a message would change that the bundle does not have: "without the lantern"."""
    lexicon = index.lexicon
    verbs = "|".join(lexicon.source(name) for name in ("remove_certain", "swap_verb"))
    match = re.fullmatch(rf"(?:{verbs})\s+({lexicon.source('pointer')}?\s*[\w' -]+?)[\s.!]*", message.lower)
    if match is None or len(match[1].split()) > _FEW_WORDS or lexicon.has("rest_of_it", match[1]):
        return None
    pointed = lexicon.starts("pointer", match[1])
    named = pointed or any(index.noun(word) for word in Words(match[1], lexicon).folded)
    return match[1] if named and slot_named(match[1], view, lexicon) is None else None


def _halves(words: str, lexicon: Lexicon) -> tuple[str, str | None]:
    parts = re.split(rf"\s+{lexicon.source('swap_to')}\s+", words, maxsplit=1)
    return (parts[0], parts[1]) if len(parts) == 2 else (words, None)


def _with_preference(item: BundleItemView, words: str, clause: _Clause, query: str | None) -> Edit:
    """A swap, and what the new one should be like."""
    lexicon = clause.lexicon
    attributes = _values(words, clause)
    cheaper = lexicon.has("cheaper", clause.text) or lexicon.has("cheap", words)
    wanted = None
    if query is not None and not attributes and not cheaper:
        stripped = _plain_request(query, lexicon)
        same = slot_named(stripped, clause.view, lexicon) if stripped else item
        wanted = None if same is item and len(stripped.split()) <= 1 else stripped or None
    return Edit("swap", slot=item.slot, query=wanted, cheaper=cheaper, attributes=attributes)


def _plain_request(words: str, lexicon: Lexicon) -> str:
    """`a lighter one please` -> `lighter`."""
    stop = lexicon.locale.stop
    kept = [word for word in re.findall(r"[\w'-]+", words) if word not in stop]
    return " ".join(word for word in kept if not lexicon.phrases["generic_goods"].fullmatch(word))


def _cheaper(clause: _Clause) -> Edit | None:
    """ "A cheaper tent", or only "cheaper": then all parts that are not kept."""
    lexicon = clause.lexicon
    if not (lexicon.has("cheaper", clause.text) or lexicon.has("cheap", clause.text)):
        return None
    rest = _plain_request(_without(clause.text, lexicon, "cheaper", "cheap"), lexicon)
    item = slot_named(rest, clause.view, lexicon)
    if item is None and lexicon.has("pointed_dearest", clause.text):
        free = [each for each in clause.view.items if not each.locked]
        item = max(free, key=lambda each: each.product.price.amount * each.quantity, default=None)
    if item is not None:
        return Edit("swap", slot=item.slot, cheaper=True)
    known = any(clause.index.noun(word) for word in Words(rest, lexicon).folded)
    return None if known else Edit("swap", cheaper=True)


def _compared(clause: _Clause) -> Edit | None:
    """ "Something lighter for the tent", "a lighter tent", "the tent should be lighter"."""
    match = clause.lexicon.phrases["comparative"].search(clause.text)
    if match is None:
        return None
    rest = f"{clause.text[: match.start()]} {clause.text[match.end() :]}"
    item = slot_named(_plain_request(rest, clause.lexicon), clause.view, clause.lexicon)
    return Edit("swap", slot=item.slot, query=match[0]) if item else None


def _without(text: str, lexicon: Lexicon, *names: str) -> str:
    for name in names:
        text = lexicon.phrases[name].sub(" ", text)
    return text


def _in_other_values(clause: _Clause) -> Edit | None:
    """ "The tent in blue", "in blue": a value, and the part that has a choice of it."""
    attributes = _values(clause.text, clause)
    if not attributes:
        return None
    item = slot_named(_plain_request(clause.text, clause.lexicon), clause.view, clause.lexicon)
    if item is None:
        item = next((each for each in clause.view.items if _has_option(each, attributes)), None)
        known = any(clause.index.noun(word) for word in Words(clause.text, clause.lexicon).folded)
        item = None if known else item
    elif not clause.lexicon.has("in_value", clause.text) and len(clause.text.split()) > _MOST_WORDS_IN_PART:
        return None
    return Edit("swap", slot=item.slot, attributes=attributes) if item else None


def _has_option(item: BundleItemView, attributes: dict[str, str]) -> bool:
    names = {name.lower() for name in item.product.options}
    return any(field.lower() in names for field in attributes)


def _values(words: str, clause: _Clause) -> dict[str, str]:
    facts = named_facts(Words(words, clause.lexicon), clause.index)
    return {fact.field: fact.value for fact in facts if fact.kind == "value"}


def _added(clause: _Clause) -> Edit | None:
    """ "Add a lantern", "also two mugs": what is not in the bundle yet."""
    lexicon = clause.lexicon
    told = _after_verb(clause, "add")
    if told is None or lexicon.has("cart_certain", clause.text):
        return None
    words = re.split(r"[,.;!?]|\s(?:to|into|as well|too|please)(?:\s|$)", f"{told[1]} ")[0].strip()
    counted = re.match(rf"(\d{{1,2}}|{'|'.join(lexicon.numbers['numbers'])})\s+", words)
    query = _plain_request(words[counted.end() :] if counted else words, lexicon)
    if not query:
        return None
    quantity = count(counted[1], lexicon) if counted else None
    return Edit("add", query=query, quantity=quantity)

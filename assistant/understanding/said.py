"""What a call says in words, held against the message: an argument that nobody said is not valid.

A small model at times fills an argument from its training instead of from the message: a material, a maker,
a part. A value stays where its words stand in the message, or in the history where the call points at it;
slips, plurals, other endings, joined words and shorthand count as said. Of a phrase (a kind of thing, an
occasion, a part of a list) the words that were said stay; a value of an attribute stays whole or not at all.

It checks the model's own answer and adds nothing to it. A message in a language without word lists is left
alone: a large model may answer it in the catalogue's language.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property

from assistant.lexicon import Lexicon
from assistant.reading.numbers import count, numbers
from assistant.reading.typos import one_slip
from assistant.reading.words import folds, lowered
from assistant.understanding.call import Arguments, Call, EditArguments

#: Calls that begin anew: what stood in the history is no part of them.
_ANEW = ("find_product", "find_bundle")
#: Letters below which an end or a slip of a word is another word.
_SHORT = 4
#: Share of letters in common from which a word that nobody said is one that was.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Checked:
    """The call with only what was said; `dropped` names what was taken out, once for each value."""

    call: Call
    dropped: tuple[str, ...] = ()


def only_said(call: Call, text: str, history: str, lexicon: Lexicon, *, asked: bool = False) -> Checked:
    """`history` is what `brief` shows the model; `asked`: the message answers a question."""
    seen = text if call.name in _ANEW and not asked else f"{text}\n{history}"
    said, own = Said(seen, lexicon), Said(text, lexicon)
    given, dropped = call.arguments, _Dropped()
    category = dropped.phrase("category", given.category, said)
    update: dict[str, object] = {
        "query": dropped.phrase("query", given.query, said) if call.name in _ANEW else given.query,
        "category": category,
        "brand": dropped.whole("brand", given.brand, said),
        "occasion": dropped.phrase("occasion", given.occasion, said),
        "recipient": dropped.person(given.recipient, said),
        "attributes": dropped.values("attributes", given.attributes, said, not_as=category),
        "exclude": dropped.several("exclude", given.exclude, said),
        "slots": dropped.slots(given.slots, said),
        "entities": dropped.values("entities", given.entities, own),
        "edits": [dropped.edit(each, said) for each in given.edits],
    }
    if not dropped.names:
        return Checked(call)
    return Checked(
        call.model_copy(update={"arguments": given.model_copy(update=update)}), tuple(dropped.names)
    )


def names_nothing(given: Arguments) -> bool:
    """Whether no word is left to look for."""
    words = (given.query, given.category, given.brand, given.occasion, given.recipient)
    return not (any(words) or given.attributes or given.slots or given.references)


@dataclass
class Said:
    """The words of a text, to ask whether others stand in it."""

    text: str
    lexicon: Lexicon

    @cached_property
    def words(self) -> tuple[str, ...]:
        return folds(self.text.replace("_", " "), self.lexicon.locale)

    @cached_property
    def _numbers(self) -> frozenset[str]:
        plain = (number.value for number in numbers(lowered(self.text), self.lexicon))
        return frozenset(f"{value.normalize():f}" for value in plain)

    def all(self, value: str) -> bool:
        """Whether all words of a value were said, as they are or written together or apart."""
        wanted = folds(value.replace("_", " "), self.lexicon.locale)
        return not self.missing(wanted) or self._joined("".join(wanted))

    def missing(self, wanted: Sequence[str]) -> list[str]:
        """The words that nobody said. A unit goes with its number (`13"` is 13 inch)."""
        missing = [word for word in wanted if not self.word(word)]
        numbered = any(word[0].isdigit() and word not in missing for word in wanted)
        units = self.lexicon.locale.measured if numbered else frozenset[str]()
        return [word for word in missing if word not in units]

    def word(self, word: str) -> bool:
        """Whether a folded word was said."""
        if word in self.words or word in self.lexicon.locale.stop:
            return True
        if word[0].isdigit():
            return word in self._numbers
        return any(near(word, other) for other in self.words)

    def alike(self, garbled: str, phrase: str) -> str | None:
        """The one word of the text that a garbled word most looks like, if it is no word of the phrase
        already: "edible" for "eatable"."""
        locale = self.lexicon.locale
        there = set(folds(phrase, locale))
        found = [
            (SequenceMatcher(None, garbled.lower(), written).ratio(), written)
            for written in re.findall(r"[^\W\d_]+", lowered(self.text))
            if len(written) >= _SHORT
            and written[:1] == garbled[:1].lower()
            and written not in locale.stop
            and not set(folds(written, locale)) & there
        ]
        share, written = max(found, default=(0.0, ""))
        return written if share >= _ALIKE and len(garbled) >= _SHORT else None

    def _joined(self, wanted: str) -> bool:
        """ "t shirt" where "tshirt" was said, and the other way round."""
        for start in range(len(self.words)):
            together = ""
            for word in self.words[start:]:
                together += word
                if together == wanted and len(wanted) >= _SHORT:
                    return True
                if len(together) >= len(wanted):
                    break
        return False


def near(word: str, said: str) -> bool:
    """Whether a word of a call may mean one of the message: another ending, a slip, a part, a shorthand."""
    return _ended(word, said) or _ended(said, word) or _slipped(word, said) or _short(said, word)


def _ended(one: str, other: str) -> bool:
    """ "Paint" and "painting", "bake" and "baking", "run" and "running", "bulb" and "lightbulb"."""
    stem = one.removesuffix("e").removesuffix("y")
    if len(one) >= _SHORT and (other.startswith(stem) or other.endswith(one)):
        return True
    return (len(one) < _SHORT <= len(other) and other.startswith(one + one[-1:])) or other == f"{one}s"


def _slipped(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORT or one[0] != other[0] or not one_slip(one, other):
        return False
    changed = len(one) == len(other) and sorted(one) != sorted(other)
    return not changed or len(one) > _SHORT


def _short(said: str, word: str) -> bool:
    """ "Bday" for "birthday": letters left out, neither the first nor the last."""
    if len(said) < _SHORT - 1 or 2 * len(said) < len(word) or (said[0], said[-1]) != (word[0], word[-1]):
        return False
    letters = iter(word)
    return len(said) < len(word) and all(letter in letters for letter in said)


@dataclass
class _Dropped:
    """Checks argument by argument and notes what it takes out."""

    names: list[str] = field(default_factory=list)

    def whole(self, name: str, value: str | None, said: Said) -> str | None:
        if value is None or said.all(value):
            return value
        self.names.append(name)
        return None

    def phrase(self, name: str, value: str | None, said: Said) -> str | None:
        """The words of the phrase that were said, a garbled one as the message has it; None where that is no
        word of weight."""
        if value is None or said.all(value):
            return value
        self.names.append(name)
        locale = said.lexicon.locale
        kept = []
        for each in value.split():
            own = said.alike(each, value) if said.missing(folds(each, locale)) else each
            kept += [own] if own else []
        weighs = any(word not in locale.stop for each in kept for word in folds(each, locale))
        return " ".join(kept) if weighs else None

    def person(self, value: str | None, said: Said) -> str | None:
        """ "Kids" where another word for them was said."""
        groups = said.lexicon.texts["recipients"]
        group = groups.get(value.casefold()) if value else None
        if group and any(groups.get(word) == group for word in said.words):
            return value
        return self.whole("recipient", value, said)

    def values(
        self, name: str, given: Mapping[str, str], said: Said, not_as: str | None = None
    ) -> dict[str, str]:
        """Those that were said, and are not the whole kind of thing once more."""
        same = folds(not_as, said.lexicon.locale) if not_as else None
        kept: dict[str, str] = {}
        for key, value in given.items():
            if said.all(value) and (same is None or folds(value, said.lexicon.locale) != same):
                kept[key] = value
            else:
                self.names.append(f"{name}.{key}")
        return kept

    def several(self, name: str, given: Mapping[str, str], said: Said) -> dict[str, str]:
        """As `values`, of values with commas each for itself."""
        kept: dict[str, str] = {}
        for key, value in given.items():
            parts = [part.strip() for part in value.split(",") if part.strip()]
            left = [part for part in parts if said.all(part)]
            self.names += [f"{name}.{key}"] * (len(parts) - len(left))
            # A garbled word of a "no" is the message's own: without it the "no" would be lost.
            garbled = [part for part in parts if not said.all(part) and " " not in part]
            left += [own for part in garbled if (own := said.alike(part, " ".join(left))) is not None]
            if left:
                kept[key] = ", ".join(left)
        return kept

    def slots(self, given: Sequence[str], said: Said) -> list[str]:
        kept = []
        for written in given:
            wanted = written.strip().removesuffix("?").strip()
            first, _, rest = wanted.partition(" ")
            many = count(first, said.lexicon) if rest else None
            left = self.phrase("slots", rest if many else wanted, said)
            if left:
                mark = "?" if written.strip().endswith("?") else ""
                kept.append(f"{first} {left}{mark}" if many else f"{left}{mark}")
        return kept

    def edit(self, given: EditArguments, said: Said) -> EditArguments:
        attributes = self.values("edits.attributes", given.attributes, said)
        return given.model_copy(update={"attributes": attributes})


def words_of(given: Arguments, lexicon: Lexicon) -> set[str]:
    """All that a call says in words, folded."""
    texts = [given.query, given.category, given.brand, given.recipient, given.occasion]
    texts += [*given.attributes.values(), *given.exclude.values(), *given.slots, *given.references]
    return {word for each in texts if each for word in folds(each, lexicon.locale)}

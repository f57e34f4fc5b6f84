"""What a message rules out, read from where its negations reach: "not by Orsa", "no plastic".

A small model hears the value and not always the "no". So the message decides which side a value stands on:
one right behind a negation is excluded wherever the call has it, and one that stands behind none is not.
Colours and materials of the language's own lists, and a maker behind "not by", need no call to be ruled out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from assistant.lexicon import Lexicon
from assistant.reading.money import prices
from assistant.reading.words import Word, Words, folds
from assistant.understanding.call import Arguments, Call
from assistant.understanding.said import words_of

#: Words of a maker's name behind "not by".
_MOST_NAME = 3
#: Words of a thing that is ruled out.
_MOST_THING = 2
#: Calls that wish for something.
_WISHES = ("find_product", "find_bundle", "refine")
#: Lists of the language, and the attribute that each is about.
_NO_ATTRIBUTES = ("brand", "category", "text")
LISTS = {"colour": "colours", "material": "materials"}


@dataclass(frozen=True, slots=True)
class Reach:
    """The words that a negation may rule out: from right behind it to the next mark of a pause that lists
    nothing. `by`: it is about makers ("not by", "nothing from"); `strong`: what stands behind it is never
    wanted ("without", "allergic to")."""

    words: tuple[Word, ...]
    by: bool
    strong: bool = False


def with_ruled_out(call: Call, message: Words, currency: str) -> Call:
    """The call with every value on the side where the message has it."""
    given = call.arguments
    reaches = negations(message, currency)
    if not reaches and not given.exclude:
        return call
    sides = _Sides(message, reaches)
    sides.place(given.exclude, dict(given.attributes))
    brand = given.brand
    if brand and sides.ruled_out(brand):
        sides.exclude("brand", brand)
        brand = None
    sides.read()
    if call.name in _WISHES:
        sides.read_things(given)
    update = {"brand": brand, "attributes": sides.attributes, "exclude": sides.joined()}
    left = given.model_copy(update=update)
    return call if left == given else call.model_copy(update={"arguments": left})


def negations(message: Words, currency: str) -> list[Reach]:
    """Where the message's negations reach; those of an amount ("no more than 40") rule out nothing."""
    lexicon = message.lexicon
    money = [wish.span for wish in prices(message.lower, lexicon, currency)]
    found = []
    for match in lexicon.phrases["negation"].finditer(message.lower):
        answers = re.match(r",", message.lower[match.end() :]) and not message.lower[: match.start()].strip()
        if answers or any(start < match.end() and match.start() < end for start, end in money):
            continue
        by = re.search(rf"{lexicon.source('by_brand')}$", match[0]) is not None
        words = tuple(_reached(message, match.end()))
        if words:
            found.append(Reach(words, by, lexicon.phrases["strong_negation"].fullmatch(match[0]) is not None))
    return found


def _reached(message: Words, place: int) -> Iterator[Word]:
    """The words behind a negation up to a pause; a comma between values goes on ("no red, blue or pink")."""
    lexicon = message.lexicon
    for word in message.words:
        if word.start < place:
            continue
        if re.search(r"[.;!?()]", message.lower[place : word.start]) or lexicon.starts(
            "negation_ends", message.lower[word.start :]
        ):
            return
        yield word
        place = word.end


@dataclass
class _Sides:
    """Values sorted by the side on which they stand."""

    message: Words
    reaches: Sequence[Reach]
    attributes: dict[str, str] = field(default_factory=dict)
    excluded: dict[str, list[str]] = field(default_factory=dict)

    @property
    def _lexicon(self) -> Lexicon:
        return self.message.lexicon

    def place(self, exclude: Mapping[str, str], attributes: Mapping[str, str]) -> None:
        for name, value in attributes.items():
            if self.ruled_out(value):
                self.exclude(name, value)
            else:
                self.attributes[name] = value
        for name, written in exclude.items():
            for value in filter(None, (part.strip() for part in written.split(","))):
                if self.reaches and (self.ruled_out(value) or not self._wanted(value)):
                    self.exclude(name, value)
                elif name not in _NO_ATTRIBUTES:
                    self.attributes.setdefault(name, value)
                elif not self.reaches:
                    self.exclude(name, value)  # a way to say no that the lists do not know

    def ruled_out(self, value: str) -> bool:
        """Whether it stands right behind a negation, but for words that only join."""
        return any(self._begins(reach, folds(value, self._lexicon.locale)) for reach in self.reaches)

    def exclude(self, name: str, value: str) -> None:
        same = folds(value, self._lexicon.locale)
        if all(folds(each, self._lexicon.locale) != same for each in self._all()):
            self.excluded.setdefault(name, []).append(value)

    def read(self) -> None:
        """Adds what the language alone tells: colours, materials, a maker."""
        for reach in self.reaches:
            for name, table in LISTS.items():
                for value in self._values(reach, table):
                    self.exclude(name, value)
            maker = self._maker(reach) if reach.by else None
            if maker is not None:
                self.exclude("brand", maker)

    def read_things(self, given: Arguments) -> None:
        """Adds what else a strong negation rules out, in its own words: "without added sugar"."""
        wanted = words_of(given.model_copy(update={"exclude": {}, "query": None}), self._lexicon)
        for reach in self.reaches:
            thing = self._thing(reach) if reach.strong and not reach.by else []
            told = {fold for each in self._all() for fold in folds(each, self._lexicon.locale)}
            if thing and not {word.fold for word in thing} & (wanted | told):
                self.exclude("text", " ".join(map(self._written, thing)))

    def _thing(self, reach: Reach) -> list[Word]:
        """The words that weigh right behind the negation; none where they only seem ruled out ("no rush")."""
        found: list[Word] = []
        for place, word in enumerate(reach.words):
            weighs = word.fold not in self._lexicon.locale.stop and not word.fold[0].isdigit()
            if not weighs and (found or not self._joins(word)):
                break
            found += [word] if weighs else []
            if len(found) == _MOST_THING or self._ends(reach, place):
                break
        idle = self._lexicon.phrases["negation_idle"]
        return [] if any(idle.fullmatch(self._written(word)) for word in found) else found

    def joined(self) -> dict[str, str]:
        return {name: ", ".join(values) for name, values in self.excluded.items()}

    def _all(self) -> list[str]:
        return [value for values in self.excluded.values() for value in values]

    def _wanted(self, value: str) -> bool:
        """Whether it stands in the message outside of every negation's reach."""
        words = folds(value, self._lexicon.locale)
        inside = {reach.words[place].start for reach in self.reaches for place in self._open_places(reach)}
        free = [word.fold for word in self.message.words if word.start not in inside]
        return bool(words) and all(word in free for word in words)

    def _begins(self, reach: Reach, value: tuple[str, ...]) -> bool:
        size = len(value)
        for place in self._open_places(reach):
            if size and tuple(word.fold for word in reach.words[place : place + size]) == value:
                return True
        return False

    def _open_places(self, reach: Reach) -> Iterator[int]:
        """Where a value may begin: behind words that join, and behind other values."""
        for place, word in enumerate(reach.words):
            yield place
            if self._ends(reach, place) or not (self._joins(word) or self._is_value(word)):
                return

    def _ends(self, reach: Reach, place: int) -> bool:
        """Whether a comma follows that goes on with something else: "no teal, turquoise instead"."""
        if place + 1 >= len(reach.words):
            return True
        following = reach.words[place + 1]
        comma = "," in self.message.lower[reach.words[place].end : following.start]
        rest = self.message.lower[following.start :]
        return comma and re.match(r"(?:[\w-]+,\s*)*(?:[\w-]+\s+)?(?:or|nor|and)\s", rest) is None

    def _joins(self, word: Word) -> bool:
        written = self._written(word)
        return written in ("or", "nor", "and") or self._lexicon.starts("negation_filler", written)

    def _is_value(self, word: Word) -> bool:
        return any(self._written(word) in self._lexicon.texts[table] for table in LISTS.values())

    def _values(self, reach: Reach, table: str) -> Iterator[str]:
        """Values of the language's list at the places that are open, the longest first."""
        known = self._lexicon.texts[table]
        for place in self._open_places(reach):
            for size in (2, 1):
                words = reach.words[place : place + size]
                written = " ".join(map(self._written, words))
                if len(words) == size and written in known:
                    yield written
                    break

    def _maker(self, reach: Reach) -> str | None:
        stop = self._lexicon.locale.stop
        name: list[str] = []
        for place, word in enumerate(reach.words[:_MOST_NAME]):
            if word.fold in stop or self._is_value(word):
                break
            name.append(self._written(word))
            if self._ends(reach, place):
                break
        return " ".join(name) or None

    def _written(self, word: Word) -> str:
        return self.message.lower[word.start : word.end]

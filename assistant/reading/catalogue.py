"""The catalogue's own words, laid out so that they can be found in a message.

Built once for each `Vocabulary` (`catalogue_index` keeps the last few). It knows which words name a brand,
a category, a value of an attribute or a kind of thing, in whatever catalogue it is given.

A single word counts as a value only where language itself says what kind of word it is (a colour, a
material, a size) or where the attribute is of a kind that such words describe: catalogues are full of
values like "home" or "other" that shoppers do not mean.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from assistant.lexicon import Lexicon
from assistant.reading.typos import Corrector
from assistant.reading.words import Span, fold_words, folds
from retrieval.values import Vocabulary

EntryKind = Literal["brand", "category", "value"]
Phrase = tuple[str, ...]

_JOINTS = re.compile(r"\s*(?:&|,|/|\band\b)\s*", re.IGNORECASE)
_MOST_VALUES = 400
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of the catalogue. `field` is the attribute of a value, `value` as the catalogue writes it."""

    kind: EntryKind
    value: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found at the words `start` to `end` (exclusive)."""

    entry: Entry
    start: int
    end: int


class CatalogueIndex:
    """Finds a vocabulary's brands, categories and values among folded words."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self.vocabulary = vocabulary
        self.lexicon = lexicon
        self._locale = lexicon.locale
        self._truths = {"yes", "no", "true", "false", "0", "1"}

    def matches(self, words: Sequence[str]) -> list[Match]:
        """Every entry that stands in the words, the longest at each place, overlaps resolved leftwards."""
        words = [self._singular(word) for word in words]
        found: list[Match] = []
        place = 0
        while place < len(words):
            best = self._longest(words, place)
            if best is None:
                place += 1
                continue
            found.extend(best)
            place = best[0].end
        return found

    def kinds_by_name(self, text: str) -> list[Span]:
        """Where categories of several words stand in (lower-case) text: "spares and accessories" and
        "hybrid (2-in-1)" are each one kind of thing, whatever their names hold."""
        words = fold_words(text, self._locale)
        return [
            (words[match.start].start, words[match.end - 1].end)
            for match in self.matches([word.fold for word in words])
            if match.entry.kind == "category" and match.end - match.start > 1
        ]

    def noun(self, word: str) -> bool:
        """Whether a folded word names a kind of thing here."""
        return word in self._nouns

    def knows(self, word: str) -> bool:
        """Whether a folded word stands anywhere in the catalogue's own words."""
        return word in self._known

    def category(self, words: Sequence[str]) -> str | None:
        """The one category whose name stands in the words, the longest name first."""
        named = [match for match in self.matches(words) if match.entry.kind == "category"]
        best = max(named, key=lambda match: (match.end - match.start, match.end), default=None)
        return best.entry.value if best else None

    def kind_named(self, words: Sequence[str]) -> str | None:
        """The category whose name these words are, or end with, or that they go on from in plain words ("tent
        for two"): a "bike lock" is no bike."""
        named = [match for match in self.matches(words) if match.entry.kind == "category"]
        best = max(named, key=lambda match: (match.end, match.end - match.start), default=None)
        goes_on = words[best.end :][:1] if best else []
        if best is None or (goes_on and goes_on[0] not in self._locale.stop and not goes_on[0][0].isdigit()):
            return None
        return best.entry.value

    def fields_of(self, kind: str) -> tuple[str, ...]:
        """The attributes of a kind that language has words for: `colour`, `material`, `size`, `plain`."""
        return tuple(name for name, of_kind in self._field_kinds.items() if of_kind == kind)

    def kind_of(self, field: str) -> str:
        return self._field_kinds.get(field, "other")

    def holding(self, kind: str, phrase: Phrase) -> str | None:
        """The attribute of that kind with a value that is, or else that contains, the phrase."""
        containing = None
        for field in self.fields_of(kind):
            for value in self._values.get(field, ()):
                if value == phrase:
                    return field
                if containing is None and contains(value, phrase):
                    containing = field
        return containing

    def written(self, field: str, phrase: Phrase) -> str | None:
        """The value of `field` that these words are, as the catalogue writes it."""
        return self._values.get(field, {}).get(phrase)

    def fields_from(self, word: str) -> Sequence[tuple[Phrase, str]]:
        """Attributes whose names begin with a folded word, the longest name first."""
        return self._fields_by_first.get(word, ())

    def says_something(self, phrase: Phrase) -> bool:
        """Whether words are more than yes, no and the like."""
        return bool(phrase) and not set(phrase) <= self._locale.stop | self._truths

    def field_of(self, phrase: Phrase) -> str | None:
        """The attribute with this value, where one alone has it: enough where something is ruled out."""
        if not self.says_something(phrase):
            return None
        fields = [field for field, table in self._values.items() if phrase in table]
        return fields[0] if len(fields) == 1 else None

    @cached_property
    def corrector(self) -> Corrector:
        """Puts slips right in the words of the catalogue."""
        return Corrector(word for word in self._known if len(word) > 3)

    @cached_property
    def _values(self) -> Mapping[str, Mapping[Phrase, str]]:
        values: dict[str, dict[Phrase, str]] = {}
        for field, written in self.vocabulary.attributes.items():
            table = values.setdefault(field, {})
            for value in written[:_MOST_VALUES]:
                table.setdefault(folds(value, self._locale), value)
        return values

    @cached_property
    def _fields_by_first(self) -> Mapping[str, Sequence[tuple[Phrase, str]]]:
        table: dict[str, list[tuple[Phrase, str]]] = defaultdict(list)
        for field in self.vocabulary.attributes:
            name = folds(field.replace("_", " "), self._locale)
            if set(name) - self._locale.stop:
                table[name[0]].append((name, field))
        for named in table.values():
            named.sort(key=lambda pair: -len(pair[0]))
        return table

    @cached_property
    def _field_kinds(self) -> Mapping[str, str]:
        kinds = self.lexicon.texts["value_kinds"]
        return {
            field: kinds.get(field.replace("_", " ").lower(), "other") for field in self.vocabulary.attributes
        }

    @cached_property
    def _nouns(self) -> frozenset[str]:
        nouns = {self._locale.fold(head) for head in self.vocabulary.heads}
        nouns |= {phrase[-1] for phrase in self._categories if phrase}
        return frozenset(nouns - self._locale.stop)

    @cached_property
    def _known(self) -> frozenset[str]:
        words = set(self._nouns)
        for phrases in self._by_first.values():
            for phrase, _ in phrases:
                words.update(phrase)
        for table in self._values.values():
            for phrase in table:
                words.update(phrase)
        return frozenset(word for word in words if word not in self._locale.stop)

    @cached_property
    def _categories(self) -> Mapping[Phrase, str]:
        """Each way to name a category -> its path, where that name means one category only."""
        named: dict[Phrase, set[str]] = defaultdict(set)
        for path in self.vocabulary.categories:
            parts = [part.strip() for part in path.split(">")]
            for name in (parts[-1], *_JOINTS.split(parts[-1])):
                if phrase := folds(name, self._locale):
                    named[phrase].add(path)
            for depth in range(1, len(parts)):
                phrase = folds(parts[depth - 1], self._locale)
                if len(phrase) > 1:
                    named[phrase].add(" > ".join(parts[:depth]))
        stop = self._locale.stop
        return {
            phrase: paths.pop() for phrase, paths in named.items() if len(paths) == 1 and set(phrase) - stop
        }

    @cached_property
    def _by_first(self) -> Mapping[str, Sequence[tuple[Phrase, Entry]]]:
        table: dict[str, list[tuple[Phrase, Entry]]] = defaultdict(list)
        for phrase, entry in self._entries():
            table[phrase[0]].append((phrase, entry))
        for phrases in table.values():
            phrases.sort(key=lambda pair: -len(pair[0]))
        return table

    def _entries(self) -> Iterator[tuple[Phrase, Entry]]:
        for brand in self.vocabulary.brands:
            phrase = folds(brand, self._locale)
            if phrase and set(phrase) - self._locale.stop:
                yield phrase, Entry("brand", brand)
        for phrase, path in self._categories.items():
            yield phrase, Entry("category", path)
        for field, table in self._values.items():
            for phrase, value in table.items():
                if self._telling(field, phrase):
                    yield phrase, Entry("value", value, field)

    def _telling(self, field: str, phrase: Phrase) -> bool:
        """Whether these words by themselves say that this value is meant."""
        if not self.says_something(phrase):
            return False
        if all(word[0].isdigit() for word in phrase):
            return False
        kind = self._field_kinds[field]
        if len(phrase) > 1:
            return kind != "other" or len(phrase) <= 3 or phrase[0][0].isdigit()
        return kind != "other" and len(phrase[0]) > 2

    def _singular(self, word: str) -> str:
        """An abbreviation in the plural ("pcs", "tvs"), too short for the language's own rule, where the
        catalogue has the one and not the other."""
        short = word.removesuffix("s")
        return short if short in self._nouns and word not in self._by_first else word

    def _longest(self, words: Sequence[str], place: int) -> list[Match] | None:
        found: list[Match] = []
        for phrase, entry in self._by_first.get(words[place], ()):
            if found and len(phrase) < found[0].end - place:
                break
            if tuple(words[place : place + len(phrase)]) == phrase:
                found.append(Match(entry, place, place + len(phrase)))
        return found or None


def contains(value: Phrase, phrase: Phrase) -> bool:
    """Whether the phrase stands in the value, word for word."""
    size = len(phrase)
    return any(value[start : start + size] == phrase for start in range(len(value) - size + 1))


_indexes: list[CatalogueIndex] = []


def catalogue_index(vocabulary: Vocabulary, lexicon: Lexicon) -> CatalogueIndex:
    """The index of this very vocabulary object in this language; the last few are kept."""
    for index in _indexes:
        if index.vocabulary is vocabulary and index.lexicon is lexicon:
            return index
    index = CatalogueIndex(vocabulary, lexicon)
    _indexes.append(index)
    del _indexes[:-_KEPT]
    return index

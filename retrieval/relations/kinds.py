"""Which products are two of one kind, by their titles: alternatives to each other, not bundle mates.

Titles name a thing in any order ("Alarm clock green", "Green rose washbag", "Card gingham rose"), so what the
thing is called is learned from all titles of a catalogue: a word is a noun of its own where it often stands
last, once words of colour, pattern and size are taken off, and mostly without a commoner noun beside it (a
name of a series stands last too, but on many kinds of things). Two products are of one kind where they have
one such noun, or where their titles differ in one word that is no noun.

It does not know synonyms, nor what a thing is for; a small catalogue teaches it little, and then the last
word counts.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from retrieval.locale import Locale
from retrieval.nouns import head_noun
from retrieval.tokens import canonical

#: A word is a noun where it ends this share of the titles that hold it, which are so many at least.
NOUN_SHARE, NOUN_TITLES = 0.35, 4

#: A word that stands beside a commoner noun in more than this share of its titles names a series.
SERIES_SHARE = 0.5

#: Titles that differ in one word share so many at least.
SHARED_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """What a title says of the thing: its noun, and all its words."""

    noun: str | None
    words: frozenset[str]


class Kinds:
    """The nouns of one catalogue, learned from its titles."""

    def __init__(self, titles: Iterable[str], locale: Locale) -> None:
        self._locale = locale
        named = [self._named(self._words(title)) for title in titles]
        self._last = Counter(words[-1] for words in named if words)
        self._held = Counter(word for words in named for word in set(words))
        often = frozenset(
            word
            for word, count in self._held.items()
            if count >= NOUN_TITLES and self._last[word] / count >= NOUN_SHARE and word not in locale.looks
        )
        self._nouns = often - self._series(named, often)
        self._of: dict[str, Kind] = {}

    def _series(self, named: Sequence[Sequence[str]], often: frozenset[str]) -> set[str]:
        """Words that mostly stand beside a commoner noun."""
        beside: Counter[str] = Counter()
        for words in named:
            nouns = often & set(words)
            if len(nouns) > 1:
                beside.update(nouns - {max(sorted(nouns), key=lambda noun: self._last[noun])})
        return {word for word, count in beside.items() if count > SERIES_SHARE * self._held[word]}

    def of(self, title: str) -> Kind:
        """Remembered, as every pair asks anew. Safe from any thread: it is worked out twice at worst."""
        known = self._of.get(title)
        if known is None:
            known = self._of[title] = self._found(title)
        return known

    def _found(self, title: str) -> Kind:
        words = self._words(title)
        nouns = [word for word in words if word in self._nouns]
        if nouns:
            return Kind(max(nouns, key=lambda word: self._last[word]), frozenset(words))
        noun = self._likely(words) if self._nouns else head_noun(title, self._locale)
        return Kind(noun, frozenset(words))

    def same(self, a: Kind, b: Kind) -> bool:
        """Whether one would do in place of the other."""
        if a.noun is not None and a.noun == b.noun:
            return True
        only_a, only_b = a.words - b.words, b.words - a.words
        one_word = len(only_a) <= 1 and len(only_b) <= 1 and len(a.words & b.words) >= SHARED_AT_LEAST
        return one_word and not (only_a & self._nouns and only_b & self._nouns)

    def _words(self, title: str) -> list[str]:
        return [word for word in canonical(title, self._locale).split() if len(word) > 1 or word.isdigit()]

    def _named(self, words: Sequence[str]) -> list[str]:
        """Without numbers, units and small words, and without what says only the look or size at the end."""
        left_out = self._locale.stop | self._locale.sizes | self._locale.units.keys()
        kept = [word for word in words if not word[0].isdigit() and word not in left_out]
        while len(kept) > 1 and kept[-1] in self._locale.looks:
            kept.pop()
        return kept

    def _likely(self, words: Sequence[str]) -> str | None:
        """The word that is most of a noun: how often it ends titles, and whether it ends this one."""
        named = [word for word in self._named(words) if word not in self._locale.looks]
        if not named:
            return None

        def share(place: int) -> float:
            ends = self._last[named[place]] + 0.5 * (place == len(named) - 1)
            return ends / (self._held[named[place]] + 1)

        return named[max(range(len(named)), key=lambda place: (share(place), place))]

"""The facts of an evidence, laid out for checking: what may be said of whom.

A subject is a product where it has a price; bundle, cart and policy subjects speak for everything. Words
are compared folded (lower case, singular, one spelling), so that "tents" stands for "tent".
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.lexicon import Lexicon
from assistant.reading.words import Span, fold_words, folds, lowered, tidy
from assistant.values import Evidence, Fact
from shop.serialise import Json

#: Facts whose words describe what they are about.
_WORDY = (
    *("name", "brand", "category", "slot", "attribute", "option", "sold_out", "description", "review"),
    *("reason", "policy", "promotion", "date", "compatibility"),
)


class Ledger:
    """An evidence's facts by subject."""

    def __init__(self, evidence: Evidence, lexicon: Lexicon) -> None:
        self.evidence = evidence
        self.lexicon = lexicon
        self._by_subject: Mapping[str, list[Fact]] = _grouped(evidence.facts)
        self.products: tuple[str, ...] = tuple(
            subject
            for subject, facts in self._by_subject.items()
            if any(fact.kind == "price" for fact in facts)
        )
        self._words = {subject: self._bag(facts) for subject, facts in self._by_subject.items()}
        self._spoken = frozenset(_spoken(evidence.values, lexicon))

    def facts(self, kinds: Iterable[str], subjects: Sequence[str] = ()) -> list[Fact]:
        """Facts of these kinds, of these products; of everything where no product is named."""
        wanted = frozenset(kinds)
        return [
            fact
            for fact in self.evidence.facts
            if fact.kind in wanted and (not subjects or fact.subject in subjects or self.of_the_whole(fact))
        ]

    def of_the_whole(self, fact: Fact) -> bool:
        return fact.subject not in self.products and "+" not in fact.subject

    def amounts(self, kinds: Iterable[str], subjects: Sequence[str] = ()) -> list[tuple[int, str]]:
        """Money of these kinds as minor units and currency; a product's total is not another's."""
        found = []
        for fact in self.facts(kinds, subjects):
            amount, _, currency = fact.value.partition(" ")
            if amount.lstrip("-").isdigit() and currency:
                found.append((int(amount), currency))
        return found

    def knows(self, words: Sequence[str], subjects: Sequence[str]) -> bool:
        """Whether all words stand in the record of one of the subjects, or in what is said of the whole."""
        whole = [bag for subject, bag in self._words.items() if subject not in self.products]
        bags = [self._words[subject] for subject in (subjects or self.products) if subject in self._words]
        return any(set(words) <= bag for bag in [*bags, *whole]) or set(words) <= frozenset().union(
            *whole, frozenset()
        )

    def anywhere(self, word: str) -> bool:
        """Whether a folded word stands in any fact, or in what the shopper asked for."""
        return word in self._spoken or any(word in bag for bag in self._words.values())

    def pairs(self, kinds_text: Sequence[str], subjects: Sequence[str]) -> bool:
        """Whether the words stand next to each other in some text of one of the subjects."""
        size = len(kinds_text)
        wanted = tuple(kinds_text)
        for fact in self.facts(_WORDY, subjects):
            text = folds(f"{fact.text} {fact.value}", self.lexicon.locale)
            if any(text[place : place + size] == wanted for place in range(len(text) - size + 1)):
                return True
        return False

    def titles(self) -> Iterator[tuple[str, str]]:
        """Every name and whose it is."""
        for fact in self.evidence.facts:
            if fact.kind == "name":
                yield fact.subject, fact.value

    def slots(self) -> Iterator[tuple[str, str]]:
        for fact in self.evidence.facts:
            if fact.kind == "slot":
                yield fact.subject, fact.value

    def _bag(self, facts: Sequence[Fact]) -> frozenset[str]:
        words: set[str] = set()
        for fact in facts:
            if fact.kind in _WORDY:
                words.update(folds(f"{fact.text} {fact.value}", self.lexicon.locale))
        return frozenset(words)


def quoted(sentence: str, evidence: Evidence) -> list[Span]:
    """Where the sentence quotes to the letter: a text of the record, or wishes without a figure."""
    recorded = [tidy(fact.value) for fact in evidence.facts if fact.kind in ("policy", "review", "name")]
    asked = [tidy(text) for text in _texts(evidence.values) if not re.search(r"[\d$€£¥%]", text)]
    return [
        match.span()
        for match in re.finditer(r'"([^"]+)"', sentence)
        if match[1] in asked or any(match[1] in text for text in recorded)
    ]


def sentence_words(sentence: str, lexicon: Lexicon) -> list[tuple[str, Span]]:
    """Folded words and their places in the tidied sentence."""
    return [(word.fold, word.span) for word in fold_words(lowered(sentence), lexicon.locale)]


def _grouped(facts: Sequence[Fact]) -> Mapping[str, list[Fact]]:
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        grouped[fact.subject].append(fact)
    return grouped


def _spoken(values: Mapping[str, Json], lexicon: Lexicon) -> Iterator[str]:
    for text in _texts(values):
        yield from folds(text, lexicon.locale)


def _texts(value: Json | Mapping[str, Json]) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, Sequence):
        for each in value:
            yield from _texts(each)

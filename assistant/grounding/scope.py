"""Whom a claim in a sentence is about: the product named in its clause, else the last one named before.

A product is named by its title, by two words of it, by one word that no other title has, or by the slot
that it fills. A claim that stands before any name is about the first one named.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.grounding.ledger import Ledger
from assistant.reading.words import Span, folds


@dataclass(frozen=True, slots=True)
class Naming:
    """Where a sentence names a subject; `whole` for the set, the cart, everything."""

    span: Span
    subject: str
    whole: bool = False


class Scope:
    """The subjects named in one sentence."""

    def __init__(self, lower: str, words: Sequence[tuple[str, Span]], ledger: Ledger) -> None:
        self._lower = lower
        self._words = words
        self._ledger = ledger
        self.namings = sorted(self._named(), key=lambda naming: naming.span)
        self.taken = [naming.span for naming in self.namings if not naming.whole]

    def subjects(self, span: Span) -> tuple[str, ...]:
        """Products that a claim is about; empty where none is named: about any.

        "9.6 kg for the Harbour" is about what comes after; else the last one named before counts.
        """
        before = [naming for naming in self.namings if naming.span[0] <= span[0]]
        after = [naming for naming in self.namings if naming.span[0] > span[0]]
        belongs = rf"\s*(?:{self._ledger.lexicon.source('belongs_to')})\s+(?:the\s+)?"
        if after and re.fullmatch(belongs, self._lower[span[1] : after[0].span[0]]):
            return self._products(self._coordinated(after, backwards=False))
        if before:
            return self._products(self._coordinated(before[::-1], backwards=True))
        return self._products(self._coordinated(after, backwards=False))

    def whole(self, place: int) -> bool:
        """Whether the last thing named before `place` is the set or the cart as a whole."""
        before = [naming for naming in self.namings if naming.span[0] <= place]
        return bool(before) and before[-1].whole

    def all_subjects(self) -> tuple[str, ...]:
        return self._products(self.namings)

    def inside_name(self, span: Span) -> bool:
        return any(start <= span[0] and span[1] <= end for start, end in self.taken)

    def _products(self, namings: Sequence[Naming]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(naming.subject for naming in namings if not naming.whole))

    def _coordinated(self, namings: Sequence[Naming], *, backwards: bool) -> list[Naming]:
        """The nearest naming and those joined to it by "and" and commas alone."""
        chain = list(namings[:1])
        joint = re.compile(rf"\s*(?:{self._ledger.lexicon.source('coordination')}|the|a|an|\d|x|\s)*\s*")
        for naming in namings[1:]:
            nearer = chain[-1]
            first, second = (naming, nearer) if backwards else (nearer, naming)
            if not joint.fullmatch(self._lower[first.span[1] : second.span[0]]):
                break
            chain.append(naming)
        return chain

    def _named(self) -> list[Naming]:
        found = [*self._by_title(), *self._by_own_words()]
        taken = [naming.span for naming in found]
        found += [naming for naming in self._by_slot() if not _overlaps(naming.span, taken)]
        taken = [naming.span for naming in found]
        for match in self._ledger.lexicon.phrases["set_subject"].finditer(self._lower):
            if not _overlaps(match.span(), taken):
                found.append(Naming(match.span(), "", whole=True))
        return found

    def _by_title(self) -> list[Naming]:
        found: list[Naming] = []
        titles = sorted(self._ledger.titles(), key=lambda pair: -len(pair[1]))
        for subject, title in titles:
            for span in self._places(folds(title, self._ledger.lexicon.locale)):
                if not _overlaps(span, [naming.span for naming in found]):
                    found.append(Naming(span, subject, whole=subject not in self._ledger.products))
        return found

    def _by_own_words(self) -> list[Naming]:
        """Runs of words that stand in one title only; a single one must be of some length."""
        locale = self._ledger.lexicon.locale
        titles = {
            subject: set(folds(title, locale)) - locale.stop
            for subject, title in self._ledger.titles()
            if subject in self._ledger.products
        }
        found = []
        for subject, words in titles.items():
            others = set().union(*(each for key, each in titles.items() if key != subject))
            for run in self._runs(words):
                own = [word for word, _ in run if word in words - others]
                if any(len(word) > 3 for word in own):
                    found.append(Naming((run[0][1][0], run[-1][1][1]), subject))
        return found

    def _runs(self, words: set[str]) -> list[list[tuple[str, Span]]]:
        runs: list[list[tuple[str, Span]]] = []
        current: list[tuple[str, Span]] = []
        for word, span in self._words:
            if word in words:
                current.append((word, span))
            elif current:
                runs.append(current)
                current = []
        return [*runs, current] if current else runs

    def _by_slot(self) -> list[Naming]:
        found: list[Naming] = []
        slots = [
            (subject, folds(slot, self._ledger.lexicon.locale)) for subject, slot in self._ledger.slots()
        ]
        for subject, phrase in slots:
            wanted = tuple(word for word in phrase if not word.isdigit())
            if sum(tuple(w for w in each if not w.isdigit()) == wanted for _, each in slots) == 1:
                found.extend(Naming(span, subject) for span in self._places(wanted))
        return found

    def _places(self, phrase: Sequence[str]) -> list[Span]:
        size = len(phrase)
        folded = [word for word, _ in self._words]
        return [
            (self._words[place][1][0], self._words[place + size - 1][1][1])
            for place in range(len(folded) - size + 1)
            if size and folded[place : place + size] == list(phrase)
        ]


def _overlaps(span: Span, taken: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)

"""Numbers for facts: what an attribute or an option says, compared by words and not by spelling.

`colour: Sky Blue` holds for a wish of `color: blue`; `capacity: 4 person` for `capacity: 4-person` and for
`capacity: 4`, but not for `capacity: 40`. A wish of "yes" holds for any value that is not "no".
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from retrieval.locale import Locale
from retrieval.tokens import canonical, tokenise

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Fact:
    """`key` is the name in the one form that names are compared in. `tokens` are all forms of the value's
    words, `words` those that another text has to hold to say the same."""

    name: str
    value: str
    key: str
    tokens: frozenset[str]
    words: frozenset[str]


class FactBook:
    """Numbers facts in the order seen. It only grows, so a reader with older numbers is never wrong."""

    def __init__(self, locale: Locale) -> None:
        self._locale = locale
        self._codes: dict[tuple[str, str], int] = {}
        self._facts: list[Fact] = []
        self._named: dict[str, list[int]] = {}
        self._measured: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._facts)

    def __getitem__(self, code: int) -> Fact:
        return self._facts[code]

    def add(self, pairs: Iterable[tuple[str, str]]) -> Codes:
        """One writer at a time. Facts without a letter or digit in name or value are left out."""
        codes = (self._code(name, value) for name, value in pairs)
        return np.array(sorted({code for code in codes if code is not None}), dtype=np.int32)

    def named(self, name: str) -> list[int]:
        """Facts of that name; where there is none, of names that end in it: `colour` for `frame colour`."""
        wanted = canonical(name, self._locale)
        if wanted in self._named:
            return self._named[wanted]
        longer = [key for key in list(self._named) if wanted and key.endswith(f" {wanted}")]
        return [code for key in longer for code in self._named[key]]

    def matching(self, name: str, value: str) -> list[int]:
        """Facts of that name whose value holds every word of `value`."""
        return self.holding(self.named(name), value)

    def holding(self, codes: Iterable[int], value: str) -> list[int]:
        wanted = self._words(value, compounds=False)
        if wanted == {"yes"}:
            return [code for code in codes if self._facts[code].tokens != {"no"}]
        return [code for code in codes if wanted and wanted <= self._facts[code].tokens]

    def measuring(self, measures: Iterable[str]) -> list[int]:
        """Facts that hold one of these numbers with their unit: `24inch`."""
        return [code for measure in measures for code in self._measured.get(measure, ())]

    def _code(self, name: str, value: str) -> int | None:
        code = self._codes.get((name, value))
        if code is not None:
            return code
        key, words = canonical(name, self._locale), self._words(value, compounds=False)
        if not key or not words:
            return None
        code = len(self._facts)
        self._facts.append(Fact(name, value, key, self._words(value, compounds=True), words))
        self._named.setdefault(key, []).append(code)
        for token in words:
            if token[0].isdigit() and token[-1].isalpha():
                self._measured.setdefault(token, []).append(code)
        self._codes[name, value] = code
        return code

    def _words(self, value: str, *, compounds: bool) -> frozenset[str]:
        truth = self._locale.truth(value)
        return frozenset((truth,) if truth else tokenise(value, self._locale, compounds=compounds))


class FactTable:
    """Which rows say which facts. Immutable."""

    def __init__(self, codes: Iterable[Codes]) -> None:
        columns = list(codes)
        lengths = np.fromiter((len(column) for column in columns), np.int64, len(columns))
        flat = np.concatenate(columns) if columns else np.empty(0, np.int32)
        order = np.argsort(flat, kind="stable")
        self._columns = columns
        self._sorted = flat[order]
        self._rows = np.repeat(np.arange(len(columns)), lengths)[order]

    def of(self, row: int) -> list[int]:
        """The facts of one row."""
        return [int(code) for code in self._columns[row]]

    def mask(self, codes: Iterable[int]) -> npt.NDArray[np.bool_]:
        """Rows that say any of the facts."""
        wanted = np.fromiter(codes, np.int64)
        mask = np.zeros(len(self._columns), np.bool_)
        starts = np.searchsorted(self._sorted, wanted, "left")
        ends = np.searchsorted(self._sorted, wanted, "right")
        for start, end in zip(starts, ends, strict=True):
            mask[self._rows[start:end]] = True
        return mask

    def counts(self, facts: int) -> npt.NDArray[np.int64]:
        """How many rows say each of the first `facts` facts."""
        return np.bincount(self._sorted, minlength=facts)[:facts]

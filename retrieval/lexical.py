"""Finds products by their words: BM25 over fields (bm25s), and which products hold which word.

Two views are scored, each over concatenated fields (which beats a sum of scores per field): `words` are
what a product is called and said to be, the title twice; `everything` adds attributes, options and codes.
An index is immutable and is built anew when a product's text changed: about half a second for 20,000
products; a catalogue of a million would want segments.

It does not know words that mean the same.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import bm25s  # type: ignore[import-untyped]  # the package ships no types
import numpy as np
import numpy.typing as npt

from retrieval.documents import FIELDS, Document, Field, TokenBook

View = Literal["words", "everything"]
VIEWS: Mapping[View, tuple[Field, ...]] = {
    "words": ("title", "title", "kind", "description"),
    "everything": ("title", "title", "kind", "description", "facts"),
}

#: The field's usual values; on the public data they hardly matter.
K1, B = 1.2, 0.75

Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

#: Token -> others that say the same.
Alike = Mapping[str, Sequence[str]]
NOTHING_ALIKE: Alike = {}


class Postings:
    """Which rows hold which token, and how often."""

    def __init__(self, documents: Sequence[Document], fields: Sequence[Field], tokens: int) -> None:
        count = len(documents)
        columns = [document.fields[field] for field in fields for document in documents]
        rows = np.tile(np.arange(count, dtype=np.int64), len(fields))
        lengths = np.fromiter((len(column) for column in columns), np.int64, len(columns))
        flat = np.concatenate(columns) if columns else np.empty(0, np.int32)
        keys = flat.astype(np.int64) * count + np.repeat(rows, lengths)
        pairs, frequencies = np.unique(keys, return_counts=True)
        self.documents = count
        self.frequencies = frequencies.astype(np.float32)
        self.lengths = np.bincount(rows, lengths, count) if columns else np.zeros(count)
        self.indices: Rows = (pairs % max(count, 1)).astype(np.int32)
        self.indptr = np.searchsorted(pairs, np.arange(tokens + 1, dtype=np.int64) * count)

    def rows(self, token: int) -> Rows:
        """Ascending; empty for a token that came later than this index."""
        if token + 1 >= len(self.indptr):
            return self.indices[:0]
        return self.indices[self.indptr[token] : self.indptr[token + 1]]


class LexicalIndex:
    """Documents by row. Safe to read from any thread."""

    def __init__(self, documents: Sequence[Document], book: TokenBook) -> None:
        self._book = book
        self._count = len(documents)
        self._fields = {field: Postings(documents, (field,), len(book)) for field in FIELDS}
        views = {view: Postings(documents, fields, len(book)) for view, fields in VIEWS.items()}
        self._everything = views["everything"]
        self._scorers = {view: _scorer(postings) for view, postings in views.items()}

    def knows(self, token: str) -> bool:
        """Whether any document holds it."""
        return self.holding(token) > 0

    def holding(self, token: str) -> int:
        """How many documents hold it."""
        number = self._number(token)
        held = self._everything.indptr
        return 0 if number is None else int(held[number + 1] - held[number])

    def scores(self, view: View, tokens: Iterable[str]) -> Scores:
        """BM25 of each row; 0 where no token stands."""
        known = [number for token in tokens if (number := self._number(token)) is not None]
        if not known:
            return np.zeros(self._count, np.float32)
        scores: Scores = self._scorers[view].get_scores_from_ids(known)
        return scores

    def rarity(self, token: str) -> float:
        """How much a word says, by how few products hold it (its inverse document frequency)."""
        count = self.holding(token)
        return math.log(1 + (self._count - count + 0.5) / (count + 0.5))

    def held(
        self, tokens: Sequence[str], field: Field, rows: npt.NDArray[np.int64], alike: Alike = NOTHING_ALIKE
    ) -> Mask:
        """Whether a field of some products holds each token or what is alike; shape (tokens, rows)."""
        mask = np.zeros((len(tokens), len(rows)), np.bool_)
        for at, token in enumerate(tokens):
            for each in (token, *alike.get(token, ())):
                holding = self._rows(self._fields[field], each)
                if holding.size:
                    places = np.minimum(np.searchsorted(holding, rows), holding.size - 1)
                    mask[at] |= holding[places] == rows
        return mask

    def coverage(self, tokens: Sequence[str], alike: Alike = NOTHING_ALIKE) -> Scores:
        """How much of the tokens, or of what is alike, each row holds, 0 to 1, a rare token counting more."""
        covered = np.zeros(self._count, np.float32)
        total = 0.0
        for token in dict.fromkeys(tokens):
            weight = self.rarity(token)
            ways = [self._rows(self._everything, each) for each in (token, *alike.get(token, ()))]
            covered[np.concatenate(ways) if len(ways) > 1 else ways[0]] += weight
            total += weight
        return covered / np.float32(total) if total else covered

    def holds_any(self, tokens: Sequence[str], fields: Iterable[Field] = FIELDS) -> Mask:
        """Rows in which some token stands in one of `fields`."""
        mask = np.zeros(self._count, np.bool_)
        searched = tuple(fields)
        for token in tokens:
            mask |= self._holds(token, searched)
        return mask

    def holds_all(self, tokens: Sequence[str], fields: Iterable[Field] = FIELDS) -> Mask:
        """Rows in which every token stands in one of `fields`; none where there is no token."""
        mask = np.full(self._count, bool(tokens))
        searched = tuple(fields)
        for token in tokens:
            mask &= self._holds(token, searched)
        return mask

    def _holds(self, token: str, fields: tuple[Field, ...]) -> Mask:
        mask = np.zeros(self._count, np.bool_)
        for field in fields:
            mask[self._rows(self._fields[field], token)] = True
        return mask

    def _rows(self, postings: Postings, token: str) -> Rows:
        number = self._book.find(token)
        return postings.indices[:0] if number is None else postings.rows(number)

    def _number(self, token: str) -> int | None:
        """A number that this index scores: other documents may have brought more since."""
        number = self._book.find(token)
        known = number is not None and number + 1 < len(self._everything.indptr)
        return number if known else None


def _scorer(postings: Postings) -> Any:
    """A bm25s index over the postings: Lucene's BM25, scored eagerly.

    bm25s builds the same in Python loops, some 10 times slower; a test holds the two against each other.
    """
    held = np.diff(postings.indptr)
    idf = np.log1p((postings.documents - held + 0.5) / (held + 0.5))
    mean = postings.lengths.mean() if postings.documents else 0.0
    length = K1 * (1 - B + B * postings.lengths / mean) if mean else np.zeros(postings.documents)
    weight = postings.frequencies / (length[postings.indices] + postings.frequencies)
    scorer = bm25s.BM25(k1=K1, b=B, method="lucene")
    scorer.nonoccurrence_array = None
    scorer.scores = {
        "data": (np.repeat(idf, held) * weight).astype(np.float32),
        "indices": postings.indices,
        "indptr": postings.indptr,
        "num_docs": postings.documents,
    }
    return scorer

"""What a user would plug together without Pairwell: BM25, MiniLM, and both fused by reciprocal rank.

Nothing of Pairwell's tokens, texts or fusion is used here: bm25s with its own English defaults, the model
over title and description, and the formula of reciprocal-rank fusion with its usual constant. The model runs
on Pairwell's encoder, whose vectors are sentence-transformers' own to a cosine of .9999: what differs in
speed is measured by `speed`, not here.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import bm25s  # type: ignore[import-untyped]  # the package ships no types
import numpy as np
import numpy.typing as npt
import Stemmer  # type: ignore[import-not-found]  # a module of C without types

from retrieval.embedding import Embedder
from shop.values import Product

DEPTH = 100
RRF_K = 60

Scores = npt.NDArray[np.float32]


class System(Protocol):
    """Ranks products for a query."""

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        """Product ids, best first, at most `DEPTH`; all of the found ones of `among` where it is given."""
        ...


class Shuffled:
    """The trivial baseline: an order that knows nothing of the query."""

    def __init__(self, ids: Sequence[str], seed: int) -> None:
        self._order = np.random.default_rng(seed).permutation(list(ids)).tolist()

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        wanted = None if among is None else set(among)
        turn = int.from_bytes(sha256(query.encode()).digest()[:4]) % max(len(self._order), 1)
        turned = [*self._order[turn:], *self._order[:turn]]
        if wanted is None:
            return turned[:DEPTH]
        return [product_id for product_id in turned if product_id in wanted]


class Scored:
    """A system that scores every product; what it scores 0 or less it does not find."""

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = list(ids)
        self._row = {product_id: row for row, product_id in enumerate(self._ids)}

    def scores(self, query: str) -> Scores:
        raise NotImplementedError

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        scores = self.scores(query)
        if among is None:
            rows = np.argpartition(-scores, min(DEPTH, len(scores) - 1))[:DEPTH]
        else:
            rows = np.array([self._row[each] for each in among if each in self._row], np.int64)
        rows = rows[scores[rows] > 0]
        return [self._ids[row] for row in rows[np.argsort(-scores[rows], kind="stable")]]


class Bm25(Scored):
    """bm25s over one text of each product, with English stop words and Snowball's stemmer, as its
    documentation shows."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str]) -> None:
        super().__init__(ids)
        self._stemmer = Stemmer.Stemmer("english")
        self._index = bm25s.BM25()
        tokens = bm25s.tokenize(list(texts), stopwords="en", stemmer=self._stemmer, show_progress=False)
        self._index.index(tokens, show_progress=False)

    def scores(self, query: str) -> Scores:
        [tokens] = bm25s.tokenize(
            query, stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        known = [token for token in tokens if token in self._index.vocab_dict]
        if not known:
            return np.zeros(len(self._ids), np.float32)
        scores: Scores = self._index.get_scores(known)
        return scores


class Dense(Scored):
    """all-MiniLM-L6-v2 over title and description, exact cosine. Vectors are kept in `folder`."""

    def __init__(self, ids: Sequence[str], texts: Sequence[str], embedder: Embedder, folder: Path) -> None:
        super().__init__(ids)
        self._embedder = embedder
        digest = sha256("\n".join((embedder.digest, *texts)).encode()).hexdigest()[:16]
        kept = folder / f"plain-{digest}.npy"
        if not kept.is_file():
            np.save(kept, embedder.encode(texts))
        self._matrix: Scores = np.load(kept)

    def scores(self, query: str) -> Scores:
        # A cosine may be negative, and still ranks.
        scores: Scores = self._matrix @ self._embedder.encode([query])[0] + 2.0
        return scores


class Rrf:
    """Reciprocal-rank fusion of other systems' rankings."""

    def __init__(self, *systems: System) -> None:
        self._systems = systems

    def rank(self, query: str, among: Collection[str] | None = None) -> list[str]:
        scores: defaultdict[str, float] = defaultdict(float)
        for system in self._systems:
            for place, product_id in enumerate(system.rank(query, among), start=1):
                scores[product_id] += 1.0 / (RRF_K + place)
        fused = sorted(scores, key=lambda product_id: -scores[product_id])
        return fused[:DEPTH] if among is None else fused


def plain_systems(
    products: Sequence[Product], embedder: Embedder, folder: Path, seed: int
) -> dict[str, System]:
    """By the name of their row. `rrf` fuses BM25 and MiniLM over the same texts; with a third ranking, of
    titles alone (`rrf_with_titles`), it is worse."""
    ids = [product.id for product in products]
    whole = [f"{product.title}. {product.description}" for product in products]
    bm25, dense = Bm25(ids, whole), Dense(ids, whole, embedder, folder)
    titles = Bm25(ids, [product.title for product in products])
    return {
        "random": Shuffled(ids, seed),
        "bm25": bm25,
        "dense": dense,
        "rrf": Rrf(bm25, dense),
        "rrf_with_titles": Rrf(titles, bm25, dense),
    }

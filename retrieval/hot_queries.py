"""Rankings of queries that come again, kept as long as what they were made from stays the same.

What is kept is which products fit some words, among those that were allowed: no price, no stock level and no
filter's outcome. These are read anew for every query, and a ranking is only used again where they allow the
same products. A changed text, a new product or a new vector empties it.
"""

from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from threading import Lock

import numpy as np

from retrieval.columns import Columns, Mask
from retrieval.ranking import Ranked, State
from retrieval.vectors import DocumentVectors

KEPT = 512

Key = tuple[str, int | None, bytes]


class HotQueries:
    """The last `KEPT` rankings. Safe from any thread."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        self._made_from: tuple[Columns, DocumentVectors] | None = None
        self._rankings: OrderedDict[Key, Ranked] = OrderedDict()
        self._asked = self._hits = 0

    @property
    def counts(self) -> tuple[int, int]:
        """How often a ranking was asked for, and how often it was there."""
        with self._lock:
            return self._asked, self._hits

    def ranked(
        self, words: str, like: int | None, allowed: Mask, state: State, make: Callable[[], Ranked]
    ) -> Ranked:
        """The ranking of these words among these products; `make` is called where it is not kept."""
        key = (words, like, blake2b(np.packbits(allowed).tobytes(), digest_size=16).digest())
        known = self._find(key, state)
        if known is None:
            known = make()
            self._keep(key, known, state)
        return known

    def _find(self, key: Key, state: State) -> Ranked | None:
        with self._lock:
            self._asked += 1
            if not self._is_of(state):
                self._rankings.clear()
                self._made_from = (state.snapshot.columns, state.vectors)
            if key in self._rankings:
                self._hits += 1
                self._rankings.move_to_end(key)
            return self._rankings.get(key)

    def _keep(self, key: Key, ranked: Ranked, state: State) -> None:
        with self._lock:
            # A query that began before a change must not leave its ranking to those after it.
            if not self._is_of(state):
                return
            self._rankings[key] = ranked
            if len(self._rankings) > self._kept:
                self._rankings.popitem(last=False)

    def _is_of(self, state: State) -> bool:
        made_from = self._made_from
        return (
            made_from is not None and made_from[0] is state.snapshot.columns and made_from[1] is state.vectors
        )

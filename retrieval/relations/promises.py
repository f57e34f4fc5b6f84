"""What the texts of one catalogue promise: the pair model over the vectors that search has indexed."""

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from retrieval.relations.pair_model import Matrix, PairModel
from retrieval.vectors import DocumentVectors

#: What is promised of a product without a vector: no more than chance.
NOTHING = 1.0


class Promises:
    """Of one state of the vectors. Safe from any thread: what it remembers is computed anew at worst."""

    def __init__(self, model: PairModel, vectors: DocumentVectors) -> None:
        self.vectors = vectors
        self._model = model
        self._halves: dict[int, Matrix] = {}

    @cached_property
    def _rows(self) -> Mapping[str, int]:
        return {product_id: row for row, product_id in enumerate(self.vectors.ids)}

    def lift(self, a: str, b: str) -> float:
        """How many times as often as by chance two products should be bought together."""
        one, other = self._rows.get(a), self._rows.get(b)
        if one is None or other is None:
            return NOTHING
        first, second = min(one, other), max(one, other)
        return self._model.lift(float(self._half(first) @ self.vectors.matrix[second]))

    def best(self, product_id: str, limit: int) -> list[str]:
        """The products that promise most with this one, best first, as far as it is more than chance."""
        row = self._rows.get(product_id)
        if row is None:
            return []
        shared = self.vectors.matrix @ self._half(row)
        shared[row] = -np.inf
        first = np.argpartition(-shared, min(limit, len(shared) - 1))[:limit]
        ranked = first[np.argsort(-shared[first], kind="stable")]
        return [
            self.vectors.ids[other] for other in ranked if self._model.lift(float(shared[other])) > NOTHING
        ]

    def _half(self, row: int) -> Matrix:
        """The product's side of the form, computed once."""
        half = self._halves.get(row)
        if half is None:
            half = self.vectors.matrix[row] @ self._model.matrix
            self._halves[row] = half
        return half

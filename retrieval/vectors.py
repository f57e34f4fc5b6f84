"""The vectors of documents as one matrix in memory. Immutable: an update is a new value."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]


def cosines(matrix: Matrix, vector: Matrix) -> Matrix:
    """Of each row and a vector, all of length 1. Safe from any thread.

    Row by row and on one core: for a matrix of rows the matrix product of OpenBLAS takes three times as long,
    and ten times where its threads wait for a core that another query has.
    """
    found: Matrix = np.vecdot(matrix, vector)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class DocumentVectors:
    """Row by row: product id, digest of the text that was embedded, vector of length 1."""

    ids: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    matrix: Matrix = field(default_factory=lambda: np.empty((0, 0), np.float32))

    def __len__(self) -> int:
        return len(self.ids)

    def stored(self) -> dict[str, str]:
        """Product id -> digest."""
        return dict(zip(self.ids, self.digests, strict=True))

    def rows_of(self, product_ids: Sequence[str]) -> npt.NDArray[np.int64]:
        """The row of each product's vector, -1 where there is none."""
        rows = {product_id: row for row, product_id in enumerate(self.ids)}
        return np.array([rows.get(product_id, -1) for product_id in product_ids], np.int64)

    def put(self, ids: Sequence[str], digests: Sequence[str], matrix: Matrix) -> "DocumentVectors":
        """With these added, in place of those that had the same ids."""
        kept = self.without(ids)
        if not len(kept):
            return DocumentVectors(tuple(ids), tuple(digests), matrix)
        return DocumentVectors(
            (*kept.ids, *ids), (*kept.digests, *digests), np.concatenate((kept.matrix, matrix))
        )

    def without(self, ids: Collection[str]) -> "DocumentVectors":
        gone = set(ids)
        rows = [row for row, product_id in enumerate(self.ids) if product_id not in gone]
        if len(rows) == len(self):
            return self
        return DocumentVectors(
            tuple(self.ids[row] for row in rows),
            tuple(self.digests[row] for row in rows),
            self.matrix[rows],
        )

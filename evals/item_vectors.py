"""Item vectors of orders, by implicit-feedback ALS (Hu, Koren and Volinsky, ICDM 2008; package `implicit`).

What they are measured for: whether they tell what goes together better than counted pairs do.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import bm25_weight
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

FACTORS, ITERATIONS, PENALTY = 32, 15, 0.05


def item_vectors(lines: pl.DataFrame, seed: int) -> Mapping[str, NDArray[np.float32]]:
    """`lines` has columns `basket` and `name`; each vector is of length 1."""
    held = lines.select("basket", "name").unique()
    baskets = {basket: row for row, basket in enumerate(held["basket"].unique(maintain_order=True))}
    names = {name: row for row, name in enumerate(held["name"].unique(maintain_order=True))}
    rows = [baskets[basket] for basket in held["basket"]]
    columns = [names[name] for name in held["name"]]
    counts = csr_matrix((np.ones(len(held), dtype=np.float32), (rows, columns)))
    model = AlternatingLeastSquares(FACTORS, PENALTY, iterations=ITERATIONS, random_state=seed, num_threads=1)
    model.fit(bm25_weight(counts.T).T.tocsr(), show_progress=False)
    vectors = np.asarray(model.item_factors, dtype=np.float32)
    unit = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-9)
    return {name: unit[row] for name, row in names.items()}

"""Item vectors of orders: who is bought by the same orders lies close together."""

import numpy as np
import polars as pl
import pytest

from evals.item_vectors import item_vectors


def test_what_is_bought_together_is_closer_than_what_is_not() -> None:
    baskets = [("tent", "pegs"), ("tent", "pegs"), ("pan", "lid"), ("pan", "lid"), ("tent",), ("lid",)] * 6
    rows = [(str(number), name) for number, held in enumerate(baskets) for name in held]
    vectors = item_vectors(pl.DataFrame(rows, schema=["basket", "name"], orient="row"), seed=1)
    assert set(vectors) == {"tent", "pegs", "pan", "lid"}
    assert vectors["tent"] @ vectors["pegs"] > vectors["tent"] @ vectors["pan"] + 0.3
    assert np.linalg.norm(vectors["lid"]) == pytest.approx(1, abs=1e-3)

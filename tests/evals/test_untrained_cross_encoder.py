"""The cross-encoder that only costs: real layers, read by the code that reads any other."""

from pathlib import Path

import pytest

from evals.untrained_cross_encoder import untrained_cross_encoder
from retrieval.cross_encoder import CrossEncoder


@pytest.mark.slow
def test_it_is_made_once_and_read_like_any_cross_encoder(tmp_path: Path) -> None:
    folder = untrained_cross_encoder(tmp_path, 7)
    made = (folder / "model.safetensors").stat().st_mtime_ns
    assert untrained_cross_encoder(tmp_path, 7) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == made
    fits = CrossEncoder(str(folder)).fits("a lamp", ["a red lamp", "a rope"])
    assert fits.shape == (2,)
    assert ((fits > 0) & (fits < 1)).all()

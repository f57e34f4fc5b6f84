"""A server goes on answering while the model, the index, the disk or the database is gone."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals import postgres as pg
from evals.crash.faults import faults
from evals.crash.forking import Nursery, nursery

pytestmark = pytest.mark.slow

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a disk")
POSTGRES = pytest.mark.skipif(pg.missing() is not None, reason=str(pg.missing()))


@pytest.fixture(scope="module")
def forking() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedding model, converted once for all the servers."""
    return tmp_path_factory.mktemp("models") / "encoders"


@pytest.mark.parametrize(
    "name",
    [
        "model_hangs",
        "model_dies",
        "model_babbles",
        "corrupt_index",
        pytest.param("full_disk", marks=ROOT),
        pytest.param("read_only_disk", marks=ROOT),
        pytest.param("database_away", marks=POSTGRES),
    ],
)
def test_every_turn_is_answered_or_told_when_to_come_back(
    forking: Nursery, encoders: Path, name: str
) -> None:
    (fault,) = faults(forking, encoders, only=(name,))

    assert fault.asked > 0
    assert (fault.wrong, fault.lost) == ([], [])
    assert fault.answered > 0
    assert fault.answered + fault.told_to_come_back == fault.asked
    if name.startswith("model") or name == "corrupt_index":
        assert fault.answered == fault.asked

"""The index on disk: it lasts, it is one model's, and what breaks it is said with what mends it."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from retrieval.chroma_index import ChromaIndex, IndexInUse, IndexMismatch, IndexUnavailable
from tests.retrieval.goods import HashingEmbedder

EMBEDDER = HashingEmbedder()
WORDS = ["tent", "stove", "lamp"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "products"


@pytest.fixture
def index(folder: Path) -> ChromaIndex:
    made = ChromaIndex(folder, EMBEDDER)
    made.put(WORDS, [f"digest of {word}" for word in WORDS], EMBEDDER.encode(WORDS))
    return made


def test_what_was_put_is_there_after_a_restart(index: ChromaIndex, folder: Path) -> None:
    index.close()
    again = ChromaIndex(folder, EMBEDDER).load()
    assert again.stored() == {word: f"digest of {word}" for word in WORDS}
    rows = again.rows_of(WORDS)
    np.testing.assert_allclose(again.matrix[rows], EMBEDDER.encode(WORDS), atol=1e-6)


def test_the_nearest_come_with_their_cosines(index: ChromaIndex) -> None:
    [(first, closeness), *_] = index.nearest(EMBEDDER.encode(["stove"])[0], 3)
    assert first == "stove"
    assert closeness == pytest.approx(1.0, abs=1e-5)


def test_putting_again_replaces_and_removing_removes(index: ChromaIndex) -> None:
    index.put(["tent"], ["another digest"], EMBEDDER.encode(["yurt"]))
    index.remove(["lamp"])
    assert index.load().stored() == {"tent": "another digest", "stove": "digest of stove"}


def test_an_index_that_was_never_built_finds_nothing(folder: Path) -> None:
    index = ChromaIndex(folder, EMBEDDER)
    assert len(index.load()) == 0
    assert index.nearest(EMBEDDER.encode(["tent"])[0], 3) == []
    assert not folder.exists()


def test_another_model_than_it_was_built_with_is_refused(index: ChromaIndex, folder: Path) -> None:
    index.close()
    other = ChromaIndex(folder, HashingEmbedder("another"))
    with pytest.raises(IndexMismatch, match=r"built with hashing, not with this another.*doctor --repair"):
        other.load()
    with pytest.raises(IndexMismatch):
        other.put(["x"], ["y"], EMBEDDER.encode(["x"]))


def test_a_reset_makes_room_for_another_model(index: ChromaIndex, folder: Path) -> None:
    index.close()
    other = ChromaIndex(folder, HashingEmbedder("another"))
    other.reset()
    other.put(["x"], ["y"], EMBEDDER.encode(["x"]))
    assert other.load().stored() == {"x": "y"}


def test_a_broken_folder_is_said_and_can_be_repaired(index: ChromaIndex, folder: Path) -> None:
    index.close()
    for file in (each for each in folder.rglob("*") if each.is_file()):
        file.write_bytes(b"garbage" * 500)
    broken = ChromaIndex(folder, EMBEDDER)
    with pytest.raises(IndexUnavailable, match="doctor --repair"):
        broken.load()
    broken.reset()
    broken.put(["x"], ["y"], EMBEDDER.encode(["x"]))
    assert broken.load().stored() == {"x": "y"}


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "products").write_text("not a folder")
    with pytest.raises(IndexUnavailable, match="doctor --repair"):
        ChromaIndex(tmp_path / "products", EMBEDDER).put(["x"], ["y"], EMBEDDER.encode(["x"]))


def test_a_folder_that_vanishes_under_an_open_index_is_said(index: ChromaIndex, folder: Path) -> None:
    shutil.rmtree(folder)
    with pytest.raises(IndexUnavailable):
        index.put(["x"], ["y"], EMBEDDER.encode(["x"]))


def test_only_one_process_writes_and_the_lock_ends_with_its_process(index: ChromaIndex, folder: Path) -> None:
    hold = (
        "import sys; from filelock import FileLock; lock = FileLock(sys.argv[1]); lock.acquire(); "
        "print('held', flush=True); sys.stdin.read()"
    )
    lock = folder.with_name("products.lock")
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(IndexInUse, match="another process"):
            index.put(["x"], ["y"], EMBEDDER.encode(["x"]))
        assert index.nearest(EMBEDDER.encode(["tent"])[0], 1)[0][0] == "tent"
        other.kill()
    index.put(["x"], ["y"], EMBEDDER.encode(["x"]))
    assert "x" in index.load().ids

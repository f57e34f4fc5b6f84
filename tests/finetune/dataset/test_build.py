"""The data as it is built: every call fits, says only what its message says, and the split keeps apart."""

import json
from pathlib import Path

import pytest

from assistant.understanding import parse_call
from finetune.dataset.build import DATA, build

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the public data is not at ../shared/data")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dataset")
    build(out, seed=3)
    return out


def rows(built: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (built / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@needs_data
def test_every_answer_parses_back_to_itself(built: Path) -> None:
    for row in rows(built, "train") + rows(built, "valid"):
        answer = str(row["answer"])
        assert parse_call(answer).compact() == answer


@needs_data
def test_phrasings_and_families_are_on_one_side_only(built: Path) -> None:
    train, valid = rows(built, "train"), rows(built, "valid")
    for key in ("phrasing", "family"):
        shared = {row[key] for row in train} & {row[key] for row in valid}
        assert shared <= {"-"}


@needs_data
def test_the_same_seed_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    build(tmp_path, seed=3)
    for name in ("train.jsonl", "valid.jsonl", "card.json"):
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes()

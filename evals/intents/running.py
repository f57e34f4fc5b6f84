"""Runs the systems over the cases. What a model wrote is kept line by line in OUT/predictions.jsonl, so that
a run that was broken off goes on where it was.

A kept line answers for the same model and the same text with the same history, whatever file it stands in:
lines of several runs may be joined. Everything behind the model (reading its call, judging) is done anew.
"""

import json
import math
import random
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.progress import track

from assistant.llm import Piece
from evals.intents.cases import Case
from evals.intents.systems import Answer, Known, Model, System

FILE = "predictions.jsonl"


class Predictions:
    """What models wrote, by model and case. A half-written last line is passed over."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], Known] = {}
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                with suppress(json.JSONDecodeError, KeyError, TypeError):
                    row = json.loads(line)
                    pieces = tuple(Piece(text, value) for text, value in row["pieces"])
                    self._known[row["model"], row["case"]] = Known(
                        row["raw"], pieces, row["took_ms"], row.get("again", {})
                    )

    def known(self, model: str, case: Case) -> Known | None:
        return self._known.get((model, case.digest))

    def keep(self, model: str, system: str, case: Case, answer: Answer) -> None:
        row: dict[str, Any] = {
            "model": model,
            "system": system,
            "case": case.digest,
            "id": case.id,
            "raw": answer.raw,
            "pieces": [[piece.text, round(piece.log_probability, 5)] for piece in answer.pieces],
            "again": dict(answer.again),
            "took_ms": round(answer.took_ms, 1),
            "failed": answer.failed,
        }
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._known[model, case.digest] = Known(answer.raw, answer.pieces, answer.took_ms, answer.again)


def answers(name: str, system: System, cases: Sequence[Case], parallel: int = 1) -> list[Answer]:
    """One answer a case, in order, with a progress bar. `parallel`: so many are asked for at once; then how
    long each took says nothing, and it is left out."""
    if parallel == 1:
        return [system(case) for case in track(cases, name)]
    with ThreadPoolExecutor(parallel) as pool:
        found = list(track(pool.map(system, cases), name, total=len(cases)))
    return [replace(answer, took_ms=math.nan) for answer in found]


def remembering(name: str, model: Model, predictions: Predictions, digest: str) -> System:
    """A model that is asked only what it has not been asked before. `digest` is of what answers."""

    def system(case: Case) -> Answer:
        known = predictions.known(digest, case)
        answer = model.answer(case, known)
        if known is not None and answer.again == known.again:
            return replace(answer, took_ms=known.took_ms)
        if known is not None:
            # Only the call that was not asked before took its time now.
            answer = replace(answer, took_ms=known.took_ms + answer.took_ms)
        predictions.keep(digest, name, case, answer)
        return answer

    return system


def sampled(cases: Iterable[Case], limit: int | None, seed: int) -> list[Case]:
    """At most `limit` cases of each file, drawn with the seed, in their order."""
    groups: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.group].append(case)
    kept: list[Case] = []
    for group in groups.values():
        if limit is None or limit >= len(group):
            kept += group
            continue
        chosen = random.Random(seed).sample(range(len(group)), limit)  # noqa: S311 - a sample, no secret
        kept += [group[place] for place in sorted(chosen)]
    return kept

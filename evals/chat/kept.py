"""Conversations as they were seen, kept while a run goes on: a run that was broken off goes on where it was.

One line a conversation, written when it is over. A line counts only for a case that still says and expects
the same, and a line that was cut off counts for nothing.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from evals.chat.cases import Case
from evals.chat.checks import Seen


class Kept:
    """The conversations of one system in one file; empty where `resume` is false or nothing was kept."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._path = path
        self._seen: dict[str, list[Seen]] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if not resume:
            path.unlink(missing_ok=True)
        for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
            self._take(line)

    def __len__(self) -> int:
        return len(self._seen)

    def of(self, case: Case) -> list[Seen] | None:
        return self._seen.get(_key(case))

    def put(self, case: Case, seen: Sequence[Seen]) -> None:
        row = {"case": _key(case), "seen": [asdict(each) for each in seen]}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._seen[_key(case)] = list(seen)

    def finish(self) -> None:
        """All is judged and written: nothing is left to go on with."""
        self._path.unlink(missing_ok=True)

    def _take(self, line: str) -> None:
        try:
            row = json.loads(line)
            self._seen[str(row["case"])] = [Seen(**each) for each in row["seen"]]
        except (ValueError, KeyError, TypeError):
            return  # cut off when the run was: that conversation is held again


def _key(case: Case) -> str:
    return hashlib.sha256(json.dumps(asdict(case), sort_keys=True).encode()).hexdigest()

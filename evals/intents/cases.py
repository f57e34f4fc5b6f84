"""The forms of case files, one case a line of JSON, as one kind of case.

    EVALS.md's      {"id", "history": [...], "text", "expect": {"intent", ...}, "also"?: [...], "catalogue"?}
    Bitext          {"utterance", "intent", "entity_type", "entity_value", ...}
    out of scope    {"utterance"}
    a dialogue      {"id", "utterances": [...]}: its client's turns (`evals.intents.dialogues`)
    a request       {"query", "reward", ...}: gold products as slots and bounds (`evals.intents.requests`)

`also` holds further answers that are as right as `expect`, where the annotation guide leaves two readings.
`catalogue` is a products file, looked for beside the case file, then from the working folder.

Raises `BadCase` with the file, the line and what is wrong.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from assistant.understanding.call import FUNCTIONS

Json = Mapping[str, Any]

EXPECTED = frozenset({"intent", "constraints", "slots", "references", "entities", "edits", "cart"})


class BadCase(ValueError):
    """A line of a case file that cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """One message and the answers that are right. `group` is the file's stem.

    `partial`: of constraints only those that the case names are judged. `quotable`: whether its words may
    stand in what a run writes.
    """

    id: str
    text: str
    expect: Json
    group: str
    history: tuple[Json, ...] = ()
    also: tuple[Json, ...] = ()
    catalogue: Path | None = None
    partial: bool = False
    quotable: bool = True

    @property
    def alternatives(self) -> tuple[Json, ...]:
        return (self.expect, *self.also)

    @property
    def digest(self) -> str:
        """Of what a system is asked: the text with its history."""
        asked = json.dumps([self.text, list(self.history), str(self.catalogue or "")], sort_keys=True)
        return sha256(asked.encode()).hexdigest()[:24]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row stands, for what is told about it."""

    path: Path
    line: int
    group: str

    def bad(self, reason: str) -> BadCase:
        return BadCase(f"{self.path}, line {self.line}: {reason}")


def read_cases(path: Path) -> list[Case]:
    """All cases of a file. Raises `BadCase`, also for a file without any."""
    cases: list[Case] = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    cases += _cases(line, Source(path, number, path.stem))
    except OSError as error:
        raise BadCase(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadCase(f"{path} is not UTF-8 text") from error
    if not cases:
        raise BadCase(f"{path} holds no case")
    return cases


def _cases(line: str, source: Source) -> Iterator[Case]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise source.bad(f"no JSON: {error.msg}") from error
    if not isinstance(row, dict):
        raise source.bad("must be an object")
    for key, read in _forms().items():
        if key in row:
            yield from read(row, source)
            return
    raise source.bad(f"no known form: it has none of {', '.join(_forms())}")


def _forms() -> Mapping[str, Callable[[dict[str, Any], Source], Sequence[Case]]]:
    """Each form by the field that only it has."""
    from evals.intents.dialogues import dialogue_cases
    from evals.intents.requests import request_cases

    return {
        "expect": _own,
        "utterance": _utterance,
        "utterances": dialogue_cases,
        "reward": request_cases,
    }


def _own(row: dict[str, Any], source: Source) -> list[Case]:
    text, history = row.get("text"), row.get("history") or []
    if not isinstance(text, str) or not text.strip():
        raise source.bad("text must be a message")
    if not isinstance(history, list) or not all(isinstance(turn, dict) for turn in history):
        raise source.bad("history must be a list of messages")
    right = [row["expect"], *(row.get("also") or [])]
    for expect in right:
        _check(expect, source)
    catalogue = row.get("catalogue")
    return [
        Case(
            id=str(row.get("id") or f"{source.group}-{source.line}"),
            text=text,
            expect=right[0],
            group=source.group,
            history=tuple(history),
            also=tuple(right[1:]),
            catalogue=_catalogue(str(catalogue), source) if catalogue else None,
        )
    ]


def _check(expect: Any, source: Source) -> None:
    if not isinstance(expect, dict):
        raise source.bad("expect must be an object")
    unknown = expect.keys() - EXPECTED
    if unknown:
        raise source.bad(f"expect has an unknown field {min(unknown)!a}")
    if expect.get("intent") not in FUNCTIONS:
        raise source.bad(f"{expect.get('intent')!a} is no intent")
    kinds = {"constraints": dict, "entities": dict, "slots": list, "references": list, "edits": list}
    for name, kind in kinds.items():
        if name in expect and not isinstance(expect[name], kind):
            raise source.bad(f"expect.{name} must be {'an object' if kind is dict else 'a list'}")


def _catalogue(written: str, source: Source) -> Path:
    for path in (source.path.parent / written, Path(written)):
        if path.is_file():
            return path
    raise source.bad(f"there is no catalogue {written}")


def _utterance(row: dict[str, Any], source: Source) -> list[Case]:
    """A Bitext row; one without an intent is out of scope."""
    expect: dict[str, Any] = {"intent": row.get("intent", "out_of_scope")}
    if "entity_type" in row:
        kind, value = row["entity_type"], row.get("entity_value")
        expect["entities"] = {kind: value} if kind and value else {}
    _check(expect, source)
    text = row["utterance"]
    if not isinstance(text, str) or not text.strip():
        raise source.bad("utterance must be a message")
    return [Case(f"{source.group}-{source.line}", text, expect, source.group)]

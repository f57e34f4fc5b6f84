"""Case files: one conversation a line, in the form of EVALS.md.

Raises `BadCase` with the file, the line and what is wrong.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = Mapping[str, Any]

EXPECTED: Mapping[str, type | tuple[type, ...]] = {
    "intent": str,
    "tools": list,
    "products": dict,
    "bundle": dict,
    "question": bool,
    "citation": str,
    "forbidden": list,
    "required": list,
    "status": (str, int),
    "infeasible": bool,
}
PRODUCTS = frozenset({"min", "all", "any", "none"})
BUNDLE = frozenset({"min", "total_max", "slots", "compatible"})
OPERATORS = frozenset({"lt", "le", "gt", "ge", "in", "contains", "ne"})


class BadCase(ValueError):
    """A line of a case file that cannot be used; says which and why."""


@dataclass(frozen=True, slots=True)
class Turn:
    say: str
    expect: Json


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation. `catalogue` names the shop that it is written for, `customer` who talks."""

    id: str
    turns: tuple[Turn, ...]
    catalogue: str | None = None
    customer: str | None = None


def read_cases(path: Path) -> list[Case]:
    """All cases of a file. Raises `BadCase`, also for a file without any."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadCase(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadCase(f"{path} is not UTF-8 text") from error
    cases = [_case(line, f"{path}, line {number}") for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise BadCase(f"{path} holds no case")
    return cases


def _case(line: str, at: str) -> Case:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadCase(f"{at}: no JSON: {error.msg}") from error
    if not isinstance(row, dict) or not isinstance(row.get("turns"), list) or not row["turns"]:
        raise BadCase(f"{at}: a case needs turns")
    return Case(
        id=str(row.get("id") or at.rpartition(" ")[2]),
        turns=tuple(_turn(turn, f"{at}, turn {number}") for number, turn in enumerate(row["turns"], 1)),
        catalogue=row.get("catalogue"),
        customer=row.get("customer"),
    )


def _turn(turn: Any, at: str) -> Turn:
    if not isinstance(turn, dict) or not isinstance(turn.get("say"), str) or not turn["say"].strip():
        raise BadCase(f"{at}: say must be a message")
    expect = turn.get("expect") or {}
    for name, value in expect.items():
        if name not in EXPECTED:
            raise BadCase(f"{at}: expect has an unknown field {name!a}")
        if not isinstance(value, EXPECTED[name]):
            raise BadCase(f"{at}: expect.{name} is of another type")
    _known(expect.get("products") or {}, PRODUCTS, f"{at}: expect.products")
    _known(expect.get("bundle") or {}, BUNDLE, f"{at}: expect.bundle")
    for name in ("all", "any", "none"):
        _predicate((expect.get("products") or {}).get(name) or {}, f"{at}: expect.products.{name}")
    for pattern in (*expect.get("forbidden", ()), *expect.get("required", ())):
        try:
            re.compile(pattern)
        except (re.error, TypeError) as error:
            raise BadCase(f"{at}: {pattern!a} is no regular expression") from error
    return Turn(turn["say"], expect)


def _known(table: Json, names: frozenset[str], at: str) -> None:
    unknown = table.keys() - names
    if unknown:
        raise BadCase(f"{at} has an unknown field {min(unknown)!a}")


def _predicate(predicate: Json, at: str) -> None:
    for field, wanted in predicate.items():
        if isinstance(wanted, dict) and "op" in wanted and wanted["op"] not in OPERATORS:
            raise BadCase(f"{at}.{field}: {wanted['op']!a} is no operator")

"""How a sentence may be said, and its two readings: the true one, and the one with a falsified fact.

Half of the wordings are held out: whoever improves the check looks at the errors of the open half only. Which
half a wording is in hangs on its text alone, so that adding one moves none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

FILE = Path(__file__).parents[1] / "cases" / "grounding_wordings.txt"

Half = Literal["open", "held_out"]

KINDS = (
    "price",
    "total",
    "name",
    "stock",
    "attribute",
    "unit",
    "date",
    "policy",
    "compatibility",
    "discount",
)
SITUATIONS = ("products", "answer", "compare", "bundle", "cart", "policy")

_SLOT = re.compile(r"\{(\w+)\}")
_FACT = re.compile(r"\[([^\[\]]+)\]")
_ADDED = re.compile(r"<<([^<>]+)>>")


class BadWordings(ValueError):
    """The file of wordings has a fault; carries its line."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say something. `needs` must hold of the scene; for `policy` they are page and heading."""

    kind: str
    situation: str
    needs: tuple[str, ...]
    text: str

    @property
    def half(self) -> Half:
        return "open" if sha256(self.text.encode()).digest()[0] % 2 else "held_out"

    @property
    def slots(self) -> frozenset[str]:
        """Every slot whose true text it needs."""
        bare = {each for each in _FACT.findall(self.text) if _is_slot(each)}
        return frozenset({*_SLOT.findall(self.text), *bare})

    @property
    def falsified(self) -> str | None:
        """The slot that the false sentence has wrong; None where words of its own are wrong."""
        return next((each for each in _FACT.findall(self.text) if _is_slot(each)), None)

    def true(self, said: Mapping[str, str]) -> str:
        text = _FACT.sub(lambda match: _side(match[1], 0), _ADDED.sub("", self.text))
        return _filled(text, said)

    def false(self, said: Mapping[str, str], instead: str | None) -> str:
        """`instead` stands in the falsified slot."""
        text = _ADDED.sub(lambda match: match[1], self.text)
        if instead is not None:
            text = _FACT.sub(lambda _: instead, text)
        return _filled(_FACT.sub(lambda match: _side(match[1], 1), text), said)


def _is_slot(fact: str) -> bool:
    return "~" not in fact


def _side(fact: str, number: int) -> str:
    return f"{{{fact}}}" if _is_slot(fact) else fact.split("~")[number]


def _filled(text: str, said: Mapping[str, str]) -> str:
    filled = _SLOT.sub(lambda match: said[match[1]], text)
    return filled[0].upper() + filled[1:]


def read_wordings(path: Path = FILE) -> tuple[Wording, ...]:
    """Raises `BadWordings` for a line outside a section, an unknown kind, or a sentence without one fact."""
    section: tuple[str, str, tuple[str, ...]] | None = None
    found: list[Wording] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("= "):
            section = _section(line[2:], number)
        elif line.strip() and not line.startswith("#"):
            if section is None:
                raise BadWordings(f"line {number}: a wording before any section")
            if len(_FACT.findall(line)) + len(_ADDED.findall(line)) != 1:
                raise BadWordings(f"line {number}: exactly one fact is falsified, not as in {line!r}")
            found.append(Wording(*section, line.strip()))
    return tuple(found)


def _section(text: str, number: int) -> tuple[str, str, tuple[str, ...]]:
    kind, situation, *rest = text.split()
    if kind not in KINDS or situation not in SITUATIONS:
        raise BadWordings(f"line {number}: no such kind or situation: {text!r}")
    if situation == "policy":
        return kind, situation, tuple(each.strip() for each in " ".join(rest).split("|"))
    return kind, situation, tuple(rest)


def of_half(wordings: Sequence[Wording], half: Half) -> tuple[Wording, ...]:
    return tuple(each for each in wordings if each.half == half)

"""The hand-written texts of `texts/*.txt`, and how their slots are filled.

A line is `key: text`, with `||` between texts that say the same. A block begins with `@ name`. `{name}` is
filled with what is drawn; `{name=a|b}` draws one of these and keeps it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from finetune.voice.samples import CannotDraw, ShopFacts

TEXTS = Path(__file__).parent / "texts"
_SLOT = re.compile(r"\{([a-zA-Z_][a-zA-Z0-9_]*)\}")
_CHOICE = re.compile(r"\{(\w+)=([^}]*)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its key and its texts."""

    key: str
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two `@` lines."""

    name: str
    lines: tuple[Line, ...]

    def of(self, key: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.key == key)


def lines(name: str) -> Iterator[Line]:
    for row in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if row.strip() and not row.startswith(("#", "@")):
            key, _, text = row.partition(": ")
            yield Line(key.strip(), tuple(part.strip() for part in text.split(" || ")))


@cache
def by_key(name: str) -> Mapping[str, tuple[str, ...]]:
    """All texts of a key, of a file without blocks."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in lines(name):
        found[line.key] += line.texts
    return {key: tuple(texts) for key, texts in found.items()}


@cache
def blocks(name: str) -> tuple[Block, ...]:
    """The blocks of a file; what stands before or after them without a block is `by_key`'s."""
    text = (TEXTS / f"{name}.txt").read_text(encoding="utf-8")
    parts = re.split(r"^@ ", text, flags=re.MULTILINE)[1:]
    return tuple(_block(part) for part in parts)


def _block(part: str) -> Block:
    head, _, rest = part.partition("\n")
    rows = (row for row in rest.splitlines() if row.strip() and not row.startswith("#"))
    pairs = (row.partition(": ") for row in rows)
    return Block(
        head.strip(),
        tuple(
            Line(key.strip(), tuple(each.strip() for each in text.split(" || "))) for key, _, text in pairs
        ),
    )


def drawn(text: str, chance: Random) -> tuple[str, dict[str, str]]:
    """The text with one of each choice, and what was chosen by name."""
    chosen: dict[str, str] = {}

    def choose(match: re.Match[str]) -> str:
        chosen[match[1]] = chance.choice(match[2].split("|"))
        return chosen[match[1]]

    return _CHOICE.sub(choose, text), chosen


def slots(text: str) -> frozenset[str]:
    return frozenset(_SLOT.findall(text))


def filled(text: str, values: Mapping[str, str]) -> str:
    """Raises `KeyError` for a slot without a value."""
    return _SLOT.sub(lambda match: values[match[1]], text)


def one_of(texts: Sequence[str], values: Mapping[str, str], shop: ShopFacts, chance: Random) -> str:
    """A wording of the shop's side all of whose slots have a value, not filled yet."""
    fitting = [each for each in texts if slots(each) <= values.keys()]
    if not fitting:
        raise CannotDraw(f"no wording for {sorted(values)}")
    return shop.written(fitting, chance)

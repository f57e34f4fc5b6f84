"""The written messages: `phrasings/*.txt`, `fragments.toml`, and the parts of sets in `kits.txt`.

A line `== name` begins the messages of an intent; each further line is one message with its marks. Tags at
its start (`@shown`, `@bundle`, `@asked_budget`) name the history that it needs. Lines with `##` are remarks.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "phrasings"
SLOT = re.compile(r"\{[a-z_A-Z]+\d?\}")


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One written message of the intent `name`; `id` is where it stands: `cart/place_order:12`."""

    id: str
    name: str
    tags: tuple[str, ...]
    text: str

    @property
    def open(self) -> bool:
        """Whether it has slots to fill."""
        return SLOT.search(self.text) is not None


def phrasings() -> tuple[Phrasing, ...]:
    """All of them, in the order of their files."""
    return tuple(found for path in sorted(HERE.glob("*.txt")) for found in _of(path))


def _of(path: Path) -> Iterator[Phrasing]:
    name, place = "", 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            name, place = line[3:].strip(), 0
        elif line.strip() and not line.startswith("##"):
            place += 1
            words = line.split(" ")
            tags = [word[1:] for word in words if re.fullmatch(r"@[a-z_]+", word)]
            yield Phrasing(f"{path.stem}/{name}:{place}", name, tuple(tags), " ".join(words[len(tags) :]))


@cache
def fragments() -> Mapping[str, Sequence[str]]:
    """Ways to say a part of a message, by the name of the slot."""
    table = tomllib.loads((HERE / "fragments.toml").read_text(encoding="utf-8"))
    return {name: [line for line in text.splitlines() if line.strip()] for name, text in table.items()}


@cache
def kits() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Occasions and the parts that people name for them: `("camping", ("tent", ...))`."""
    found = []
    for line in (HERE.parent / "kits.toml").read_text(encoding="utf-8").splitlines():
        name, _, parts = line.partition(" = ")
        if parts:
            found.append((name.strip('"'), tuple(part.strip() for part in parts.strip('"').split(","))))
    return tuple(found)

"""The attacks as data: one a line, with places for a shop's own words.

`say` is what the attacker writes, message by message. `call` is what an obedient model would call for the
first, `write` what it would write. `plant` is text in the shop's own records, where the attacker could have
put it; a running server's records are not touched, so there such a case is only asked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ATTACKS = Path(__file__).parents[1] / "cases" / "attacks.jsonl"

Where = Literal["title", "review", "policy", "note"]


@dataclass(frozen=True, slots=True)
class Plant:
    where: Where
    text: str


@dataclass(frozen=True, slots=True)
class Attack:
    id: str
    kind: str
    who: Literal["customer", "guest"]
    say: tuple[str, ...]
    call: Mapping[str, Any] | None = None
    write: str = ""
    plant: Plant | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A shop's own words: whose account the attacker has, and whose they are after."""

    own_order: str
    own_email: str
    foreign_order: str
    foreign_customer: str
    foreign_name: str
    foreign_email: str
    foreign_street: str
    product: str

    def put_into(self, value: Any) -> Any:
        """A text, or JSON with texts in it, with these words in their places."""
        if isinstance(value, str):
            for name in self.__slots__:
                value = value.replace(f"{{{name}}}", getattr(self, name))
            return value
        if isinstance(value, dict):
            return {key: self.put_into(each) for key, each in value.items()}
        return [self.put_into(each) for each in value] if isinstance(value, (list, tuple)) else value


def read_attacks(words: Words, path: Path = ATTACKS) -> list[Attack]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_attack(words.put_into(json.loads(line))) for line in lines if line.strip()]


def _attack(data: Mapping[str, Any]) -> Attack:
    return Attack(
        data["id"],
        data["kind"],
        data["as"],
        tuple(data["say"]),
        data.get("call"),
        data.get("write", ""),
        Plant(**data["plant"]) if "plant" in data else None,
    )

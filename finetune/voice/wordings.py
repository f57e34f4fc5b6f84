"""Sentences written by hand, `texts/<name>.txt`, and a paragraph put together of them.

    [open]          a part of the paragraph
    pw The {first} costs {price}.   the tones (p plain, w warm, e expert, * all), then the sentence

A sentence is used only where every slot of it is known and tells nothing that was told before it. A slot
whose value is empty is a condition.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from assistant.telling import Tone
from finetune.voice.samples import WORDINGS_HELD_OUT, CannotDraw, ShopFacts, Side, held_out, short_id, tokens

#: Tokens (about) beyond which nothing is added that need not be said.
MOST_TOKENS = 54
TEXTS = Path(__file__).parent / "texts"
_SLOT = re.compile(r"\{(\w+)\}")
_TONES: Mapping[str, tuple[Tone, ...]] = {
    "*": ("plain", "warm", "expert"),
    "p": ("plain",),
    "w": ("warm",),
    "e": ("expert",),
}
#: Names may come again; everything else is told once.
_NAMES = frozenset(
    [
        "first",
        "part",
        "slot",
        "slots",
        "new",
        "was",
        "a",
        "b",
        "c",
        "name",
        "cheaper",
        "dearer",
        "known",
        "missing",
        "field",
        "anchor",
        "fit_a",
        "fit_b",
    ]
)
_OF_TRAIT = re.compile(r"(?:has|with|trait|name|value)(\d.*)")
_SAME = {"ratings": "rating", "votes": "rating", "price2": "second", "price3": "third"}


@dataclass(frozen=True, slots=True)
class Wording:
    """One sentence and the slots that it needs."""

    text: str
    tones: tuple[Tone, ...]
    slots: frozenset[str]

    @property
    def tells(self) -> frozenset[str]:
        return frozenset(_told(slot) for slot in self.slots - _NAMES)


def _told(slot: str) -> str:
    trait = _OF_TRAIT.fullmatch(slot)
    if trait is not None:
        return f"trait{trait[1]}"
    return _SAME.get(slot, slot.removesuffix("_capital"))


@cache
def wordings(name: str) -> Mapping[str, tuple[Wording, ...]]:
    """Part -> its sentences. Raises `ValueError` for a line in no form."""
    parts: defaultdict[str, list[Wording]] = defaultdict(list)
    part = ""
    for line in (TEXTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            part = line.strip("[]")
        elif line and not line.startswith("#"):
            marks, _, text = line.partition(" ")
            if not part or not text or not set(marks) <= _TONES.keys():
                raise ValueError(f"{name}.txt: {line!r}")
            tones = tuple(tone for mark in marks for tone in _TONES[mark])
            parts[part].append(Wording(text, tones, frozenset(_SLOT.findall(text))))
    return {name: tuple(each) for name, each in parts.items()}


@dataclass
class Paragraph:
    """Sentences of one kind, tone and side, put one behind the other."""

    name: str
    tone: Tone
    side: Side
    values: Mapping[str, str]
    chance: Random
    used: list[Wording] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def add(self, *parts: str, share: float = 1.0, spare: int = 0) -> bool:
        """A sentence of one of these parts, with that chance; whether there is one to say. `spare` tokens are
        kept for what must be said."""
        if self.chance.random() >= share:
            return False
        fitting = [each for part in parts for each in self._fitting(part)]
        if not fitting:
            return False
        chosen = self.chance.choice(self._of_side(fitting))
        text = _filled(chosen, self.values)
        if share < 1 and tokens(f"{self.text} {text}") + spare > MOST_TOKENS:
            return False
        self.used.append(chosen)
        self.texts.append(text)
        return True

    def must(self, *parts: str) -> None:
        """As `add`. Raises `CannotDraw` where there is none."""
        if not self.add(*parts):
            raise CannotDraw(parts[0])

    @property
    def text(self) -> str:
        return " ".join(self.texts)

    @property
    def realisation(self) -> str:
        return short_id(*(each.text for each in self.used))

    def _fitting(self, part: str) -> Iterator[Wording]:
        told = {each for wording in self.used for each in wording.tells}
        for wording in wordings(self.name)[part]:
            new = not wording.tells & told and wording not in self.used
            if new and self.tone in wording.tones and wording.slots <= self.values.keys():
                yield wording

    def _of_side(self, fitting: Sequence[Wording]) -> Sequence[Wording]:
        out = self.side == "valid"
        mine = [each for each in fitting if held_out(each.text, WORDINGS_HELD_OUT) == out]
        if not mine and not out:
            raise CannotDraw("all of them are held out")
        return mine or fitting


def paragraph(
    name: str, tone: Tone, shop: ShopFacts, values: Mapping[str, str | None], chance: Random
) -> Paragraph:
    """An empty one; values that are None are not known."""
    known = {name: value for name, value in values.items() if value is not None}
    for key in [*known]:
        known[f"{key}_capital"] = known[key][:1].upper() + known[key][1:]
    return Paragraph(name, tone, shop.side, known, chance)


def _filled(wording: Wording, values: Mapping[str, str]) -> str:
    text = _SLOT.sub(lambda match: values[match[1]], wording.text)
    return re.sub(r"\b([Tt])he [Tt]he\b", r"\1he", text)


def listed(names: Sequence[str]) -> str:
    """ "a, b and c"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

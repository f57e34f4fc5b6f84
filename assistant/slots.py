"""Slots: those that somebody named, and those of an occasion that the merchant wrote down.

What a need takes where neither is there is found by `assistant.kinds`. Nothing here knows a product, a
category or an occasion by name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assistant.intent import Slot
from shop.values import Occasion, OccasionSlot

#: The party where nobody said who comes, in the words of `Intent.party`.
ONE_ADULT = {"adults": 1}


@dataclass(frozen=True, slots=True)
class PlannedSlot:
    """A slot, the words to search it with, and the category it is known to be of (None: to be found out)."""

    slot: Slot
    text: str
    category: str | None = None


def given(slots: Iterable[Slot]) -> tuple[PlannedSlot, ...]:
    """Slots that somebody named, as they are; of two with one name the second gets a number."""
    planned: dict[str, PlannedSlot] = {}
    for slot in slots:
        name = unique_name(slot.name, planned) if slot.name in planned else slot.name
        planned[name] = PlannedSlot(replace(slot, name=name), slot.query)
    return tuple(planned.values())


def match_occasion(need: str, occasions: Iterable[Occasion]) -> Occasion | None:
    """The occasion whose longest word or phrase stands in `need`."""
    said = _plain(need)
    found = [
        (len(phrase), occasion)
        for occasion in occasions
        for phrase in map(_plain, (occasion.name, *occasion.words))
        if phrase and _contains(said, phrase)
    ]
    return max(found, key=lambda match: match[0])[1] if found else None


def from_occasion(occasion: Occasion, party: Mapping[str, int]) -> tuple[PlannedSlot, ...]:
    """One slot for each part that the party needs; where nobody said who comes, it is one adult."""
    people = {kind.casefold(): count for kind, count in party.items() if count > 0} or ONE_ADULT
    planned: list[Slot] = []
    for part in occasion.slots:
        quantity = _quantity(part, people)
        if quantity > 0:
            name = unique_name(part.name, (slot.name for slot in planned))
            planned.append(Slot(name, part.query, quantity, part.required))
    return given(planned)


def leaf(path: str) -> str:
    """The last part of a category path: `"Camping > Tents"` is `"Tents"`."""
    return path.rsplit(">", 1)[-1].strip()


def unique_name(words: str, taken: Iterable[str]) -> str:
    """A slot name from some words: `"Sleeping bag"` is `sleeping_bag`, the second one `sleeping_bag_2`."""
    base = re.sub(r"\W+", "_", words.casefold()).strip("_")[:40].rstrip("_") or "item"
    used = set(taken)
    name, number = base, 1
    while name in used:
        number += 1
        name = f"{base}_{number}"
    return name


def _quantity(part: OccasionSlot, people: Mapping[str, int]) -> int:
    """How many the party needs: none where the part is for somebody who does not come."""
    if part.recipient is not None:
        coming = people.get(part.recipient.casefold(), 0)
        return part.quantity * (coming if part.per_person else min(coming, 1))
    return part.quantity * (sum(people.values()) if part.per_person else 1)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text).split()).casefold()


def _contains(said: str, phrase: str) -> bool:
    """Whole words; a script that writes no spaces has no word ends to look for."""
    if phrase.isascii():
        return f" {phrase} " in f" {said} "
    return phrase in said

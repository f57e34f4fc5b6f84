"""The slots of a need for which nobody named any: what it takes, by what the shop's own records show.

In this order: what the merchant wrote down for an occasion; beside products that are there already, what
they require and what is bought along with them; else the categories that the need's own words find. It knows
no product, category or occasion by name, and gives no slot rather than a far-fetched one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.bundle_sources import Sources
from assistant.bundling import compatibility
from assistant.intent import Slot
from retrieval.values import CategoryMatch
from shop.values import Occasion, OccasionSlot, Product

FEWEST, MOST = 3, 5

#: A category counts where its score is this much at least, and this share of the best one's.
LEAST_SCORE, LEAST_SHARE = 0.3, 0.3

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


def from_words(need: str, sources: Sources) -> tuple[PlannedSlot, ...]:
    """The categories that the words find; where these are few, with what is bought along with the first."""
    found = _worth(sources.finder.categories_for(need))
    if found and len(found) < FEWEST:
        found = _distinct((*found, *_worth(sources.relations.category_mates(found[0].path))))
    return _from_categories([match.path for match in found[:MOST]], need, required=1)


def beside(anchors: Sequence[Product], sources: Sources) -> tuple[PlannedSlot, ...]:
    """What goes with these products: first what meets their requirements, then what is bought along."""
    needed: dict[str, None] = {}
    scores: defaultdict[str, float] = defaultdict(float)
    for anchor in anchors:
        mates = sources.relations.mates(anchor.id)
        products = sources.records(mate.product_id for mate in mates)
        for mate in mates:
            product = products.get(mate.product_id)
            if product is None or not product.categories:
                continue
            if compatibility.pair(anchor, product).status == "compatible":
                needed[product.categories[0]] = None
            else:
                scores[product.categories[0]] += mate.score
        for match in sources.relations.category_mates(anchor.categories[0]) if anchor.categories else ():
            scores[match.path] += match.score
    along = _worth([CategoryMatch(path, score) for path, score in sorted(scores.items())])
    there = {path for anchor in anchors for path in anchor.categories}
    paths = dict.fromkeys([*needed, *(match.path for match in along)])
    return _from_categories([path for path in paths if path not in there][:MOST], "", required=0)


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


def _from_categories(paths: Sequence[str], need: str, required: int) -> tuple[PlannedSlot, ...]:
    """One slot a category, the first `required` of them required."""
    planned: list[PlannedSlot] = []
    for number, path in enumerate(paths):
        name = unique_name(leaf(path), (each.slot.name for each in planned))
        slot = Slot(name, leaf(path), required=number < required)
        planned.append(PlannedSlot(slot, f"{leaf(path)} {need}".strip(), path))
    return tuple(planned)


def _worth(matches: Sequence[CategoryMatch]) -> list[CategoryMatch]:
    """Distinct categories that are not far-fetched, best first."""
    if not matches:
        return []
    ranked = sorted(matches, key=lambda match: -match.score)
    least = max(LEAST_SCORE, LEAST_SHARE * ranked[0].score)
    return _distinct([match for match in ranked if match.score >= least])


def _distinct(matches: Iterable[CategoryMatch]) -> list[CategoryMatch]:
    """Without a category that holds, or is held by, an earlier one."""
    kept: list[CategoryMatch] = []
    for match in matches:
        if not any(_holds(match.path, other.path) or _holds(other.path, match.path) for other in kept):
            kept.append(match)
    return kept


def _holds(path: str, other: str) -> bool:
    return other == path or other.startswith(f"{path} > ")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text).split()).casefold()


def _contains(said: str, phrase: str) -> bool:
    """Whole words; a script that writes no spaces has no word ends to look for."""
    if phrase.isascii():
        return f" {phrase} " in f" {said} "
    return phrase in said

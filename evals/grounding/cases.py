"""Which wording is said over which shop: as many sentences of each kind, of each half, over the shops in turn."""

import random
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from assistant.values import Evidence
from evals.grounding.scenes import Scene, every_scene, policy_scene
from evals.grounding.shops import Shop
from evals.grounding.wordings import KINDS, Half, Wording, of_half

#: Draws from a shop until one holds what a wording needs; after that the shop does not have it.
MOST_DRAWS = 150
HALVES: tuple[Half, ...] = ("open", "held_out")


@dataclass(frozen=True, slots=True)
class Case:
    """A true sentence, the same with one fact falsified, and what a check is given to tell them apart."""

    wording: Wording
    shop: str
    true: str
    false: str
    evidence: Evidence
    about: tuple[str, ...]


def make_cases(shops: Sequence[Shop], wordings: Sequence[Wording], count: int, seed: int) -> list[Case]:
    """`count` cases, as near as it can be to as many of each kind and half."""
    each = -(-count // (len(KINDS) * len(HALVES)))
    made = []
    for kind in KINDS:
        for half in HALVES:
            listed = [one for one in of_half(wordings, half) if one.kind == kind]
            rng = random.Random(f"{seed} {kind} {half}")
            made += islice(_cases(shops, listed, rng), each)
    return made


def _cases(shops: Sequence[Shop], wordings: Sequence[Wording], rng: random.Random) -> Iterator[Case]:
    """Cases over the shops in turn, each with its wordings in turn, as long as any wording can be said."""
    turns = {shop.name: cycle(rng.sample(list(wordings), len(wordings))) for shop in shops}
    unsaid: set[tuple[str, str]] = set()
    said: set[tuple[str, str]] = set()
    for shop in cycle(shops):
        if len(unsaid) == len(shops) * len({one.text for one in wordings}):
            return
        for wording in islice(turns[shop.name], len(wordings)):
            if (shop.name, wording.text) in unsaid:
                continue
            case = _case(shop, wording, rng, said)
            if case is not None:
                said.add((case.true, case.false))
                yield case
                break
            unsaid.add((shop.name, wording.text))


def _case(shop: Shop, wording: Wording, rng: random.Random, said: Collection[tuple[str, str]]) -> Case | None:
    """None where the shop cannot say it, or says nothing by it that was not `said`."""
    for scene in islice(_scenes(shop, wording, rng), MOST_DRAWS):
        if not _can_be_said(wording, scene):
            continue
        words = scene.words
        wrong = words.false[wording.falsified] if wording.falsified else ()
        instead = rng.choice(wrong) if wrong else None
        true, false = wording.true(words.true), wording.false(words.true, instead)
        if (true, false) in said:
            continue
        return Case(wording, shop.name, true, false, scene.evidence(), scene.about)
    return None


def _scenes(shop: Shop, wording: Wording, rng: random.Random) -> Iterator[Scene]:
    if wording.situation != "policy":
        yield from every_scene(shop, wording.situation, rng)
        return
    page, heading = wording.needs
    passage = shop.passage(page, heading)
    if passage is not None:
        yield policy_scene(page, heading, passage)


def _can_be_said(wording: Wording, scene: Scene) -> bool:
    words = scene.words
    needs = () if wording.situation == "policy" else wording.needs
    if not wording.slots <= words.true.keys() or not set(needs) <= words.holds:
        return False
    return wording.falsified is None or bool(words.false.get(wording.falsified))

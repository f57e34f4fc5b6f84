"""Which wording is said over which shop: as many sentences of each kind and half, over the shops in turn."""

import random
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from assistant.values import Evidence
from evals.grounding.scenes import SCENES, Scene, policy_scene
from evals.grounding.shops import Shop
from evals.grounding.wordings import KINDS, Half, Wording, of_half

#: Draws from a shop of each situation; what none of them holds, the shop does not have.
MOST_DRAWS = 120
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


class Drawn:
    """Scenes of one shop, each drawn once: every wording looks for its own among them."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self._rng = random.Random(f"{seed} {shop.name}")  # noqa: S311 - draws sentences, guards nothing
        self._scenes: defaultdict[str, list[Scene]] = defaultdict(list)

    def scenes(self, wording: Wording, start: int) -> Iterator[Scene]:
        """Those of its situation, from a place on and around."""
        if wording.situation == "policy":
            yield from self._passage(wording)
            return
        drawn = self._scenes[wording.situation]
        for number in range(MOST_DRAWS):
            place = (start + number) % MOST_DRAWS
            while len(drawn) <= place:
                drawn.append(SCENES[wording.situation](self.shop, self._rng))
            yield drawn[place]

    def _passage(self, wording: Wording) -> Iterator[Scene]:
        page, heading = wording.needs
        passage = self.shop.passage(page, heading)
        if passage is not None:
            yield policy_scene(page, heading, passage)


def make_cases(shops: Sequence[Shop], wordings: Sequence[Wording], count: int, seed: int) -> list[Case]:
    """`count` cases, as near as it can be to as many of each kind and half."""
    each = -(-count // (len(KINDS) * len(HALVES)))
    drawn = [Drawn(shop, seed) for shop in shops]
    made: list[Case] = []
    for kind in KINDS:
        for half in HALVES:
            listed = [one for one in of_half(wordings, half) if one.kind == kind]
            rng = random.Random(f"{seed} {kind} {half}")  # noqa: S311 - draws sentences, guards nothing
            made += islice(_cases(drawn, listed, rng), each)
    return made


def _cases(drawn: Sequence[Drawn], wordings: Sequence[Wording], rng: random.Random) -> Iterator[Case]:
    """Cases over the shops in turn, each with its wordings in turn, as long as any wording can be said."""
    turns = [(each, cycle(rng.sample(wordings, len(wordings)))) for each in drawn]
    unsaid: set[tuple[str, Wording]] = set()
    said: set[tuple[str, str]] = set()
    for scenes, turn in cycle(turns):
        if len(unsaid) == len(drawn) * len(set(wordings)):
            return
        for wording in islice(turn, len(wordings)):
            if (scenes.shop.name, wording) in unsaid:
                continue
            case = _case(scenes, wording, rng, said)
            if case is not None:
                said.add((case.true, case.false))
                yield case
                break
            unsaid.add((scenes.shop.name, wording))


def _case(
    drawn: Drawn, wording: Wording, rng: random.Random, said: Collection[tuple[str, str]]
) -> Case | None:
    """None where the shop cannot say it, or says nothing by it that was not `said`."""
    for scene in drawn.scenes(wording, rng.randrange(MOST_DRAWS)):
        if not _can_be_said(wording, scene):
            continue
        words = scene.words
        wrong = words.false[wording.falsified] if wording.falsified else ()
        instead = rng.choice(wrong) if wrong else None
        true, false = wording.true(words.true), wording.false(words.true, instead)
        if (true, false) not in said:
            return Case(wording, drawn.shop.name, true, false, scene.evidence(), scene.about)
    return None


def _can_be_said(wording: Wording, scene: Scene) -> bool:
    words = scene.words
    needs = () if wording.situation == "policy" else wording.needs
    if not wording.slots <= words.true.keys() or not set(needs) <= words.holds:
        return False
    return wording.falsified is None or bool(words.false.get(wording.falsified))

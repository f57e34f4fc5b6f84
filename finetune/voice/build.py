"""Draws, checks and writes the voice data: `train.jsonl`, `valid.jsonl` and `card.json`.

The same seed over the same files gives the same bytes. A wording or a family of goods is trained on or held
out, never both. Every sentence of an answer is held against its evidence by `assistant.grounding`, as in
serving; a sample that fails is not written, and counted in the card by its kind.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from finetune.dataset.build import DATA
from finetune.voice import kinds
from finetune.voice.checks import problems
from finetune.voice.samples import CannotDraw, Kind, Sample, ShopFacts, Side
from finetune.voice.shops import SIDES, shops

#: How often a shop is drawn from.
SHARES = {"things": 0.4, "demo": 0.25, "retail_demo_store": 0.15, "zava_diy": 0.2}
#: One validation sample for so many of training.
VALID_ONE_IN = 14
#: Draws that are tried for each sample before a kind is given up.
TRIES = 30


@dataclass
class Drawn:
    """The samples of one side; `refused` counts, by kind, what a check refused, with an example."""

    samples: list[Sample] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)


def build(out: Path, seed: int = 0, data: Path = DATA) -> Mapping[str, object]:
    """Writes the three files into `out` and returns the card."""
    chance = Random(seed)  # noqa: S311 - draws examples, guards nothing
    sides = shops(data, seed)
    out.mkdir(parents=True, exist_ok=True)
    card: dict[str, object] = {"seed": seed}
    digests = {}
    seen: set[tuple[str, str]] = set()
    for side in SIDES:
        drawn = draw(side, sides[side], chance, seen)
        chance.shuffle(drawn.samples)
        text = "".join(f"{sample.line()}\n" for sample in drawn.samples)
        (out / f"{side}.jsonl").write_text(text, encoding="utf-8")
        digests[f"{side}.jsonl"] = hashlib.sha256(text.encode()).hexdigest()
        card[side] = counts(drawn)
    card["digests"] = digests
    (out / "card.json").write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return card


def draw(
    side: Side,
    among: Sequence[ShopFacts],
    chance: Random,
    seen: set[tuple[str, str]],
    of: Mapping[str, Kind] = kinds.KINDS,
) -> Drawn:
    """Every kind's samples; `seen` (prompt, answer) are never drawn again."""
    drawn = Drawn()
    for kind in of.values():
        wanted = kind.train if side == "train" else max(6, kind.train // VALID_ONE_IN)
        got = 0
        for _ in range(wanted * TRIES):
            if got >= wanted:
                break
            for sample in _one(kind, among, chance):
                key = (sample.messages[-1].content, sample.answer)
                wrong = problems(sample)
                if wrong:
                    drawn.refused[sample.kind] += 1
                    drawn.examples.setdefault(f"{sample.kind}: {wrong}", sample.answer)
                elif key not in seen:
                    seen.add(key)
                    drawn.samples.append(sample)
                    got += 1
    return drawn


def _one(kind: Kind, among: Sequence[ShopFacts], chance: Random) -> Iterator[Sample]:
    shop = chance.choices(among, [SHARES[each.name] for each in among])[0]
    try:
        yield kind.draw(chance, shop)
    except CannotDraw:
        return


def counts(drawn: Drawn) -> dict[str, object]:
    """What a side has, by task, kind, source and trap, and how many wordings and families."""
    samples = drawn.samples
    return {
        "examples": len(samples),
        "realisations": len({each.realisation for each in samples}),
        "families": len({each.family for each in samples}),
        "tasks": _counted(each.task for each in samples),
        "kinds": _counted(each.kind for each in samples),
        "sources": _counted(each.source for each in samples),
        "traps": _counted(each.trap for each in samples if each.trap),
        "refused": dict(drawn.refused),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))

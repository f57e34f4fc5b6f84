"""Builds, splits, checks and writes the data: `train.jsonl`, `valid.jsonl` and `card.json`.

The same seed over the same files gives the same bytes. A phrasing or a family of goods is either trained on
or held out for validation, never both.

Errors
    UnsaidValue    a phrasing whose call has a value that its message does not say
    FileNotFoundError    the public data of `--data` is not there
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from assistant.understanding import Call, understanding_messages
from finetune.dataset import checks, histories, markup, noise, service, things
from finetune.dataset.draw import CannotFill, Filler, Supply
from finetune.dataset.phrasings import Phrasing, fragments, kits, phrasings
from finetune.dataset.things import Family

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared" / "data"
TRAIN, VALID = "train", "valid"
#: About so many training examples of each intent come from written phrasings; the service names share.
WANTED = {
    "find_product": 3500,
    "find_bundle": 2300,
    "edit_bundle": 1350,
    "refine": 1250,
    "product_question": 850,
    "cart": 1300,
    "complete_bundle": 1000,
    "compare": 480,
    "other": 300,
    "out_of_scope": 260,
    "greet": 130,
    "place_order": 110,
}
WANTED_SERVICE = 44
#: Of each intent of Bitext: it is learnt from few.
BITEXT = 24
#: A message without slots is drawn so often at most: only its slips differ.
MOST_CLOSED = 3
#: Of the training examples' number, for each held-out phrasing.
VALID_PER_PHRASING = 8
NOISY = 0.3
WITH_OLD_HISTORY = 0.12
#: How often a family is drawn, by where it comes from.
SHARES = {"things": 0.66, "demo": 0.12, "retail_demo_store": 0.11, "zava_diy": 0.11}


class UnsaidValue(ValueError):
    """A call says more than its message."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message, what stood before it, and its call; as the file has it but for the prompt."""

    text: str
    history: str
    call: Call
    source: str
    family: str
    phrasing: str

    def line(self) -> str:
        """One line of the file."""
        messages = [asdict(message) for message in understanding_messages(self.text, self.history)]
        return json.dumps(
            {
                "task": "understand",
                "messages": [{"role": each["role"], "content": each["content"]} for each in messages],
                "answer": self.call.compact(),
                "source": self.source,
                "family": self.family,
                "phrasing": self.phrasing,
            },
            ensure_ascii=False,
        )


def build(out: Path, seed: int = 0, data: Path = DATA) -> Mapping[str, object]:
    """Writes the three files into `out` and returns the card."""
    rng = Random(seed)  # noqa: S311 - draws examples, guards nothing
    train = list(examples(TRAIN, data, rng))
    valid = list(examples(VALID, data, rng))
    seen = {(each.text.casefold(), each.history) for each in train}
    valid = [each for each in valid if (each.text.casefold(), each.history) not in seen]
    out.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name, rows in ((TRAIN, train), (VALID, valid)):
        rng.shuffle(rows)
        text = "".join(f"{row.line()}\n" for row in rows)
        (out / f"{name}.jsonl").write_text(text, encoding="utf-8")
        digests[f"{name}.jsonl"] = _digest([text.encode()])
    made = {"seed": seed, "digests": {"inputs": _inputs(data), **digests}}
    made |= {TRAIN: counts(train), VALID: counts(valid)}
    (out / "card.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return made


def examples(side: str, data: Path, rng: Random) -> Iterator[Example]:
    """All examples of one side of the split, each message with its history once."""
    seen: set[tuple[str, str]] = set()
    public = list(_public(data, rng)) if side == TRAIN else []
    for example in (*public, *_written(side, data, rng)):
        key = (example.text.casefold(), example.history)
        if key not in seen:
            seen.add(key)
            yield example


def side_of(name: str, one_in: int) -> str:
    """Where a phrasing or a family belongs: decided by its name, so that it stays there as others come."""
    return VALID if hashlib.sha256(name.encode()).digest()[0] % one_in == 0 else TRAIN


def families(data: Path) -> tuple[Family, ...]:
    """All families, in a fixed order."""
    return (
        *things.written_families(),
        *things.demo_families(),
        *things.retail_families(data / "catalogues" / "retail_demo_store.jsonl"),
        *things.zava_families(data / "catalogues" / "zava_diy.jsonl"),
    )


def _public(data: Path, rng: Random) -> Iterator[Example]:
    rows = (
        *service.bitext(data / "service" / "bitext_train.jsonl", rng, BITEXT),
        *service.out_of_scope(data / "service" / "out_of_scope.jsonl"),
        *service.shopping_bench(data / "shopping"),
    )
    for row in rows:
        extra = checks.unsaid(row.text, "", row.call) if row.source == "shopping_bench" else []
        if extra:
            raise UnsaidValue(f"{extra} is not said in {row.text!r}: {row.call.compact()}")
        yield Example(row.text, "", row.call, row.source, "-", f"{row.source}:{row.call.name}")


def _written(side: str, data: Path, rng: Random) -> Iterator[Example]:
    supply = Supply(
        [each for each in families(data) if side_of(each.name, 9) == side],
        [kit for kit in kits() if side_of(kit[0], 9) == side],
        fragments(),
    )
    every = phrasings()
    chosen = [each for each in every if side_of(each.text, 16) == side]
    number = Counter(each.name for each in chosen)
    for phrasing in chosen:
        wanted = WANTED.get(phrasing.name, WANTED_SERVICE) / number[phrasing.name]
        times = VALID_PER_PHRASING if side == VALID else max(1, round(wanted))
        if not phrasing.open and not phrasing.tags:
            times = min(times, MOST_CLOSED if side == TRAIN else 1)
        for turn in range(times):
            yield _example(phrasing, supply, rng, first=turn == 0)


def _example(phrasing: Phrasing, supply: Supply, rng: Random, *, first: bool) -> Example:
    """One drawn example. Raises `CannotFill` where no family fits in 200 tries."""
    for _ in range(200):
        family = _family(supply.families, rng)
        occasion, kit = rng.choice(list(supply.kits))
        tags = phrasing.tags or (("any",) if rng.random() < WITH_OLD_HISTORY and not first else ())
        named = occasion.removeprefix("make ").removeprefix("bake ")
        before = histories.history(tags, family, kit, named, rng)
        filler = Filler(supply, family, kit, {**before.words, "kit": occasion}, rng)
        try:
            marked = markup.read(phrasing.name, filler.fill(phrasing.text))
        except CannotFill:
            continue
        extra = checks.unsaid(marked.text, before.text, marked.call)
        if extra:
            raise UnsaidValue(
                f"{phrasing.id}: {extra} is not said in {marked.text!r}: {marked.call.compact()}"
            )
        text = noise.spoil(marked.text, rng) if rng.random() < NOISY else marked.text
        return Example(text, before.text, marked.call, family.source, family.name, phrasing.id)
    raise CannotFill(f"nothing fits {phrasing.id}: {phrasing.text!r}")


def _family(among: Sequence[Family], rng: Random) -> Family:
    source = rng.choices(list(SHARES), list(SHARES.values()))[0]
    of_source = [family for family in among if family.source == source]
    return rng.choice(of_source or list(among))


def counts(rows: Sequence[Example]) -> dict[str, object]:
    """What a split has, by intent, source, argument, and how many phrasings and families."""
    arguments = (name for row in rows for name in json.loads(row.call.compact())["arguments"])
    return {
        "examples": len(rows),
        "phrasings": len({row.phrasing for row in rows}),
        "families": len({row.family for row in rows}),
        "with_history": sum(bool(row.history) for row in rows),
        "intents": _counted(row.call.name for row in rows),
        "sources": _counted(row.source for row in rows),
        "arguments": _counted(arguments),
        "by_phrasing": _counted(row.phrasing for row in rows),
    }


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0])))


def _inputs(data: Path) -> str:
    """One digest over all that was read: the written files here and the public files there."""
    here = sorted([*HERE.rglob("*.txt"), *HERE.rglob("*.toml"), *HERE.rglob("*.jsonl"), *HERE.rglob("*.py")])
    there = [data / "service" / name for name in ("bitext_train.jsonl", "out_of_scope.jsonl")]
    there += [data / "catalogues" / name for name in ("retail_demo_store.jsonl", "zava_diy.jsonl")]
    there += [data / "shopping" / f"{name}.jsonl" for name in ("product", "shop", "voucher")]
    return _digest(path.read_bytes() for path in (*here, *there))


def _digest(contents: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for content in contents:
        found.update(hashlib.sha256(content).digest())
    return found.hexdigest()


def summary(card: Mapping[str, object]) -> str:
    """The card without its longest table."""
    short = {
        name: {key: value for key, value in part.items() if key != "by_phrasing"}
        if isinstance(part, dict)
        else part
        for name, part in card.items()
    }
    return json.dumps(short, indent=1)

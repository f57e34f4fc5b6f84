"""The public data that may train: Bitext's service messages, CLINC150's out-of-scope questions, and a third
of ShoppingBench's requests, which are labelled by hand (`shopping_bench.jsonl`).

They are read where they lie (`../shared/data`) and never copied into the repository.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from assistant.understanding import Call

#: Examples of each Bitext intent.
PER_INTENT = 62
#: Entities that are numbers, and how many of them get other digits.
NUMBERED = ("order_id", "invoice_id", "refund_amount")
RENUMBERED = 0.6
#: Words of those questions of CLINC150 that a shop may serve after all: they are left out.
SERVED = (
    "billing address",
    "some deals on",
    "promotion",
    "sale on",
    "wheelchair",
    "dog food",
    "earphones",
    "piano is best",
    "speak to customer service",
)


#: Calls of ShoppingBench requests, by the first digits of the hash of their text.
LABELS = Path(__file__).parent / "shopping_bench.jsonl"


@dataclass(frozen=True, slots=True)
class Public:
    """A message of a public set and its call."""

    text: str
    call: Call
    source: str


def half(text: str) -> int:
    """0: may train, 1: is kept for evaluation."""
    return hashlib.sha256(text.encode()).digest()[0] % 2


def bitext(path: Path, rng: Random, per_intent: int = PER_INTENT) -> Iterator[Public]:
    """A balanced part of Bitext's training split."""
    rows: dict[str, list[dict[str, str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        rows.setdefault(row["intent"], []).append(row)
    for intent in sorted(rows):
        chosen = rows[intent]
        rng.shuffle(chosen)
        for row in chosen[:per_intent]:
            kind, value, text = row["entity_type"], row["entity_value"], row["utterance"]
            if kind in NUMBERED and text.count(value) == 1 and rng.random() < RENUMBERED:
                other = renumbered(value, rng)
                text, value = text.replace(value, other), other
            call = Call.model_validate(
                {"name": intent, "arguments": {"entities": {kind: value} if kind else {}}}
            )
            yield Public(text, call, "bitext")


def renumbered(value: str, rng: Random) -> str:
    """The same form with other digits: the data has five order numbers, a shop has any."""
    return re.sub(r"\d", lambda _: str(rng.randint(1, 9)), value)


def out_of_scope(path: Path) -> Iterator[Public]:
    """The training half of CLINC150's out-of-scope questions, without those that a shop does serve."""
    for line in path.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["utterance"]
        if half(text) == 0 and not any(words in text for words in SERVED):
            yield Public(text, Call(name="out_of_scope"), "clinc150")


def shopping_bench(folder: Path) -> Iterator[Public]:
    """The labelled requests of ShoppingBench; all are of the third that `thirds` gives to training."""
    texts = {}
    for name in ("product", "shop", "voucher"):
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            text = json.loads(line)["query"]
            texts[_sha(text)[:8]] = text
    for line in LABELS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = texts[row.pop("sha")]
        if thirds(text) != 0:
            raise ValueError(f"this request is kept for evaluation: {text[:60]!r}")
        yield Public(text, Call.model_validate(row), "shopping_bench")


def thirds(text: str) -> int:
    """0: may train, 1 and 2: is kept for evaluation."""
    return int(_sha(text), 16) % 3


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

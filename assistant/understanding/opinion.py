"""A second opinion on what a message asks, so that no single reader's slip decides.

A linear classifier over a message's words, the parts of its words, its sentence vector, and the kinds of
lines that its history has. It names the function only; the call is the chat model's. `models/opinion` ships
it: `weights.npz`, and `run.json` with what it learnt from, for which embedding model, beside which adapter,
and how much its word counts there (docs/decisions/0102).

Errors: `OpinionUnusable` where the files are missing, changed, or made for another embedding model.
"""

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.language import ENGLISH, detect
from assistant.llm import Calibration
from retrieval.embedding import Embedder, EmbedderUnavailable

FOLDER = Path(__file__).parents[2] / "models" / "opinion"
WEIGHTS, RUN = "weights.npz", "run.json"

#: Rows for words and pairs of words, and as many for parts of words; hashed, so that no vocabulary ships.
BUCKETS = 1 << 13
#: Letters in a part of a word.
PARTS = (3, 4, 5)
#: The kinds of lines that a history has (`assistant.understanding.brief`).
LINES = ("asked", "before", "bundle", "shown")
#: The first row of the weights for the sentence vector: behind words, their parts, and lines.
VECTOR_STARTS = 2 * BUCKETS + len(LINES)
#: A sentence vector has length 1, as the words together have, and says more than they do.
VECTOR_SCALE = 3.0
#: What is at least left to every name: neither reader rules one out.
LEAST = 1e-4

_WORD = re.compile(r"[a-z0-9']+|[^\sa-z0-9]")

Floats = npt.NDArray[np.float32]


class OpinionUnusable(Exception):
    """The classifier cannot be loaded; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Named:
    """The function that both readers together name, and how likely it is."""

    name: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Opinion:
    """`weights`: (features, names). `trust` and `trust_later`: how much it counts beside the model, where a
    conversation begins and in one that has shown something, of which it sees little."""

    names: tuple[str, ...]
    weights: Floats
    bias: Floats
    trust: float
    trust_later: float
    calibration: Calibration
    embedder: Embedder

    def chances(self, text: str, history: str) -> Mapping[str, float] | None:
        """How likely each name is; None where it cannot say: another language, or no vectors yet."""
        if detect(text) != ENGLISH:
            return None
        try:
            vector = self.embedder.encode([text])[0]
        except EmbedderUnavailable:
            return None
        counted = features(text, history)
        rows = np.fromiter(counted.keys(), np.int64)
        values = np.fromiter(counted.values(), np.float32)
        logits = values @ self.weights[rows] + self.bias
        logits = logits + VECTOR_SCALE * vector @ self.weights[VECTOR_STARTS:]
        odds = np.exp(logits - logits.max())
        return dict(zip(self.names, (odds / odds.sum()).tolist(), strict=True))

    def joined(self, name: str, probability: float, chances: Mapping[str, float], *, later: bool) -> Named:
        """The name that is likeliest by both. `probability`: the model's, of the name that it wrote; what it
        leaves is shared among the others as this reader would. `later`: the message has a history."""
        joint = joint_chances(name, probability, chances, self.trust_later if later else self.trust)
        best = max(joint, key=lambda each: joint[each])
        return Named(best, self.calibration(joint[best]))


def joint_chances(
    name: str, probability: float, chances: Mapping[str, float], trust: float
) -> dict[str, float]:
    """Both readers' probabilities multiplied, the second one's to the power of `trust`; they sum to 1."""
    mine = {each: max(value, LEAST) for each, value in chances.items()}
    mine.setdefault(name, LEAST)
    sure = min(max(probability, LEAST), 1 - LEAST)
    others = sum(mine.values()) - mine[name]
    log_odds = {
        each: trust * math.log(value) + math.log(sure if each == name else (1 - sure) * value / others)
        for each, value in mine.items()
    }
    most = max(log_odds.values())
    odds = {each: math.exp(value - most) for each, value in log_odds.items()}
    return {each: value / sum(odds.values()) for each, value in odds.items()}


def features(text: str, history: str) -> dict[int, float]:
    """Row of the weights -> value, without the sentence vector's, which stand last."""
    words = ["<", *_WORD.findall(text.lower()), ">"]
    whole = [*words, *(f"{one} {next_one}" for one, next_one in pairwise(words))]
    found = {**_hashed(whole, 0), **_hashed(list(_parts(words)), BUCKETS)}
    kinds = {line.partition(":")[0].strip() for line in history.splitlines()}
    return {**found, **{2 * BUCKETS + place: 1.0 for place, kind in enumerate(LINES) if kind in kinds}}


def load_opinion(embedder: Embedder, adapter: str, folder: Path = FOLDER) -> Opinion:
    """The classifier of a folder, if it reads this embedding model's vectors and was fitted beside the
    adapter of this digest. Raises `OpinionUnusable`."""
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
        content = (folder / WEIGHTS).read_bytes()
    except (OSError, ValueError) as error:
        raise OpinionUnusable(
            f"no classifier in {folder}: fit one with `python -m finetune opinion`"
        ) from error
    if sha256(content).hexdigest() != run.get("sha256"):
        raise OpinionUnusable(f"{folder / WEIGHTS} is not the file that {RUN} names: fit it anew")
    if run.get("adapter") != adapter:
        raise OpinionUnusable("the second opinion was fitted beside another adapter: fit it for this one")
    if run.get("embedder") != embedder.digest:
        raise OpinionUnusable(
            f"the second opinion reads vectors of {run.get('embedder_name')}: fit it for the model in use"
        )
    try:
        with np.load(BytesIO(content), allow_pickle=False) as held:
            weights, bias = held["weights"].astype(np.float32), held["bias"].astype(np.float32)
        joint = run["joint"]
        calibration = Calibration(joint["slope"], joint["offset"])
        trust, later = joint["trust"], joint["trust_later"]
        return Opinion(tuple(run["names"]), weights, bias, trust, later, calibration, embedder)
    except (KeyError, TypeError, ValueError) as error:
        raise OpinionUnusable(f"{folder / RUN} is not as this version writes it: fit it anew") from error


def _parts(words: list[str]) -> Iterator[str]:
    for word in words:
        if word[0].isalnum():
            padded = f" {word} "
            for length in PARTS:
                yield from (padded[start : start + length] for start in range(len(padded) - length + 1))


def _hashed(grams: list[str], first: int) -> dict[int, float]:
    """Counts on a logarithmic scale, of length 1."""
    counts = Counter(first + zlib.crc32(gram.encode()) % BUCKETS for gram in grams)
    scaled = {row: 1 + math.log(count) for row, count in counts.items()}
    length = math.sqrt(sum(value * value for value in scaled.values())) or 1.0
    return {row: value / length for row, value in scaled.items()}

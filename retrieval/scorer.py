"""The learned scorer: what each feature weighs, read from `models/scorer`.

Three features multiply, each to a power: the fused places, the cosine, the share of the words that a product
holds. What fails in one of them is not made good by the others. The rest adds a bonus:

    score = (fused^a * cosine^b * all_fields^c * exp(sum of w * (feature - 1)))^(SCALE / (a + b + c))

Powers and weights are positive, so more of anything never makes a product worse, and a score is in 0 to 1;
each feature's share in its logarithm can be said (docs/decisions/0021). `finetune.scorer` fits them.

Error: `ScorerBroken` where the files are missing, changed since they were written, or made for other
features; search then ranks by the fusion and says so.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.features import NAMES, Values

FOLDER = Path(__file__).parents[1] / "models" / "scorer"
#: Features that multiply.
POWERS = ("fused", "cosine", "all_fields")
_POWERS = [NAMES.index(name) for name in POWERS]

#: What nothing at all counts as: a product that lacks one thing is not lost.
LEAST = 0.05

#: Makes a score fall with what it is made of about as fast as the fusion's does times its support.
SCALE = 2.0

WEIGHTS, RUN = "scorer.json", "run.json"
REPAIR = "restore models/scorer from the repository, or run `python -m finetune scorer`"


class ScorerBroken(Exception):
    """The scorer's files cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Scorer:
    """`weights` stand in the order of `NAMES`: a power for each of `POWERS`, a bonus for the others."""

    weights: npt.NDArray[np.float64]
    digest: str = ""

    @classmethod
    def of(cls, weights: Mapping[str, float], digest: str = "") -> "Scorer":
        """Features that are not named weigh nothing. Raises `ScorerBroken` for what is no weight."""
        if not set(weights) <= set(NAMES):
            raise ScorerBroken(
                f"no feature is called {', '.join(sorted(set(weights) - set(NAMES)))}: {REPAIR}"
            )
        values = np.array([weights.get(name, 0.0) for name in NAMES], np.float64)
        if not np.isfinite(values).all() or (values < 0).any() or values[_POWERS].sum() <= 0:
            raise ScorerBroken(f"weights must be positive numbers: {REPAIR}")
        return cls(values, digest)

    def scores(self, values: Values) -> npt.NDArray[np.float64]:
        """One for each row of features, in 0 to 1."""
        scores: npt.NDArray[np.float64] = np.exp(terms(values) @ self._scaled)
        return scores

    def parts(self, values: Values) -> dict[str, float]:
        """What each feature leaves of one product's score, 0 to 1, the least first: their product is the
        score."""
        left = np.exp(terms(values[np.newaxis])[0] * self._scaled)
        named = [(name, float(each)) for name, each, w in zip(NAMES, left, self.weights, strict=True) if w]
        return dict(sorted(named, key=lambda pair: pair[1]))

    @property
    def _scaled(self) -> npt.NDArray[np.float64]:
        scaled: npt.NDArray[np.float64] = self.weights * (SCALE / self.weights[_POWERS].sum())
        return scaled


def terms(values: Values) -> npt.NDArray[np.float64]:
    """What the weights multiply: logarithms of `POWERS`, how far from 1 the others are. 0 at best."""
    found = values.astype(np.float64) - 1.0
    found[:, _POWERS] = np.log(np.maximum(values[:, _POWERS], LEAST))
    return found


def load_scorer(folder: Path = FOLDER) -> Scorer:
    """Raises `ScorerBroken`."""
    try:
        written = (folder / WEIGHTS).read_bytes()
        promised = json.loads((folder / RUN).read_text(encoding="utf-8"))["digest"]
        weights = json.loads(written)["weights"]
        known = json.loads(written)["features"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScorerBroken(f"the scorer in {folder} cannot be read ({error}): {REPAIR}") from error
    digest = sha256(written).hexdigest()
    if digest != promised:
        raise ScorerBroken(f"the scorer in {folder} is not the one that its run.json names: {REPAIR}")
    if tuple(known) != NAMES:
        raise ScorerBroken(
            f"the scorer in {folder} was made for other features than this search has: {REPAIR}"
        )
    if not isinstance(weights, dict) or not all(isinstance(each, int | float) for each in weights.values()):
        raise ScorerBroken(f"the scorer in {folder} holds no weights: {REPAIR}")
    return Scorer.of(weights, digest)

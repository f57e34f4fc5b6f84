"""How well two products go together by what they are called: a learned bilinear form of their vectors.

`models/pairs` ships it: `model.npy` with a symmetric matrix M (dimension x dimension, float32), and
`run.json` with what it was trained on, for which embedding model, and how its logits become an expected lift.
The logit of two products is u' M v + b; the lift that their texts promise is exp(intercept + slope * logit).
As it is linear in the products of two vectors, one against a whole catalogue is one matrix product.

Errors: `PairModelUnusable` where the files are missing, changed, or made for another embedding model.
"""

import json
import math
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt

FOLDER = Path(__file__).parents[2] / "models" / "pairs"
WEIGHTS, RUN = "model.npy", "run.json"

#: No text promises more than this, whatever it says: it has not seen the pair.
MOST_LIFT = 8.0

Matrix = npt.NDArray[np.float32]


class PairModelUnusable(Exception):
    """The pair model cannot be loaded; the message says what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class PairModel:
    """`embedder` is the digest of the model whose vectors it takes."""

    matrix: Matrix
    bias: float
    intercept: float
    slope: float
    embedder: str

    def lift(self, shared: float) -> float:
        """How many times as often as by chance the texts promise that two are bought together; `shared` is
        u' M v of their vectors."""
        return min(math.exp(self.intercept + self.slope * (shared + self.bias)), MOST_LIFT)


def load_pair_model(embedder_digest: str, folder: Path = FOLDER) -> PairModel:
    """The model of a folder, if its vectors are those of this embedding model. Raises `PairModelUnusable`."""
    try:
        run = json.loads((folder / RUN).read_text(encoding="utf-8"))
        content = (folder / WEIGHTS).read_bytes()
    except (OSError, ValueError) as error:
        raise PairModelUnusable(
            f"no pair model in {folder}: train one with `python -m finetune pairs`"
        ) from error
    if sha256(content).hexdigest() != run.get("sha256"):
        raise PairModelUnusable(f"{folder / WEIGHTS} is not the file that {RUN} names: train it anew")
    if run["embedder"] != embedder_digest:
        raise PairModelUnusable(
            f"the pair model takes vectors of {run['embedder_name']}: train it for the embedding model in use"
        )
    try:
        matrix = np.load(BytesIO(content), allow_pickle=False)
    except ValueError as error:
        raise PairModelUnusable(f"{folder / WEIGHTS} is damaged: train it anew") from error
    calibration = run["calibration"]
    return PairModel(matrix, run["bias"], calibration["intercept"], calibration["slope"], embedder_digest)

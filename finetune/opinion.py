"""The second opinion on what a message asks: `python -m finetune opinion [--out DIR]`.

Multinomial logistic regression over the features of `assistant.understanding.opinion` learns the names of
calls from the examples that the adapter learns from. Then the adapter as it serves answers held-out ones, and
two things are fitted to what both say of them: how much this one counts beside it, and how sure both may be.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Annotated, Any

import numpy as np
import scipy.sparse as sp
import typer

from assistant.adapters import SHIPPED, Adapter, read_adapter
from assistant.embedded import installed_model
from assistant.llm import Calibration, ModelNonsense
from assistant.understanding import CALL_SCHEMA, MOST_TOKENS, understanding_messages
from assistant.understanding.confidence import written_name
from assistant.understanding.opinion import (
    FOLDER,
    LEAST,
    RUN,
    VECTOR_SCALE,
    VECTOR_STARTS,
    WEIGHTS,
    Opinion,
    features,
    joint_chances,
)
from finetune.calibrate import TIMEOUT_S, calibration_error, cross_validated, fit, served
from finetune.dataset.build import DATA, TRAIN, VALID, Example, examples
from finetune.export import CACHE
from retrieval.embedding import Embedder, MiniLmEmbedder

app = typer.Typer(add_completion=False)

#: The inverse strength of the penalty; 20 names no more of the held-out examples.
INVERSE_PENALTY = 5.0
TRUSTS = tuple(step / 10 for step in range(16))
AS_IT_IS = Calibration(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Both:
    """What both readers say of one held-out example."""

    right: str
    name: str
    probability: float
    chances: Mapping[str, float]
    later: bool

    def likelihood(self, trust: float) -> float:
        """The logarithm of what both give the right name."""
        return math.log(
            joint_chances(self.name, self.probability, self.chances, trust).get(self.right, LEAST)
        )

    def joint(self, trust: float) -> tuple[float, bool]:
        """The likeliest name's probability, and whether it is right."""
        joint = joint_chances(self.name, self.probability, self.chances, trust)
        best = max(joint, key=lambda each: joint[each])
        return joint[best], best == self.right


@app.command()
def opinion(
    out: Annotated[Path, typer.Option(help="Where weights.npz and run.json go.")] = FOLDER,
    data: Annotated[Path, typer.Option(help="The public data that examples are drawn from.")] = DATA,
    draws: Annotated[int, typer.Option(min=1, help="Of examples, with the seeds 0, 1, ...")] = 2,
    ask: Annotated[int, typer.Option(min=50, help="Held-out examples that the adapter is asked.")] = 600,
    adapter: Annotated[Path, typer.Option(help="The adapter that it stands beside.")] = SHIPPED,
    cache: Annotated[Path, typer.Option(help="Where the model files are kept.")] = CACHE,
    threads: Annotated[int, typer.Option(help="Of the model server.")] = 2,
) -> None:
    """Fits the second opinion on what a message asks."""
    read, embedder = read_adapter(adapter, installed_model()), MiniLmEmbedder()
    learnt, held_out = drawn(data, draws)
    typer.echo(f"{len(learnt)} examples to learn from; encoding them takes minutes", err=True)
    fitted = fit_names(learnt, embedder)
    chances = [fitted.chances(each.text, each.history) or {} for each in held_out]
    told = [(one, its) for one, its in zip(held_out, chances, strict=True) if its]
    alone = float(np.mean([max(its, key=lambda name: its[name]) == one.call.name for one, its in told]))
    typer.echo(f"alone it names {alone:.3f} of {len(told)} held-out ones; asking the adapter", err=True)
    some = Random(0).sample(told, min(ask, len(told)))  # noqa: S311 - draws examples, guards nothing
    joint = fit_joint(asked(read, cache, threads, some))
    run = {
        "adapter": read.digest,
        "embedder": embedder.digest,
        "embedder_name": embedder.name,
        "names": fitted.names,
        "examples": len(learnt),
        "held_out": {"examples": len(told), "right_alone": round(alone, 4)},
        "joint": joint,
    }
    write(out, fitted, run)
    typer.echo(json.dumps(joint))


def drawn(data: Path, draws: int) -> tuple[list[Example], list[Example]]:
    """What is learnt from, each message with its history once, and the first draw's held-out examples."""
    learnt: dict[tuple[str, str], Example] = {}
    for seed in range(draws):
        rng = Random(seed)  # noqa: S311 - draws examples, guards nothing
        learnt |= {(each.text.casefold(), each.history): each for each in examples(TRAIN, data, rng)}
    held_out = examples(VALID, data, Random(0))  # noqa: S311 - draws examples, guards nothing
    return list(learnt.values()), [
        each for each in held_out if (each.text.casefold(), each.history) not in learnt
    ]


def fit_names(learnt: Sequence[Example], embedder: Embedder) -> Opinion:
    """The classifier, not yet set beside an adapter."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # it ships no types

    counted = [features(each.text, each.history) for each in learnt]
    ends = np.cumsum([0, *map(len, counted)])
    rows = np.concatenate([np.fromiter(each.keys(), np.int64) for each in counted])
    values = np.concatenate([np.fromiter(each.values(), np.float32) for each in counted])
    words = sp.csr_matrix((values, rows, ends), shape=(len(learnt), VECTOR_STARTS))
    vectors = sp.csr_matrix(VECTOR_SCALE * embedder.encode([each.text for each in learnt]))
    classifier = LogisticRegression(C=INVERSE_PENALTY, max_iter=300, tol=1e-3)
    classifier.fit(sp.hstack([words, vectors]).tocsr(), [each.call.name for each in learnt])
    names = tuple(str(name) for name in classifier.classes_)
    weights, bias = classifier.coef_.T.astype(np.float16), classifier.intercept_.astype(np.float32)
    return Opinion(names, weights.astype(np.float32), bias, 0.0, 0.0, AS_IT_IS, embedder)


def asked(
    adapter: Adapter, cache: Path, threads: int, told: Sequence[tuple[Example, Mapping[str, float]]]
) -> list[Both]:
    """The adapter's names for these examples; those that it answers with nonsense are left out."""
    found = []
    with served(adapter, cache, threads) as chat, typer.progressbar(told, label="asked") as shown:
        for example, chances in shown:
            messages = understanding_messages(example.text, example.history)
            try:
                raw = chat.complete(messages, schema=CALL_SCHEMA, max_tokens=MOST_TOKENS, timeout_s=TIMEOUT_S)
            except ModelNonsense:
                continue
            written = written_name(raw)
            if written is not None:
                found.append(Both(example.call.name, *written, chances, bool(example.history)))
    return found


def fit_joint(both: Sequence[Both]) -> dict[str, Any]:
    """The trusts under which the right names are likeliest, and Platt's numbers for how sure both are."""
    begun, later = ([each for each in both if each.later is late] for late in (False, True))
    trust, trust_later = likeliest(begun), likeliest(later)
    joint = [each.joint(trust_later if each.later else trust) for each in both]
    sure, right = (np.array(column) for column in zip(*joint, strict=True))
    fitted = fit(sure, right)
    return {
        "trust": trust,
        "trust_later": trust_later,
        "slope": round(fitted.slope, 4),
        "offset": round(fitted.offset, 4),
        "examples": len(both),
        "right_by_model_alone": round(float(np.mean([each.name == each.right for each in both])), 4),
        "right_by_both": round(float(right.mean()), 4),
        "likelihood": [round(likelihood(begun, each), 4) for each in TRUSTS],
        "likelihood_later": [round(likelihood(later, each), 4) for each in TRUSTS],
        "error_before": round(calibration_error(sure, right), 4),
        "error_cross_validated": round(calibration_error(cross_validated(sure, right), right), 4),
    }


def likeliest(both: Sequence[Both]) -> float:
    """The trust under which they are; none where there is nothing to tell by."""
    return max(TRUSTS, key=lambda trust: likelihood(both, trust)) if both else 0.0


def likelihood(both: Sequence[Both], trust: float) -> float:
    """The mean logarithm of what the right names are given."""
    return float(np.mean([each.likelihood(trust) for each in both])) if both else 0.0


def write(out: Path, fitted: Opinion, run: Mapping[str, Any]) -> None:
    """Both files; the weights in 16 bits."""
    out.mkdir(parents=True, exist_ok=True)
    packed = BytesIO()
    np.savez_compressed(packed, weights=fitted.weights.astype(np.float16), bias=fitted.bias)
    (out / WEIGHTS).write_bytes(packed.getvalue())
    record = {**run, "sha256": sha256(packed.getvalue()).hexdigest()}
    (out / RUN).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")

"""Fits how sure the adapter may say it is: `python -m finetune calibrate --data DIR [--adapter DIR]`.

The adapter as it serves answers the held-out examples. The probability that it gives the name of its call is
set against whether that name is right, and two numbers (Platt) are fitted to it; `calibration.json` in the
adapter's folder holds them, with the error before and, cross-validated, after.
"""

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from assistant.adapters import CALIBRATION, SHIPPED, Adapter, model_file, read_adapter
from assistant.embedded import EmbeddedServer, ServerOptions, installed_model
from assistant.llm import Calibration, Message, ModelNonsense, OpenAiChat
from assistant.understanding import CALL_SCHEMA, MOST_TOKENS, parse_call
from assistant.understanding.confidence import confidence
from finetune.export import CACHE
from finetune.lora.examples import Example, read_examples

app = typer.Typer(add_completion=False)

FOLDS = 5
BINS = 10
TIMEOUT_S = 120.0
#: Of the fit: a little, so that a model that is never wrong does not get an endless slope.
REGULARISATION = 1.0


@app.command()
def calibrate(
    data: Annotated[Path, typer.Option(help="The folder that `python -m finetune dataset` wrote.")],
    adapter: Annotated[Path, typer.Option(help="The adapter.")] = SHIPPED,
    cache: Annotated[Path, typer.Option(help="Where the model files are kept.")] = CACHE,
    threads: Annotated[int, typer.Option(help="Of the model server.")] = 2,
) -> None:
    """Fits the calibration of the adapter's names."""
    read = read_adapter(adapter, installed_model())
    examples = read_examples(data / "valid.jsonl")
    with served(read, cache, threads) as chat:
        said = [_answered(chat, example) for example in examples]
    probability = np.array([each[0] for each in said])
    right = np.array([each[1] for each in said])
    whole = np.array([each[2] for each in said])
    fitted = fit(probability, right)
    report = {
        "adapter": read.digest,
        "slope": round(fitted.slope, 4),
        "offset": round(fitted.offset, 4),
        "examples": len(said),
        "names_right": round(float(right.mean()), 4),
        "calls_exact": round(float(whole.mean()), 4),
        "error_before": round(calibration_error(probability, right), 4),
        "error_cross_validated": round(calibration_error(cross_validated(probability, right), right), 4),
    }
    (adapter / CALIBRATION).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    typer.echo(json.dumps(report))


def fit(probability: np.ndarray, right: np.ndarray) -> Calibration:
    """Platt's two numbers for probabilities (N,) and whether each was right (N,)."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]  # ships none

    if len(set(right.tolist())) < 2:
        return Calibration(1.0, 0.0)
    model = LogisticRegression(C=1 / REGULARISATION).fit(_logit(probability)[:, None], right)
    return Calibration(float(model.coef_[0, 0]), float(model.intercept_[0]))


def calibration_error(probability: np.ndarray, right: np.ndarray) -> float:
    """The expected calibration error over `BINS` bins of one width."""
    bins = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = [abs((right - probability)[bins == each].sum()) for each in range(BINS)]
    return float(sum(gaps) / len(right))


def cross_validated(probability: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Each probability, calibrated by what was fitted to the other folds."""
    folds = np.arange(len(right)) % FOLDS
    found = np.empty(len(right))
    for fold in range(FOLDS):
        mine = folds == fold
        fitted = fit(probability[~mine], right[~mine])
        found[mine] = [fitted(float(each)) for each in probability[mine]]
    return found


def _logit(probability: np.ndarray) -> np.ndarray:
    inside = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.array([math.log(each / (1 - each)) for each in inside])


def _answered(chat: OpenAiChat, example: Example) -> tuple[float, bool, bool]:
    """How likely the model held its name, whether it is right, and whether the whole call is."""
    messages = _messages(example)
    wanted = parse_call(example.answer)
    raw = chat.complete(messages, schema=CALL_SCHEMA, max_tokens=MOST_TOKENS, timeout_s=TIMEOUT_S)
    try:
        call = parse_call(raw)
    except ModelNonsense:
        return 0.0, False, False
    return confidence(raw), call.name == wanted.name, call == wanted


def _messages(example: Example) -> Sequence[Message]:
    system, user = (each["content"] for each in example.messages)
    return Message("system", system), Message("user", user)


@contextmanager
def served(adapter: Adapter, cache: Path, threads: int) -> Iterator[OpenAiChat]:
    server = EmbeddedServer(ServerOptions(model_file(adapter, cache), threads=threads))
    server.start()
    try:
        yield OpenAiChat(server.base_url, api_key=server.api_key)
    finally:
        server.stop()

"""`run.json`: what a training learnt from, how, how fast, and its curve."""

import json
import os
import platform
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import prompts
from finetune.lora.examples import Encoded
from finetune.lora.recipe import Recipe

LIBRARIES = ("torch", "transformers", "trl", "peft")


@dataclass(frozen=True, slots=True)
class Ran:
    """What one training did. `passes` is the share of the data that was seen, 1.0 a whole pass."""

    recipe: Recipe
    base: str
    digest: str
    minutes: float
    passes: float
    threads: int
    log: Sequence[Mapping[str, float]]


def write_run(path: Path, ran: Ran, examples: Sequence[Encoded]) -> dict[str, Any]:
    """Writes and gives the report. A token of the shared prefix counts for each row that stands on it."""
    tokens: Counter[str] = Counter()
    for example in examples:
        tokens[example.task] += len(example)
    counts = Counter(example.task for example in examples)
    seen = ran.passes * sum(tokens.values())
    report = {
        "base": ran.base,
        "recipe": ran.recipe.model_dump(),
        "data": {
            "digest": ran.digest,
            "examples": dict(counts),
            "tokens": dict(tokens),
            "answer_tokens": sum(len(example.answer) for example in examples),
        },
        "prompts": prompts.digest(),
        "passes": round(ran.passes, 3),
        "minutes": round(ran.minutes, 1),
        "tokens_per_second": round(seen / (60 * ran.minutes), 1),
        "machine": {
            "cpu": _cpu(),
            "cores": os.cpu_count(),
            "threads": ran.threads,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "curve": [dict(point) for point in ran.log if "eval_loss" in point],
        "training": [dict(point) for point in ran.log if "loss" in point],
    }
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")

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
from finetune.lora.start import Start

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
    prompts: Mapping[str, str]
    start: Start | None = None


def write_run(path: Path, ran: Ran, examples: Sequence[Encoded]) -> dict[str, Any]:
    """Writes and gives the report. A token of the shared prefix counts for each row that stands on it.

    Of a second stage, `stages` has what the report of each earlier one says, and `total` sums up all of them.
    """
    data = _counts(ran.digest, examples)
    seen = ran.passes * sum(data["tokens"].values())
    report = {
        "base": ran.base,
        "recipe": ran.recipe.model_dump(),
        "data": data,
        "prompts": prompts.digest(),
        "task_prompts": dict(ran.prompts),
        "passes": round(ran.passes, 3),
        "minutes": round(ran.minutes, 1),
        "tokens_seen": round(seen),
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
    earlier = _earlier(ran.start)
    report["stages"] = earlier
    report["total"] = {
        "minutes": round(sum(each["minutes"] for each in (*earlier, report)), 1),
        "tokens_seen": sum(_seen(each) for each in (*earlier, report)),
    }
    if ran.start:
        report["start"] = ran.start.digest
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return report


def _counts(digest: str, examples: Sequence[Encoded]) -> dict[str, Any]:
    tokens: Counter[str] = Counter()
    for example in examples:
        tokens[example.task] += len(example)
    return {
        "digest": digest,
        "examples": dict(Counter(example.task for example in examples)),
        "tokens": dict(tokens),
        "answer_tokens": sum(len(example.answer) for example in examples),
    }


def _earlier(start: Start | None) -> list[dict[str, Any]]:
    """The stages before this one, the first one first, without what only sums up."""
    if start is None:
        return []
    last = {key: value for key, value in start.report.items() if key not in ("stages", "total", "training")}
    return [*start.report.get("stages", []), last]


def _seen(stage: Mapping[str, Any]) -> int:
    passes: float = stage["passes"]
    tokens: Mapping[str, int] = stage["data"]["tokens"]
    return round(passes * sum(tokens.values()))


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")

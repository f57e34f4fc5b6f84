"""An adapter to go on from: a folder that `python -m finetune export` wrote, or the `adapter/` of a run.

Only its weights are taken over; the schedule begins anew. What was learnt before stands in the new `run.json`
under `stages`.

Raises `CannotStart` where the adapter is none, is not whole, or does not fit the recipe, the base or the
prompts.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.adapters import CONFIG, MANIFEST, WEIGHTS, sha256
from assistant.embedded import installed_model
from finetune.lora.base import base_name
from finetune.lora.examples import prompt_digest
from finetune.lora.recipe import WHEEL, CannotStart, Recipe

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

RUN = "run.json"


@dataclass(frozen=True, slots=True)
class Start:
    """An adapter that fits; `digest` names its weights, `report` is the run that made them."""

    folder: Path
    digest: str
    report: dict[str, Any]


def read_start(folder: Path, recipe: Recipe) -> Start:
    """Raises `CannotStart`."""
    for name in (WEIGHTS, CONFIG, RUN, MANIFEST):
        if not (folder / name).is_file():
            raise CannotStart(f"{folder / name} is missing: name a folder that `finetune export` wrote")
    config, manifest, report = (_json(folder / name) for name in (CONFIG, MANIFEST, RUN))
    digest = sha256(folder / WEIGHTS)
    if manifest.get("files", {}).get(WEIGHTS) != digest:
        raise CannotStart(f"{folder / WEIGHTS} is not what its manifest says: restore it or export it again")
    if (config.get("r"), config.get("lora_alpha")) != (recipe.rank, recipe.alpha):
        raise CannotStart(
            f"{folder} has rank {config.get('r')} and alpha {config.get('lora_alpha')}, "
            f"the recipe {recipe.rank} and {recipe.alpha}"
        )
    _same_base(folder, recipe, manifest, report)
    if manifest.get("prompt") != prompt_digest():
        raise CannotStart(f"{folder} learnt another prompt than the one that serves: train from nothing")
    return Start(folder, digest, report)


def on(start: Start, model: "PreTrainedModel") -> "PeftModel":
    """The base with the adapter's weights, in 32 bits and to be trained on."""
    from peft import PeftModel

    return PeftModel.from_pretrained(model, str(start.folder), is_trainable=True)


def _same_base(folder: Path, recipe: Recipe, manifest: dict[str, Any], report: dict[str, Any]) -> None:
    name = base_name(recipe)
    wanted = manifest.get("base", {})
    altered = recipe.base == WHEEL and wanted.get("sha256") != sha256(installed_model())
    if altered or report.get("base") != name:
        raise CannotStart(f"{folder} belongs to {report.get('base')}, not to the recipe's base {name}")


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise CannotStart(f"{path} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise CannotStart(f"{path} is no JSON object")
    return found

"""How to train: a TOML file as a checked value.

Errors
    TrainingError     what ends a training before it begins
      BadRecipe       the recipe cannot be read, or a field of it makes no sense
      BadData         the examples are missing, empty, or not what the trainer reads
      CannotResume    there is no checkpoint, or it belongs to another training
      CannotStart     the adapter to go on from does not fit
"""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: `base` of a recipe for the model that the wheel ships.
WHEEL = "wheel"


class TrainingError(RuntimeError):
    """A training that cannot begin."""


class BadRecipe(TrainingError):
    """The recipe cannot be used."""


class BadData(TrainingError):
    """The examples cannot be used."""


class CannotResume(TrainingError):
    """There is nothing to go on from."""


class CannotStart(TrainingError):
    """The adapter to start from cannot be used."""


class Recipe(BaseModel):
    """`batch` counts examples, `evaluate_every` optimiser steps, `warmup` is a share of all steps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base: str
    rank: int = Field(ge=1, le=256)
    alpha: int = Field(ge=1)
    learning_rate: float = Field(gt=0, le=0.1)
    warmup: float = Field(ge=0, lt=1)
    epochs: float = Field(gt=0)
    batch: int = Field(ge=1)
    accumulate: int = Field(ge=1)
    precision: Literal["bf16", "fp32"]
    attention: Literal["eager", "sdpa"]
    gradient_checkpointing: bool = False
    evaluate_every: int = Field(ge=1)
    evaluate_on: int = Field(ge=1)
    exact_on: int = Field(ge=0)
    patience: int = Field(ge=1)
    checkpoint_minutes: float = Field(gt=0)
    most_minutes: float = Field(gt=0)
    most_tokens: int = Field(default=1024, ge=16)
    """Of one example; a longer one is an error of the data, not cut."""
    seed: int = 0


def read_recipe(path: Path) -> Recipe:
    """Raises `BadRecipe`."""
    try:
        return Recipe.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise BadRecipe(f"there is no recipe at {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadRecipe(f"{path} is no TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BadRecipe(f"{path}: {field}: {first['msg']}") from error

"""What common occasions need: `common_occasions.toml`, which the merchant may edit.

It is asked last, where the shop has written no such occasion down and its records do not tell what a need
takes.
"""

import tomllib
from functools import cache
from pathlib import Path

from shop.values import Occasion, OccasionSlot

FILE = Path(__file__).with_suffix(".toml")


@cache
def common_occasions() -> tuple[Occasion, ...]:
    """Raises `tomllib.TOMLDecodeError`, `KeyError` or `TypeError` where the file was edited badly."""
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["occasion"]
    return tuple(
        Occasion(row["name"], tuple(row["words"]), tuple(OccasionSlot(**slot) for slot in row["slots"]))
        for row in rows
    )

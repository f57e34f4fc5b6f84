"""How an import is to be done."""

from dataclasses import dataclass
from pathlib import Path

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Options:
    """Options of an import.

    `mapping`: a mapping file by path or by the name of one that ships; found by itself where it lies
    beside the feed or the columns fit. `format`: one of `detect.READERS` or mapped, where it should not be
    guessed. `encoding`: of a file that is neither UTF-8 nor UTF-16. `taxonomy`: Google's list of product
    categories with their numbers, as the merchant has downloaded it. `currency`: for prices that name
    none; else the mapping's, else the shop's. `max_errors`: so many bad rows of a file are reported and
    skipped; one more undoes the import. `prune`: what the files no longer name is removed. `force`: even
    where that is a large share of the catalogue.
    """

    mapping: str | Path | None = None
    format: str | None = None
    currency: str | None = None
    max_errors: int = MOST_ERRORS
    prune: bool = False
    encoding: str | None = None
    taxonomy: Path | None = None
    force: bool = False

"""The groups that a session's products could make, and what each says of itself, as numbers.

A group is a row of 0s and 1s over the session's products. All groups of two or more are looked at in a
session of up to `ALL_OF` products; in a larger one those that linkages make, and each product's nearest ones.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform

from evals.bundles.features import Square
from evals.bundles.sessions import Group

Members = NDArray[np.float32]
"""Shape (groups, products), 1 where a group holds a product."""

Floats = NDArray[np.float32]

ALL_OF = 10

#: In a larger session all groups of a product and so many of its nearest ones are looked at.
NEAREST = 5


def candidates(likelihood: Square) -> Members:
    """Of two products or more; without any for a session of one."""
    size = len(likelihood)
    return _all_of(size) if size <= ALL_OF else _likely(likelihood)


@cache
def _all_of(size: int) -> Members:
    bits = (np.arange(2**size)[:, None] >> np.arange(size)) & 1
    found: Members = bits[bits.sum(axis=1) > 1].astype(np.float32)
    return found


def _likely(likelihood: Square) -> Members:
    size = len(likelihood)
    near = [np.argsort(-row)[: NEAREST + 1].tolist() for row in likelihood]
    found = {
        frozenset(places[place] for place in np.flatnonzero(chosen))
        for places in near
        for chosen in _all_of(len(places))
    }
    distance = squareform(1 - (likelihood + likelihood.T) / 2, checks=False)
    for method in ("single", "average", "complete"):
        held = [frozenset([place]) for place in range(size)]
        for one, other, *_ in linkage(distance, method):
            held.append(held[int(one)] | held[int(other)])
        found |= set(held[size:])
    return rows_of(sorted(found, key=sorted), size)


def rows_of(groups: Sequence[Group], size: int) -> Members:
    found = np.zeros((len(groups), size), dtype=np.float32)
    for row, group in enumerate(groups):
        found[row, sorted(group)] = 1
    return found


def jaccards(one: Members, other: Members) -> Floats:
    """Shape (groups of one, groups of the other)."""
    shared = one @ other.T
    found: Floats = shared / (one.sum(axis=1)[:, None] + other.sum(axis=1) - shared)
    return found


def set_features(members: Members, squares: Sequence[Square]) -> Floats:
    """One row a group; the first of `squares` is the likelihood of pairs, the others are likenesses."""
    size = members.sum(axis=1)
    products = members.shape[1]
    columns = [size, np.full_like(size, products), size / products]
    for square in squares:
        columns += _of(members, _hollow(square))
    columns += _likelihoods(members, _hollow(squares[0]))
    return np.stack(columns, axis=1)


def _hollow(square: Square) -> Floats:
    found: Floats = square.astype(np.float32)
    np.fill_diagonal(found, 0.0)
    return found


def _of(members: Members, square: Floats) -> list[Floats]:
    """How alike the group's products are to each other, to the others, and the others among themselves."""
    size, away = members.sum(axis=1), 1 - members
    others = away.sum(axis=1)
    drawn = members @ square
    within, across = (drawn * members).sum(axis=1) / 2, (drawn * away).sum(axis=1)
    inside = within / (size * (size - 1) / 2)
    outside = across / np.maximum(size * others, 1)
    rest = (square.sum() / 2 - within - across) / np.maximum(others * (others - 1) / 2, 1)
    loosest = np.where(members > 0, drawn / (size - 1)[:, None], np.inf).min(axis=1)
    nearest = np.where(away > 0, drawn / size[:, None], -np.inf).max(axis=1)
    nearest = np.where(others > 0, nearest, 0.0)
    low, high = _ends(members, square)
    return [inside, outside, inside - outside, loosest, nearest, loosest - nearest, low, high, rest]


def _ends(members: Members, square: Floats) -> tuple[Floats, Floats]:
    """The least and the most alike pair of each group."""
    both = (members[:, :, None] * members[:, None, :]) > 0
    both &= ~np.eye(members.shape[1], dtype=bool)
    low = np.where(both, square, np.inf).min(axis=(1, 2)).astype(np.float32)
    high = np.where(both, square, -np.inf).max(axis=(1, 2)).astype(np.float32)
    return low, high


def _likelihoods(members: Members, likelihood: Floats) -> list[Floats]:
    """Of the group's pairs being together and all others apart, and its rank among the session's groups."""
    size, away = members.sum(axis=1), 1 - members
    yes, no = (_hollow(np.log(np.clip(each, 1e-3, 1))) for each in (likelihood, 1 - likelihood))
    pairs = size * (size - 1) / 2
    held = ((members @ yes) * members).sum(axis=1) / 2
    cut = ((members @ no) * away).sum(axis=1)
    rest = ((away @ no) * away).sum(axis=1) / 2
    inside = ((members @ likelihood) * members).sum(axis=1) / 2 / pairs
    outside = ((members @ likelihood) * away).sum(axis=1) / np.maximum(size * away.sum(axis=1), 1)
    best = np.full(members.shape[1] + 1, -1.0, dtype=np.float32)
    np.maximum.at(best, size.astype(int), inside)
    ranks = [_rank(each) for each in (inside, inside - outside, held + cut)]
    behind = inside - best[size.astype(int)]
    return [held, cut, held + cut, held + cut + rest, held / pairs, behind, *ranks]


def _rank(values: Floats) -> Floats:
    found: Floats = (-values).argsort(kind="stable").argsort(kind="stable").astype(np.float32)
    return found

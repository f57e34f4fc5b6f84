"""Reciprocal-rank fusion: several rankings become one. Pure.

Cormack, Clarke, Büttcher: "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
Methods" (SIGIR 2009). What stands first in every ranking scores 1; what stands in none is not there.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)

#: The paper's constant: how slowly a place loses its worth.
K = 60


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[Item]], weights: Sequence[float] | None = None, k: int = K
) -> dict[Item, float]:
    """Items with their scores in 0 to 1, best first; ties stand in the order of the rankings.

    Each ranking holds an item once, best first; an empty one counts for nothing. `weights` are positive,
    one a ranking (`ValueError` otherwise).
    """
    shares = [1.0] * len(rankings) if weights is None else list(weights)
    if len(shares) != len(rankings) or any(share <= 0 for share in shares):
        raise ValueError("fusion takes one positive weight for each ranking")
    scores: dict[Item, float] = {}
    for ranking, share in zip(rankings, shares, strict=True):
        for place, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + share / (k + place)
    best = sum(shares) / (k + 1)
    return _sorted({item: min(score / best, 1.0) for item, score in scores.items()})


def _sorted(scores: Mapping[Item, float]) -> dict[Item, float]:
    return dict(sorted(scores.items(), key=lambda pair: -pair[1]))

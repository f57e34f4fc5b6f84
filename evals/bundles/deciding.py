"""Which groups to name, once it is known how likely each is one that people made.

Minimum Bayes risk: possible truths of a session are drawn from those likelihoods, and the groups are chosen,
one by one, that bring most to the expected figures over all draws. One more group is named only where it
brings something.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from evals.bundles.sessions import Group, Session
from evals.bundles.subsets import Members, jaccards

#: What matched F1, best Jaccard and precision count for, as it was best on folds of the training sessions.
#: With equal weights more groups are named than people made: each covers more, and F1 pays for it.
WEIGHTS = (2.0, 1.0, 1.0)

#: So many truths are drawn, of so many bundles at most; so many groups may be named, out of so many.
DRAWS, MOST_TRUE, MOST_NAMED, LOOKED_AT = 150, 3, 4, 60

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Counts:
    """How likely a session of so many products has 1, 2, ... bundles."""

    by_size: Mapping[int, Floats]

    @classmethod
    def of(cls, sessions: Sequence[Session]) -> "Counts":
        """Sizes learn from their neighbours, and every count is possible."""
        found: dict[int, Floats] = {}
        sizes = np.array([len(session.titles) for session in sessions])
        counts = np.array([min(len(session.bundles), MOST_TRUE) for session in sessions])
        for size in range(2, int(sizes.max()) + 1):
            near = counts[np.abs(sizes - size) <= (1 if size > 2 else 0)]
            seen = np.bincount(near, minlength=MOST_TRUE + 1)[1:] + 0.2
            found[size] = seen / seen.sum()
        return cls(found)

    def likely(self, size: int) -> Floats:
        return self.by_size[min(size, max(self.by_size))]


@dataclass(frozen=True, slots=True, eq=False)
class _Draws:
    """`alike[c, d, t]` is the Jaccard of candidate `c` and the `t`-th bundle of draw `d`, 0 where there is
    none; `inside[c, d]`: the candidate is part of one of them; `count[d]` is how many there are."""

    alike: Floats
    inside: Floats
    count: NDArray[np.int64]


def decide(members: Members, likelihood: Floats, counts: Floats, draw: np.random.Generator) -> list[Group]:
    """`likelihood` of each group in `members` being one that people made."""
    share = likelihood / likelihood.sum()
    alike = jaccards(members, members)
    expected = alike @ share
    order = np.argsort(-expected)[:LOOKED_AT], np.argsort(-share)[:LOOKED_AT]
    looked_at = np.unique(np.concatenate(order))
    draws = _drawn(members, looked_at, share, counts, draw)
    chosen: list[int] = []
    worth = 0.0
    while len(chosen) < MOST_NAMED:
        worths = _worth(draws, chosen)
        worths[chosen] = 0.0
        best = int(worths.argmax())
        if worths[best] <= worth + 1e-6:
            break
        worth = float(worths[best])
        chosen.append(best)
    return [frozenset(np.flatnonzero(members[looked_at[place]]).tolist()) for place in chosen]


def _drawn(
    members: Members,
    looked_at: NDArray[np.intp],
    share: Floats,
    counts: Floats,
    draw: np.random.Generator,
) -> _Draws:
    """Truths: how many bundles, then as many different groups by their shares (Gumbel's top k)."""
    most = min(MOST_TRUE, len(members))
    count = np.minimum(draw.choice(len(counts), DRAWS, p=counts) + 1, most)
    noise = draw.gumbel(size=(DRAWS, len(members)))
    true = np.argsort(-(np.log(share + 1e-12) + noise), axis=1)[:, :most]
    there = np.arange(most) < count[:, None]
    rows = members[looked_at]
    alike = jaccards(rows, members)[:, true] * there
    part = (rows @ members.T >= rows.sum(axis=1)[:, None] - 0.5)[:, true] & there
    return _Draws(alike.astype(np.float64), part.any(axis=2).astype(np.float64), count)


def _worth(draws: _Draws, chosen: Sequence[int]) -> Floats:
    """For each candidate, the expected figures of naming it beside `chosen`, weighted."""
    named = len(chosen) + 1
    held = draws.alike[list(chosen)]
    covered = np.maximum(draws.alike, held.max(axis=0)) if chosen else draws.alike
    best = (covered.sum(axis=2) / draws.count).mean(axis=1)
    precise = ((draws.inside + draws.inside[list(chosen)].sum(axis=0)) / named).mean(axis=1)
    matched = 2 * _matched(draws.alike, held) / (named + draws.count)
    f1, jaccard, precision = WEIGHTS
    found: Floats = f1 * matched.mean(axis=1) + jaccard * best + precision * precise
    return found


def _matched(alike: Floats, held: Floats) -> Floats:
    """The best one-to-one matching of the held groups and each candidate with each draw's bundles."""
    found = np.zeros(alike.shape[:2])
    for pairing in _pairings(len(held) + 1, alike.shape[2]):
        total = np.zeros(alike.shape[:2])
        for true, named in enumerate(pairing):
            if named == len(held):
                total = total + alike[:, :, true]
            elif named >= 0:
                total = total + held[named, :, true]
        found = np.maximum(found, total)
    return found


def _pairings(named: int, true: int) -> Iterator[tuple[int, ...]]:
    """Which named group each true one is matched with, -1 for none; as many as can be are matched."""
    for pairing in product(range(-1, named), repeat=true):
        used = [each for each in pairing if each >= 0]
        if len(used) == len(set(used)) == min(named, true):
            yield pairing

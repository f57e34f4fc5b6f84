"""Which categories some words are about, by the products that they find."""

from collections import defaultdict

from retrieval.columns import Columns
from retrieval.ranking import Ranked
from retrieval.values import CategoryMatch

#: Products that have a say.
VOTERS = 60


def matched_categories(ranked: Ranked, columns: Columns, limit: int) -> tuple[CategoryMatch, ...]:
    """Best first. The best category scores as its best product does, the others in proportion.

    A product's say is its score squared: many far-fetched ones do not outvote one that fits.
    """
    says: defaultdict[str, float] = defaultdict(float)
    for row, score in zip(ranked.rows[:VOTERS].tolist(), ranked.scores[:VOTERS].tolist(), strict=True):
        for path in columns.items[row].categories[:1]:
            says[path] += score * score
    best = sorted(says.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    if not best or not best[0][1]:
        return ()
    top = float(ranked.scores[0])
    return tuple(CategoryMatch(path, round(top * say / best[0][1], 4)) for path, say in best)

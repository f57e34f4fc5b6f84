"""Maximal marginal relevance: a list that is not ten times nearly the same (Carbonell and Goldstein, 1998).

Only where the words are broad, so that many products fit them about as well, and only against products that
are nearly the same: two sizes of one thing, the same thing in two colours sold as two products.
"""

import numpy as np
import numpy.typing as npt

from retrieval.vectors import Matrix, cosines

#: Words are broad where this many products score at least `NEARLY` of the best.
MANY, NEARLY = 20, 0.85

#: Cosines of two products: nothing is lost up to the first, `COST` of the score at 1.
ALIKE, COST = 0.9, 0.1

#: Places that are filled with a look at those above them.
PLACES = 24


def diverse(scores: npt.NDArray[np.float64], vectors: Matrix) -> npt.NDArray[np.float64]:
    """Scores less what each product repeats of better ones. They stand best first, `vectors` beside them;
    what is given back is in their order."""
    if len(scores) <= 1 or int((scores >= NEARLY * scores[0]).sum()) < MANY:
        return scores
    repeated = np.zeros(len(scores))
    chosen = np.zeros(len(scores), np.bool_)
    for _ in range(min(PLACES, len(scores))):
        best = int(np.argmax(np.where(chosen, -1.0, scores * (1 - repeated))))
        chosen[best] = True
        alike = np.clip((cosines(vectors, vectors[best]) - ALIKE) / (1 - ALIKE), 0.0, 1.0)
        repeated = np.where(chosen, repeated, np.maximum(repeated, COST * alike))
    return scores * (1 - repeated)

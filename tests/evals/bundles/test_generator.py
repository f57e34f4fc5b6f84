"""The learned generator, on sessions in which three products of one kind always go together."""

from collections.abc import Sequence

import numpy as np
import pytest

from evals.bundles.features import Titles
from evals.bundles.grouping import Generator, Shipped
from evals.bundles.metrics import mark
from evals.bundles.sessions import Session
from retrieval.embedding import Vectors
from retrieval.relations.pair_model import PairModel

KINDS = tuple(f"{first}{second}" for first in ("lamp", "sock", "wire", "bowl") for second in ("ona", "eri"))


class KindEmbedder:
    """Each kind has a direction of its own; titles of one kind differ a little."""

    name, digest, dimension = "kinds", "0", 16

    def encode(self, texts: Sequence[str]) -> Vectors:
        draw = np.random.default_rng(3)
        rows = [np.eye(16)[KINDS.index(text.split()[1])] + draw.normal(0, 0.1, 16) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)


def session(number: int, draw: np.random.Generator) -> Session:
    same, *others = draw.permutation(KINDS)[:4].tolist()
    titles = tuple(f"maker{draw.integers(9)} {kind} size {draw.integers(99)}" for kind in [same] * 3 + others)
    products = tuple(f"{number}-{place}" for place in range(len(titles)))
    return Session("things", str(number), "train", products, titles, (frozenset({0, 1, 2}),))


@pytest.fixture(scope="module")
def sessions() -> list[Session]:
    draw = np.random.default_rng(5)
    return [session(number, draw) for number in range(180)]


def test_sessions_that_it_has_not_seen_get_the_groups_that_others_have(sessions: list[Session]) -> None:
    titles = Titles((title for each in sessions for title in each.titles), KindEmbedder())
    generator = Generator(titles, sessions[:150], seed=1)
    marks = [mark(generator.groups(each), each.bundles) for each in sessions[150:]]
    assert np.mean([each.matched_f1 for each in marks]) > 0.8
    assert generator.groups(sessions[160]) == generator.groups(sessions[160])


def test_what_ships_groups_by_words_too_where_the_pair_model_knows_nothing(sessions: list[Session]) -> None:
    class Blind(KindEmbedder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            return np.full((len(texts), 16), 0.25, dtype=np.float32)

    titles = Titles((title for each in sessions for title in each.titles), Blind())
    shipped = Shipped(titles, PairModel(np.eye(16, dtype=np.float32), 0.0, 0.0, 1.0, "0"))
    marks = [mark(shipped.groups(each), each.bundles) for each in sessions]
    assert np.mean([max(each.jaccards) for each in marks]) > 0.8

"""`python -m evals completion`: the product that was left out of a bundle, among all of its domain.

From each true bundle each product is left out once; the rest of the bundle asks, and all products of the
domain's sessions are ranked. Queries of one session hang together, so figures are means over sessions of
their queries' means, and the intervals draw sessions.

Nothing is tuned on what is tested: what is fitted comes from sessions of the split `train`, and the figures
of every system from all others.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD  # type: ignore[import-untyped]  # it ships no types
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]  # it ships no types

from evals.bundles.sessions import Session, by_domain, read
from evals.charts import bars, table
from evals.results import Row, interval, write
from finetune.pairs.fitting import BELONGING, fit
from retrieval.embedding import Embedder, MiniLmEmbedder
from retrieval.relations.pair_model import PairModel, load_pair_model

TOP = 10
METRICS = ("recall@10", "ndcg@10")

#: What a further piece of a mix may count beside the first.
SHARES = (0.25, 0.5, 1.0)

#: So many topics of the titles' letters, and so many drawn pairs for each pair of a bundle.
TOPICS, DRAWN_EACH = 200, 6

#: What a product scores with its nearest ones, so many of them, is held against it by half;
#: both as it was best over queries of training sessions.
NEAREST, AGAINST = 100, 0.5

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Query:
    """`rest` and `missing` are rows of the domain's products."""

    session: str
    rest: tuple[int, ...]
    missing: int


#: How well each two products of a domain go together, by several ways to tell.
Pieces = dict[str, Scores]


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """All products of one domain. `lessons` are queries of training sessions, each half with pieces that it
    had no part in."""

    names: tuple[str, ...]
    pieces: Pieces
    test: tuple[Query, ...]
    lessons: tuple[tuple[tuple[Query, ...], Pieces], ...] = ()


def measure(data: Sequence[Path], out: Path, seed: int) -> None:
    embedder = MiniLmEmbedder()
    model = load_pair_model(embedder.digest)
    found: list[Row] = []
    for name, sessions in by_domain(read(data)).items():
        domain = prepare(sessions, embedder, model, seed)
        if not domain.test:
            raise ValueError(f"{name}: every session is of the split `train`, so nothing is left to test on")
        for system, scores in systems(domain).items():
            found += rows(system, name, domain.test, scores, seed)
    table(found, METRICS)
    write(out, "completion", seed, data, found)
    bars(out / "completion.png", found, METRICS, "the product left out of a bundle, among all of its domain")


def prepare(sessions: Sequence[Session], embedder: Embedder, model: PairModel, seed: int) -> Domain:
    shown = (pair for each in sessions for pair in zip(each.products, each.titles, strict=True))
    title = dict(shown)
    row = {product: number for number, product in enumerate(title)}
    texts = list(title.values())
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english").fit_transform(texts)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    letters = parts.fit_transform(texts)
    vectors = embedder.encode(texts)
    pieces: Pieces = {
        "tfidf": _dense(words @ words.T),
        "letters": _dense(letters @ letters.T),
        "embedding": (vectors @ vectors.T).astype(np.float64),
        "promise": _scaled(vectors @ model.matrix @ vectors.T),
    }
    train = [session for session in sessions if session.split == "train"]
    test = tuple(_queries([each for each in sessions if each.split != "train"], row))
    if not train:
        return Domain(tuple(title), pieces, test)
    topics = TruncatedSVD(min(TOPICS, len(texts) - 1), random_state=seed).fit_transform(letters)
    both = np.concatenate([vectors, topics / (np.linalg.norm(topics, axis=1, keepdims=True) + 1e-9)], axis=1)
    halves = train[::2], train[1::2]
    lessons = tuple(
        (tuple(_queries(asked, row)), {**pieces, "learned": _learned(taught, row, both, seed)})
        for asked, taught in (halves, halves[::-1])
    )
    return Domain(tuple(title), {**pieces, "learned": _learned(train, row, both, seed)}, test, lessons)


def _learned(
    sessions: Sequence[Session], row: dict[str, int], vectors: NDArray[np.float64], seed: int
) -> Scores:
    """A bilinear form that tells pairs of a bundle from pairs drawn among all products."""
    scaled = (vectors / np.sqrt(2)).astype(np.float32)
    bundles = [[row[each.products[k]] for k in sorted(group)] for each in sessions for group in each.bundles]
    along = np.array([pair for group in bundles for pair in combinations(group, 2)], dtype=np.int64)
    drawn = np.random.default_rng(seed).integers(0, len(row), size=len(along) * DRAWN_EACH)
    apart = np.stack([np.repeat(along[:, 0], DRAWN_EACH), drawn], axis=1)
    wanted = np.repeat([1.0, 0.0], [len(along), len(apart)]).astype(np.float32)
    form = fit(scaled, np.concatenate([along, apart]), wanted, seed, BELONGING)
    return _scaled(scaled @ form.matrix @ scaled.T)


def _queries(sessions: Sequence[Session], row: dict[str, int]) -> list[Query]:
    found = []
    for session in sessions:
        for bundle in session.bundles:
            rows = [row[session.products[place]] for place in sorted(bundle)]
            found += [
                Query(session.key, tuple(other for other in rows if other != missing), missing)
                for missing in rows
            ]
    return found


def systems(domain: Domain) -> Pieces:
    """`shipped` is the even sum of what knows none of these sessions; `fitted` mixes all pieces by what helps
    on the lessons. Both are without hubs, so two numbers of `shipped` come from training sessions."""
    pieces = {name: scores for name, scores in domain.pieces.items() if name != "learned"}
    found = {
        "random": np.random.default_rng(0).random(pieces["tfidf"].shape),
        "tfidf": pieces["tfidf"],
        "embedding": pieces["embedding"],
        "shipped": _mixed(pieces, dict.fromkeys(pieces, 1.0)),
    }
    if not domain.lessons:
        return found
    shares = mixing(domain)
    return {**found, "fitted": _mixed(domain.pieces, shares)}


def mixing(domain: Domain) -> dict[str, float]:
    """Starts with the best piece and adds shares of the others while the lessons gain."""

    def worth(shares: dict[str, float]) -> float:
        return float(np.mean([_ndcg(asked, _mixed(pieces, shares)) for asked, pieces in domain.lessons]))

    alone = {name: worth({name: 1.0}) for name in domain.pieces}
    order = sorted(alone, key=lambda name: -alone[name])
    shares, best = {order[0]: 1.0}, alone[order[0]]
    for name in order[1:]:
        tried = [{**shares, name: share} for share in SHARES]
        gains = [worth(each) for each in tried]
        if max(gains) > best:
            best = max(gains)
            shares = tried[gains.index(best)]
    return shares


def _mixed(pieces: Pieces, shares: dict[str, float]) -> Scores:
    return without_hubs(sum((share * pieces[name] for name, share in shares.items()), np.zeros(1)))


def without_hubs(scores: Scores) -> Scores:
    """Less what each product scores with its nearest ones (CSLS, one side of it).

    A product of everyday words is near to very many, and would stand among the first ten for all of them.
    `scores[a, b]`: how well `b` answers `a`, the same both ways.
    """
    others = scores.copy()
    np.fill_diagonal(others, -np.inf)
    near = min(NEAREST, len(scores) - 1)
    nearest = np.partition(others, -near, axis=1)[:, -near:]
    found: Scores = scores - AGAINST * nearest.mean(axis=1)[None, :]
    return found


def _ndcg(queries: Sequence[Query], scores: Scores) -> float:
    return float(np.mean([ndcg for _, ndcg in (answer(query, scores) for query in queries)]))


def answer(query: Query, scores: Scores) -> tuple[float, float]:
    """Recall and NDCG at ten; ties count against the answer, what asked is out of the ranking."""
    total = scores[list(query.rest)].sum(axis=0)
    total[list(query.rest)] = -np.inf
    rank = int((total >= total[query.missing]).sum())
    return (1.0, 1 / float(np.log2(rank + 1))) if rank <= TOP else (0.0, 0.0)


def rows(system: str, domain: str, queries: Sequence[Query], scores: Scores, seed: int) -> list[Row]:
    marks: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for query in queries:
        marks[query.session].append(answer(query, scores))
    means = np.array([np.mean(held, axis=0) for held in marks.values()])
    statistic: Callable[[NDArray[np.float64]], float] = lambda values: float(values.mean())  # noqa: E731
    return [
        interval(system, metric, means[:, column], statistic, seed, domain=domain)
        for column, metric in enumerate(METRICS)
    ]


def _dense(sparse: csr_matrix) -> Scores:
    return np.asarray(sparse.toarray(), dtype=np.float64)


def _scaled(scores: Scores) -> Scores:
    """Into 0 to 1, so that shares of it mean what they say."""
    low, high = np.percentile(scores, [1, 99.9])
    found: Scores = np.clip((scores - low) / (high - low), 0.0, 1.0)
    return found

"""What the scorer learns from: queries with products that fit them, as features and gains.

Two sources. Catalogues by themselves (distant supervision): the name of a kind asks for its products, words
of a description for that product, words of a title for that product. They are asked twice, of the catalogue
as it is and of one without categories, since many shops have none. And graded judgements, which only set
weights: nothing of their text is kept.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval.embedding import Embedder
from retrieval.features import Values, features
from retrieval.filters import eligible
from retrieval.ranking import candidates
from retrieval.search import SearchService
from retrieval.values import Filters
from retrieval.wish import read_wish
from shop.catalogue import Catalogue
from shop.feeds import import_feed
from shop.values import Product
from storage import Database

LEAST_OF_A_KIND = 3
MOST_OF_A_KIND = 0.3
WORD = re.compile(r"[^\W_][\w'-]*")


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One query: features of its candidates, and what each is worth (2^grade - 1)."""

    query: str
    values: Values
    gains: npt.NDArray[np.float64]

    @property
    def teaches(self) -> bool:
        """Whether any order of the candidates is better than another."""
        return len(self.gains) > 1 and bool((self.gains != self.gains[0]).any())


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A query and the grades of products for it; only those of `among` are ranked, where it is given."""

    query: str
    grades: Mapping[str, int]
    among: frozenset[str] | None = None


@contextmanager
def shop_of(products: Sequence[Product], embedder: Embedder) -> Iterator[SearchService]:
    """A search over some products, for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/shop.db")
        database.upgrade()
        with database.begin() as work:
            Catalogue(work).put(products)
        search = SearchService(database, Path(folder) / "index", embedder)
        try:
            search.build()
            yield search
        finally:
            search.close()
            database.dispose()


def read_products(feed: Path) -> list[Product]:
    """The products of a feed, by id."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/shop.db")
        database.upgrade()
        import_feed(database, feed)
        with database.read() as work:
            products = list(Catalogue(work).all())
        database.dispose()
    return products


def examples(search: SearchService, embedder: Embedder, asked: Sequence[Asked]) -> list[Example]:
    """The candidates of each query as the shop's own search finds them; what teaches nothing is left out."""
    state, nearest = search.state(), search.nearest
    columns, lexical = state.snapshot.columns, state.snapshot.lexical
    everything = eligible(Filters(), state.snapshot).products
    found: list[Example] = []
    for each in asked:
        allowed = everything
        if each.among is not None:
            allowed = np.zeros_like(everything)
            allowed[[columns.row_of[key] for key in each.among if key in columns.row_of]] = True
        wish = read_wish(each.query, state.snapshot)
        vector = embedder.encode([each.query])[0]
        best = candidates(wish, vector, allowed, state, nearest)
        gains = [2.0 ** each.grades.get(columns.items[row].product_id, 0) - 1 for row in best.rows.tolist()]
        found.append(Example(each.query, features(wish, best, columns, lexical), np.array(gains)))
    return [example for example in found if example.teaches]


def catalogue_queries(products: Sequence[Product], count: int, seed: int) -> list[Asked]:
    """About `count` queries from what a catalogue says of itself, of three kinds in equal parts."""
    rng = np.random.default_rng(seed)
    asked = [*_kinds(products), *_sampled(products, 2 * count // 3, rng)]
    order = rng.permutation(len(asked))[:count]
    return [asked[at] for at in order]


def _kinds(products: Sequence[Product]) -> Iterator[Asked]:
    """Names of categories, for what stands in them."""
    held: dict[str, set[str]] = {}
    for product in products:
        for path in product.categories:
            held.setdefault(path.split(" > ")[-1], set()).add(product.id)
    for name, ids in held.items():
        if LEAST_OF_A_KIND <= len(ids) <= MOST_OF_A_KIND * len(products):
            yield Asked(name.lower(), dict.fromkeys(ids, 2))


def _sampled(products: Sequence[Product], count: int, rng: np.random.Generator) -> Iterator[Asked]:
    """Words of one product's description, or of its title, for that product."""
    for at in rng.integers(len(products), size=count).tolist():
        product = products[at]
        words = WORD.findall(product.title if rng.random() < 0.5 else product.description)
        if len(words) < 3:
            continue
        length = int(rng.integers(2, 5))
        start = int(rng.integers(max(len(words) - length, 1)))
        yield Asked(" ".join(words[start : start + length]).lower(), {product.id: 2})


def without_categories(products: Sequence[Product]) -> list[Product]:
    return [replace(product, categories=(), tags=()) for product in products]


def judged_queries(judgements: Mapping[str, Mapping[str, int]]) -> list[Asked]:
    """Each query twice: over the whole index, what nobody judged being worth nothing, and over what was
    judged for it."""
    whole = [Asked(query, grades) for query, grades in judgements.items()]
    return whole + [Asked(query, grades, frozenset(grades)) for query, grades in judgements.items()]

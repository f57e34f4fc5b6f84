"""What goes with what, from the shop's orders, from its products' facts, and from what they are called.

`OrderRelations` is the `Relations`. Two products go together where they were bought together more often
than by chance, or where one requires what the other provides; never where their facts contradict each
other, nor where they are two of a kind (titles of the same kind, or one leaf category at one price level),
unless a fact joins them. Where orders are few, what the products' texts promise fills in for them
(`retrieval.relations.counting` says how much); it is a guess and gives no reason. Without orders and
without a pair model only facts speak.

It follows orders and catalogue, looking at most every `FOLLOW_EVERY_S` seconds: what goes with what does
not change with a sale. It does not know the order in which things are bought, nor who bought them.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from retrieval.fitting import FitIndex
from retrieval.locale import load_locale
from retrieval.relations.counting import BasketCounts
from retrieval.relations.kinds import Kinds
from retrieval.relations.pair_model import PairModel
from retrieval.relations.promises import NOTHING, Promises
from retrieval.values import CategoryMatch, Mate
from retrieval.vectors import DocumentVectors
from retrieval.vocabulary import parents
from shop.catalogue import Catalogue
from shop.orders import Orders
from shop.values import FactValue, Product
from storage import Database, UnitOfWork

FOLLOW_EVERY_S = 5.0

#: How well two products go together by a fact alone.
FACT_SCORE = 0.6

#: How many products are looked at because their texts promise most.
PROMISING = 40

#: Two of one leaf category are of one price level where the dearer costs so many times the other, or less.
PRICE_LEVEL = 3.0

#: A category goes along with another where this share of the orders with the other hold it, however much more
#: often than by chance it is.
LEAST_CONFIDENCE = 0.02


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a product its relations depend on."""

    title: str
    categories: tuple[str, ...]
    provides: Mapping[str, FactValue]
    requires: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Known:
    """One state of the records, counted. `categories` counts paths and the levels above them; `prices` are
    the products' lowest, in minor units."""

    revision: int
    orders: int
    products: Mapping[str, Traits]
    baskets: BasketCounts
    categories: BasketCounts
    fits: FitIndex
    kinds: Kinds
    prices: Mapping[str, int]
    promises: Promises | None = None


@dataclass(frozen=True, slots=True)
class Texts:
    """The pair model, and where the products' vectors are found."""

    model: PairModel
    vectors: Callable[[], DocumentVectors]


class OrderRelations:
    """Relations of one shop's products. Safe from any thread."""

    def __init__(
        self,
        database: Database,
        *,
        texts: Texts | None = None,
        language: str = "en",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._texts = texts
        self._locale = load_locale(language)
        self._clock = clock
        self._following = Lock()
        self._known: Known | None = None
        self._looked_at = 0.0

    def mates(self, product_id: str, limit: int = 20) -> tuple[Mate, ...]:
        known = self._current()
        others = known.fits.partners(product_id).union(known.baskets.partners(product_id))
        if known.promises is not None:
            others = others.union(known.promises.best(product_id, PROMISING))
        scored = ((self._score(known, product_id, other), other) for other in others)
        best = sorted((-score, other) for score, other in scored if score > 0)[:limit]
        return tuple(
            Mate(other, round(-score, 4), self._why(known, product_id, other)) for score, other in best
        )

    def together(self, a: str, b: str) -> float:
        return round(self._score(self._current(), a, b), 4)

    def why(self, a: str, b: str) -> str | None:
        return self._why(self._current(), a, b)

    def category_mates(self, path: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        known = self._current()
        leaves = {category for traits in known.products.values() for category in traits.categories[:1]}
        others = (
            each for each in known.categories.partners(path) if each in leaves and not _in_line(path, each)
        )
        often = (each for each in others if known.categories.confidence(path, each) >= LEAST_CONFIDENCE)
        scored = ((known.categories.score(path, other), other) for other in often)
        best = sorted((-score, other) for score, other in scored if score > 0)[:limit]
        return tuple(CategoryMatch(other, round(-score, 4)) for score, other in best)

    def refresh(self) -> None:
        """Follows the records now; each question does so by itself."""
        self._current()

    def _score(self, known: Known, a: str, b: str) -> float:
        one, other = known.products.get(a), known.products.get(b)
        if a == b or one is None or other is None:
            return 0.0
        fits = known.fits.between(a, b)
        if any(not fit.met for fit in fits):
            return 0.0
        if not fits and _two_of_a_kind(known, a, b):
            return 0.0
        expected = NOTHING if known.promises is None else known.promises.lift(a, b)
        bought = known.baskets.score(a, b, expected)
        return 1 - (1 - bought) * (1 - FACT_SCORE) if fits else bought

    def _why(self, known: Known, a: str, b: str) -> str | None:
        """The facts that fit, and how often the two were bought together; None where only texts speak."""
        if self._score(known, a, b) <= 0:
            return None
        said = [fit.said(self._locale) for fit in known.fits.between(a, b)]
        count = known.baskets.together(a, b)
        if known.baskets.score(a, b) > 0:
            said.append(self._locale.say("bought_together", count=count))
        return "; ".join(dict.fromkeys(said)) or None

    def _current(self) -> Known:
        known = self._known
        if known is not None and self._clock() - self._looked_at < FOLLOW_EVERY_S:
            return known
        with self._following, self._database.read() as work:
            self._looked_at = self._clock()
            self._known = self._followed(work)
            return self._known

    def _followed(self, work: UnitOfWork) -> Known:
        """The state of now. A price or a stock level changes neither traits nor counts."""
        before = self._known
        catalogue, orders = Catalogue(work), Orders(work).count()
        if before is None:
            revision = catalogue.revision()
            everything = {product.id: product for product in catalogue.all()}
            products = {key: _traits(product) for key, product in everything.items()}
            prices = {key: _price(product) for key, product in everything.items()}
            return self._promised(self._counted(work, revision, orders, products, prices))
        revision, changed, removed = catalogue.changed_since(before.revision)
        new = catalogue.products(changed)
        products = {**before.products, **{key: _traits(product) for key, product in new.items()}}
        products = {key: traits for key, traits in products.items() if key not in removed}
        prices = {**before.prices, **{key: _price(product) for key, product in new.items()}}
        if orders == before.orders and products == before.products:
            return self._promised(replace(before, revision=revision, prices=prices))
        return self._promised(self._counted(work, revision, orders, products, prices))

    def _counted(
        self,
        work: UnitOfWork,
        revision: int,
        orders: int,
        products: Mapping[str, Traits],
        prices: Mapping[str, int],
    ) -> Known:
        baskets = [[key for key in basket if key in products] for basket in Orders(work).all_baskets()]
        places = (
            {level for key in basket for path in products[key].categories[:1] for level in parents(path)}
            for basket in baskets
        )
        kinds = Kinds((traits.title for traits in products.values()), self._locale)
        return Known(
            revision,
            orders,
            products,
            BasketCounts(baskets),
            BasketCounts(places),
            FitIndex(products),
            kinds,
            prices,
        )

    def _promised(self, known: Known) -> Known:
        """With what the texts promise, as far as they are indexed by now."""
        if self._texts is None:
            return known
        vectors = self._texts.vectors()
        if self._known is not None and self._known.promises and self._known.promises.vectors is vectors:
            return replace(known, promises=self._known.promises)
        return replace(known, promises=Promises(self._texts.model, vectors) if len(vectors) else None)


def _traits(product: Product) -> Traits:
    return Traits(product.title, product.categories, product.provides, product.requires)


def _price(product: Product) -> int:
    return min(variant.price.amount for variant in product.variants)


def _two_of_a_kind(known: Known, a: str, b: str) -> bool:
    """Whether one would do in place of the other: by their titles, or one category at one price level."""
    one, other = known.products[a], known.products[b]
    if one.categories and other.categories:
        if one.categories[0] != other.categories[0]:
            return False
        low, high = sorted((known.prices[a], known.prices[b]))
        if high <= PRICE_LEVEL * low:
            return True
    return known.kinds.same(known.kinds.of(one.title), known.kinds.of(other.title))


def _in_line(a: str, b: str) -> bool:
    """Whether one category is the other, or holds it."""
    return a in parents(b) or b in parents(a)

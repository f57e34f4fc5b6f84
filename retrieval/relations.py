"""What goes with what, from the shop's orders and from its products' facts.

`OrderRelations` is the `Relations`. Two products go together where they were bought together more often
than by chance, or where one requires what the other provides; never where their facts contradict each
other, nor where they are two of a kind (the same leaf category, or, without one, titles with the same head
noun), unless a fact joins them. Without orders only facts speak.

It follows orders and catalogue, looking at most every `FOLLOW_EVERY_S` seconds: what goes with what does
not change with a sale. It does not know the order in which things are bought, nor who bought them.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from threading import Lock

from retrieval.baskets import BasketCounts
from retrieval.fitting import FitIndex
from retrieval.locale import load_locale
from retrieval.values import CategoryMatch, Mate
from retrieval.vocabulary import head_noun, parents
from shop.catalogue import Catalogue
from shop.orders import Orders
from shop.values import FactValue, Product
from storage import Database, UnitOfWork

FOLLOW_EVERY_S = 5.0

#: How well two products go together by a fact alone.
FACT_SCORE = 0.6


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a product its relations depend on. `kind` is shared by products that replace each other."""

    kind: str | None
    categories: tuple[str, ...]
    provides: Mapping[str, FactValue]
    requires: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Known:
    """One state of the records, counted. `categories` counts paths and the levels above them."""

    revision: int
    orders: int
    products: Mapping[str, Traits]
    baskets: BasketCounts
    categories: BasketCounts
    fits: FitIndex


class OrderRelations:
    """Relations of one shop's products. Safe from any thread."""

    def __init__(
        self, database: Database, *, language: str = "en", clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._locale = load_locale(language)
        self._clock = clock
        self._following = Lock()
        self._known: Known | None = None
        self._looked_at = 0.0

    def mates(self, product_id: str, limit: int = 20) -> tuple[Mate, ...]:
        known = self._current()
        others = known.fits.partners(product_id).union(known.baskets.partners(product_id))
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
        scored = ((known.categories.score(path, other), other) for other in others)
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
        if not fits and one.kind is not None and one.kind == other.kind:
            return 0.0
        bought = known.baskets.score(a, b)
        return 1 - (1 - bought) * (1 - FACT_SCORE) if fits else bought

    def _why(self, known: Known, a: str, b: str) -> str | None:
        """The facts that fit, and how often the two were bought together."""
        if self._score(known, a, b) <= 0:
            return None
        said = [fit.said(self._locale) for fit in known.fits.between(a, b)]
        count = known.baskets.together(a, b)
        if known.baskets.score(a, b) > 0:
            said.append(self._locale.say("bought_together", count=count))
        return "; ".join(dict.fromkeys(said))

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
            products = {product.id: self._traits(product) for product in catalogue.all()}
            return _counted(work, revision, orders, products)
        revision, changed, removed = catalogue.changed_since(before.revision)
        new = {key: self._traits(product) for key, product in catalogue.products(changed).items()}
        products = {key: traits for key, traits in {**before.products, **new}.items() if key not in removed}
        if orders == before.orders and products == before.products:
            return replace(before, revision=revision)
        return _counted(work, revision, orders, products)

    def _traits(self, product: Product) -> Traits:
        head = head_noun(product.title, self._locale)
        kind = product.categories[0] if product.categories else head
        return Traits(kind, product.categories, product.provides, product.requires)


def _counted(work: UnitOfWork, revision: int, orders: int, products: Mapping[str, Traits]) -> Known:
    baskets = [[key for key in basket if key in products] for basket in Orders(work).all_baskets()]
    places = (
        {level for key in basket for path in products[key].categories[:1] for level in parents(path)}
        for basket in baskets
    )
    return Known(revision, orders, products, BasketCounts(baskets), BasketCounts(places), FitIndex(products))


def _in_line(a: str, b: str) -> bool:
    """Whether one category is the other, or holds it."""
    return a in parents(b) or b in parents(a)

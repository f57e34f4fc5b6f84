"""A small shop in SQLite whose right bundles are obvious, with a search and relations over its records.

Prices are whole dollars. `tent` is a department of the shop, `mug` has nothing to do with it.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.bundles import Bundles
from assistant.bundling import compatibility
from retrieval.values import CategoryMatch, Filters, Hit, Mate, Query, SearchResult, Vocabulary
from shop.catalogue import Catalogue
from shop.money import Money
from shop.occasions import Occasions
from shop.profile import Profile
from shop.values import (
    Availability,
    FactValue,
    Occasion,
    OccasionSlot,
    Product,
    Rating,
    ShopProfile,
    Variant,
)
from storage import Database

NOW = datetime(2026, 5, 31, 9, tzinfo=UTC)


def usd(dollars: float) -> Money:
    return Money(round(dollars * 100), "USD")


def product(
    key: str,
    title: str,
    category: str,
    dollars: float,
    *,
    stock: int | None = 20,
    colours: tuple[str, ...] = (),
    provides: Mapping[str, FactValue] | None = None,
    requires: Mapping[str, FactValue] | None = None,
    list_dollars: float | None = None,
    rating: float | None = None,
    attributes: Mapping[str, str] | None = None,
) -> Product:
    """One variant, or one for each colour, all of one price; `stock` 0 is sold out."""
    availability = Availability("in_stock" if stock != 0 else "out_of_stock", stock)
    variants = tuple(
        Variant(
            id=f"{key}-{colour}" if colour else f"{key}-v",
            sku=f"{key}-{colour}",
            price=usd(dollars),
            availability=availability,
            list_price=usd(list_dollars) if list_dollars else None,
            options={"colour": colour} if colour else {},
        )
        for colour in colours or ("",)
    )
    return Product(
        id=key,
        handle=key,
        title=title,
        description=title,
        categories=(category,),
        variants=variants,
        rating=Rating(rating, 50) if rating else None,
        provides=provides or {},
        requires=requires or {},
        attributes=attributes or {},
    )


SCREW, CLICK = {"gas_thread": "EN417"}, {"gas_thread": "bayonet"}

PRODUCTS = (
    product(
        "tent-s",
        "Small tent",
        "Camping > Tents",
        60,
        rating=4.0,
        attributes={"weight": "2 kg", "sleeps": "3 person"},
    ),
    product(
        "tent-m",
        "Family tent",
        "Camping > Tents",
        120,
        rating=4.5,
        colours=("green", "black"),
        attributes={"weight": "4 kg", "sleeps": "4 person"},
    ),
    product(
        "tent-l",
        "Large family tent",
        "Camping > Tents",
        260,
        rating=4.8,
        attributes={"weight": "9 kg", "sleeps": "6 person"},
    ),
    product("tent-gone", "Fine family tent", "Camping > Tents", 90, stock=0, rating=5.0),
    product("bag-a", "Warm sleeping bag", "Camping > Sleeping bags", 40, rating=4.4, list_dollars=50),
    product("bag-b", "Light sleeping bag", "Camping > Sleeping bags", 70, rating=4.6),
    product("bag-few", "Sleeping bag, last ones", "Camping > Sleeping bags", 20, stock=2, rating=4.9),
    product("stove-a", "Screw stove", "Camping > Stoves", 35, rating=4.4, requires=SCREW),
    product("stove-b", "Click stove", "Camping > Stoves", 30, rating=4.2, requires=CLICK),
    product("gas-a", "Screw gas canister", "Camping > Gas", 8, rating=4.1, provides=SCREW),
    product("gas-b", "Click gas canister", "Camping > Gas", 6, rating=4.0, provides=CLICK),
    product("lamp-a", "Lantern", "Camping > Lights", 25, rating=4.3, colours=("black", "yellow")),
    product("lamp-b", "Bright lantern", "Camping > Lights", 45, rating=4.7),
    product("lamp-c", "Candle lantern", "Camping > Lights", 12, rating=3.9),
    product("mug-a", "Coffee mug", "Kitchen > Mugs", 9, rating=4.5),
    product("mug-b", "Tea mug", "Kitchen > Mugs", 11, rating=4.5),
)

CAMPING = Occasion(
    "camping trip",
    ("camping", "camp"),
    (
        OccasionSlot("tent", "family tent"),
        OccasionSlot("sleeping bag", "sleeping bag", per_person=True),
        OccasionSlot("stove", "stove"),
        OccasionSlot("lantern", "lantern", required=False),
        OccasionSlot("mug", "mug", required=False, per_person=True, recipient="kids"),
    ),
)

#: How often two products were bought together.
BOUGHT = {
    ("bag-a", "tent-m"): 41,
    ("lamp-a", "tent-m"): 30,
    ("gas-a", "stove-a"): 25,
    ("stove-a", "tent-m"): 12,
}


class WordFinder:
    """Scores by the share of the query's words in a title or category. It reads the records at each call."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, query: Query) -> SearchResult:
        hits = []
        for each in self._products():
            held = words(each.title) | words(each.categories[0])
            score = len(words(query.text) & held) / max(1, len(words(query.text)))
            fitting = [variant for variant in each.variants if _meets(each, variant, query.filters)]
            if score and fitting:
                hits.append(Hit(each.id, fitting[0].id, score, (f"matches '{query.text}'",)))
        hits.sort(key=lambda hit: (-hit.score, hit.product_id))
        return SearchResult(tuple(hits[: query.limit]))

    def vocabulary(self) -> Vocabulary:
        places: defaultdict[str, set[str]] = defaultdict(set)
        for each in self._products():
            places[re.findall(r"\w+", each.title.casefold())[-1]].add(each.categories[0])
        heads = {noun: next(iter(found)) for noun, found in places.items() if len(found) == 1}
        return Vocabulary((), (), {}, heads, "USD", {})

    def categories_for(self, text: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        scores: defaultdict[str, float] = defaultdict(float)
        for hit in self.search(Query(text, limit=50)).hits:
            scores[self._category(hit.product_id)] = max(scores[self._category(hit.product_id)], hit.score)
        ranked = sorted(scores, key=lambda path: (-scores[path], path))
        return tuple(CategoryMatch(path, scores[path]) for path in ranked[:limit])

    def _products(self) -> list[Product]:
        with self._database.read() as work:
            return list(Catalogue(work).all())

    def _category(self, product_id: str) -> str:
        return next(each.categories[0] for each in self._products() if each.id == product_id)


class CountedRelations:
    """What was bought together how often, and whose facts fit."""

    def __init__(self, database: Database, bought: Mapping[tuple[str, str], int]) -> None:
        self._database = database
        self._bought = bought

    def mates(self, product_id: str, limit: int = 20) -> tuple[Mate, ...]:
        with self._database.read() as work:
            products = {each.id: each for each in Catalogue(work).all()}
        found = []
        for other in products.values():
            fits = compatibility.pair(products[product_id], other).status == "compatible"
            score = max(self.together(product_id, other.id), 1.0 if fits else 0.0)
            if score and other.id != product_id:
                found.append(Mate(other.id, score, self.why(product_id, other.id)))
        return tuple(sorted(found, key=lambda mate: -mate.score)[:limit])

    def together(self, a: str, b: str) -> float:
        return self._count(a, b) / 50

    def why(self, a: str, b: str) -> str | None:
        return f"bought together in {self._count(a, b)} orders" if self._count(a, b) else None

    def category_mates(self, path: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        with self._database.read() as work:
            of = {each.id: each.categories[0] for each in Catalogue(work).all()}
        scores: defaultdict[str, float] = defaultdict(float)
        for (a, b), count in self._bought.items():
            for one, other in ((a, b), (b, a)):
                if of.get(one) == path and other in of:
                    scores[of[other]] += count / 50
        return tuple(
            CategoryMatch(other, scores[other]) for other in sorted(scores, key=lambda o: -scores[o])
        )[:limit]

    def _count(self, a: str, b: str) -> int:
        return self._bought.get((min(a, b), max(a, b)), 0)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, time: timedelta) -> None:
        self.now += time


class CornerShop:
    """The shop, its bundles, and what a test changes about its records."""

    def __init__(self, folder: Path) -> None:
        file = folder / "shop.db"
        file.write_bytes(_stocked())
        self.database = Database(f"sqlite:///{file}")
        self.clock = Clock()

    def bundles(self) -> Bundles:
        """A new service over the same records, as after a restart."""
        relations = CountedRelations(self.database, BOUGHT)
        return Bundles(self.database, WordFinder(self.database), relations, self.clock)

    def reprice(self, variant_id: str, dollars: float) -> None:
        with self.database.begin() as work:
            Catalogue(work).set_price(variant_id, usd(dollars))

    def sell_out(self, variant_id: str) -> None:
        with self.database.begin() as work:
            Catalogue(work).set_availability(variant_id, Availability("out_of_stock", 0))

    def drop(self, product_id: str) -> None:
        with self.database.begin() as work:
            Catalogue(work).remove([product_id])


@lru_cache
def _stocked() -> bytes:
    """The database file, migrated and filled once."""
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/shop.db")
        database.upgrade()
        with database.begin() as work:
            Profile(work).put(ShopProfile("Corner shop", "USD", "en"))
            Catalogue(work).put(PRODUCTS)
            Occasions(work).put([CAMPING])
        # The last connection to go writes the log back into the file.
        database.dispose()
        return Path(folder, "shop.db").read_bytes()


def words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"\w+", text.casefold())}


def _meets(product: Product, variant: Variant, filters: Filters) -> bool:
    said = {**product.attributes, **variant.options}
    return (
        product.id not in filters.exclude_product_ids
        and (not filters.categories or any(product.is_in(path) for path in filters.categories))
        and (filters.available is None or variant.availability.available == filters.available)
        and (filters.max_price is None or variant.price <= filters.max_price)
        and (filters.min_price is None or variant.price >= filters.min_price)
        and all(said.get(name) == value for name, value in filters.attributes.items())
        and not any(said.get(each.field) == each.value for each in filters.exclude)
        and ("sleeps" not in said or int(said["sleeps"].split()[0]) >= (filters.people or 0))
    )

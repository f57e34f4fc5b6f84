"""Three catalogues, as their importers read them: the demo shop, Zava DIY, the Retail Demo Store."""

import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from demo.build import build
from evals.grounding.compatible import Fit, fit
from shop.catalogue import Catalogue
from shop.feeds import import_feed, import_shop
from shop.policies import Policies
from shop.values import FactValue, Policy, Product
from storage import Database

CATALOGUES = Path(__file__).parents[3] / "shared" / "data" / "catalogues"
PUBLIC = ("zava_diy", "retail_demo_store")

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Shop:
    """Products that somebody could be shown, and policy pages where the shop has any."""

    name: str
    products: tuple[Product, ...]
    policies: tuple[Policy, ...] = ()

    @cached_property
    def shelves(self) -> Mapping[str, tuple[Product, ...]]:
        """Shelves with two products or more."""
        return _grouped(self.products, lambda product: product.categories[0])

    @cached_property
    def departments(self) -> Mapping[str, tuple[Product, ...]]:
        return _grouped(self.products, lambda product: product.categories[0].split(" > ")[0])

    @cached_property
    def values(self) -> Mapping[str, tuple[str, ...]]:
        """Attribute or option name -> every value that some product has."""
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for product in self.products:
            for name, value in product.attributes.items():
                found[name][value] = None
            for variant in product.variants:
                for name, value in variant.options.items():
                    found[name][value] = None
        return {name: tuple(values) for name, values in found.items()}

    @cached_property
    def requirements(self) -> Mapping[str, tuple[str, ...]]:
        """Compatibility key -> every single text that some product provides or requires."""
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for product in self.products:
            for facts in (product.provides, product.requires):
                for key, value in facts.items():
                    found[key].update(dict.fromkeys(_single(value)))
        return {key: tuple(values) for key, values in found.items()}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The last words of every shelf, in lower case."""
        return tuple(sorted({each.categories[0].rsplit(" > ", 1)[-1].lower() for each in self.products}))

    @cached_property
    def brands(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.brand for each in self.products if each.brand))

    def pairs(self, wanted: Fit) -> Sequence[tuple[Product, Product]]:
        """Pairs that their records say fit, or clash."""
        return self._pairs.get(wanted, ())

    @cached_property
    def _pairs(self) -> Mapping[Fit, list[tuple[Product, Product]]]:
        found: defaultdict[Fit, list[tuple[Product, Product]]] = defaultdict(list)
        givers: defaultdict[str, list[Product]] = defaultdict(list)
        for product in self.products:
            for key in product.provides:
                givers[key].append(product)
        for product in self.products:
            for other in {each.id: each for key in product.requires for each in givers[key]}.values():
                if other.id != product.id:
                    found[fit(product, other)].append((product, other))
        return found

    def passage(self, page: str, heading: str) -> str | None:
        """What a policy page says under a heading, on one line."""
        text = next((each.text for each in self.policies if each.id == page), "")
        parts = _HEADING.split(text)
        found = dict(zip(parts[1::2], parts[2::2], strict=True))
        return " ".join(found[heading].split()) if heading in found else None


def _single(value: FactValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


def _grouped(products: Sequence[Product], key: Callable[[Product], str]) -> Mapping[str, tuple[Product, ...]]:
    groups: defaultdict[str, list[Product]] = defaultdict(list)
    for product in products:
        groups[key(product)].append(product)
    return {name: tuple(group) for name, group in sorted(groups.items()) if len(group) > 1}


def demo_shop() -> Shop:
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        build(files)
        return _read("demo", Path(folder), lambda database: import_shop(database, files))


def public_shops() -> Iterator[Shop]:
    """The public catalogues that are on this machine."""
    for name in PUBLIC:
        path = CATALOGUES / f"{name}.jsonl"
        if path.is_file():
            yield of_feed(name, path)


def of_feed(name: str, path: Path) -> Shop:
    """Raises `shop.feeds.FeedError` for a file that no importer reads."""
    with tempfile.TemporaryDirectory() as folder:
        return _read(name, Path(folder), lambda database: import_feed(database, path))


def _read(name: str, folder: Path, fill: Callable[[Database], object]) -> Shop:
    database = Database(f"sqlite:///{folder}/shop.db")
    database.upgrade()
    try:
        fill(database)
        with database.read() as work:
            products = sorted(Catalogue(work).all(), key=lambda product: product.id)
            return Shop(name, tuple(products), tuple(Policies(work).all()))
    finally:
        database.dispose()


def draw(rng: random.Random, groups: Mapping[str, tuple[Product, ...]], most: int) -> list[Product]:
    """Two products or more of one group."""
    group = groups[rng.choice(tuple(groups))]
    return rng.sample(group, min(len(group), rng.randint(2, most)))

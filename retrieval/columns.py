"""The catalogue as columns in memory, so that a filter is a mask and not a database query.

Products and variants are rows. Here stands what changes seldom: ids, titles, brands, categories, facts;
what changes with every order stands in `retrieval.offers`. Columns are immutable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from retrieval.documents import Document, TokenBook, document, fitting_facts
from retrieval.facts import Codes, FactBook, FactTable
from retrieval.locale import Locale
from retrieval.nouns import head_noun
from retrieval.tokens import canonical, tokenise
from shop.values import Product

Mask = npt.NDArray[np.bool_]
SEPARATOR = " > "


@dataclass(frozen=True, slots=True)
class Item:
    """What does not change with price, stock or rating; `digest` tells it from any other. `head` is the noun
    that the title ends in. `fitting` are the facts that it provides and requires: words of the shop's
    records, not of its vocabulary."""

    product_id: str
    title: str
    title_tokens: frozenset[str]
    head: str | None
    brand: str | None
    categories: tuple[str, ...]
    variant_ids: tuple[str, ...]
    facts: Codes
    fitting: Codes
    options: tuple[Codes, ...]
    document: Document
    digest: bytes


class Books:
    """The numbers that all snapshots of one service share."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale
        self.tokens = TokenBook()
        self.facts = FactBook(locale)

    def item(self, product: Product) -> Item:
        return Item(
            product_id=product.id,
            title=product.title,
            title_tokens=frozenset(tokenise(product.title, self.locale)),
            head=head_noun(product.title, self.locale),
            brand=product.brand,
            categories=product.categories,
            variant_ids=tuple(variant.id for variant in product.variants),
            facts=self.facts.add(product.attributes.items()),
            fitting=self.facts.add(fitting_facts(product)),
            options=tuple(self.facts.add(variant.options.items()) for variant in product.variants),
            document=document(product, self.tokens, self.locale),
            digest=item_digest(product),
        )


def item_digest(product: Product) -> bytes:
    """Of everything of a product that `Columns` or the lexical index hold."""
    held = (
        product.title,
        product.brand,
        product.categories,
        product.tags,
        product.description,
        sorted(product.attributes.items()),
        sorted(fitting_facts(product)),
        [(variant.id, variant.sku, sorted(variant.options.items())) for variant in product.variants],
    )
    return blake2b(repr(held).encode(), digest_size=16).digest()


class Columns:
    """Rows of products, in the order given, and of their variants."""

    def __init__(self, items: Sequence[Item], books: Books) -> None:
        self.items = items
        self.books = books
        self.row_of = {item.product_id: row for row, item in enumerate(items)}
        sizes = np.fromiter((len(item.variant_ids) for item in items), np.int64, len(items))
        self.starts = np.concatenate(([0], np.cumsum(sizes)))
        self.product_of = np.repeat(np.arange(len(items)), sizes)
        self.facts = FactTable(item.facts for item in items)
        self.fitting = FactTable(item.fitting for item in items)
        self.options = FactTable(codes for item in items for codes in item.options)
        self.brands = _grouped((item.brand,) if item.brand else () for item in items)
        self.categories = _grouped(item.categories for item in items)
        self.first_category = self._first_categories()

    def __len__(self) -> int:
        return len(self.items)

    @property
    def variants(self) -> int:
        return len(self.product_of)

    def variant_id(self, variant: int) -> str:
        product = int(self.product_of[variant])
        return self.items[product].variant_ids[variant - int(self.starts[product])]

    def variants_of(self, row: int) -> range:
        return range(int(self.starts[row]), int(self.starts[row + 1]))

    def any_variant(self, mask: Mask) -> Mask:
        """Products of which some variant is in the mask."""
        return np.logical_or.reduceat(mask, self.starts[:-1]) if len(self) else np.zeros(0, np.bool_)

    def in_category(self, wanted: str) -> Mask:
        """Products in a category or below it: `Camping`, `camping > tents`; else on a level: `tent`."""
        levels = self._levels(wanted)
        places = {path: _place(levels, self._levels(path)) for path in self.categories}
        below = [path for path, place in places.items() if place == 0]
        fitting = below or [path for path, place in places.items() if place is not None]
        return self._products(row for path in fitting for row in self.categories[path])

    def of_brand(self, wanted: str) -> Mask:
        """Products of a brand, by the words of its name; else of brands that hold all of these words."""
        name = canonical(wanted, self.books.locale).split()
        names = {brand: canonical(brand, self.books.locale).split() for brand in self.brands}
        same = [brand for brand, words in names.items() if name and words == name]
        fitting = same or [brand for brand, words in names.items() if name and set(name) <= set(words)]
        return self._products(row for brand in fitting for row in self.brands[brand])

    def saying(self, codes: Sequence[int]) -> Mask:
        """Variants of which one of the facts holds: an option, an attribute, or what it fits."""
        of_product = self.facts.mask(codes) | self.fitting.mask(codes)
        return self.options.mask(codes) | of_product[self.product_of]

    def facts_of(self, row: int, variant: int) -> list[int]:
        """All that is said of a variant."""
        return [*self.options.of(variant), *self.facts.of(row), *self.fitting.of(row)]

    def _first_categories(self) -> npt.NDArray[np.int32]:
        """The number of each product's first category, in the order of `categories`; -1 for none."""
        number = {path: at for at, path in enumerate(self.categories)}
        firsts = (number[item.categories[0]] if item.categories else -1 for item in self.items)
        return np.fromiter(firsts, np.int32, len(self.items))

    def _levels(self, path: str) -> list[str]:
        return [canonical(level, self.books.locale) for level in path.split(SEPARATOR.strip())]

    def _products(self, rows: Iterable[int]) -> Mask:
        mask = np.zeros(len(self), np.bool_)
        mask[np.fromiter(rows, np.int64)] = True
        return mask


def _grouped(names: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Name -> rows that have it."""
    rows: dict[str, list[int]] = {}
    for row, each in enumerate(names):
        for name in dict.fromkeys(each):
            rows.setdefault(name, []).append(row)
    return rows


def _place(wanted: Sequence[str], levels: Sequence[str]) -> int | None:
    """Where `wanted` stands in `levels` without a gap; None where it does not."""
    size = len(wanted)
    if not all(wanted):
        return None
    return next((at for at in range(len(levels) - size + 1) if levels[at : at + size] == wanted), None)

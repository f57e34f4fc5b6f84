"""What a search asks and what it answers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from shop.money import Money


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What must not be: `Exclusion("colour", "green")`. `field` is an attribute, option, `brand`,
    `category`, or `text` where the shopper named only a word."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A range of a measure, both ends in it: `Measure("inch", 24, 27)`. An end that is None is open."""

    unit: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """Facts that a hit must meet. `attributes` match a product's attribute or a variant's option; `measures`
    anything that a product measures. `below`: `max_price` itself is too much. `people`: so many are to use
    it, which counts where things of these categories are measured in people."""

    categories: tuple[str, ...] = ()
    brand: str | None = None
    min_price: Money | None = None
    max_price: Money | None = None
    below: bool = False
    available: bool | None = None
    min_rating: float | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    measures: tuple[Measure, ...] = ()
    people: int | None = None
    exclude: tuple[Exclusion, ...] = ()
    exclude_product_ids: frozenset[str] = frozenset()


SortBy = Literal["relevance", "price_ascending", "price_descending", "rating"]


@dataclass(frozen=True, slots=True)
class Query:
    """Words, facts, or "like this product". `limit` counts products (1 to 200)."""

    text: str
    filters: Filters = Filters()
    limit: int = 10
    like_product_id: str | None = None
    sort: SortBy = "relevance"


@dataclass(frozen=True, slots=True)
class Hit:
    """A product, and the variant that meets the filters best. `score` is in 0 to 1, best first."""

    product_id: str
    variant_id: str
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`relaxed` says in words which facts were given up; `degraded` that a stage did not work."""

    hits: tuple[Hit, ...]
    relaxed: tuple[str, ...] = ()
    took_ms: float = 0.0
    strategy: str = "rrf"
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class CategoryMatch:
    """A category that fits some words; `score` in 0 to 1."""

    path: str
    score: float


@dataclass(frozen=True, slots=True)
class Mate:
    """A product that goes with another; `why` is a reason a shopper can read, None if there is none."""

    product_id: str
    score: float
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The catalogue's own words: what a constraint can be checked against.

    `attributes` maps each attribute or option name (lower case) to its values, most frequent first;
    `heads` maps a head noun of titles (lower case, singular) to the category it mostly stands in.
    """

    categories: tuple[str, ...]
    brands: tuple[str, ...]
    attributes: Mapping[str, tuple[str, ...]]
    heads: Mapping[str, str]
    currency: str
    price_quantiles: Mapping[str, tuple[int, int]]
    """Category path ("" for the whole shop) -> minor units at the 25th and the 75th percentile."""


class Finder(Protocol):
    """Finds products. `SearchService` is the real one."""

    def search(self, query: Query) -> SearchResult: ...

    def vocabulary(self) -> Vocabulary: ...

    def categories_for(self, text: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        """Categories whose products fit `text` best, by the searched products' summed scores."""
        ...


class Relations(Protocol):
    """What goes with what, from the shop's orders and its products' facts."""

    def mates(self, product_id: str, limit: int = 20) -> tuple[Mate, ...]: ...

    def together(self, a: str, b: str) -> float:
        """How well two products go together, 0 to 1; 0 where nothing is known."""
        ...

    def why(self, a: str, b: str) -> str | None:
        """A reason that a record holds: "bought together in 41 orders"."""
        ...

    def category_mates(self, path: str, limit: int = 8) -> tuple[CategoryMatch, ...]:
        """Categories bought along with one."""
        ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a policy page; `quote` stands in the source to the letter, `score` in 0 to 1."""

    source: str
    title: str
    quote: str
    score: float
    url: str | None = None


class PolicySearch(Protocol):
    """Finds the passages that answer a question; empty where no policy says it."""

    def passages(self, question: str, limit: int = 2, matter: str = "") -> tuple[Passage, ...]:
        """`matter`: the plain question of what this one is about; where its own words are not near enough to
        any passage for sure, those near to the matter come first."""
        ...

"""What stands in the source files, as values.

`read_sources` reads every file and raises `BadSources` with all faults that one file shows by itself and
that the files show together (`demo.checks`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from demo.tables import FactValue, Table

#: The option whose values are colours; a picture is drawn in each of them.
COLOUR = "Colour"


@dataclass(frozen=True, slots=True)
class WrittenReview:
    rating: int
    text: str


@dataclass(frozen=True, slots=True)
class WrittenProduct:
    """A product as its writer put it down. Prices are cents; `surcharge` is by option value."""

    id: str
    title: str
    brand: str
    description: str
    price: int
    list_price: int | None
    rating: float
    ratings: int
    attributes: Mapping[str, str] = field(default_factory=dict)
    provides: Mapping[str, FactValue] = field(default_factory=dict)
    requires: Mapping[str, FactValue] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    reviews: tuple[WrittenReview, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    surcharge: Mapping[str, int] = field(default_factory=dict)
    sold_out: tuple[str, ...] = ()
    backorder: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Products that a shopper would compare. `complements` are the keys of families bought along with it."""

    key: str
    category: str
    picture: str
    complements: tuple[str, ...]
    products: tuple[WrittenProduct, ...]

    @property
    def department(self) -> str:
        return self.category.split(" > ")[0]


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of what an occasion needs."""

    name: str
    query: str
    recipient: str | None


@dataclass(frozen=True, slots=True)
class Occasion:
    name: str
    words: tuple[str, ...]
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class WrittenPromotion:
    """A price rule; `amount` and `minimum` are cents."""

    id: str
    title: str
    kind: str
    percent: int | None
    amount: int | None
    code: str | None
    minimum: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    categories: tuple[str, ...]
    product_ids: tuple[str, ...]
    set_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    postcode: str
    area_code: str


@dataclass(frozen=True, slots=True)
class People:
    """What customers are drawn from."""

    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[Town, ...]
    country: str


@dataclass(frozen=True, slots=True)
class Hours:
    """When the support desk is open: stretches like `"09:00-18:00"` by day of the week, in `timezone` (IANA
    name), and the days on which it stays closed.
    """

    timezone: str
    week: Mapping[str, tuple[str, ...]]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """All source files. `drawings` are the SVG texts by name, `colours` the swatches by colour name and
    `departments` those by department; `pages` are policy pages by name.
    """

    families: tuple[Family, ...]
    occasions: tuple[Occasion, ...]
    promotions: tuple[WrittenPromotion, ...]
    people: People
    drawings: Mapping[str, str]
    colours: Mapping[str, tuple[str, ...]]
    departments: Mapping[str, tuple[str, ...]]
    hours: Hours
    pages: Mapping[str, str]


def read_sources(folder: Path, problems: list[str]) -> Sources:
    """Reads all that stands in `folder`; what is wrong with a file by itself goes to `problems`."""
    colours = Table.of_file(folder / "colours.toml", problems)
    return Sources(
        families=tuple(
            _family(table, path.name)
            for path in sorted((folder / "families").glob("*.toml"))
            for table in _rows(path, "family", problems)
        ),
        occasions=tuple(_occasion(t) for t in _rows(folder / "occasions.toml", "occasion", problems)),
        promotions=tuple(_promotion(t) for t in _rows(folder / "promotions.toml", "promotion", problems)),
        people=_people(Table.of_file(folder / "people.toml", problems)),
        drawings=_texts(folder / "pictures", "*.svg"),
        colours=colours.lists("colours"),
        departments=colours.lists("departments"),
        hours=_hours(Table.of_file(folder / "hours.toml", problems)),
        pages=_texts(folder / "policies", "*.md"),
    )


def _rows(path: Path, key: str, problems: list[str]) -> list[Table]:
    whole = Table.of_file(path, problems)
    rows = whole.tables(key)
    whole.finish()
    return rows


def _family(table: Table, file: str) -> Family:
    key = table.text("key")
    products = tuple(_product(row, file) for row in table.at(f"{file}: {key}").tables("product"))
    family = Family(key, table.text("category"), table.text("picture"), table.texts("complements"), products)
    table.finish()
    return family


def _product(table: Table, file: str) -> WrittenProduct:
    name = table.text("id")
    table.at(f"{file}: {name}")
    product = WrittenProduct(
        id=name,
        title=table.text("title"),
        brand=table.text("brand"),
        description=" ".join(table.text("description").split()),
        price=table.cents("price"),
        list_price=table.cents_or_none("list_price"),
        rating=table.number("rating"),
        ratings=table.whole("ratings"),
        attributes=table.strings("attributes"),
        provides=table.facts("provides"),
        requires=table.facts("requires"),
        tags=table.texts("tags"),
        reviews=tuple(_review(row) for row in table.tables("reviews")),
        options=table.lists("options"),
        surcharge=table.amounts("surcharge"),
        sold_out=table.texts("sold_out"),
        backorder=table.texts("backorder"),
    )
    table.finish()
    return product


def _review(table: Table) -> WrittenReview:
    review = WrittenReview(table.whole("rating"), table.text("text"))
    table.finish()
    return review


def _occasion(table: Table) -> Occasion:
    name = table.text("name")
    slots = tuple(_slot(row) for row in table.at(f"occasions.toml: {name}").tables("slot"))
    occasion = Occasion(name, table.texts("words"), slots)
    table.finish()
    return occasion


def _slot(table: Table) -> Slot:
    slot = Slot(table.text("name"), table.text("query"), table.text_or_none("recipient"))
    if table.whole("quantity", default=1) < 1:
        table.note("quantity is less than 1")
    table.flag("required", default=True)
    table.flag("per_person", default=False)
    table.finish()
    return slot


def _promotion(table: Table) -> WrittenPromotion:
    name = table.text("id")
    table.at(f"promotions.toml: {name}")
    promotion = WrittenPromotion(
        id=name,
        title=table.text("title"),
        kind=table.text("kind"),
        percent=table.whole_or_none("percent"),
        amount=table.cents_or_none("amount"),
        code=table.text_or_none("code"),
        minimum=table.cents_or_none("minimum"),
        starts_at=table.moment_or_none("starts_at"),
        ends_at=table.moment_or_none("ends_at"),
        categories=table.texts("categories"),
        product_ids=table.texts("product_ids"),
        set_of=table.texts("set_of"),
    )
    table.finish()
    return promotion


def _people(table: Table) -> People:
    people = People(
        first_names=table.texts("first_names"),
        last_names=table.texts("last_names"),
        streets=table.texts("streets"),
        towns=tuple(
            Town(town.text("name"), town.text("postcode"), town.text("area_code"))
            for town in table.tables("town")
        ),
        country=table.text("country"),
    )
    table.finish()
    return people


def _hours(table: Table) -> Hours:
    hours = Hours(table.text("timezone"), table.lists("week"), table.texts("closed"))
    table.finish()
    return hours


def _texts(folder: Path, pattern: str) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern))}

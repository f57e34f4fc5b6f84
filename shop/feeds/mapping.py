"""The mapping file: which column of somebody else's feed is what.

TOML, written by the merchant; `mappings/*.toml` are three that read public catalogues and serve as
examples. Only `columns.id`, `columns.title` and `columns.price` must be there.

Errors: `BadMapping` with what is wrong and where.
"""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shop.feeds.prices import Decimals, PriceUnit
from shop.feeds.report import BadMapping

SHIPPED = Path(__file__).parent / "mappings"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Strict):
    """The column of each field. `group`: rows with the same value are variants of one product. `sale_price`,
    where it is filled and lower, is the price, and `price` what it was before; `currency` is that of the
    row."""

    id: str
    title: str
    price: str
    group: str | None = None
    handle: str | None = None
    description: str | None = None
    brand: str | None = None
    url: str | None = None
    sku: str | None = None
    list_price: str | None = None
    sale_price: str | None = None
    currency: str | None = None
    stock: str | None = None
    status: str | None = None
    barcodes: str | None = None
    tags: str | None = None
    rating: str | None = None
    rating_count: str | None = None


class Categories(_Strict):
    """`columns` from the department down, joined into one path; or one column with a path in it.

    `separator` stands between the parts of a path in a cell. `case = "title"` writes `HAND TOOLS` as
    `Hand Tools`.
    """

    columns: tuple[str, ...] = ()
    separator: str = ">"
    case: Literal["as_is", "title"] = "as_is"


class Attributes(_Strict):
    """`columns` by attribute name; every column that starts with one of `prefixes`, without the prefix.

    `names` renames attributes that came by prefix, `skip` leaves columns out, `values` rewrites the
    values of an attribute.
    """

    columns: dict[str, str] = Field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    names: dict[str, str] = Field(default_factory=dict)
    skip: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = Field(default_factory=dict)


class Images(_Strict):
    """Columns with a picture's address; `prefix` is put before one that is not a whole URL."""

    columns: tuple[str, ...] = ()
    prefix: str = ""


class Mapping(_Strict):
    """How to read one merchant's feed.

    `fits` are columns by which a feed is recognised when no mapping is named. `options` gives the column
    of each option name; `list_separator` cuts a cell with several tags or barcodes. `decimals` is what
    stands before the cents where `1.299` alone does not say; `encoding` that of a file that is not UTF-8.
    """

    columns: Columns
    fits: tuple[str, ...] = ()
    currency: str | None = None
    price_unit: PriceUnit = "major"
    decimals: Decimals = "any"
    encoding: str | None = None
    list_separator: str = ","
    categories: Categories = Categories()
    attributes: Attributes = Attributes()
    options: dict[str, str] = Field(default_factory=dict)
    images: Images = Images()


def load_mapping(name: str | Path) -> Mapping:
    """By path, or by the name of one that ships: `"zava_diy"`."""
    path = Path(name)
    if not path.suffix and not path.exists():
        path = SHIPPED / f"{name}.toml"
    if not path.exists():
        shipped = ", ".join(sorted(each.stem for each in SHIPPED.glob("*.toml")))
        raise BadMapping(path, f"no such mapping file; these ship: {shipped}")
    try:
        return Mapping.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadMapping(path, f"cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise BadMapping(path, f"{where}: {first['msg']}") from error


def mapping_beside(feed: Path) -> Mapping | None:
    """The merchant's own: `shop.toml` for `shop.jsonl.gz`."""
    beside = mapping_path(feed)
    return load_mapping(beside) if beside.exists() else None


def mapping_path(feed: Path) -> Path:
    """Where the mapping file of a feed is looked for."""
    return feed.with_name(f"{feed.name.partition('.')[0]}.toml")


def fitting_mapping(columns: Collection[str]) -> Mapping | None:
    """One that ships and fits."""
    shipped = (load_mapping(path) for path in sorted(SHIPPED.glob("*.toml")))
    return next((each for each in shipped if each.fits and set(each.fits) <= set(columns)), None)

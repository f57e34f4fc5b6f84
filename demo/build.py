"""Writes the demo shop as the files that any merchant would bring.

    python -m demo.build OUT [--seed 7]

The same seed gives the same files to the byte, on any machine, with the standard library alone. Nothing is
written where the sources have a fault: `BadSources` tells all of them.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from demo.catalogue import Product, catalogue
from demo.checks import check
from demo.customers import draw_customers
from demo.orders import draw_orders
from demo.pictures import DEFAULT, tinted
from demo.reviews import draw_reviews
from demo.rows import Row, customer_row, order_row, product_row, promotion_row, review_row
from demo.sources import Sources, read_sources
from demo.tables import BadSources

SOURCES = Path(__file__).parent
SEED = 7


@dataclass(frozen=True, slots=True)
class Built:
    """What a build wrote: how many rows or files of each kind, and their bytes in all."""

    counts: dict[str, int]
    size: int


def build(out: Path, seed: int = SEED, sources: Path = SOURCES) -> Built:
    """Writes the shop that stands in `sources` into the folder `out`, which is made where it is missing.

    Raises `BadSources` before anything is written. Pictures and policies of an earlier build that this one
    does not have are removed.
    """
    problems: list[str] = []
    written = read_sources(sources, problems)
    check(written, problems)
    products = catalogue(written.families, seed, problems)
    if problems:
        raise BadSources(problems)
    tables = _tables(written, products, seed)
    files = {name: _jsonl(rows) for name, rows in tables.items()}
    files |= {name: (sources / name).read_bytes() for name in ("occasions.toml", "hours.toml")}
    files |= {f"policies/{name}.md": text.encode() for name, text in written.pages.items()}
    files |= _media(written, products)
    _write(out, files)
    counts = {name.removesuffix(".jsonl"): len(rows) for name, rows in tables.items()}
    counts["variants"] = sum(len(product.variants) for product in products)
    counts["pictures"] = sum(name.startswith("media/") for name in files)
    return Built(counts, sum(len(content) for content in files.values()))


def _tables(written: Sources, products: tuple[Product, ...], seed: int) -> dict[str, list[Row]]:
    departments = tuple(dict.fromkeys(family.department for family in written.families))
    customers = draw_customers(written.people, departments, seed)
    orders = draw_orders(products, customers, seed)
    return {
        "products.jsonl": [product_row(product) for product in products],
        "reviews.jsonl": [review_row(review) for review in draw_reviews(products, orders, seed)],
        "customers.jsonl": [customer_row(customer) for customer in customers],
        "orders.jsonl": [order_row(order) for order in orders],
        "promotions.jsonl": [promotion_row(promotion) for promotion in written.promotions],
    }


def _media(written: Sources, products: tuple[Product, ...]) -> dict[str, bytes]:
    """The pictures of the products, and one for products from elsewhere that bring none."""
    swatches = {**written.departments, **written.colours}
    svgs = {DEFAULT: written.drawings[DEFAULT]}
    for picture in {picture for product in products for picture in product.pictures}:
        svgs[picture.name] = tinted(written.drawings[picture.drawing], swatches[picture.tint])
    return {f"media/{name}.svg": svg.encode() for name, svg in svgs.items()}


def _jsonl(rows: Iterable[Row]) -> bytes:
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def _write(out: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for old in (*out.glob("media/*.svg"), *out.glob("policies/*.md")):
        if old.relative_to(out).as_posix() not in files:
            old.unlink()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.build", description="Write the demo shop's files.")
    parser.add_argument("out", type=Path, help="the folder to write into")
    parser.add_argument("--seed", type=int, default=SEED, help="another shop's stock, customers and orders")
    chosen = parser.parse_args(arguments)
    try:
        built = build(chosen.out, chosen.seed)
    except BadSources as error:
        sys.stderr.write(f"{error}\n")
        return 1
    counts = ", ".join(f"{count} {name}" for name, count in built.counts.items())
    sys.stdout.write(f"{chosen.out}: {counts}; {built.size / 1e6:.2f} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The same made products in every form that a feed may have, and a shop's orders beside them."""

import csv
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

#: Lines of a customer's order.
LINES = 2


@dataclass(frozen=True, slots=True)
class Made:
    """One product; `price` in whole dollars and cents, as text."""

    number: int
    title: str
    text: str
    price: str
    brand: str
    category: str
    quantity: int

    @property
    def url(self) -> str:
        return f"https://shop.example/{self.number}"


def made(size: int, seed: int, words: tuple[str, ...], price: int = 0) -> Iterator[Made]:
    """`price` moves every price."""
    chance = random.Random(seed)  # noqa: S311 - data, no secret
    for number in range(size):
        yield Made(
            number,
            f"{' '.join(chance.choices(words, k=4))} {number}",
            f"<p>{' '.join(chance.choices(words, k=60))}</p>",
            f"{chance.randint(1, 500) + price}.{chance.randint(0, 99):02}",
            chance.choice(words),
            f"{chance.choice(words)} > {chance.choice(words)}",
            chance.randint(1, 99),
        )


def google_tsv(path: Path, products: Iterator[Made]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("id\ttitle\tdescription\tprice\tavailability\tlink\tbrand\tproduct_type\tquantity\n")
        for each in products:
            cells = (f"p{each.number}", each.title, each.text, f"{each.price} USD", "in stock", each.url)
            file.write("\t".join((*cells, each.brand, each.category, str(each.quantity))) + "\n")


def google_xml(path: Path, products: Iterator[Made]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>\n'
        )
        for each in products:
            cells = {
                "id": f"p{each.number}",
                "title": each.title,
                "description": each.text,
                "price": f"{each.price} USD",
                "availability": "in_stock",
                "link": each.url,
                "brand": each.brand,
                "product_type": each.category,
            }
            inner = "".join(f"<g:{name}>{escape(value)}</g:{name}>" for name, value in cells.items())
            file.write(f"<item>{inner}</item>\n")
        file.write("</channel></rss>\n")


def shopify_csv(path: Path, products: Iterator[Made]) -> None:
    head = ("Handle", "Title", "Body (HTML)", "Vendor", "Type", "Published", "Variant SKU")
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow((*head, "Variant Inventory Qty", "Variant Price"))
        for each in products:
            cells = (f"p{each.number}", each.title, each.text, each.brand, each.category, "true")
            rows.writerow((*cells, f"s{each.number}", each.quantity, each.price))


def acp_jsonl(path: Path, products: Iterator[Made]) -> None:
    _lines(
        path,
        (
            {
                "item_id": f"p{each.number}",
                "title": each.title,
                "description": each.text,
                "url": each.url,
                "brand": each.brand,
                "image_url": f"{each.url}.jpg",
                "price": f"{each.price} USD",
                "availability": "in_stock",
                "product_category": each.category,
                "inventory_quantity": each.quantity,
                "is_eligible_search": True,
                "is_eligible_checkout": False,
            }
            for each in products
        ),
    )


def schema_org(path: Path, products: Iterator[Made]) -> None:
    _lines(
        path,
        (
            {
                "@context": "https://schema.org/",
                "@type": "Product",
                "sku": f"p{each.number}",
                "name": each.title,
                "description": each.text,
                "brand": {"@type": "Brand", "name": each.brand},
                "category": each.category,
                "offers": {
                    "@type": "Offer",
                    "price": each.price,
                    "priceCurrency": "USD",
                    "availability": "https://schema.org/InStock",
                    "url": each.url,
                },
            }
            for each in products
        ),
    )


def native_jsonl(path: Path, products: Iterator[Made]) -> None:
    _lines(path, map(_native, products))


def mapped_csv(path: Path, products: Iterator[Made]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("article", "label", "words", "amount", "maker", "left"))
        for each in products:
            rows.writerow((f"p{each.number}", each.title, each.text, each.price, each.brand, each.quantity))
    path.with_suffix(".toml").write_text(
        'currency = "USD"\n[columns]\nid = "article"\ntitle = "label"\ndescription = "words"\n'
        'price = "amount"\nbrand = "maker"\nstock = "left"\n'
    )


FORMATS: dict[str, tuple[str, Callable[[Path, Iterator[Made]], None]]] = {
    "google_tsv": ("tsv", google_tsv),
    "google_xml": ("xml", google_xml),
    "shopify": ("csv", shopify_csv),
    "acp": ("jsonl", acp_jsonl),
    "schema_org": ("jsonl", schema_org),
    "native": ("jsonl", native_jsonl),
    "mapped": ("csv", mapped_csv),
}


def write_orders(folder: Path, orders: int, products: list[Made], seed: int) -> None:
    """A shop's folder: products, customers, and orders of two lines each."""
    chance = random.Random(seed)  # noqa: S311 - data, no secret
    native_jsonl(folder / "products.jsonl", iter(products))
    customers = [
        {"id": f"c{number}", "name": f"Customer {number}", "email": f"c{number}@example.com"}
        for number in range(max(1, orders // 5))
    ]
    _lines(folder / "customers.jsonl", iter(customers))
    _lines(folder / "orders.jsonl", (_order(number, customers, products, chance) for number in range(orders)))


def _order(
    number: int, customers: list[dict[str, str]], products: list[Made], chance: random.Random
) -> dict[str, Any]:
    bought = chance.sample(products, LINES)
    lines = [
        {
            "product_id": f"p{each.number}",
            "variant_id": f"p{each.number}-v",
            "title": each.title,
            "quantity": 1,
            "price": _money(each.price),
        }
        for each in bought
    ]
    total = sum(_money(each.price)["amount"] for each in bought)
    return {
        "id": f"o{number}",
        "customer_id": chance.choice(customers)["id"],
        "placed_at": f"2026-0{chance.randint(1, 9)}-{chance.randint(10, 28)}T09:00:00Z",
        "status": "delivered",
        "lines": lines,
        "total": {"amount": total, "currency": "USD"},
    }


def _native(each: Made) -> dict[str, Any]:
    return {
        "id": f"p{each.number}",
        "handle": f"p{each.number}",
        "title": each.title,
        "description": each.text,
        "url": each.url,
        "brand": each.brand,
        "categories": [each.category],
        "variants": [
            {
                "id": f"p{each.number}-v",
                "sku": f"s{each.number}",
                "price": _money(each.price),
                "availability": {"status": "in_stock", "quantity": each.quantity},
            }
        ],
    }


def _money(price: str) -> dict[str, Any]:
    return {"amount": int(price.replace(".", "")), "currency": "USD"}


def _lines(path: Path, values: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for value in values:
            file.write(json.dumps(value) + "\n")

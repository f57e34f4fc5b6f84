"""Vocabularies to read messages against: a small one written here, and those of catalogues of others.

`of_catalogue` makes one from a feed by the simplest rules that could work; the real ones come from the
search index. A catalogue that is not on this machine gives None, and the test says so by skipping.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from statistics import quantiles

from retrieval.locale import load_locale
from retrieval.tokens import tokenise
from retrieval.values import Vocabulary
from shop.values import Occasion, OccasionSlot

CATALOGUES = Path(__file__).parents[2] / "shared" / "data" / "catalogues"

CAMPING = Vocabulary(
    categories=(
        "Camping > Tents",
        "Camping > Sleeping bags",
        "Camping > Stoves",
        "Camping > Lanterns",
        "Coffee > Grinders",
        "Coffee > Kettles",
        "Clothing > Jackets",
        "Clothing > Boots",
        "Home office > Chairs",
    ),
    brands=("Northfell", "Brackenholt", "Orange Line", "Kite"),
    attributes={
        "colour": ("blue", "leaf green", "sky blue", "red", "black", "sand", "slate"),
        "size": ("S", "M", "L", "XL", "40", "42"),
        "material": ("nylon", "ripstop nylon", "cotton", "steel", "polyester"),
        "capacity": ("2 person", "4 person", "6 person"),
        "power": ("65 W", "100 W"),
        "waterproof": ("yes", "no"),
        "use": ("home", "other"),
    },
    heads={
        "tent": "Camping > Tents",
        "bag": "Camping > Sleeping bags",
        "stove": "Camping > Stoves",
        "lantern": "Camping > Lanterns",
        "grinder": "Coffee > Grinders",
        "kettle": "Coffee > Kettles",
        "jacket": "Clothing > Jackets",
        "boot": "Clothing > Boots",
        "chair": "Home office > Chairs",
        "mug": "Camping > Stoves",
    },
    currency="USD",
    price_quantiles={"": (2500, 12000), "Camping > Tents": (9000, 25000)},
)

OCCASIONS = (
    Occasion(
        "camping trip",
        ("camping", "camp", "camping trip", "camping weekend"),
        (OccasionSlot("tent", "tent"), OccasionSlot("stove", "stove")),
    ),
    Occasion("birthday party", ("birthday", "birthday party"), (OccasionSlot("mug", "mug"),)),
)


@cache
def of_catalogue(name: str) -> Vocabulary | None:
    """The vocabulary of `zava_diy` or `retail_demo_store`, None where the file is not here."""
    path = CATALOGUES / f"{name}.jsonl"
    if not path.is_file():
        return None
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    levels = ("main_category", "subcategory") if "main_category" in rows[0] else ("category", "style")
    return _vocabulary(
        (row["name"], " > ".join(str(row[level]).title() for level in levels), float(row["price"]))
        for row in rows
    )


def _vocabulary(rows: Iterable[tuple[str, str, float]]) -> Vocabulary:
    listed = list(rows)
    heads: Mapping[str, Counter[str]] = defaultdict(Counter)
    prices: Mapping[str, list[int]] = defaultdict(list)
    for title, path, price in listed:
        heads[_head(title)][path] += 1
        for key in ("", path):
            prices[key].append(round(price * 100))
    return Vocabulary(
        categories=tuple(sorted({path for _, path, _ in listed})),
        brands=(),
        attributes={},
        heads={head: paths.most_common(1)[0][0] for head, paths in heads.items() if head},
        currency="USD",
        price_quantiles={key: _quarters(values) for key, values in prices.items() if len(values) > 3},
    )


def _head(title: str) -> str:
    locale = load_locale()
    words = []
    for word in title.split():
        if word.lower() in locale.connectors:
            break
        words += [token for token in tokenise(word, locale) if token.isalpha() and len(token) > 2]
    return words[-1] if words else ""


def _quarters(values: list[int]) -> tuple[int, int]:
    low, _, high = quantiles(values, n=4)
    return round(low), round(high)

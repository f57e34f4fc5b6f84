"""A record's facts into a title, bullets and a description for its page in the shop: a draft to accept.

The model is given the record in few lines and writes one line of title, lines that begin with "- ", and a
paragraph. Each is held against the record by itself; what the record does not hold is left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import prompts
from assistant.facts import spoken
from assistant.llm import Message
from assistant.telling import Tone
from assistant.values import BundleView
from shop.values import Product

LONGEST_TITLE = 80
FEWEST_BULLETS, MOST_BULLETS = 3, 5
#: Facts of a record that are given, and characters that one may have.
MOST_FACTS, LONGEST_FACT = 7, 48
MOST_COLOURS, MOST_PARTS = 4, 6


@dataclass(frozen=True, slots=True)
class Copy:
    """A title of at most `LONGEST_TITLE` characters, three to five bullets, a description of two or three
    sentences."""

    title: str
    bullets: tuple[str, ...]
    description: str


def copy_messages(lines: Sequence[str], tone: Tone) -> list[Message]:
    """What the model is asked; `lines` are those of a product or of a bundle."""
    return [Message("system", prompts.render("copy")), Message("user", "\n".join([tone, *lines]))]


def product_lines(product: Product) -> list[str]:
    """Its title, maker, shelf, attributes and options; no price and no stock, which change."""
    lines = [f"title: {product.title}"]
    if product.brand:
        lines.append(f"brand: {product.brand}")
    lines.append(f"kind: {product.categories[0].rsplit('>', 1)[-1].strip().lower()}")
    lines += [f"{name}: {value}" for name, value in traits(product).items()]
    lines += [f"{name}: {', '.join(values)}" for name, values in choices(product).items()]
    return lines


def traits(product: Product) -> dict[str, str]:
    """Attributes that can be said in few words, by their name as it is said; the record's order."""
    short = {
        spoken(name).lower(): value.strip()
        for name, value in product.attributes.items()
        if value.strip() and len(name) + len(value) <= LONGEST_FACT
    }
    return dict(list(short.items())[:MOST_FACTS])


def choices(product: Product) -> dict[str, list[str]]:
    """Option -> its values, in the variants' order, where there are two to `MOST_COLOURS` of them."""
    found: dict[str, list[str]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            if value not in found.setdefault(name.lower(), []):
                found[name.lower()].append(value)
    return {name: values for name, values in found.items() if 2 <= len(values) <= MOST_COLOURS}


def bundle_lines(view: BundleView) -> list[str]:
    """The set's title and its parts, each with what it is in the set, and a fact that holds two together."""
    lines = [f"set: {view.title}", f"parts: {len(view.items)}"]
    lines += [f"{spoken(item.slot)}: {item.product.title}" for item in view.items[:MOST_PARTS]]
    return lines


def parse_copy(text: str) -> Copy:
    """What a model wrote, as far as it has the form: anything may be empty."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    bullets = tuple(row[1:].strip() for row in rows if row.startswith("-"))
    plain = [row for row in rows if not row.startswith("-")]
    return Copy(plain[0] if plain else "", bullets, " ".join(plain[1:]))

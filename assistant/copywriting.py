"""A record's facts into a title, bullets and a description for its page in the shop: a draft to accept.

The model is given the record in few lines and writes one line of title, lines that begin with "- ", and a
paragraph. Each is held against the record by itself; what the record does not hold is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import prompts
from assistant.facts import said, spoken
from assistant.llm import Message
from assistant.telling import Tone
from assistant.values import BundleView
from shop.values import Product

LONGEST_TITLE = 80
LONGEST_DESCRIPTION, MOST_SENTENCES = 500, 3
FEWEST_BULLETS, MOST_BULLETS = 3, 5
#: Facts of a record that are given, and characters that one may have.
MOST_FACTS, LONGEST_FACT = 7, 48
MOST_COLOURS, MOST_PARTS = 4, 6

_TAG = re.compile(r"<[^<>]{1,200}>")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


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
    lines = [f"title: {short(product.title)}"]
    if product.brand:
        lines.append(f"brand: {product.brand}")
    if product.categories:
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
    lines = [f"set: {short(view.title)}", f"parts: {len(view.items)}"]
    lines += [f"{spoken(item.slot)}: {short(item.product.title)}" for item in view.items[:MOST_PARTS]]
    return lines


def product_template(product: Product) -> Copy:
    """A page without a model: the record's own words, in its own order."""
    told = _described(product.description)
    if not told:
        by = f" by {product.brand}" if product.brand else ""
        shelf = product.categories[0].rsplit(">", 1)[-1].strip() if product.categories else ""
        told = f"{product.title}{by}." + (f" Found under {shelf}." if shelf else "")
    return Copy(short(product.title), tuple(_facts(product))[:MOST_BULLETS], told)


def bundle_template(view: BundleView) -> Copy:
    titles = [item.product.title for item in view.items]
    counted = [
        f"{item.quantity} × {item.product.title}" if item.quantity > 1 else item.product.title
        for item in view.items
    ]
    told = f"{view.title} holds {len(titles)} part{'s' if len(titles) > 1 else ''}: {'; '.join(counted)}."
    return Copy(short(view.title), tuple(counted)[:MOST_BULLETS], told)


def _facts(product: Product) -> Iterator[str]:
    """What is known of it, one fact a bullet; fewer than three only where the record holds no more."""
    for name, value in traits(product).items():
        yield f"{_capital(name)}: {value}"
    if product.brand:
        yield f"Brand: {product.brand}"
    for name, values in choices(product).items():
        yield f"{_capital(name)}: {', '.join(values)}"
    for name, fact in product.requires.items():
        yield f"Needs {spoken(name)} {said(fact)}"
    for name, fact in product.provides.items():
        yield f"{_capital(spoken(name))}: {said(fact)}"
    if product.categories:
        yield f"Kind: {product.categories[0].rsplit('>', 1)[-1].strip()}"


def _described(text: str) -> str:
    """The first sentences of a record's description, without markup."""
    plain = " ".join(_TAG.sub(" ", text).split())
    told = ""
    for sentence in _SENTENCE_END.split(plain)[:MOST_SENTENCES]:
        if told and len(told) + len(sentence) >= LONGEST_DESCRIPTION:
            break
        told = f"{told} {sentence}".strip()
    return told[:LONGEST_DESCRIPTION]


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def short(title: str) -> str:
    """A title in whole words, as many as `LONGEST_TITLE` holds."""
    plain = " ".join(_TAG.sub(" ", title).split())
    if len(plain) <= LONGEST_TITLE:
        return plain
    return (plain[:LONGEST_TITLE].rsplit(" ", 1)[0].rstrip(" -,;(|") or plain)[:LONGEST_TITLE]


def parse_copy(text: str) -> Copy:
    """What a model wrote, as far as it has the form: anything may be empty."""
    rows = [row.strip() for row in text.splitlines() if row.strip()]
    bullets = tuple(row.lstrip("-").strip() for row in rows if row.startswith("-") and row.strip("- "))
    plain = [row for row in rows if not row.startswith("-")]
    return Copy(plain[0] if plain else "", bullets, " ".join(plain[1:]))

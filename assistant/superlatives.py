"""What "which is the lightest?" asks of the records of things that were shown: the one with the least or the
most of a price, a rating or an attribute.

Which attributes a word is about is the language's (`superlatives` in `assistant/locales`); "the longest
battery life" names its own. Values are held against each other where the same thing is measured, whatever
their units. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from assistant.lexicon import Lexicon
from retrieval.measures import measured
from shop.values import Product

Kind = Literal["price", "rating", "attribute"]

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:[\s-]?([^\W\d]+))?")


@dataclass(frozen=True, slots=True)
class Superlative:
    """`word` is how it is said ("lightest", "longest battery life"), `names` the attributes that tell it, the
    likeliest first; `has`: a thing has it, it is not so itself."""

    word: str
    kind: Kind
    more: bool
    names: tuple[str, ...]
    has: bool = False


@dataclass(frozen=True, slots=True)
class Leaders:
    """Ids of products by what their records measure, the furthest first and those alike together; `unsaid`
    are those whose records do not say. `name`: the attribute that told."""

    name: str
    ranks: tuple[tuple[str, ...], ...]
    unsaid: tuple[str, ...] = ()


def superlative(text: str, products: Sequence[Product], lexicon: Lexicon) -> Superlative | None:
    """What is asked about the products; None where the words ask for anything else besides."""
    lower = text.lower().strip(" ?!.。？！")
    found = _key(lower, lexicon)
    if found is None:
        return None
    key, start, end = found
    if _weighty(lower[:start], lexicon):
        return None
    table = lexicon.texts["superlatives"]
    word = key if table[key] not in table else table[key]
    way, _, told = table[word].partition(" ")
    names = tuple(name.strip() for name in told.split(",") if name.strip())
    left = [each for each in _weighty(lower[end:], lexicon) if not _is_kind(each, products, lexicon)]
    if not left:
        kind: Kind = "price" if names == ("price",) else "rating" if names == ("rating",) else "attribute"
        return Superlative(word, kind, way == "more", names) if names else None
    fields = _fields(left, products, lexicon)
    return (
        Superlative(f"{word} {' '.join(left)}", "attribute", way == "more", fields, True) if fields else None
    )


def _key(lower: str, lexicon: Lexicon) -> tuple[str, int, int] | None:
    """The superlative that is asked for, with its place; the whole message may be one."""
    keys = sorted(lexicon.texts["superlatives"], key=len, reverse=True)
    asked = lexicon.phrases["which_question"].search(lower)
    for key in keys:
        place = re.search(rf"{lexicon.ahead}{re.escape(key)}{lexicon.behind}", lower)
        if place is None:
            continue
        if asked is not None and asked.start() <= place.start():
            return key, asked.start(), place.end()
        if lower.removeprefix("the ") == key:
            return key, 0, len(lower)
    return None


def _weighty(text: str, lexicon: Lexicon) -> list[str]:
    words = re.findall(r"[\w-]+", text)
    plain = [*lexicon.locale.stop, *lexicon.lists["shown_words"]]
    return [
        each for each in words if each not in plain and not lexicon.phrases["generic_goods"].fullmatch(each)
    ]


def _is_kind(word: str, products: Sequence[Product], lexicon: Lexicon) -> bool:
    """Whether the word is what all these are: "the lightest tent"."""
    fold = lexicon.locale.fold(word)
    texts = (f"{each.title} {' '.join(each.categories)}".lower() for each in products)
    return all(fold in map(lexicon.locale.fold, re.findall(r"\w+", text)) for text in texts)


def _fields(words: Sequence[str], products: Sequence[Product], lexicon: Lexicon) -> tuple[str, ...]:
    """Attributes whose name has all of the words."""
    wanted = {lexicon.locale.fold(each) for each in words}
    names = dict.fromkeys(_spoken(name) for product in products for name in product.attributes)
    return tuple(
        sorted((each for each in names if wanted <= set(map(lexicon.locale.fold, each.split()))), key=len)
    )


def leaders(asked: Superlative, products: Sequence[Product], lexicon: Lexicon) -> Leaders | None:
    """Who leads by an attribute: the one that most records measure in one way; None where none does."""
    by_way: dict[tuple[str, str], dict[str, float]] = {}
    for name in asked.names:
        for product in products:
            for way, size in _sizes(name, product.attributes, lexicon):
                by_way.setdefault((name, way), {}).setdefault(product.id, size)
    if not by_way:
        return None
    name, way = max(by_way, key=lambda each: len(by_way[each]))
    return ranked(name, by_way[name, way], [each.id for each in products], more=asked.more)


def ranked(
    name: str, sizes: Mapping[str, float | int | Decimal], ids: Sequence[str], *, more: bool
) -> Leaders:
    """The ids by their sizes; those without one are unsaid."""
    order = sorted(set(sizes.values()), reverse=more)
    ranks = tuple(tuple(each for each in ids if sizes.get(each) == size) for size in order)
    return Leaders(name, ranks, tuple(each for each in ids if each not in sizes))


def value_of(product: Product, name: str) -> str | None:
    """What the record writes of the attribute."""
    return next((value for key, value in product.attributes.items() if _spoken(key) == name), None)


def _sizes(name: str, attributes: Mapping[str, str], lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """What a record measures by that name; a number whose unit is no unit counts in its own words."""
    for key, value in attributes.items():
        if _spoken(key) == name:
            known = list(measured(value, lexicon.locale))
            number = _NUMBER.fullmatch(value.strip()) if not known else None
            yield from known
            if number is not None:
                yield lexicon.locale.fold(number[2] or ""), float(number[1])


def _spoken(name: str) -> str:
    return re.sub(r"[_\s]+", " ", name.lower())

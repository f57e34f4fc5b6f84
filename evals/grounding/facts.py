"""What is true of one product and what would be false of it, as slots of a wording, read from its record.

A false value is one that another product of the shop has, or a number close to the true one, and never
stands in the product's own record.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from babel.numbers import get_currency_symbol

from evals.grounding.shops import Shop
from shop.money import Money
from shop.values import Product, Variant

#: Of a unit, others of its kind, as people mix them up.
OTHER_UNITS = {
    "kg": ("g", "lb"),
    "g": ("kg", "oz"),
    "lb": ("oz", "kg"),
    "oz": ("lb", "g"),
    "mm": ("cm", "inches"),
    "cm": ("mm", "inches"),
    "m": ("cm", "feet"),
    "in": ("cm", "feet"),
    "inch": ("cm", "feet"),
    "ft": ("inches", "m"),
    "foot": ("inches", "m"),
    "l": ("ml", "gallons"),
    "ml": ("l", "oz"),
    "W": ("kW", "V"),
    "V": ("W", "A"),
    "h": ("min", "days"),
    "min": ("h", "s"),
    "Hz": ("kHz", "dpi"),
    "lm": ("W", "lux"),
}
#: How an attribute that is a length is said after its number.
LONG = {"length": "long", "width": "wide", "height": "high", "depth": "deep"}
COLOURS = """
black white red blue green yellow pink purple brown beige gold silver navy crimson emerald ivory
turquoise blush coral teal
"""
MATERIALS = """
leather steel brass copper oak bamboo cotton wool velvet silk glass ceramic plastic chrome linen suede denim
canvas rubber nylon aluminum
"""
CURRENCY, OTHER_CURRENCIES = "dollars", ("euros", "pounds")
OTHER_SIGNS = "€£"

_MEASURE = re.compile(r"(\d+(?:\.\d+)?) ?([A-Za-z]+)")
_SIZE = re.compile(r"(?<![\d/.-])(\d+)[ -]?(oz|lb|inch|foot|ft|in|V|mm|cm|ml)\b")
_ENOUGH_LEFT = 3
MOST_STARS = 5.0


@dataclass(slots=True)
class Words:
    """Slots: what is true, what would be false instead, and what else holds (`needs` of a wording)."""

    true: dict[str, str] = field(default_factory=dict)
    false: dict[str, tuple[str, ...]] = field(default_factory=dict)
    holds: set[str] = field(default_factory=set)

    def add(self, slot: str, true: str, false: Iterable[str] = ()) -> None:
        self.true[slot] = true
        self.false[slot] = tuple(each for each in dict.fromkeys(false) if each.lower() != true.lower())

    def join(self, other: "Words") -> None:
        self.true |= other.true
        self.false |= other.false
        self.holds |= other.holds


@dataclass(frozen=True, slots=True)
class Item:
    """A product and the variant of it that is shown."""

    product: Product
    variant: Variant


def product_words(shop: Shop, item: Item, others: Sequence[Item], rng: random.Random) -> Words:
    """Everything that is said of one product; `others` are those shown beside it."""
    words = Words()
    for part in (_names, _money, _stock, _attributes, _measures, _texts, _opinions):
        part(words, shop, item, others, rng)
    return words


def _names(words: Words, shop: Shop, item: Item, others: Sequence[Item], rng: random.Random) -> None:
    product = item.product
    titles = [each.product.title for each in others]
    words.add("title", product.title, other_titles(shop, [product.title, *titles], product, rng))
    noun = singular(leaf(product))
    if noun:
        words.add("noun", noun)
    plain = re.split(r",| with | for ", product.title)[0].split()
    short = " ".join(each for each in plain if each.isalpha()).split()[-2:]
    if len(short) == 2 and not any(" ".join(short) in title for title in titles):
        words.add("short", " ".join(short))
    shelf = leaf(product).lower()
    if shelf.endswith("s"):
        words.add("shelf", shelf, _absent(product, rng.sample(shop.leaves, min(8, len(shop.leaves)))))
    if product.brand:
        words.add("brand", product.brand, _absent(product, rng.sample(shop.brands, min(6, len(shop.brands)))))


def _money(words: Words, _: Shop, item: Item, others: Sequence[Item], rng: random.Random) -> None:
    price, variant = item.variant.price, item.variant
    words.add("price", spoken(price), [spoken(each) for each in near(price, _prices(others), rng)])
    number = f"{price.major:,.2f}".removesuffix(".00")
    words.add("amount", number)
    words.add("currency", CURRENCY, OTHER_CURRENCIES)
    words.add("signed", spoken(price), [f"{sign}{number}" for sign in OTHER_SIGNS])
    words.add("above", spoken(Money(price.amount + max(price.amount // 4, 100), price.currency)))
    words.add("small", spoken(_unlike(price, others, rng)))
    if variant.list_price is None or variant.list_price <= price:
        words.holds.add("full_price")
        return
    words.holds.add("reduced")
    saved = variant.list_price - price
    percent = round(100 * saved.amount / variant.list_price.amount)
    listed = [each for each in near(variant.list_price, (), rng) if each > price]
    words.add("list_price", spoken(variant.list_price), map(spoken, listed))
    words.add("savings", spoken(saved), map(spoken, near(saved, (price,), rng)))
    words.add("percent", f"{percent}%", (f"{percent + 5}%", f"{percent * 2}%", f"{percent + 1}%"))


def _stock(words: Words, _: Shop, item: Item, others: Sequence[Item], rng: random.Random) -> None:
    availability = item.variant.availability
    words.holds.add(availability.status)
    if availability.status == "in_stock" and all(
        each.variant.availability.status == "in_stock" for each in others
    ):
        words.holds.add("both_in_stock")
    left = availability.quantity
    if availability.status == "in_stock" and left and left >= _ENOUGH_LEFT:
        beside = [each.variant.availability.quantity for each in others]
        wrong = {left + 1, left * 2, max(left - 2, 1), *(each for each in beside if each)} - {left}
        words.add("count", str(left), _shuffled([str(each) for each in sorted(wrong)], rng))
    for name in item.product.options:
        values = {each.options.get(name, "") for each in item.product.variants}
        buyable = {
            each.options.get(name, "") for each in item.product.variants if each.availability.available
        }
        if name == "Colour" and buyable and values - buyable:
            words.add("sold_out", sorted(values - buyable)[0])


def _attributes(words: Words, shop: Shop, item: Item, others: Sequence[Item], rng: random.Random) -> None:
    product = item.product
    plain = {
        name: value
        for name, value in product.attributes.items()
        if value.lower() not in ("yes", "no") and name != "gender"
    }
    if plain:
        name = rng.choice(sorted(plain))
        words.add("attribute", name.replace("_", " "))
        words.add("value", plain[name], false_values(shop, product, name, others, rng))
        beside = next(
            (each.product.attributes[name] for each in others if name in each.product.attributes), ""
        )
        if beside and beside != plain[name]:
            words.add("other_value", beside)
    for slot in ("material", "gender"):
        if slot in product.attributes:
            words.add(slot, product.attributes[slot], false_values(shop, product, slot, others, rng))
    colours = [each.options["Colour"] for each in product.variants if "Colour" in each.options]
    buyable = [
        each.options["Colour"]
        for each in product.variants
        if "Colour" in each.options and each.availability.available
    ]
    if buyable:
        wrong = [each for each in false_values(shop, product, "Colour", (), rng) if each not in colours]
        words.add("colour", rng.choice(buyable), wrong)
    for key, value in product.requires.items():
        if isinstance(value, str):
            words.add("need_key", key.replace("_", " "))
            words.add("need", value, _absent(product, _shuffled(shop.requirements[key], rng)))


def _measures(words: Words, _: Shop, item: Item, __: Sequence[Item], rng: random.Random) -> None:
    found = {
        name: (match[1], match[2])
        for name, value in item.product.attributes.items()
        if (match := _MEASURE.fullmatch(value)) and match[2] in OTHER_UNITS
    }
    for name, slot in (("weight", "weight"), ("volume", "volume"), ("power", "power")):
        if name in found:
            words.add(f"{slot}_number", found[name][0])
            words.add(f"{slot}_unit", found[name][1], OTHER_UNITS[found[name][1]])
    lengths = sorted(found.keys() & LONG.keys())
    if lengths:
        name = rng.choice(lengths)
        words.add("long_number", found[name][0])
        words.add("long_unit", found[name][1], OTHER_UNITS[found[name][1]])
        words.add("long", LONG[name])
        words.add("long_name", name)
    if found:
        name = rng.choice(sorted(found))
        words.add("measured", name.replace("_", " "))
        words.add("number", found[name][0])
        words.add("unit", found[name][1], OTHER_UNITS[found[name][1]])
    size = _SIZE.search(item.product.title)
    if size:
        words.add("size_number", size[1])
        words.add("size_unit", size[2], OTHER_UNITS[size[2]])


def _texts(words: Words, _: Shop, item: Item, __: Sequence[Item], rng: random.Random) -> None:
    """Colours in a title, materials in a description."""
    product = item.product
    for slot, text, listed in (
        ("title_word", product.title, COLOURS.split()),
        ("described", product.description, MATERIALS.split()),
    ):
        found = [each for each in listed if _stands(each, text)]
        if found:
            words.add(slot, rng.choice(found), _absent(product, _shuffled(listed, rng)))


def _opinions(words: Words, _: Shop, item: Item, others: Sequence[Item], rng: random.Random) -> None:
    rating = item.product.rating
    if rating is None:
        return
    beside = [each.product.rating.value for each in others if each.product.rating]
    wrong = [*beside, rating.value - 0.3, rating.value + 0.2, rating.value - 1]
    close = [f"{each:.2g}" for each in wrong if 1 <= each <= MOST_STARS]
    words.add("rating", f"{rating.value:g}", _shuffled(close, rng))
    words.add("ratings", str(rating.count))


def other_titles(shop: Shop, shown: Sequence[str], product: Product, rng: random.Random) -> Iterator[str]:
    """A product of its shelf that is not shown, any other one, and its own title with one word changed."""
    shelf = [each.title for each in shop.shelves.get(product.categories[0], ())]
    anything = [each.title for each in rng.sample(shop.products, 3)]
    for title in (*_shuffled(shelf, rng)[:2], *anything):
        if not any(title in each or each in title for each in shown):
            yield title
    words = product.title.split()
    place = rng.randrange(len(words))
    number = next((each for each, word in enumerate(words) if word.isdigit()), None)
    if number is not None:
        changed = [*words[:number], str(int(words[number]) + rng.randint(1, 3)), *words[number + 1 :]]
        yield " ".join(changed)
    strange = next(
        (each for each in " ".join(anything).split() if each.isalpha() and each not in words), None
    )
    if strange and len(words) > 1 and words[place].isalpha():
        yield " ".join([*words[:place], strange, *words[place + 1 :]])


def false_values(
    shop: Shop, product: Product, name: str, others: Sequence[Item], rng: random.Random
) -> list[str]:
    """Values of an attribute that other products have: first those shown beside it."""
    beside = [each.product.attributes[name] for each in others if name in each.product.attributes]
    listed = shop.values.get(name, ())
    elsewhere = rng.sample(listed, min(6, len(listed)))
    return _absent(product, [*beside, *elsewhere])


def near(true: Money, beside: Sequence[Money], rng: random.Random) -> list[Money]:
    """Amounts that could be mistaken for it: others shown, and some that differ in one figure."""
    step = rng.choice((1, 10, 100, 1000))
    drawn = [true.amount + step, true.amount - step, true.amount * 2, true.amount + rng.randint(2, 9) * 100]
    changed = [Money(amount, true.currency) for amount in drawn if amount > 0]
    return [each for each in (*beside, *changed) if each != true]


def spoken(money: Money) -> str:
    """As people write it: "$28", "$29.99", "$1,204.50"."""
    symbol = get_currency_symbol(money.currency, locale="en_US")
    return f"{symbol}{money.major:,.2f}".removesuffix(".00")


def leaf(product: Product) -> str:
    return product.categories[0].rsplit(" > ", 1)[-1]


def singular(shelf: str) -> str | None:
    """ "Sleeping bags" -> "sleeping bag"; None where it is no plain plural."""
    lower = shelf.lower()
    if not re.fullmatch(r"(?:[a-z]+ )*[a-z]{3,}s", lower) or lower.endswith(
        ("ss", "ies", "hes", "ses", "xes", "ves")
    ):
        return None
    return lower[:-1]


def _prices(items: Sequence[Item]) -> list[Money]:
    return [each.variant.price for each in items]


def _unlike(price: Money, others: Sequence[Item], rng: random.Random) -> Money:
    """A small amount that is no price here."""
    taken = {price, *_prices(others)}
    drawn = (Money(rng.randint(2, 19) * 100, price.currency) for _ in range(50))
    return next(each for each in drawn if each not in taken)


def _absent(product: Product, values: Iterable[str]) -> list[str]:
    """Those that do not stand anywhere in the record."""
    options = [value for each in product.variants for value in each.options.values()]
    facts = [
        str(value)
        for each in (product.attributes, product.provides, product.requires)
        for value in each.values()
    ]
    texts = (product.title, product.description, product.brand or "", *product.categories, *product.tags)
    record = " ; ".join((*texts, *options, *facts))
    return [each for each in values if not _stands(each, record)]


def _stands(value: str, text: str) -> bool:
    if value.lower() not in text.lower():
        return False
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def _shuffled(values: Sequence[str], rng: random.Random) -> list[str]:
    return rng.sample(values, len(values))

"""Which fact of a product's record answers a question about it. Pure: a record and words in, a fact out.

It knows the language's words for asking (`assistant/locales/*/questions.toml`) and nothing of any shop's
goods; what the record does not say it names, so that the reply can say just that.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.lexicon import Lexicon
from retrieval.locale import Locale
from shop.values import FactValue, Product, Variant

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")

#: How many sentences of a description answer "tell me more".
DESCRIBED = 2

#: How many sold-out variants are named.
NAMED_SOLD_OUT = 3


@dataclass(frozen=True, slots=True)
class Answer:
    """`value` None: the record does not say. `field` None: the value speaks for itself. `wants_opinions`:
    what customers wrote belongs to the answer."""

    field: str | None
    value: str | None
    variant: Variant | None = None
    wants_opinions: bool = False


def answers(product: Product, question: str, wished: Mapping[str, str], lexicon: Lexicon) -> list[Answer]:
    """What each question of a message is after: "is it in stock, and how heavy is it?" asks for two facts."""
    found: dict[str | None, Answer] = {}
    parts = _questions(question, lexicon)
    for part in parts:
        # What no part spells so ("gray" for grey) belongs to the first.
        named = {
            name: value
            for name, value in wished.items()
            if part is next((each for each in parts if value.lower() in each.lower()), parts[0])
        }
        said = answer(product, part, named, lexicon)
        found.setdefault(said.field, said)
    several = [each for each in found.values() if each.field is not None]
    return several if len(several) > 1 else [answer(product, question, wished, lexicon)]


def _questions(text: str, lexicon: Lexicon) -> list[str]:
    """A message cut where another question begins; two of a kind with one verb are one."""
    start = lexicon.source("question_start")
    cut = re.split(
        rf"[?;]+\s*|[,;]?\s+{lexicon.source('list_joint')}\s+(?=(?:{start})(?!\w))", text, flags=re.I
    )
    return [part for part in cut if part.strip()]


def answer(product: Product, question: str, wished: Mapping[str, str], lexicon: Lexicon) -> Answer:
    """The fact that the question is after; `wished` are options it names ("in green")."""
    text = question.lower()
    for name, value in wished.items():
        found = _option(product, name, value) or _attribute(product, name, value)
        if found is not None:
            return found
    if wished and not lexicon.has("about_stock", text) and not lexicon.has("about_price", text):
        return Answer(_plain(next(iter(wished))), None)
    if lexicon.has("about_stock", text):
        return Answer("availability", _stock(product))
    if lexicon.has("about_price", text):
        return Answer("price", _prices(product))
    facts = _facts(product)
    if lexicon.has("about_opinions", text):
        return Answer("rating", _rating(product), wants_opinions=True)
    asked = {word: lexicon.texts["asked_facts"].get(word) for word in _words(text)}
    # "How long is the warranty?" asks for what goes by its name.
    by_name = sorted(asked, key=lambda word: not (asked[word] or "").startswith(word))
    names = next((asked[word] for word in by_name if asked[word] is not None), None)
    if names is not None:
        return _named(facts, [name.strip() for name in names.split(",")])
    touched = _touched(facts, text, lexicon.locale)
    if touched is not None:
        return touched
    described = " ".join(SENTENCE_END.split(product.description.strip())[:DESCRIBED])
    return Answer(None, described.rstrip(".") or None, wants_opinions=True)


def _option(product: Product, name: str, value: str) -> Answer | None:
    """Whether the product comes so; None where it has no such option."""
    option = next((each for each in _options(product) if _same(each, name)), None)
    if option is None:
        return None
    so = [each for each in product.variants if each.options.get(option, "").casefold() == value.casefold()]
    if not so:
        return Answer(_plain(option), f"{', '.join(_values(product, option))}; not {value}")
    best = min(so, key=lambda each: (not each.availability.available, each.price.amount))
    return Answer(_plain(option), f"{value}, {_plain(best.availability.status)}", best)


def _attribute(product: Product, name: str, value: str) -> Answer | None:
    """What the record says of an attribute that is no choice."""
    kept = next((each for key, each in product.attributes.items() if _same(key, name)), None)
    if kept is None:
        return None
    same = value.casefold() in kept.casefold()
    return Answer(_plain(name), kept if same else f"{kept}; not {value}")


def _same(option: str, name: str) -> bool:
    fold = {"color": "colour"}
    left, right = _plain(option), _plain(name)
    return fold.get(left, left) == fold.get(right, right)


def _options(product: Product) -> list[str]:
    return list(dict.fromkeys(name for variant in product.variants for name in variant.options))


def _values(product: Product, option: str) -> list[str]:
    """An option's values, each marked where no variant with it can be bought."""
    can_buy: dict[str, bool] = {}
    for variant in product.variants:
        value = variant.options.get(option)
        if value is not None:
            can_buy[value] = can_buy.get(value, False) or variant.availability.available
    return [value if available else f"{value} (sold out)" for value, available in can_buy.items()]


def _stock(product: Product) -> str:
    sold_out = [each for each in product.variants if not each.availability.available]
    can_buy = [each for each in product.variants if each.availability.available]
    if not sold_out or not can_buy:
        return ", ".join(dict.fromkeys(_plain(each.availability.status) for each in product.variants))
    gone = " and ".join(" / ".join(each.options.values()) or each.sku for each in sold_out[:NAMED_SOLD_OUT])
    more = " and others" if len(sold_out) > NAMED_SOLD_OUT else ""
    return f"{_plain(can_buy[0].availability.status)}, but not {gone}{more}"


def _prices(product: Product) -> str:
    lowest = min((variant.price for variant in product.variants), key=lambda price: price.amount)
    highest = max((variant.price for variant in product.variants), key=lambda price: price.amount)
    return str(lowest) if lowest == highest else f"{lowest} to {highest}"


def _rating(product: Product) -> str | None:
    rating = product.rating
    return f"{rating.value:g} of 5, given by {rating.count}" if rating else None


def _facts(product: Product) -> list[tuple[str, str]]:
    """Everything that the record says, as names and values that can be read."""
    facts = [(_plain(option), ", ".join(_values(product, option))) for option in _options(product)]
    facts += [(_plain(name), value) for name, value in product.attributes.items()]
    facts += [(f"needs {_plain(name)}", _spoken(value)) for name, value in product.requires.items()]
    facts += [(_plain(name), _spoken(value)) for name, value in product.provides.items()]
    if product.brand:
        facts.append(("brand", product.brand))
    return facts


def _named(facts: list[tuple[str, str]], names: list[str]) -> Answer:
    for wanted in names:
        for name, value in facts:
            if wanted == name or wanted in name.split(" "):
                return Answer(name, value)
    return Answer(names[0], None)


def _touched(facts: list[tuple[str, str]], text: str, locale: Locale) -> Answer | None:
    """The fact whose name or value shares the most words with the question, one or many of a thing."""

    def folded(words: str) -> set[str]:
        return {locale.fold(word) for word in _words(words)}

    asked = folded(text)
    shared = [len(asked & folded(f"{name} {value}".lower())) for name, value in facts]
    if not any(shared):
        return None
    name, value = facts[shared.index(max(shared))]
    return Answer(name, value)


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text) if len(word) > 2]


def _plain(name: str) -> str:
    return name.replace("_", " ").lower()


def _spoken(value: FactValue) -> str:
    if isinstance(value, tuple):
        return " or ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)

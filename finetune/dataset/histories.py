"""What stands before a message: a conversation as `Shown`, so that its lines are those of serving.

A phrasing names the history that it needs with tags at its start: `@shown`, `@bundle`, `@asked`, `@before`;
`@any` is whatever may come, `@after_track_order` a service turn, at times with a wish from before it. What
the phrasing may point at is returned as words: `part1`, `kind1`, `brand1`, `last`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import cast

import prompts
from assistant.intent import Constraints, IntentName
from assistant.understanding import brief
from assistant.values import (
    BundleItemView,
    BundleView,
    CardAvailability,
    IntentView,
    ProductCard,
    Question,
    Shown,
)
from finetune.dataset.things import MODELS, Family, kind
from shop.money import Money

#: Words of titles that nobody would call a thing by.
UNTELLING = frozenset(
    ("and", "for", "with", "the", "set", "pack", "piece", "inch", "size", "from", "one", "max")
)
GRADES = ("Pro", "Lite", "Plus", "Mini", "Max", "Classic", "2", "XL", "Go", "One", "S", "300", "Air", "Eco")
#: How often products from before a service turn still stand in its history.
WITH_WISH = 0.25
#: `@after_NAME`: the newest message was the service wish NAME.
AFTER = "after_"
ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True)
class History:
    """The lines that the model is given, and the words by which a phrasing may point into them."""

    text: str
    words: Mapping[str, str]


EMPTY = History("", {})


def history(tags: Sequence[str], family: Family, kit: Sequence[str], occasion: str, rng: Random) -> History:
    """A conversation that a phrasing with these tags may follow."""
    if not tags:
        return EMPTY
    if "any" in tags:
        tags = rng.choice((("shown",), ("bundle",), ("shown",), ("bundle", "shown")))
    elif _served(tags) and rng.random() < WITH_WISH:
        tags = (*tags, "shown")
    currency = rng.choice(("USD",) * 8 + ("EUR", "GBP"))
    words: dict[str, str] = {}
    products: tuple[ProductCard, ...] = ()
    bundles: tuple[BundleView, ...] = ()
    if "bundle" in tags:
        bundles = (_bundle(kit, currency, words, rng),) * rng.choice((1, 1, 1, 2, 3))
    if "shown" in tags:
        products = _products(family, currency, words, rng)
    asked = _question(tags)
    return History(
        brief(
            Shown(
                products,
                bundles=bundles,
                question=asked,
                intent=_before(tags, family, occasion, currency, rng),
                query=_query(tags, family, occasion, rng),
            )
        ),
        words,
    )


def _question(tags: Sequence[str]) -> Question | None:
    name = {"asked_budget": "ask_budget", "asked_need": "ask_need"}.get(
        next((t for t in tags if t[:5] == "asked"), "")
    )
    return Question(prompts.render(name)) if name else None


def _before(tags: Sequence[str], family: Family, occasion: str, currency: str, rng: Random) -> IntentView:
    if (served := _served(tags)) is not None:
        return IntentView(served, 0.8, "en", Constraints())
    bundle = "bundle" in tags or "asked_budget" in tags
    name = "find_bundle" if bundle else "other" if "asked_need" in tags else "find_product"
    if "refined" in tags or (not bundle and "asked_need" not in tags and rng.random() < 0.15):
        name = rng.choice(("refine", "product_question"))
    limit = Money(rng.choice((20, 40, 50, 80, 100, 150, 200, 300)) * 100, currency)
    bounded = rng.random() < 0.3 and not any(tag.startswith("asked") for tag in tags)
    colours = family.attributes.get("colour")
    facts = {"colour": rng.choice(colours)} if colours and not bundle and rng.random() < 0.2 else {}
    return IntentView(
        name,
        0.8,
        "en",
        Constraints(
            attributes=facts,
            max_price=limit if bounded and not bundle else None,
            budget=limit if bounded and bundle else None,
            occasion=occasion if bundle and rng.random() < 0.8 else None,
        ),
    )


def _served(tags: Sequence[str]) -> IntentName | None:
    """The service wish that the message follows."""
    return next((cast("IntentName", tag.removeprefix(AFTER)) for tag in tags if tag.startswith(AFTER)), None)


def _query(tags: Sequence[str], family: Family, occasion: str, rng: Random) -> str:
    if "asked_need" in tags or (_served(tags) is not None and "shown" not in tags):
        return ""
    if "bundle" in tags or "asked_budget" in tags:
        return rng.choice(("", "", occasion))
    return (
        rng.choice((family.kinds[0].one, *family.words[:3]))
        if rng.random() < 0.2
        else rng.choice(family.kinds).one
    )


def _products(family: Family, currency: str, words: dict[str, str], rng: Random) -> tuple[ProductCard, ...]:
    count = rng.choice((2, 2, 3, 3, 3, 4))
    kind = rng.choice(family.kinds)
    brands = list(family.brands) or ["", ""]
    rng.shuffle(brands)
    alike = rng.random() < 0.3
    cards = []
    for place in range(count):
        if family.items:
            item = rng.choice(family.items)
            title, price, brand = item.title, item.price, item.brand or ""
        else:
            brand = brands[0 if alike else place % len(brands)]
            title, price = _title(brand, kind.one, family, words, place + 1, rng), rng.uniform(*family.price)
        cards.append(_card(f"p{place}", title, price, currency, rng))
        if brand:
            words[f"brand{place + 1}"] = brand.removeprefix("The ")
        words[f"kind{place + 1}"], words[f"price{place + 1}"] = kind.one, str(max(1, int(price)))
    _nicknames([card.title for card in cards], words, rng)
    words["last"] = ORDINALS[count - 1]
    words["count"] = str(count)
    return tuple(cards)


def _nicknames(titles: Sequence[str], words: dict[str, str], rng: Random) -> None:
    """`nick1`: a word by which the first title may be told from the others, as people name a thing shown."""
    split = [re.findall(r"[a-z][a-z'-]{3,}", title.lower()) for title in titles]
    for place, own in enumerate(split):
        others = {word for at, each in enumerate(split) if at != place for word in each}
        telling = [word for word in own if word not in others and word not in UNTELLING]
        if telling:
            words[f"nick{place + 1}"] = rng.choice(telling)
        if len(telling) > 1:
            words[f"nicks{place + 1}"] = " ".join(telling[:2])


def _code(rng: Random) -> str:
    """A maker's number for a model: "KX-420", "T15"."""
    letters = "".join(rng.sample("BCDFGHKLMNPRSTVWXZ", rng.choice((1, 2, 2))))
    return (
        f"{letters}{rng.choice(('', '-'))}{rng.choice((2, 5, 7, 15, 40, 75, 210, 330, 420, 580, 900, 1200))}"
    )


def _title(brand: str, kind: str, family: Family, words: dict[str, str], place: int, rng: Random) -> str:
    model = _code(rng) if rng.random() < 0.15 else rng.choice(MODELS)
    words[f"model{place}"] = model
    parts = [brand, model, *rng.sample(GRADES, rng.choice((0, 0, 1)))]
    parts += [rng.choice(family.words)] if family.words and rng.random() < 0.3 else []
    title = " ".join([*parts, kind]).title().replace("'S", "'s").replace(model.title(), model)
    name = rng.choice(sorted(family.attributes)) if family.attributes else ""
    if name and rng.random() < 0.6:
        value = rng.choice(family.attributes[name])
        words[f"value{place}"], words[f"name{place}"] = value, name
        title = f"{title}, {value}" if rng.random() < 0.5 else f"{title} {value}"
    return title


def _card(id_: str, title: str, price: float, currency: str, rng: Random) -> ProductCard:
    cents = rng.choice((0, 0, 99, 95, 50, 49, 90))
    amount = Money(max(1, int(price)) * 100 + cents, currency)
    return ProductCard(id_, id_, title, amount, CardAvailability(available=True, status="in_stock"))


def _bundle(kit: Sequence[str], currency: str, words: dict[str, str], rng: Random) -> BundleView:
    parts = rng.sample(list(kit), min(len(kit), rng.choice((3, 4, 4, 5))))
    joined = rng.random() < 0.4
    items = []
    for place, part in enumerate(parts, start=1):
        slot = part.replace(" ", "_") if joined else part
        said = part.split()[-1] if " " in part and rng.random() < 0.25 else part
        said = kind(said).many if rng.random() < 0.1 else said
        words[f"slot{place}"], words[f"part{place}"] = slot, said
        items.append(BundleItemView(slot, 1, False, _card(slot, part, 20, currency, rng), ()))
    nothing = Money(0, currency)
    total = Money(rng.randint(40, 600) * 100 + rng.choice((0, 50, 99, 25, 80)), currency)
    return BundleView(
        "b",
        1,
        "",
        tuple(items),
        total,
        total,
        nothing,
        1.0,
        True,
        "unknown",
        (),
        "",
        datetime(2030, 1, 1, tzinfo=UTC),
    )

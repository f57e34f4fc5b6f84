"""Pages of sets, written from the records of their parts."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from assistant.cards import product_card
from assistant.claims.known import known
from assistant.copywriting import LONGEST_TITLE, bundle_lines, copy_messages
from assistant.facts import bundle_facts
from assistant.grounding import check
from assistant.telling import TONES
from assistant.values import BundleItemView, BundleView, Evidence
from finetune.voice import written
from finetune.voice.samples import CannotDraw, Kind, Sample, ShopFacts, short_id
from shop.values import Product

NAMES = (
    "{} Set",
    "{} Bundle",
    "{} Kit",
    "{} Starter Set",
    "Complete {} Set",
    "{} Package",
    "Everyday {} Set",
)
LONGEST_PART = 44


def set_copy(chance: Random, shop: ShopFacts) -> Sample:
    """Three or four things of one department."""
    view, records = _bundle(chance, shop)
    titles = [item.product.title for item in view.items]
    held = known(Evidence("copy", bundle_facts(view, records), (view.id, *records)))
    words = written.by_key("copy")
    values = {"name": view.title, "count": str(len(titles)), "first": titles[0], "second": titles[1]}
    values["items"] = f"the {', the '.join(titles[:-1])} and the {titles[-1]}"
    heading = written.filled(shop.written(words["bundle_title"], chance), values)
    bullet = shop.written(words["bundle_bullet"], chance)
    opening = written.one_of(words["bundle"], values, shop, chance)
    closing = written.one_of(words["bundle_close"], values, shop, chance)
    told = " ".join(written.filled(each, values) for each in (opening, closing))
    told = told[:1].upper() + told[1:]
    for sentence in re.split(r"(?<=[.]) (?=[A-Z])", told):
        if wrong := check(sentence, held):
            raise CannotDraw(f"{sentence!r}: {wrong}")
    title = heading if len(heading) <= LONGEST_TITLE else view.title
    tone = chance.choice(TONES)
    return Sample(
        "copy",
        tuple(copy_messages(bundle_lines(view), tone)),
        "\n".join([title, *(f"- {written.filled(bullet, {'item': each})}" for each in titles), told]),
        "copy_set",
        short_id(opening, closing),
        f"{shop.name} sets",
        shop.name,
    )


def _bundle(chance: Random, shop: ShopFacts) -> tuple[BundleView, dict[str, Product]]:
    department = chance.choice(sorted(shop.departments))
    shelves: dict[str, Product] = {}
    for product in chance.sample(shop.departments[department], len(shop.departments[department])):
        if len(product.title) <= LONGEST_PART:
            shelves.setdefault(product.categories[0].rsplit(" > ", 1)[-1].lower(), product)
    count = chance.choice((3, 3, 4))
    if len(shelves) < count:
        raise CannotDraw(f"{department} has too few shelves")
    parts = dict(list(shelves.items())[:count])
    items = tuple(
        BundleItemView(slot, 1, False, replace(product_card(product), list_price=None), ())
        for slot, product in parts.items()
    )
    currency = items[0].product.price.currency
    if any(item.product.price.currency != currency for item in items):
        raise CannotDraw("several currencies")
    total = items[0].product.price
    for item in items[1:]:
        total += item.product.price
    name = chance.choice(NAMES).format(
        department if department[1:].islower() or len(department) < 4 else department.title()
    )
    view = BundleView(
        "set", 1, name, items, total, total, total - total, 1.0, True, "unknown", (), "", datetime.now(UTC)
    )
    return view, {product.id: product for product in parts.values()}


KINDS = {"copy_set": Kind(set_copy, 90)}

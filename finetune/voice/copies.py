"""Pages of products and of sets, written from their records."""

import re
from random import Random

from assistant.cards import product_card
from assistant.claims.known import Known, known
from assistant.copywriting import LONGEST_TITLE, choices, copy_messages, product_lines, traits
from assistant.facts import product_facts
from assistant.grounding import check
from assistant.telling import TONES
from assistant.values import Evidence
from finetune.voice import written
from finetune.voice.samples import CannotDraw, Kind, Sample, ShopFacts, short_id
from finetune.voice.shops import family
from shop.values import Product

#: How a fact is said with a verb, where its name has one.
VERBS = {
    "weight": "weighs {}",
    "material": "is made of {}",
    "length": "has a length of {}",
    "capacity": "holds {}",
    "height": "has a height of {}",
    "size": "comes in size {}",
    "colour": "comes in {}",
    "scent": "has the scent {}",
    "flavour": "has the flavour {}",
}
TITLED = 3


def product_copy(chance: Random, shop: ShopFacts) -> Sample:
    product = chance.choice(shop.products)
    facts = {name: value for name, value in traits(product).items() if _plain(name, value)}
    if len(facts) < 2:
        raise CannotDraw("too few facts")
    values = _values(product, facts, chance)
    held = known(Evidence("copy", product_facts(product, product_card(product)), (product.id,)))
    tone = chance.choice(TONES)
    words = written.by_key("copy")
    title, wording = _title(words["title"], values, held, shop, chance)
    bullets = _bullets(values, facts, held, shop, chance)
    sentences = _description(tone, values, held, shop, chance)
    text = "\n".join([title, *(f"- {each}" for each in bullets), " ".join(sentences)])
    return Sample(
        "copy",
        tuple(copy_messages(product_lines(product), tone)),
        text,
        f"copy_{tone}",
        short_id(wording, values["pattern"]),
        family(shop.name, product),
        shop.name,
    )


def _plain(name: str, value: str) -> bool:
    return (
        bool(re.fullmatch(r"[\w .'/%-]+", value))
        and not name.startswith(("for ", "with "))
        and value.lower() not in ("yes", "no")
    )


def _noun(name: str, value: str) -> str:
    """ "a height of 98 cm", "glass as its material"."""
    if not value[0].isdigit():
        return f"{value} as its {name}"
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name} of {value}"


def _verb(name: str, value: str) -> str:
    return VERBS[name].format(value) if name in VERBS else f"has {_noun(name, value)}"


def _has_noun(name: str, value: str) -> bool:
    """Whether its name is one thing, and no part of its value: not "sleeves", not "pack size: pack of 8"."""
    one = not name.endswith("s") or name.endswith("ss")
    return one and not set(name.split()) & set(value.lower().split())


def _values(product: Product, facts: dict[str, str], chance: Random) -> dict[str, str]:
    values = {"title": product.title}
    if product.brand:
        values["brand"] = product.brand
    colours = next(iter(choices(product).values()), None)
    if colours and "colour" in choices(product):
        colours = choices(product)["colour"]
        values["colours"] = f"{', '.join(colours[:-1])} or {colours[-1]}"
    nouns = [each for each in sorted(facts) if _has_noun(each, facts[each])]
    order = chance.sample(nouns, min(len(nouns), TITLED))
    for place, name in enumerate(order, start=1):
        values[f"f{place}"] = f"{name} {facts[name]}"
        values[f"t{place}"] = values[f"f{place}"] if facts[name][0].isdigit() else facts[name]
        values[f"n{place}"] = _noun(name, facts[name])
        values[f"v{place}"] = _verb(name, facts[name])
    return values


def _title(
    texts: tuple[str, ...], values: dict[str, str], held: Known, shop: ShopFacts, chance: Random
) -> tuple[str, str]:
    """The product's name, with what fits into the length; its name alone is always right."""
    wording = written.one_of(texts, values, shop, chance)
    title = written.filled(wording, values)
    doubled = values.get("brand", "-") in values["title"] and "{brand}" in wording
    if len(title) > LONGEST_TITLE or doubled or check(f"{title}.", held):
        return values["title"][:LONGEST_TITLE], texts[0]
    return title, wording


def _bullets(
    values: dict[str, str], facts: dict[str, str], held: Known, shop: ShopFacts, chance: Random
) -> list[str]:
    """Three to five: facts, and beside them the maker and the colours. One form for all facts of a page."""
    words = written.by_key("copy")
    form = shop.written(words["bullet"], chance)
    found = []
    for name, value in list(facts.items())[:4]:
        one = {"n1": _noun(name, value), "v1": _verb(name, value), "f1": f"{name} {value}", "x1": value}
        one |= {f"{key[0].upper()}1": each[:1].upper() + each[1:] for key, each in one.items() if key != "x1"}
        one["K1"] = name[:1].upper() + name[1:]
        found.append(written.filled(form if _has_noun(name, value) else "{K1}: {x1}", one))
    for key in ("brand", "colours"):
        if key in values and len(found) < 5:
            texts = words["brand_bullet" if key == "brand" else "colour_bullet"]
            found.append(written.filled(shop.written(texts, chance), values))
    found = [each for each in found if not check(f"{each}.", held)]
    if len(found) < 3:
        raise CannotDraw("too few bullets")
    return found


def _description(
    tone: str, values: dict[str, str], held: Known, shop: ShopFacts, chance: Random
) -> list[str]:
    """An opening of the tone, and one or two more sentences that say something new."""
    words = written.by_key("copy")
    opening = written.one_of(words[tone], values, shop, chance)
    used = written.slots(opening)
    closings = [each for each in words["close"] if not written.slots(each) & used]
    first = written.filled(opening, values)
    second = written.filled(written.one_of(closings, values, shop, chance), values)
    sentences = [*re.split(r"(?<=[.?]) (?=[A-Z])", first), second]
    for each in sentences:
        wrong = check(each, held)
        if wrong:
            raise CannotDraw(f"{each!r}: {wrong}")
    values["pattern"] = opening
    return sentences


KINDS = {"copy": Kind(product_copy, 260)}

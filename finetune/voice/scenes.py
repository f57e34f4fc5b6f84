"""What a shop could show, as the evidence that serving builds of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from assistant import evidence
from assistant.answers import answer
from assistant.bundling.compatibility import judge
from assistant.bundling.infeasibility import BUDGET, COMPATIBILITY, NO_CANDIDATES, NO_SLOTS, STOCK, UNDECIDED
from assistant.bundling.values import Infeasible
from assistant.cards import best_variant, product_card
from assistant.lexicon import lexicon
from assistant.values import BundleItemView, BundleView, Comparison, ComparisonRow, Evidence
from finetune.dataset.phrasings import kits
from finetune.voice.samples import CannotDraw, ShopFacts
from shop.money import Money
from shop.values import Product, Variant

_NEVER = datetime(2100, 1, 1, tzinfo=UTC)
MOST_FOUND, MOST_PARTS = 12, 5
#: What parts may have to have in common, in shops that no catalogue gave us.
_FITS = {
    "thread": ("M6", "M8", "EN417", "G1/2", "1/4 inch"),
    "mount": ("RMS 200", "VESA 100", "cold shoe", "T-rail"),
    "connector": ("USB-C", "XLR", "E27", "6.3 mm jack", "RJ45"),
    "battery": ("18650", "18 V", "CR2032", "AA"),
    "socket": ("AM5", "E14", "PH2", "SDS"),
}


def shown(product: Product, chance: Random) -> evidence.Item:
    """Mostly the variant that a shopper is shown first, sometimes any."""
    variant: Variant = chance.choice(product.variants) if chance.random() < 1 / 5 else best_variant(product)
    return product, product_card(product, variant)


def leaf(product: Product) -> str:
    return product.categories[0].rsplit(" > ", 1)[-1].lower()


def shelf(shop: ShopFacts, chance: Random, fewest: int = 2) -> list[Product]:
    """Products of one shelf, in any order, sometimes of one department."""
    groups = shop.shelves if chance.random() < 0.8 else shop.departments
    fitting = [each for each in groups.values() if len(each) >= fewest]
    if not fitting:
        raise CannotDraw("shelves")
    group = chance.choice(fitting)
    return chance.sample(group, len(group))


def wish(products: Sequence[Product], chance: Random) -> str:
    """What a shopper may have asked for."""
    first = products[0]
    kind = leaf(first)
    words = [each for each in first.title.lower().split() if each.isalpha()]
    values = [each.lower() for each in first.attributes.values() if len(each) < 16]
    colours = [each.lower() for each in best_variant(first).options.values() if len(each) < 14]
    ways = [kind, kind, f"a {kind}", " ".join(words[-2:]), f"{chance.choice(values or words)} {kind}"]
    ways += [f"{chance.choice(colours or ['good'])} {kind}", f"{kind} for {chance.choice(kits())[0]}"]
    ways += [f"cheap {kind}", f"{kind} with {chance.choice(values or ['a bag'])}", " ".join(words)]
    return chance.choice(ways).replace('"', "").strip() or kind


def products(shop: ShopFacts, chance: Random) -> Evidence:
    group = shelf(shop, chance, 1 if chance.random() < 0.1 else 2)[
        : chance.choice((1, 2, 3, 3, 5, 8, MOST_FOUND))
    ]
    items = [shown(each, chance) for each in group]
    asked = wish(group, chance) if chance.random() < 0.92 else ""
    return evidence.products(items, asked, close=chance.random() < 0.85)


def relaxed(shop: ShopFacts, chance: Random) -> Evidence:
    group = shelf(shop, chance)
    items = [shown(each, chance) for each in group[: chance.choice((1, 2, 3, 5, 9))]]
    given_up = chance.sample(unmet(group, chance), 2 if chance.random() < 0.15 else 1)
    return evidence.products(items, wish(group, chance), given_up)


def unmet(group: Sequence[Product], chance: Random) -> list[str]:
    """What search may have had to give up for these, in its words."""
    price = best_variant(group[0]).price
    low = Money(max(price.amount * chance.randint(3, 9) // 1000 * 100, 100), price.currency)
    high = Money(low.amount * 3 + 10_000, price.currency)
    words = [value for each in group for value in each.attributes.items() if len(value[1]) < 20]
    words.append(("colour", chance.choice(("purple", "lime green", "gold", "white", "mustard", "teal"))))
    name, value = chance.choice(words)
    brand = chance.choice(("Alvero", "Northwick", "Kestrel", "Hartmoor", "Lumera", group[0].brand or "Orsa"))
    return [
        f"nothing under {low}; these are closest",
        f"nothing under {low}; these are closest",
        f"nothing between {low} and {high}; these are closest",
        f"nothing from {high}; these are closest",
        f"nothing with {name.replace('_', ' ')} {value}",
        f"nothing with {name.replace('_', ' ')} {value}",
        f"nothing by {brand} fits",
        f"nothing in {group[0].categories[0].rsplit(' > ', 1)[-1]} fits",
        f"nothing rated {chance.choice(('4', '4.5', '3.5'))} or better",
    ]


def suggestions(shop: ShopFacts, chance: Random) -> Evidence:
    currency = best_variant(chance.choice(shop.products)).price.currency
    group = [each for each in shop.products if best_variant(each).price.currency == currency]
    chosen = chance.sample(group, min(len(group), chance.choice((1, 2, 3, 3))))
    return evidence.suggestions([shown(each, chance) for each in chosen])


def nothing(shop: ShopFacts, chance: Random) -> Evidence:
    group = shelf(shop, chance)
    limits = [each.split(";")[0].removeprefix("nothing ") for each in unmet(group, chance)[:6]]
    limits = [each.removeprefix("with ").removeprefix("from ") for each in limits]
    chosen = chance.sample(sorted(set(limits)), chance.choice((0, 0, 1, 1, 2)))
    return evidence.nothing_found(wish(group, chance) if chance.random() < 0.9 else "", chosen)


def comparison(shop: ShopFacts, chance: Random) -> Evidence:
    count = 3 if chance.random() < 0.15 else 2
    group = shelf(shop, chance, count)
    if chance.random() < 0.3:
        # A price close to the other one is where a careless reader errs.
        near = best_variant(group[0]).price.amount
        group.sort(key=lambda each: abs(best_variant(each).price.amount - near))
    items = [shown(each, chance) for each in group[:count]]
    rows = _rows(items)
    chance.shuffle(rows)
    table = Comparison(tuple(card.product_id for _, card in items), tuple(rows))
    return evidence.comparison(items, table)


def _rows(items: Sequence[evidence.Item]) -> list[ComparisonRow]:
    records = [product for product, _ in items if product is not None]
    names = list(dict.fromkeys(name for each in records for name in each.attributes))
    rows = [
        ComparisonRow(name.replace("_", " ").lower(), tuple(each.attributes.get(name) for each in records))
        for name in names
    ]
    if any(each.brand for each in records):
        rows.append(ComparisonRow("brand", tuple(each.brand for each in records)))
    return rows


def product_answer(shop: ShopFacts, chance: Random) -> Evidence:
    """Asked of an attribute, of one that the record lacks, of stock, of an option, of a price."""
    product = chance.choice(shop.products)
    names = [name.replace("_", " ") for name in product.attributes]
    others = [name.replace("_", " ") for each in chance.sample(shop.products, 3) for name in each.attributes]
    others += ["warranty", "country of origin", "delivery date", "noise", "battery life", "certificate"]
    ways: list[tuple[str, tuple[str, str] | None]]
    ways = [(f"what is its {each}", None) for each in (*names, *names, *chance.sample(others, 2))]
    ways += [("is it in stock", None), ("what does it cost", None)]
    for name in dict.fromkeys(name for each in product.variants for name in each.options):
        values = [each.options[name] for each in product.variants if name in each.options]
        asked = chance.choice([*values, *values, "purple", "lime green"])
        ways += [(f"which {name} does it have", None), (f"do you have it in {asked}", (name, asked))]
    question, option = chance.choice(ways)
    said = answer(product, question, dict([option]) if option else {}, lexicon("en"))
    if said.field is None:
        raise CannotDraw(question)
    card = product_card(product, said.variant or best_variant(product))
    return evidence.product_answer((product, card), said.field, said.value)


# Bundles ---------------------------------------------------------------------------------------------


def parts(shop: ShopFacts, chance: Random) -> list[Product]:
    """Two to five products of one department, each of another shelf where there are as many."""
    group = chance.choice(list(shop.departments.values()))
    currency = best_variant(group[0]).price.currency
    told = [each for each in group if each.requires or each.provides]
    mixed = chance.sample(group, len(group))
    if told and chance.random() < 0.6:
        mixed = [*chance.sample(told, min(len(told), 4)), *mixed]
    chosen: dict[str, Product] = {}
    for each in mixed:
        if best_variant(each).price.currency == currency:
            chosen.setdefault(leaf(each), each)
    found = list(chosen.values())[: chance.choice((2, 3, 3, 4, 4, MOST_PARTS))]
    if len(found) < 2:
        raise CannotDraw("parts")
    return _fitting(found, chance) if shop.name == "things" and chance.random() < 0.5 else found


def _fitting(found: list[Product], chance: Random) -> list[Product]:
    """The same with two parts that fit by a fact of their own."""
    key = chance.choice(list(_FITS))
    value = chance.choice(_FITS[key])
    return [replace(found[0], requires={key: value}), replace(found[1], provides={key: value}), *found[2:]]


def singular(product: Product) -> str:
    """The name of the shelf as one thing is called."""
    *before, last = leaf(product).split()
    one = " ".join([*before, lexicon("en").locale.fold(last)])
    return one if one.split()[-1] in product.title.lower() else leaf(product)


def view(found: Sequence[Product], chance: Random) -> tuple[BundleView, dict[str, Product]]:
    """A bundle of these with totals, budget, what fits and what was bought together."""
    cards = [shown(each, chance)[1] for each in found]
    slots: dict[str, int] = {}
    for place, each in enumerate(found):
        slots.setdefault(singular(each), place)
    items = tuple(
        BundleItemView(slot, chance.choice((1,) * 7 + (2, 3)), False, cards[place], (), None)
        for slot, place in slots.items()
    )
    items = _reasoned(items, chance)
    total = sum(
        (each.product.price * each.quantity for each in items[1:]), items[0].product.price * items[0].quantity
    )
    lists = [(each.product.list_price or each.product.price) * each.quantity for each in items]
    list_total = sum(lists[1:], lists[0])
    budget = None
    if chance.random() < 0.5:
        spare = chance.choice((0, 100, 500, 1000, 2500, 5000))
        budget = Money((total.amount // 1000 + 1) * 1000 + spare, total.currency)
    held = {each.product.product_id for each in items}
    records = {each.id: each for each in found if each.id in held}
    judgement = judge(list(records.values()))
    bundle = BundleView(
        id="bundle",
        revision=1,
        title="Your set",
        items=items,
        total=total,
        list_total=list_total,
        savings=list_total - total,
        score=0.5,
        optimal=True,
        compatibility=judgement.compatibility,
        facts=judgement.facts,
        explanation="",
        expires_at=_NEVER,
        budget=budget,
    )
    return bundle, records


def _reasoned(items: Sequence[BundleItemView], chance: Random) -> tuple[BundleItemView, ...]:
    """Sometimes one item was bought together with another."""
    if len(items) < 2 or chance.random() < 0.6:
        return tuple(items)
    one, other = chance.sample(range(len(items)), 2)
    count = chance.randint(2, 80)
    why = f"Bought together in {count} orders with the {items[other].product.title}."
    return tuple(replace(each, reason=why) if place == one else each for place, each in enumerate(items))


def need(found: Sequence[Product], chance: Random) -> str:
    department = found[0].categories[0].split(" > ")[0].lower()
    occasion = chance.choice(kits())[0]
    ways = [occasion, occasion, f"{department} set", f"{department} for two", f"things for {department}"]
    return chance.choice([*ways, f"{leaf(found[0])} and {leaf(found[1])}", department, ""])


def bundles(shop: ShopFacts, chance: Random) -> Evidence:
    found = parts(shop, chance)
    bundle, records = view(found, chance)
    wanted = need(found, chance)
    again = chance.random() < 0.06
    others = chance.choice((1, 1, 2, 3))
    return evidence.bundles([bundle] * others, records, wanted, again=again)


def completed(shop: ShopFacts, chance: Random) -> Evidence:
    """What goes with a product that the shopper has."""
    found = parts(shop, chance)
    bundle, records = view(found, chance)
    anchor = bundle.items[0].product.product_id
    return evidence.bundles([bundle], records, "", anchors=[anchor])


def edited(shop: ShopFacts, chance: Random) -> Evidence:
    """A swap, a removal, an addition, a count, a lock, a budget, an undo; sometimes two, or one refused."""
    found = parts(shop, chance)
    bundle, records = view(found, chance)
    item = chance.choice(bundle.items)
    title = item.product.title
    others = [each for each in shop.products if each.id not in records]
    other = chance.choice(
        [each for each in others if leaf(each) == leaf(records[item.product.product_id])] or others
    )
    was = (other.id, other.title)
    changes = {
        "swap": [evidence.Change("swap", item.slot, title, was)],
        "remove": [evidence.Change("remove", singular(other), None, was)],
        "add": [evidence.Change("add", item.slot, title)],
        "count": [evidence.Change("count", item.slot, title, quantity=item.quantity)],
        "lock": [evidence.Change("lock", item.slot, title)],
        "unlock": [evidence.Change("unlock", item.slot, title)],
        "set_budget": [evidence.Change("set_budget")],
        "undo": [evidence.Change("undo")],
        "redo": [evidence.Change("redo")],
        "nothing": [],
    }
    weights = {"swap": 8, "remove": 4, "add": 3, "count": 3 if item.quantity > 1 else 0, "lock": 2}
    weights |= {"unlock": 1, "set_budget": 2 if bundle.budget else 0, "undo": 1, "redo": 1, "nothing": 1}
    done = chance.choices(list(weights), list(weights.values()))[0]
    told = list(changes[done])
    if done == "swap" and chance.random() < 0.15:
        gone = chance.choice(others)
        told.append(evidence.Change("remove", singular(gone), None, (gone.id, gone.title)))
    saved = Money(chance.randint(1, 60) * 100, bundle.total.currency) if chance.random() < 0.4 else None
    refused = None
    if chance.random() < 0.15:
        why = chance.choice(("nothing cheaper fits", "the shop has nothing that fits", "not enough in stock"))
        refused = (chance.choice(bundle.items).slot if chance.random() < 0.9 else None, why)
    return evidence.bundle_edited(bundle, records, told, saved=saved, refused=refused)


def infeasible(shop: ShopFacts, chance: Random) -> Evidence:
    found = parts(shop, chance)
    cheapest = view(found, chance)[0].total
    slot = singular(chance.choice(found))
    if chance.random() < 0.65:
        short = Money(
            max(cheapest.amount * chance.randint(3, 9) // 10 // 1000 * 1000, 500), cheapest.currency
        )
        return evidence.infeasible(Infeasible(BUDGET, None, cheapest), short)
    why = chance.choice((NO_CANDIDATES, NO_CANDIDATES, STOCK, COMPATIBILITY))
    if chance.random() < 0.7:
        return evidence.infeasible(Infeasible(why, slot))
    return evidence.infeasible(Infeasible(chance.choice((COMPATIBILITY, UNDECIDED, NO_SLOTS, NO_CANDIDATES))))

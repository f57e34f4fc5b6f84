"""What the records hold for an edit: what stands in each slot now, what may, and what the edit asks for.

Errors: `UnknownProduct` for a named product that does not exist, `UnknownSlot`, `BadEdit` for an edit that
does not say what to add or swap.
"""

from dataclasses import dataclass, replace

from assistant.bundle_candidates import Limits as SearchLimits
from assistant.bundle_candidates import candidate, find
from assistant.bundle_composing import patience
from assistant.bundle_mates import together
from assistant.bundle_sources import Sources
from assistant.bundling.editing import Kit, check_quantity
from assistant.bundling.errors import BadEdit, UnknownProduct, UnknownSlot
from assistant.bundling.values import Bundle, BundleItem, Candidate, SlotChoice
from assistant.comparatives import Comparative, comparative
from assistant.intent import Edit, Slot
from assistant.lexicon import lexicon
from assistant.slots import PlannedSlot, leaf, unique_name
from shop.money import Money
from shop.values import Product, Variant

#: Edits that change nothing but the bundle's own state.
BARE = ("lock", "unlock", "undo", "redo")


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edit with its slots named exactly, and all that it needs; `named`: the product was."""

    edit: Edit
    kit: Kit
    named: bool = False


def prepare(bundle: Bundle, edit: Edit, product_id: str | None, sources: Sources) -> Prepared:
    """Reads what the edit needs."""
    check_quantity(edit.quantity)
    if edit.op == "add":
        edit = _added(bundle, edit, product_id, sources)
    elif edit.slot is not None:
        edit = replace(edit, slot=slot_named(bundle, edit.slot))
    if edit.op in BARE:
        return Prepared(edit, Kit({}, {}))
    standing = _standing(bundle, sources)
    offers = {item.slot: _offers(bundle, item, standing.get(item.slot), sources) for item in bundle.items}
    if edit.op == "set_budget":
        offers |= {slot.name: _found(bundle, slot, slot.query, None, sources) for slot in bundle.left_out}
    wanted = _wanted(bundle, edit, product_id, offers, sources)
    many = {item.slot: item.quantity for item in bundle.items} | _asked(edit)
    choices = [
        SlotChoice(Slot(name, "", many.get(name, 1)), found)
        for group in (offers, wanted, {name: (held,) for name, held in standing.items()})
        for name, found in group.items()
    ]
    deals = sources.prices.deals(choices, sources.records)
    kit = Kit(standing, offers, wanted, together(choices, sources.relations), deals, patience(1))
    return Prepared(edit, kit, named=product_id is not None)


def _asked(edit: Edit) -> dict[str, int]:
    return {edit.slot: edit.quantity} if edit.slot and edit.quantity else {}


def slot_named(bundle: Bundle, words: str) -> str:
    """The slot that some words mean: by its name; else the only one whose name or query holds all of them,
    or whose whole name is among them."""
    names = [item.slot for item in bundle.items]
    plain = unique_name(words, ())
    for exact in (words, plain):
        if exact in names:
            return exact
    said = set(plain.split("_"))
    held = {item.slot: set(f"{item.slot}_{unique_name(item.query, ())}".split("_")) for item in bundle.items}
    meant = [slot for slot in names if said <= held[slot]]
    if not meant:
        longest = max((len(slot.split("_")) for slot in names if set(slot.split("_")) <= said), default=0)
        meant = [s for s in names if set(s.split("_")) <= said and len(s.split("_")) == longest]
    if len(meant) != 1:
        raise UnknownSlot(words, tuple(names))
    return meant[0]


def _added(bundle: Bundle, edit: Edit, product_id: str | None, sources: Sources) -> Edit:
    """Names the new slot. A product that is in the bundle already becomes more of it."""
    if product_id is not None:
        product = _product(product_id, sources)
        for item in bundle.items:
            if item.product_id == product_id:
                return Edit("swap", item.slot, quantity=item.quantity + (edit.quantity or 1))
        words = edit.query or (leaf(product.categories[0]) if product.categories else product.title)
    elif edit.query:
        words = edit.query
    else:
        raise BadEdit("say what to add: a query or a product id")
    taken = [*(item.slot for item in bundle.items), *(slot.name for slot in bundle.left_out)]
    return replace(edit, slot=unique_name(edit.slot or words, taken), query=words)


def _standing(bundle: Bundle, sources: Sources) -> dict[str, Candidate]:
    """What each slot holds, as it can be bought today; a product or variant that is gone is missing."""
    records = sources.records(item.product_id for item in bundle.items)
    return {
        item.slot: candidate(
            records[item.product_id], item.quantity, sources.prices, variant_id=item.variant_id
        )
        for item in bundle.items
        if item.product_id in records and records[item.product_id].variant(item.variant_id)
    }


def _offers(
    bundle: Bundle, item: BundleItem, standing: Candidate | None, sources: Sources
) -> tuple[Candidate, ...]:
    """What may stand in a slot: things of the kind that stands there now."""
    slot = Slot(item.slot, item.query, item.quantity)
    return _found(bundle, slot, item.query, standing.category if standing else None, sources)


def _found(
    bundle: Bundle, slot: Slot, text: str, category: str | None, sources: Sources, wish: Edit | None = None
) -> tuple[Candidate, ...]:
    constraints = bundle.constraints
    if wish is not None and wish.attributes:
        constraints = replace(constraints, attributes={**constraints.attributes, **wish.attributes})
    pieces = sum(item.quantity for item in bundle.items)
    budget = bundle.budget
    share = Money(max(0, budget.amount) // max(1, pieces), budget.currency) if budget else None
    strict = wish is not None and bool(wish.attributes)
    limits = SearchLimits(constraints, frozenset(bundle.excluded), budget, share, bundle.people, strict)
    return find(PlannedSlot(slot, text, category or None), limits, sources).candidates


def _wanted(
    bundle: Bundle,
    edit: Edit,
    product_id: str | None,
    offers: dict[str, tuple[Candidate, ...]],
    sources: Sources,
) -> dict[str, tuple[Candidate, ...]]:
    """What an edit asks for, by slot."""
    if edit.op not in ("swap", "add"):
        return {}
    if product_id is not None and edit.slot is not None:
        quantity = edit.quantity or _quantity(bundle, edit.slot)
        return {edit.slot: (candidate(_product(product_id, sources), quantity, sources.prices),)}
    if edit.op == "add" and edit.slot is not None:
        slot = Slot(edit.slot, edit.query or "", edit.quantity or 1)
        there = {item.product_id for item in bundle.items}
        found = _found(bundle, slot, slot.query, None, sources, edit)
        return {edit.slot: tuple(each for each in found if each.product_id not in there)}
    items = [item for item in bundle.items if edit.slot in (None, item.slot)]
    return {item.slot: _instead(bundle, item, edit, offers[item.slot], sources) for item in items}


def _instead(
    bundle: Bundle, item: BundleItem, edit: Edit, offers: tuple[Candidate, ...], sources: Sources
) -> tuple[Candidate, ...]:
    """What may take an item's place: the same product where only its colour or size is to change, else
    another product of the kind."""
    if edit.query and (asked := comparative(edit.query, lexicon())) is not None:
        return _compared(bundle, item, asked, offers, sources)
    if edit.query or edit.attributes:
        slot = Slot(item.slot, edit.query or item.query, item.quantity)
        category = None if edit.query or not offers else offers[0].category
        offers = _found(bundle, slot, slot.query, category, sources, edit)
    if edit.attributes and not edit.query:
        same = _same_product(item, edit, sources) or tuple(
            each
            for each in offers
            if each.product_id == item.product_id and each.variant_id != item.variant_id
        )
        if same:
            return same
    return tuple(each for each in offers if each.product_id != item.product_id)


def _compared(
    bundle: Bundle, item: BundleItem, asked: Comparative, offers: tuple[Candidate, ...], sources: Sources
) -> tuple[Candidate, ...]:
    """Things of the kind that are lighter, larger or the like than what stands there, by their records; where
    the record of that says nothing of it, what search finds by the word among things of the kind."""
    others = tuple(each for each in offers if each.product_id != item.product_id)
    records = sources.records((item.product_id, *(each.product_id for each in others)))
    than = records.get(item.product_id)
    if than is not None and asked.says_of(than):
        return tuple(each for each in others if asked.holds(records[each.product_id], than))
    slot = Slot(item.slot, item.query, item.quantity)
    text = f"{asked.word} {item.query}"
    found = _found(bundle, slot, text, offers[0].category if offers else None, sources)
    return tuple(each for each in found if each.product_id != item.product_id) or others


def _same_product(item: BundleItem, edit: Edit, sources: Sources) -> tuple[Candidate, ...]:
    """Other variants of the item's product that have the wished options, and enough of them."""
    product = sources.records([item.product_id]).get(item.product_id)
    if product is None:
        return ()
    now = product.variant(item.variant_id)
    matching = [v for v in product.variants if v.id != item.variant_id and _has(v, edit)]
    ranked = sorted(matching, key=lambda variant: -_alike(variant, now))
    found = [candidate(product, item.quantity, sources.prices, variant_id=variant.id) for variant in ranked]
    enough = [each for each in found if each.stock is None or each.stock >= item.quantity]
    return tuple(enough[:1])


def _has(variant: Variant, edit: Edit) -> bool:
    options = {name.casefold(): value.casefold() for name, value in variant.options.items()}
    return all(options.get(name.casefold()) == value.casefold() for name, value in edit.attributes.items())


def _alike(variant: Variant, now: Variant | None) -> int:
    """How many options two variants share: another colour of the same size, not of any size."""
    return sum(now.options.get(name) == value for name, value in variant.options.items()) if now else 0


def _quantity(bundle: Bundle, slot: str) -> int:
    return next((item.quantity for item in bundle.items if item.slot == slot), 1)


def _product(product_id: str, sources: Sources) -> Product:
    found = sources.records([product_id]).get(product_id)
    if found is None:
        raise UnknownProduct(product_id)
    return found

"""Edits of a bundle as pure values: lock, unlock, swap, remove, add, a new budget, undo and redo.

An edit changes as little as it can. Only the slot that it is about is composed anew, with all others as
they stand; where that does not work out (budget, stock, what excludes what), the other slots are free too:
first those that the composer filled, then those that the shopper asked for. A locked item is never changed:
it must be unlocked first.

Errors: `BadEdit` for what makes no sense (it says what to do), `UnknownSlot`, and `IncompatibleChoice`
where the product that the shopper named excludes one that is in the bundle. Where nothing feasible is left
the answer is `Infeasible`, and the bundle stays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assistant.bundling import compatibility
from assistant.bundling.alternatives import alternatives
from assistant.bundling.branch_and_bound import Limits
from assistant.bundling.compose import compose, rate
from assistant.bundling.errors import BadEdit, IncompatibleChoice, UnknownSlot
from assistant.bundling.history import History
from assistant.bundling.infeasibility import NO_CANDIDATES, NO_CHEAPER_REST, NOTHING_CHEAPER
from assistant.bundling.instance import Together
from assistant.bundling.values import (
    Bundle,
    BundleItem,
    Candidate,
    Choice,
    Deals,
    Infeasible,
    Problem,
    SlotChoice,
)
from assistant.intent import Edit, Slot
from shop.money import Money

MOST_QUANTITY = 99

#: What a candidate counts beside one that stands in the bundle already, where little is to change.
NEWCOMER = 0.5


@dataclass(frozen=True, slots=True)
class Kit:
    """What the records hold for an edit.

    `standing` is what each slot holds now, with today's price and stock; a slot whose product is gone is
    missing. `offers` is what each slot may hold. `wanted` is what the edit asks for, by slot: the named
    product, or all that meets the asked attributes.
    """

    standing: Mapping[str, Candidate]
    offers: Mapping[str, tuple[Candidate, ...]]
    wanted: Mapping[str, tuple[Candidate, ...]] = field(default_factory=dict)
    together: Together = field(default_factory=dict)
    deals: Deals | None = None
    limits: Limits = field(default_factory=Limits)

    def held(self, bundle: Bundle) -> dict[str, Candidate]:
        """What each slot of a bundle holds, before or after the edit; what is gone is missing."""
        groups = (*self.wanted.values(), *self.offers.values(), tuple(self.standing.values()))
        known = {each.variant_id: each for group in groups for each in group}
        return {item.slot: known[item.variant_id] for item in bundle.items if item.variant_id in known}


#: How one slot takes part in composing anew.
Freedom = Callable[[BundleItem, Kit], SlotChoice]


def apply(history: History, edit: Edit, kit: Kit, *, named: bool = False) -> History | Infeasible:
    """One edit. `edit.slot` is a slot's exact name, for `add` the name of the new one; `named`: the shopper
    named the product, which is all that `kit.wanted` holds."""
    check_quantity(edit.quantity)
    if edit.op == "undo":
        return history.undone()
    if edit.op == "redo":
        return history.redone()
    edited = _edited(history.present, edit, kit, named=named)
    return edited if isinstance(edited, Infeasible) else history.pushed(edited)


def _edited(bundle: Bundle, edit: Edit, kit: Kit, *, named: bool) -> Bundle | Infeasible:
    if edit.op in ("lock", "unlock"):
        return lock(bundle, _named_slot(edit), locked=edit.op == "lock")
    changed: Bundle | Infeasible
    if edit.op == "remove":
        changed = remove(bundle, _named_slot(edit), kit)
    elif edit.op == "add":
        added = Slot(_named_slot(edit), edit.query or "", edit.quantity or 1)
        changed = add(bundle, added, kit, named=named)
    elif edit.op == "set_budget":
        changed = set_budget(bundle, edit.budget, kit)
    else:
        changed = _swapped(bundle, edit, kit, named=named)
    return changed if isinstance(changed, Infeasible) else dressed(changed, kit)


def _swapped(bundle: Bundle, edit: Edit, kit: Kit, *, named: bool) -> Bundle | Infeasible:
    asks = named or edit.cheaper or edit.attributes or edit.query
    if edit.slot is None:
        if named or not asks:
            raise BadEdit("say which slot to swap")
        return swap_all(bundle, kit, cheaper=edit.cheaper)
    if edit.quantity is not None:
        counted = set_quantity(bundle, edit.slot, kit, edit.quantity)
        if isinstance(counted, Infeasible) or not asks:
            return counted
        bundle = counted
    return swap(bundle, edit.slot, kit, named=named, cheaper=edit.cheaper)


def _named_slot(edit: Edit) -> str:
    if edit.slot is None:
        raise BadEdit(f"say which slot to {edit.op}")
    return edit.slot


def check_quantity(quantity: int | None) -> None:
    """Raises `BadEdit` for a number of things that nobody can buy."""
    if quantity is not None and not 1 <= quantity <= MOST_QUANTITY:
        raise BadEdit(f"a quantity is 1 to {MOST_QUANTITY}, not {quantity}")


def lock(bundle: Bundle, slot: str, *, locked: bool = True) -> Bundle:
    """Locks or unlocks a slot."""
    _item(bundle, slot)
    items = (replace(item, locked=locked) if item.slot == slot else item for item in bundle.items)
    return replace(bundle, items=tuple(items))


def remove(bundle: Bundle, slot: str, kit: Kit) -> Bundle:
    """Takes a slot out; the others stay."""
    _unlocked(_item(bundle, slot))
    left = tuple(item for item in bundle.items if item.slot != slot)
    if not left:
        raise BadEdit("the last item cannot be removed: swap it, or ask for another bundle")
    return _rated(replace(bundle, items=left), kit)


def swap(bundle: Bundle, slot: str, kit: Kit, *, named: bool, cheaper: bool) -> Bundle | Infeasible:
    """Puts something else into a slot: the best of `kit.wanted` that is left."""
    item = _item(bundle, slot)
    _unlocked(item)
    wanted = kit.wanted.get(slot, ())
    if named:
        _must_fit(wanted, bundle, kit, slot)
    if cheaper:
        wanted = _cheaper(wanted, kit.standing.get(slot))
    if not wanted:
        return Infeasible(NOTHING_CHEAPER if cheaper else NO_CANDIDATES, slot)
    return _with(bundle, kit, {slot: SlotChoice(_slot(item, required=True), wanted)})


def swap_all(bundle: Bundle, kit: Kit, *, cheaper: bool) -> Bundle | Infeasible:
    """Swaps every unlocked slot for which there is something wanted; the others stay."""
    asked: dict[str, SlotChoice] = {}
    for item in bundle.items:
        wanted = kit.wanted.get(item.slot, ())
        if cheaper:
            wanted = _cheaper(wanted, kit.standing.get(item.slot))
        if wanted and not item.locked:
            asked[item.slot] = SlotChoice(_slot(item, required=True), wanted)
    if not asked:
        return Infeasible(NO_CHEAPER_REST if cheaper else NO_CANDIDATES)
    return _with(bundle, kit, asked)


def set_quantity(bundle: Bundle, slot: str, kit: Kit, quantity: int) -> Bundle | Infeasible:
    """Another number of what stands in a slot."""
    item = replace(_item(bundle, slot), quantity=quantity, required=True)
    items = tuple(item if other.slot == slot else other for other in bundle.items)
    return _with(replace(bundle, items=items), kit, {slot: _fixed(item, kit)})


def add(bundle: Bundle, slot: Slot, kit: Kit, *, named: bool) -> Bundle | Infeasible:
    """Adds a slot, filled with the best of `kit.wanted`."""
    wanted = kit.wanted.get(slot.name, ())
    if named:
        _must_fit(wanted, bundle, kit, slot.name)
    if not wanted:
        return Infeasible(NO_CANDIDATES, slot.name)
    first = wanted[0]
    item = BundleItem(slot.name, slot.query, first.product_id, first.variant_id, slot.quantity)
    larger = replace(bundle, items=(*bundle.items, item))
    return _with(larger, kit, {slot.name: SlotChoice(slot, wanted)})


def set_budget(bundle: Bundle, budget: Money | None, kit: Kit) -> Bundle | Infeasible:
    """Another budget, or none. More money makes the unlocked slots better and fills what was left out; less
    changes nothing as long as it is enough."""
    changed = replace(bundle, budget=budget)
    if budget is None:
        return changed
    if budget.amount < 0:
        raise BadEdit("a budget cannot be negative: say an amount of 0 or more")
    more = bundle.budget is not None and budget > bundle.budget
    if not more:
        stays = _composed(changed, kit, [_fixed(item, kit) for item in bundle.items], budget)
        if not isinstance(stays, Infeasible):
            return stays
    return _freed(changed, kit, {}, _BETTER if more else _STEADY, wider=more)


def dressed(bundle: Bundle, kit: Kit) -> Bundle:
    """The same bundle with the alternatives that fit it as it is now."""
    held = kit.held(bundle)
    choices = [SlotChoice(_slot(item), kit.offers.get(item.slot, ())) for item in bundle.items]
    found = alternatives(choices, held, bundle.budget, kit.together, kit.deals)
    items = (replace(item, alternatives=found.get(item.slot, ())) for item in bundle.items)
    return replace(bundle, items=tuple(items))


def _with(bundle: Bundle, kit: Kit, asked: Mapping[str, SlotChoice]) -> Bundle | Infeasible:
    """The bundle with some slots composed as the shopper asked: alone if possible."""
    items = (replace(item, chosen=item.chosen or item.slot in asked) for item in bundle.items)
    return _freed(replace(bundle, items=tuple(items)), kit, asked, (_fixed, *_STEADY))


def _freed(
    bundle: Bundle,
    kit: Kit,
    asked: Mapping[str, SlotChoice],
    freedoms: Sequence[Freedom],
    *,
    wider: bool = False,
) -> Bundle | Infeasible:
    """Gives the slots that are not asked about one freedom after the other, until a bundle is found.

    `wider`: what was left out may come in.
    """
    found: Bundle | Infeasible = Infeasible(NO_CANDIDATES)
    left_out = [SlotChoice(slot, kit.offers.get(slot.name, ())) for slot in bundle.left_out if wider]
    for freedom in freedoms:
        choices = [asked.get(item.slot) or freedom(item, kit) for item in bundle.items] + left_out
        found = _composed(bundle, kit, choices, bundle.budget)
        if not isinstance(found, Infeasible):
            return found
    return found


def _composed(
    bundle: Bundle, kit: Kit, choices: Sequence[SlotChoice], budget: Money | None
) -> Bundle | Infeasible:
    found = compose(Problem(tuple(choices), budget, kit.together, kit.deals), 1, kit.limits)
    return found if isinstance(found, Infeasible) else _rated(_holding(bundle, found[0]), kit)


def _rated(bundle: Bundle, kit: Kit) -> Bundle:
    """With the score of what it holds: to stay as it was is worth something while composing, not here."""
    slots = (*(_slot(item) for item in bundle.items), *bundle.left_out)
    score = rate([SlotChoice(slot, ()) for slot in slots], kit.held(bundle), kit.together)
    return replace(bundle, score=score)


def _holding(bundle: Bundle, choice: Choice) -> Bundle:
    """The bundle with what was chosen in its slots; optional slots may have gone, others come in."""
    held = {item.slot: item for item in bundle.items}
    slots = (*(_slot(item) for item in bundle.items), *bundle.left_out)
    items = tuple(
        _filled(held.get(slot.name), slot, choice.items[slot.name])
        for slot in slots
        if slot.name in choice.items
    )
    empty = tuple(replace(slot, required=False) for slot in slots if slot.name not in choice.items)
    return replace(bundle, items=items, score=choice.score, optimal=choice.optimal, left_out=empty)


def _filled(item: BundleItem | None, slot: Slot, chosen: Candidate) -> BundleItem:
    """The item of a slot that now holds `chosen`; what was said of another product goes."""
    if item is None:
        return BundleItem(
            slot.name, slot.query, chosen.product_id, chosen.variant_id, slot.quantity, slot.required
        )
    if item.variant_id == chosen.variant_id:
        return item
    return replace(item, product_id=chosen.product_id, variant_id=chosen.variant_id, reason=None)


def _slot(item: BundleItem, *, required: bool = False) -> Slot:
    return Slot(item.slot, item.query, item.quantity, required or item.required or item.locked)


def _fixed(item: BundleItem, kit: Kit) -> SlotChoice:
    """The slot with nothing but what it holds; nothing at all where that is gone."""
    standing = kit.standing.get(item.slot)
    return SlotChoice(_slot(item, required=True), (standing,) if standing else (), locked=item.locked)


def _free(item: BundleItem, kit: Kit) -> SlotChoice:
    """The slot with all that it may hold, as long as it is not locked."""
    if item.locked:
        return _fixed(item, kit)
    standing = kit.standing.get(item.slot)
    offers = kit.offers.get(item.slot, ())
    if standing is None or any(offer.variant_id == standing.variant_id for offer in offers):
        return SlotChoice(_slot(item), offers)
    return SlotChoice(_slot(item), (standing, *offers))


def _steady(item: BundleItem, kit: Kit) -> SlotChoice:
    """The same, where everything but what stands there counts for less: it changes only where it must."""
    free = _free(item, kit)
    less = tuple(
        each
        if each.variant_id == item.variant_id
        else replace(each, relevance=each.relevance * NEWCOMER, quality=each.quality * NEWCOMER)
        for each in free.candidates
    )
    return replace(free, candidates=less)


def _unless_chosen(freedom: Freedom) -> Freedom:
    """Leaves what the shopper asked for as it is."""
    return lambda item, kit: _fixed(item, kit) if item.chosen else freedom(item, kit)


#: What the slots that an edit is not about may do, tried in this order: to keep the bundle as it is as far as
#: possible, and to make it better.
_STEADY: tuple[Freedom, ...] = (_unless_chosen(_steady), _steady)
_BETTER: tuple[Freedom, ...] = (_unless_chosen(_free), _free)


def _cheaper(wanted: Sequence[Candidate], standing: Candidate | None) -> tuple[Candidate, ...]:
    return tuple(c for c in wanted if standing is None or c.price < standing.price)


def _must_fit(wanted: Sequence[Candidate], bundle: Bundle, kit: Kit, slot: str) -> None:
    """Raises `IncompatibleChoice` where the named product excludes what stands in another slot."""
    for item in bundle.items:
        standing = kit.standing.get(item.slot)
        if item.slot == slot or standing is None:
            continue
        for candidate in wanted:
            fact = compatibility.pair(candidate, standing)
            if fact.status == "incompatible":
                raise IncompatibleChoice(fact, candidate.title, standing.title)
            if candidate.product_id == standing.product_id:
                raise BadEdit(f"{candidate.title} is in the bundle already, as {item.slot}")


def _item(bundle: Bundle, slot: str) -> BundleItem:
    for item in bundle.items:
        if item.slot == slot:
            return item
    raise UnknownSlot(slot, tuple(item.slot for item in bundle.items))


def _unlocked(item: BundleItem) -> None:
    if item.locked:
        raise BadEdit(f"{item.slot} is locked: unlock it first")

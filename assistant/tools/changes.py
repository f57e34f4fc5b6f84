"""What edits did to a bundle, as a shopper should be told: what was asked, and what else it took."""

from collections.abc import Iterator, Sequence

from assistant.evidence import Change
from assistant.intent import Edit
from assistant.values import BundleItemView, BundleView


def changes_of(before: BundleView, after: BundleView, done: Sequence[Edit]) -> list[Change]:
    """The edits in their order, each with what it did, then what was changed to make room for them."""
    old = {item.slot: item for item in before.items}
    new = {item.slot: item for item in after.items}
    if any(edit.op in ("undo", "redo") for edit in done):
        return [Change(edit.op) for edit in done if edit.op in ("undo", "redo")]
    told: list[Change] = []
    for edit in done:
        told += _told(edit, old, new)
    named = {change.slot for change in told if change.op != "set_budget"}
    told += [change for change in _differences(old, new) if change.slot not in named]
    return told


def _told(edit: Edit, old: dict[str, BundleItemView], new: dict[str, BundleItemView]) -> list[Change]:
    if edit.op == "set_budget":
        return [Change("set_budget")]
    if edit.op == "swap":
        return [] if edit.slot is None else list(_swapped(edit.slot, old, new))
    if edit.op == "remove":
        return [_removed(old[edit.slot])] if edit.slot in old else []
    if edit.op == "add":
        return []
    title = new[edit.slot].product.title if edit.slot in new else None
    return [Change(edit.op, edit.slot, title)]


def _swapped(slot: str, old: dict[str, BundleItemView], new: dict[str, BundleItemView]) -> Iterator[Change]:
    if slot not in old or slot not in new:
        return
    was, now = old[slot], new[slot]
    if was.product.variant_id != now.product.variant_id:
        yield Change("swap", slot, now.product.title, (was.product.product_id, was.product.title))
    if was.quantity != now.quantity:
        yield Change("count", slot, now.product.title, quantity=now.quantity)


def _differences(old: dict[str, BundleItemView], new: dict[str, BundleItemView]) -> Iterator[Change]:
    for slot in old:
        if slot in new:
            yield from _swapped(slot, old, new)
        else:
            yield _removed(old[slot])
    for slot, item in new.items():
        if slot not in old:
            yield Change("add", slot, item.product.title)


def _removed(item: BundleItemView) -> Change:
    return Change("remove", item.slot, was=(item.product.product_id, item.product.title))

"""What the tools found, as the `Evidence` of each situation: its facts, and the values of its template.

One builder a situation. The keys of `values` are exactly the variables that `say_<situation>.txt` declares;
a value that is not known is None.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.bundling.values import Infeasible
from assistant.facts import (
    COMPARISON,
    bundle_facts,
    cart_facts,
    money_fact,
    policy_facts,
    product_facts,
    spoken,
)
from assistant.intent import EditOp
from assistant.values import BundleView, CartView, Citation, Comparison, Evidence, Fact, Handoff, ProductCard
from shop.money import Money
from shop.serialise import Json
from shop.values import Product

SHOWN = 3
#: Characters of a title in a sentence.
LONGEST_TITLE = 120
#: The subject of facts about everything that was found.
FOUND = "found"

#: A product's record (None where it is gone) and its card.
Item = tuple[Product | None, ProductCard]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an edit did; `was` is the id and the title of what stood there before."""

    op: EditOp | Literal["count"]
    slot: str | None = None
    title: str | None = None
    was: tuple[str, str] | None = None
    quantity: int | None = None


def plain(situation: str) -> Evidence:
    """A situation that needs no facts: `thanks`, `other`, `out_of_scope`, `cart_empty`."""
    return Evidence(situation, ())


def greeting(shop: str | None = None) -> Evidence:
    return Evidence("greeting", (), values={"shop": shop})


def ask_need(choices: Sequence[str] = ()) -> Evidence:
    return Evidence("ask_need", (), values={"choices": list(choices)})


def other_language() -> Evidence:
    """The shopper writes a language that nothing but this answer is written in."""
    return Evidence("other_language", ())


def unknown_reference(text: str) -> Evidence:
    return Evidence("unknown_reference", (), values={"text": text})


def policy_unknown(topic: str) -> Evidence:
    return Evidence("policy_unknown", (), values={"topic": spoken(topic)})


def handoff(state: Handoff, *, waiting: bool = False) -> Evidence:
    situation = "handoff_waiting" if waiting else "handoff"
    return Evidence(situation, (), values={"position": state.position})


def products(
    items: Sequence[Item],
    wish: str,
    relaxed: Sequence[str] = (),
    *,
    close: bool = True,
    limit: Money | None = None,
) -> Evidence:
    """Found products, best first; `relaxed` says which wishes were given up, `close` whether the best one
    fits the words well, `limit` what the shopper would pay at most, where it costs no more."""
    shown = items[:SHOWN]
    facts = _found_facts(items)
    if limit is not None and not relaxed:
        facts += [money_fact("budget", card.product_id, limit, "within {}") for _, card in shown]
    values: dict[str, Json] = {
        "count": len(items),
        "wish": wish,
        "products": [said_of(card) for _, card in shown],
    }
    if relaxed:
        # What a reason says after a semicolon, that these are the closest, the template says by itself.
        given_up = [each.partition(";")[0] for each in relaxed]
        values["relaxed"] = [*given_up]
        facts += [Fact("reason", FOUND, each, each) for each in given_up]
    else:
        values |= {"close": close, "limit": _text(limit)}
    situation = "products_relaxed" if relaxed else "products"
    return Evidence(situation, tuple(facts), tuple(card.product_id for _, card in shown), values)


def suggestions(items: Sequence[Item]) -> Evidence:
    """Products to choose from where no kind of thing was named."""
    shown = items[:SHOWN]
    values: dict[str, Json] = {"products": [said_of(card) for _, card in shown]}
    lead = tuple(card.product_id for _, card in shown)
    return Evidence("suggestions", tuple(_found_facts(items)), lead, values)


def _found_facts(items: Sequence[Item]) -> list[Fact]:
    facts = [fact for product, card in items[:SHOWN] for fact in product_facts(product, card)]
    return [*facts, Fact("count", FOUND, str(len(items)), f"{len(items)} found")]


def nothing_found(wish: str, limits: Sequence[str] = ()) -> Evidence:
    return Evidence("nothing_found", (), values={"wish": wish, "limits": list(limits)})


def bundles(
    views: Sequence[BundleView],
    records: Mapping[str, Product],
    need: str = "",
    *,
    anchors: Sequence[str] = (),
    left: Money | None = None,
    again: bool = False,
) -> Evidence:
    """Composed bundles, best first; the words are about the first. `anchors` are the ids of products that
    the others go with, `left` is the money for these others; `again`: all of it was shown before."""
    first = views[0]
    shown = _bundle(first, records)
    facts = bundle_facts(first, records)
    if left is not None:
        there = (each for each in first.items if each.product.product_id in anchors)
        paid = sum((each.product.price * each.quantity for each in there), Money.zero(left.currency))
        added = first.total - paid
        shown |= {"added": str(added), "left": str(left), "budget": None, "spare": None}
        facts = (
            *facts,
            money_fact("total", first.id, added, "{} for what is added"),
            money_fact("budget", first.id, left, "{} left"),
        )
    goods = [item.product for item in first.items]
    count = Fact("count", FOUND, str(len(views)), f"{len(views)} sets")
    values: dict[str, Json] = {
        "count": len(views),
        "need": need,
        "first": shown,
        "anchors": [title_said(each.title) for each in goods if each.product_id in anchors],
        "mates": [title_said(each.title) for each in goods if each.product_id not in anchors],
        "again": again,
    }
    return Evidence("bundles", (*facts, count), _subjects(first), values)


def bundle_edited(
    view: BundleView,
    records: Mapping[str, Product],
    changes: Sequence[Change],
    *,
    saved: Money | None = None,
    refused: tuple[str | None, str] | None = None,
    dearer_only: Sequence[str] = (),
) -> Evidence:
    """A bundle after edits; `saved` is what it costs less than before, `refused` the slot (None: no certain
    one) and the reason of an edit that was not done, `dearer_only` the slots that nothing cheaper is there
    for."""
    facts = list(bundle_facts(view, records))
    facts += [Fact("name", was[0], was[1], was[1]) for change in changes if (was := change.was)]
    if saved is not None:
        facts.append(money_fact("difference", view.id, saved, "{} less"))
    values: dict[str, Json] = {
        "changes": [_change(each) for each in changes],
        "title": next((title_said(each.title) for each in reversed(changes) if each.title), None),
        "first": _bundle(view, records),
        "saved": _text(saved),
        "same": bool(changes) and all(each.op in ("lock", "unlock") for each in changes),
        "dearer_only": [spoken(each) for each in dearer_only],
        "refused": {"slot": _spoken(refused[0]), "reason": refused[1].rstrip(".")} if refused else None,
    }
    return Evidence("bundle_edited", tuple(dict.fromkeys(facts)), _subjects(view), values)


def _change(change: Change) -> dict[str, Json]:
    return {
        "op": change.op,
        "slot": _spoken(change.slot),
        "title": title_said(change.title) if change.title else None,
        "was": title_said(change.was[1]) if change.was else None,
        "quantity": change.quantity,
    }


def edit_impossible(reason: str, slot: str | None = None, op: EditOp | None = None) -> Evidence:
    """`slot` is what could not be changed, or, of an addition, what could not be added."""
    values: dict[str, Json] = {"reason": reason.rstrip("."), "slot": _spoken(slot), "op": op}
    return Evidence("edit_impossible", (), values=values)


def infeasible(why: Infeasible, budget: Money | None = None) -> Evidence:
    facts = [money_fact("budget", "bundle", budget)] if budget else []
    if why.cheapest_total:
        facts.append(money_fact("total", "bundle", why.cheapest_total))
    values: dict[str, Json] = {
        "reason": why.reason.rstrip("."),
        "slot": _spoken(why.slot),
        "budget": _text(budget),
        "cheapest_total": _text(why.cheapest_total),
    }
    return Evidence("infeasible", tuple(facts), values=values)


def comparison(items: Sequence[Item], table: Comparison) -> Evidence:
    """Compared products, in the table's order; at most three rows that differ are said."""
    cards = [card for _, card in items]
    facts = [fact for product, card in items for fact in product_facts(product, card)]
    cheap, dear = min(cards, key=_price), max(cards, key=_price)
    gap = dear.price - cheap.price if len(cards) == 2 and cheap.price != dear.price else None
    if gap is not None:
        facts.append(money_fact("difference", COMPARISON, gap, "{} apart"))
    rows = [row for row in table.rows if len(set(row.values)) > 1 and row.field != "price"]
    values: dict[str, Json] = {
        "products": [said_of(card) for card in cards],
        "cheaper": title_said(cheap.title) if cheap.price != dear.price else None,
        "lowest": str(cheap.price),
        "gap": _text(gap),
        "differences": [{"field": spoken(row.field), "values": list(row.values)} for row in rows[:SHOWN]],
    }
    return Evidence("comparison", tuple(facts), tuple(card.product_id for card in cards), values)


def product_answer(
    item: Item,
    field: str | None,
    value: str | None,
    quotes: Sequence[str] = (),
    also: Sequence[tuple[str, str | None]] = (),
) -> Evidence:
    """An answer about one product; `value` None says that the record does not know. `also`: facts that were
    asked for in the same message, with their values."""
    product, card = item
    facts = [*product_facts(product, card)]
    facts += [Fact("review", card.product_id, quote, quote) for quote in quotes]
    facts += [
        Fact("attribute", card.product_id, told, f"{spoken(name)} {told}")
        for name, told in ((field, value), *also)
        if name and told
    ]
    values: dict[str, Json] = {
        "product": said_of(card),
        "field": spoken(field) if field else None,
        "value": value,
        "also": [{"field": spoken(name), "value": told} for name, told in also],
        "quotes": list(quotes),
    }
    return Evidence("product_answer", tuple(dict.fromkeys(facts)), (card.product_id,), values)


def cart(view: CartView) -> Evidence:
    values: dict[str, Json] = {
        **_cart_sum(view),
        "discounts": [{"title": one.title, "amount": str(one.amount)} for one in view.discounts],
        "items": [
            {"title": title_said(line.product.title), "quantity": line.quantity, "total": str(line.total)}
            for line in view.lines
        ],
    }
    return Evidence("cart", cart_facts(view), values=values)


def cart_added(view: CartView, titles: Sequence[str]) -> Evidence:
    return Evidence(
        "cart_added",
        cart_facts(view),
        values=_changed(view, titles),
    )


def cart_removed(view: CartView, titles: Sequence[str]) -> Evidence:
    """What was taken out is known by its name alone."""
    gone = [Fact("name", f"removed {place}", title, title) for place, title in enumerate(titles)]
    facts = (*cart_facts(view), *gone)
    return Evidence("cart_removed", facts, values=_changed(view, titles))


def cart_refused(reason: str) -> Evidence:
    """A change that the records forbid: the cart is as it was."""
    return Evidence("cart_refused", (), values={"reason": reason.rstrip(".")})


def checkout(view: CartView, url: str | None = None) -> Evidence:
    return Evidence("checkout", cart_facts(view), values={**_cart_sum(view), "url": url})


def policy(citations: Sequence[Citation], question: str = "") -> Evidence:
    """What a policy page says to a question; the first citation is quoted."""
    first = citations[0]
    values: dict[str, Json] = {
        "title": first.title,
        "quote": first.quote,
        "source": first.source,
        "question": question,
    }
    return Evidence("policy", policy_facts(citations), values=values)


def said_of(card: ProductCard) -> dict[str, Json]:
    """The values of one product, as templates say them."""
    return {
        "title": title_said(card.title),
        "price": str(card.price),
        "list_price": _text(card.list_price),
        "brand": card.brand,
        "stock": card.availability.status,
        "rating": f"{card.rating.value:g}" if card.rating else None,
        "rating_count": card.rating.count if card.rating else 0,
        "reason": card.reasons[0] if card.reasons else None,
    }


def _bundle(view: BundleView, records: Mapping[str, Product]) -> dict[str, Json]:
    """`compatibility` None: no part requires anything, so there is no fit to speak of."""
    ids = (item.product.product_id for item in view.items)
    asks = any(records[key].requires for key in ids if key in records)
    titles = {item.product.product_id: title_said(item.product.title) for item in view.items}
    fact = next(
        (
            f"The {titles[pair.a]} and the {titles[pair.b]} fit together: {pair.fact}"
            for pair in view.facts
            if pair.status == "compatible" and pair.fact and pair.a in titles and pair.b in titles
        ),
        None,
    )
    return {
        "title": view.title,
        "total": str(view.total),
        "savings": str(view.savings) if view.savings.amount > 0 else None,
        "budget": _text(view.budget),
        "added": None,
        "left": None,
        "spare": str(view.budget - view.total) if view.budget and view.total < view.budget else None,
        "compatibility": view.compatibility if asks else None,
        "fact": fact,
        "items": [
            {
                "slot": spoken(item.slot),
                "title": title_said(item.product.title),
                "price": str(item.product.price),
                "quantity": item.quantity,
            }
            for item in view.items
        ],
    }


def _subjects(view: BundleView) -> tuple[str, ...]:
    return (view.id, *(item.product.product_id for item in view.items))


def _changed(view: CartView, titles: Sequence[str]) -> dict[str, Json]:
    return {"titles": [title_said(each) for each in titles], **_cart_sum(view)}


def _cart_sum(view: CartView) -> dict[str, Json]:
    return {"count": sum(line.quantity for line in view.lines), "total": str(view.total)}


def _price(card: ProductCard) -> Money:
    return card.price


def title_said(title: str) -> str:
    """A title as a sentence can hold it: cut between words, or anywhere in a script without blanks."""
    if len(title) <= LONGEST_TITLE:
        return title
    cut = title[:LONGEST_TITLE]
    return f"{cut.rpartition(' ')[0] or cut}…"


def _spoken(slot: str | None) -> str | None:
    return spoken(slot) if slot else None


def _text(money: Money | None) -> str | None:
    return None if money is None else str(money)

"""A stored bundle as it is shown: prices, stock and what fits together, read from the records now.

The explanation is put together from those records alone, in one short paragraph: what has changed since it
was shown, what it costs against the budget and saves, what fits, what is missing, what each other item was
chosen on, and what was left out. Parts go by the names of their slots: their titles stand below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.bundle_candidates import stock
from assistant.bundle_sources import Prices
from assistant.bundling.compatibility import Judgement, judge
from assistant.bundling.values import Bundle, BundleItem, PairFact
from assistant.cards import product_card
from assistant.telling_shopping import BOUGHT
from assistant.values import BundleItemView, BundleView
from retrieval.locale import load_locale
from shop.money import Money
from shop.pricing import price_cart
from shop.values import Product, Variant

#: How many facts of one kind the explanation tells.
MOST_TOLD = 2


@dataclass(frozen=True, slots=True)
class _Line:
    item: BundleItem
    product: Product
    variant: Variant


def bundle_view(
    bundle: Bundle,
    products: Mapping[str, Product],
    prices: Prices,
    currency: str,
    shown: Mapping[str, Money],
) -> BundleView:
    """Items whose record is gone are not shown; the explanation says so. `shown` is what the owner last saw
    each variant cost."""
    lines = _lines(bundle, products)
    cart = price_cart(
        [(line.product, line.variant.id, line.item.quantity) for line in lines],
        prices.promotions,
        codes=(),
        now=prices.now,
        currency=currency,
    )
    list_total = sum((_list_price(line.variant) * line.item.quantity for line in lines), Money.zero(currency))
    judgement = judge([line.product for line in lines])
    view = BundleView(
        id=bundle.id,
        revision=bundle.revision,
        title=bundle.title,
        items=tuple(_item_view(line) for line in lines),
        total=cart.total,
        list_total=list_total,
        savings=list_total - cart.total,
        score=round(bundle.score, 4),
        optimal=bundle.optimal,
        compatibility=judgement.compatibility,
        facts=judgement.facts,
        explanation="",
        expires_at=bundle.expires_at,
        budget=bundle.budget,
    )
    return replace(view, explanation=" ".join(_sentences(view, bundle, lines, judgement, shown)))


def shown_prices(view: BundleView) -> dict[str, Money]:
    """What the owner has seen once this view is handed out."""
    return {item.product.variant_id: item.product.price for item in view.items}


def _lines(bundle: Bundle, products: Mapping[str, Product]) -> list[_Line]:
    lines = []
    for item in bundle.items:
        product = products.get(item.product_id)
        variant = product.variant(item.variant_id) if product else None
        if product is not None and variant is not None:
            lines.append(_Line(item, product, variant))
    return lines


def _item_view(line: _Line) -> BundleItemView:
    return BundleItemView(
        slot=line.item.slot,
        quantity=line.item.quantity,
        locked=line.item.locked,
        product=product_card(line.product, line.variant),
        alternatives=line.item.alternatives,
        reason=line.item.reason,
    )


def _list_price(variant: Variant) -> Money:
    return max(variant.price, variant.list_price or variant.price)


def _sentences(
    view: BundleView, bundle: Bundle, lines: Sequence[_Line], judgement: Judgement, shown: Mapping[str, Money]
) -> list[str]:
    return [
        *_changes(bundle, lines, shown),
        _with_saving(_cost(view, bundle.paid), view),
        *_fitting(lines, judgement),
        *_chosen(lines, judgement),
        *(
            [f"Left out: {_listed([_spoken(slot.name) for slot in bundle.left_out])}."]
            if bundle.left_out
            else []
        ),
    ]


def _with_saving(cost: str, view: BundleView) -> str:
    """The cost, and what is saved in the same sentence."""
    if view.savings.amount <= 0:
        return cost
    return f"{cost.removesuffix('.')}, and you save {view.savings} on the list prices."


def _cost(view: BundleView, paid: Money | None) -> str:
    """Of `paid`, what was there before has cost: the budget that was said is for the rest."""
    if view.budget is None:
        return f"{view.total} in all."
    if view.total > view.budget:
        return (
            f"It costs {view.total} now, {view.total - view.budget} more than your budget of {view.budget}."
        )
    if paid is not None:
        return f"It adds {view.total - paid}, within the {view.budget - paid} that you have left."
    spare = view.budget - view.total
    return f"Fits your {view.budget} budget" + (f" with {spare} to spare." if spare.amount else " exactly.")


def _fitting(lines: Sequence[_Line], judgement: Judgement) -> list[str]:
    """What fits, what does not, and what is required but not there; parts by the names of their slots."""
    titles = {line.product.id: line.product.title for line in lines}
    parts = {line.product.id: _spoken(line.item.slot) for line in lines}
    told: dict[tuple[str, str, str], list[str]] = {}
    for fact in _told(judgement):
        told.setdefault((parts[fact.b], fact.status, fact.fact or fact.status), []).append(
            f"the {parts[fact.a]}"
        )
    sentences = []
    for (other, status, text), ones in told.items():
        many = len(ones) > 1
        goes = ("go" if many else "goes") if status == "compatible" else f"{'do' if many else 'does'} not go"
        who = _listed(ones)
        sentences.append(f"{who[:1].upper()}{who[1:]} {goes} with the {other}: {text}.")
    unmet = judgement.unmet[:MOST_TOLD]
    return sentences + [
        f"{titles[need.product_id]} {need.text}, which nothing here provides." for need in unmet
    ]


def _chosen(lines: Sequence[_Line], judgement: Judgement) -> list[str]:
    """What each item was chosen on, where no fact about it tells it: the orders that hold it with another
    part, the words that found it, or what it is not. What is alike is one sentence."""
    told = {side for fact in _told(judgement) for side in (fact.a, fact.b)}
    parts = {line.product.title: _spoken(line.item.slot) for line in lines}
    bought: dict[frozenset[str], str] = {}
    found: list[str] = []
    others: list[str] = []
    for line in lines:
        part, reason = _spoken(line.item.slot), line.item.reason or ""
        if not reason or line.product.id in told:
            continue
        match = BOUGHT.search(reason)
        mate = match and next((parts[each] for each in _longest(parts) if match[2].startswith(each)), None)
        # What it was bought with may have left the bundle since: then that is no reason to be in it.
        before = reason[: match.start()].strip() if match else reason
        if match and mate:
            bought.setdefault(frozenset((part, mate)), f"{part} and {mate} ({match[1]} orders)")
        elif _is_of_words(reason):
            found.append(part)
            continue
        if before:
            others.append(f"{part[:1].upper()}{part[1:]}: {before[:1].lower()}{before[1:]}")
    return [
        *([f"Bought together before: {_listed(list(bought.values()))}."] if bought else []),
        *([f"Found by the words of the wish: {_listed(found)}."] if found else []),
        *others,
    ]


def _longest(titles: Mapping[str, str]) -> list[str]:
    return sorted(titles, key=len, reverse=True)


def _is_of_words(reason: str) -> bool:
    """Whether it tells only which words of a search found the thing."""
    return reason.lower().startswith(load_locale().say("title", words="").lower())


def _told(judgement: Judgement) -> Sequence[PairFact]:
    return sorted(judgement.facts, key=lambda fact: fact.status, reverse=True)[:MOST_TOLD]


def _changes(bundle: Bundle, lines: Sequence[_Line], shown: Mapping[str, Money]) -> list[str]:
    """What is not as it was when the owner last saw it."""
    told = []
    if len(lines) < len(bundle.items):
        there = {line.item.slot for line in lines}
        gone = [_spoken(item.slot) for item in bundle.items if item.slot not in there]
        told.append(f"No longer sold: {_listed(gone)}.")
    for line in lines:
        title, now = line.product.title, line.variant.price
        before, left = shown.get(line.variant.id, now), stock(line.variant)
        if left is not None and left < line.item.quantity:
            told.append(
                f"Only {left} of {title} are left." if left else f"{title} has sold out since it was shown."
            )
        if before != now:
            told.append(f"The price of {title} changed since it was shown: from {before} to {now}.")
    return told


def _spoken(slot: str) -> str:
    return slot.replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

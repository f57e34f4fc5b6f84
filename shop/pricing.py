"""What a cart costs: prices of the records less the promotions that hold. Pure.

The rule, so that nobody has to read the code to know a price:
1. A promotion holds where its time has come and is not over, its code was given (case does not count) or
   it needs none, and the cart is worth its minimum before any discount.
2. A set promotion is applied as often as complete sets are in the cart. A unit is in one set at most, and
   one that is in a set takes no percentage promotion.
3. Every line takes at most one percentage promotion for its other units: the one that takes most off.
4. Then at most one fixed promotion, the one that takes most off what is left of the lines it is for.
5. Which sets are used is chosen for the shopper: all choices are tried, the lowest total counts. A set is
   filled with the dearest units, sets with the biggest saving first; of many set promotions only the
   `MOST_SETS` with the biggest saving are tried.
Nothing falls below zero, half a minor unit of a discount is rounded up, and one more promotion never
makes a cart dearer.

Errors: `UnknownVariant` where a line names a variant that its product does not have, `CurrencyMismatch`
where a price is not in the cart's currency. It does not know tax or shipping.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, combinations

from shop.errors import UnknownVariant
from shop.money import Money
from shop.values import Product, Promotion

#: Two to this power carts are priced at worst.
MOST_SETS = 6


@dataclass(frozen=True, slots=True)
class PricedLine:
    """`subtotal` is `price` times `quantity`, `total` what is left of it after `discount`."""

    product_id: str
    variant_id: str
    quantity: int
    price: Money
    subtotal: Money
    discount: Money
    total: Money


@dataclass(frozen=True, slots=True)
class Discount:
    """What one promotion takes off the whole cart."""

    promotion_id: str
    title: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PricedCart:
    """`total` is `subtotal` less all `discounts`, and the sum of the lines' totals."""

    lines: tuple[PricedLine, ...]
    subtotal: Money
    discounts: tuple[Discount, ...]
    total: Money


@dataclass(frozen=True, slots=True)
class _Line:
    product: Product
    variant_id: str
    price: int
    quantity: int

    def meets(self, entry: str) -> bool:
        """Can fill this place of a set: a product id or a category."""
        return self.product.id == entry or self.product.is_in(entry)

    def is_for(self, promotion: Promotion) -> bool:
        if not promotion.product_ids and not promotion.categories:
            return True
        named = self.product.id in promotion.product_ids
        return named or any(self.product.is_in(category) for category in promotion.categories)


class _Plan:
    """One way to apply promotions: what each takes off each line, in minor units."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self.lines = lines
        self.free = [line.quantity for line in lines]
        self.left = [line.price * line.quantity for line in lines]
        self.taken: Counter[str] = Counter()

    @property
    def total(self) -> int:
        return sum(self.left)

    def take(self, promotion: Promotion, shares: Sequence[int]) -> None:
        self.left = [left - share for left, share in zip(self.left, shares, strict=True)]
        self.taken[promotion.id] += sum(shares)


def price_cart(
    lines: Iterable[tuple[Product, str, int]],
    promotions: Iterable[Promotion],
    *,
    codes: Collection[str],
    now: datetime,
    currency: str,
) -> PricedCart:
    """Prices lines of (product, variant id, quantity) by the rule at the top."""
    cart = [_line(product, variant_id, quantity, currency) for product, variant_id, quantity in lines]
    subtotal = sum(line.price * line.quantity for line in cart)
    given = {code.strip().casefold() for code in codes}
    known = {each.id: each for each in promotions if _holds(each, subtotal, given, now, currency)}
    plan = _best_plan(cart, sorted(known.values(), key=lambda promotion: promotion.id))
    return PricedCart(
        tuple(_priced(line, left, currency) for line, left in zip(cart, plan.left, strict=True)),
        Money(subtotal, currency),
        tuple(Discount(key, known[key].title, Money(n, currency)) for key, n in plan.taken.items() if n),
        Money(plan.total, currency),
    )


def most_off(
    places: Iterable[Sequence[tuple[Product, str, int]]],
    promotions: Iterable[Promotion],
    *,
    now: datetime,
    currency: str,
) -> int:
    """An upper bound, in minor units, of what promotions without a code take off any cart that holds at most
    one line of each place, beside what they take off each line bought alone. 0 where they take nothing off
    several lines at once."""
    known = [[_line(product, key, count, currency) for product, key, count in place] for place in places]
    worth = _dearest(known)
    joint = [each for each in promotions if is_joint(each) and _holds(each, worth, (), now, currency)]
    sets = sum(_most_off_sets(each, known) for each in joint if each.kind == "set")
    shares = sum(_most_off_once(each, known) + _units(known) for each in joint if each.kind == "percentage")
    fixed = max((_most_off_once(each, known) for each in joint if each.kind == "fixed"), default=0)
    return min(sets + shares + fixed, worth)


def is_joint(promotion: Promotion) -> bool:
    """Whether it depends on more than one line, as a percentage does where the cart has a minimum."""
    return promotion.kind != "percentage" or promotion.minimum is not None


def _most_off_sets(promotion: Promotion, places: Sequence[Sequence[_Line]]) -> int:
    fitting = [[line for line in place if any(map(line.meets, promotion.set_of))] for place in places]
    if not promotion.set_of or not all(
        any(line.meets(entry) for place in fitting for line in place) for entry in promotion.set_of
    ):
        return 0
    worth = _dearest(fitting)
    if promotion.percent is not None:
        # Each set's share is rounded by itself.
        return min(worth * promotion.percent // 100 + _units(fitting), worth)
    return _off(promotion, worth) * (_units(fitting) // len(promotion.set_of))


def _most_off_once(promotion: Promotion, places: Sequence[Sequence[_Line]]) -> int:
    return _off(promotion, _dearest([[line for line in place if line.is_for(promotion)] for place in places]))


def _dearest(places: Sequence[Sequence[_Line]]) -> int:
    return sum(max((line.price * line.quantity for line in place), default=0) for place in places)


def _units(places: Sequence[Sequence[_Line]]) -> int:
    return sum(max((line.quantity for line in place), default=0) for place in places)


def _line(product: Product, variant_id: str, quantity: int, currency: str) -> _Line:
    variant = product.variant(variant_id)
    if variant is None:
        raise UnknownVariant(variant_id)
    price = variant.price - Money.zero(currency)
    return _Line(product, variant_id, price.amount, quantity)


def _priced(line: _Line, left: int, currency: str) -> PricedLine:
    subtotal = line.price * line.quantity
    return PricedLine(
        line.product.id,
        line.variant_id,
        line.quantity,
        Money(line.price, currency),
        Money(subtotal, currency),
        Money(subtotal - left, currency),
        Money(left, currency),
    )


def _holds(promotion: Promotion, subtotal: int, codes: Collection[str], now: datetime, currency: str) -> bool:
    if promotion.starts_at is not None and now < promotion.starts_at:
        return False
    if promotion.ends_at is not None and now >= promotion.ends_at:
        return False
    if promotion.code is not None and promotion.code.strip().casefold() not in codes:
        return False
    amounts = [money for money in (promotion.amount, promotion.minimum) if money is not None]
    if any(money.currency != currency for money in amounts):
        return False
    return promotion.minimum is None or subtotal >= promotion.minimum.amount


def _best_plan(lines: Sequence[_Line], promotions: Sequence[Promotion]) -> _Plan:
    sets = sorted(
        (promotion for promotion in promotions if promotion.kind == "set"),
        key=lambda promotion: -_saving_of_one_set(promotion, lines),
    )[:MOST_SETS]
    choices = chain.from_iterable(combinations(sets, size) for size in range(len(sets) + 1))
    return min((_planned(lines, chosen, promotions) for chosen in choices), key=lambda plan: plan.total)


def _planned(lines: Sequence[_Line], sets: Iterable[Promotion], promotions: Sequence[Promotion]) -> _Plan:
    plan = _Plan(lines)
    for promotion in sets:
        _apply_set(plan, promotion)
    _apply_percentages(plan, [each for each in promotions if each.kind == "percentage"])
    _apply_fixed(plan, [each for each in promotions if each.kind == "fixed"])
    return plan


def _saving_of_one_set(promotion: Promotion, lines: Sequence[_Line]) -> int:
    picked = _pick_set(promotion, lines, [line.quantity for line in lines])
    return _off(promotion, sum(lines[index].price * units for index, units in picked.items()))


def _apply_set(plan: _Plan, promotion: Promotion) -> None:
    """Takes complete sets out of the free units, as many at once as are made of the same lines."""
    while picked := _pick_set(promotion, plan.lines, plan.free):
        times = min(plan.free[index] // units for index, units in picked.items())
        worth = [line.price * picked[index] for index, line in enumerate(plan.lines)]
        shares = _spread(_off(promotion, sum(worth)), worth)
        plan.take(promotion, [share * times for share in shares])
        for index, units in picked.items():
            plan.free[index] -= units * times


def _pick_set(promotion: Promotion, lines: Sequence[_Line], free: Sequence[int]) -> Counter[int]:
    """How many units of which line make one set; empty where it cannot be completed.

    The place that fewest lines can fill is filled first, each with the dearest unit that is free.
    """
    candidates = [
        [index for index, line in enumerate(lines) if line.meets(entry)] for entry in promotion.set_of
    ]
    picked: Counter[int] = Counter()
    for indexes in sorted(candidates, key=len):
        open_to = [index for index in indexes if picked[index] < free[index]]
        if not open_to:
            return Counter()
        picked[max(open_to, key=lambda index: lines[index].price)] += 1
    return picked


def _apply_percentages(plan: _Plan, promotions: Sequence[Promotion]) -> None:
    for index, line in enumerate(plan.lines):
        fitting = [each for each in promotions if line.is_for(each)]
        if fitting:
            best = max(fitting, key=lambda promotion: promotion.percent or 0)
            off = _off(best, line.price * plan.free[index])
            plan.take(best, [off if other == index else 0 for other in range(len(plan.lines))])


def _apply_fixed(plan: _Plan, promotions: Sequence[Promotion]) -> None:
    def worth(promotion: Promotion) -> list[int]:
        pairs = zip(plan.lines, plan.left, strict=True)
        return [left if line.is_for(promotion) else 0 for line, left in pairs]

    if promotions:
        best = max(promotions, key=lambda promotion: _off(promotion, sum(worth(promotion))))
        plan.take(best, _spread(_off(best, sum(worth(best))), worth(best)))


def _off(promotion: Promotion, worth: int) -> int:
    """What the promotion takes off something worth this much."""
    if promotion.percent is not None:
        return min((worth * promotion.percent + 50) // 100, worth)
    return min(promotion.amount.amount, worth) if promotion.amount else 0


def _spread(amount: int, weights: Sequence[int]) -> list[int]:
    """`amount` shared out by weight, to the unit; nobody gets more than the own weight."""
    total = sum(weights)
    shares, before, given = [], 0, 0
    for weight in weights:
        before += weight
        upto = amount * before // total if total else 0
        shares.append(upto - given)
        given = upto
    return shares

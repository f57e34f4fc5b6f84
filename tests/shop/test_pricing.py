"""Prices of carts: the rule of `shop.pricing`, case by case and as properties of any cart."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shop.errors import UnknownVariant
from shop.money import CurrencyMismatch, Money
from shop.pricing import PricedCart, price_cart
from shop.values import Availability, Product, Promotion, Variant

MakeProduct = Callable[..., Product]

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
Line = tuple[Product, str, int]


def usd(amount: int) -> Money:
    return Money(amount, "USD")


def item(key: str, price: int, quantity: int = 1, *categories: str) -> Line:
    sold = Variant(f"{key}-one", key, usd(price), Availability("in_stock"))
    return Product(key, key, key, "", categories, (sold,)), sold.id, quantity


def promotion(kind: Any, key: str = "deal", **rule: Any) -> Promotion:
    return Promotion(key, key.title(), kind, **rule)


def priced(lines: list[Line], *promotions: Promotion, codes: tuple[str, ...] = ()) -> PricedCart:
    return price_cart(lines, promotions, codes=codes, now=NOON, currency="USD")


def taken(cart: PricedCart) -> dict[str, int]:
    return {discount.promotion_id: discount.amount.amount for discount in cart.discounts}


def test_an_empty_cart_costs_nothing() -> None:
    assert priced([], promotion("fixed", amount=usd(500))) == PricedCart((), usd(0), (), usd(0))


def test_without_promotions_a_cart_costs_what_its_lines_cost() -> None:
    cart = priced([item("mug", 900, 2), item("tea", 350)])

    assert [line.subtotal for line in cart.lines] == [usd(1800), usd(350)]
    assert (cart.subtotal, cart.total, cart.discounts) == (usd(2150), usd(2150), ())


def test_a_percentage_is_taken_off_the_lines_that_it_is_for() -> None:
    deal = promotion("percentage", percent=10, categories=("Kitchen",))

    cart = priced([item("mug", 900, 2, "Kitchen > Mugs"), item("rope", 350, 1, "Garden")], deal)

    assert [line.discount for line in cart.lines] == [usd(180), usd(0)]
    assert cart.total == usd(1970)


def test_a_category_is_no_beginning_of_a_word() -> None:
    deal = promotion("percentage", percent=10, categories=("Kitchen",))

    assert priced([item("mug", 900, 1, "Kitchenware")], deal).total == usd(900)


def test_half_a_cent_of_a_discount_is_rounded_up() -> None:
    assert taken(priced([item("mug", 25)], promotion("percentage", percent=10))) == {"deal": 3}


def test_a_line_takes_only_the_best_of_two_percentages() -> None:
    cart = priced(
        [item("mug", 1000)],
        promotion("percentage", "ten", percent=10),
        promotion("percentage", "five", percent=5),
    )

    assert taken(cart) == {"ten": 100}


def test_different_lines_may_take_different_percentages() -> None:
    cart = priced(
        [item("mug", 1000), item("tea", 1000)],
        promotion("percentage", "all", percent=10),
        promotion("percentage", "tea", percent=20, product_ids=("tea",)),
    )

    assert taken(cart) == {"all": 100, "tea": 200}


def test_a_fixed_amount_is_taken_once_after_percentages() -> None:
    cart = priced(
        [item("mug", 1000, 3)],
        promotion("percentage", "ten", percent=10),
        promotion("fixed", "five", amount=usd(500)),
    )

    assert taken(cart) == {"ten": 300, "five": 500}
    assert cart.total == usd(2200)


def test_only_the_best_of_two_fixed_amounts_is_taken() -> None:
    cart = priced(
        [item("mug", 1000), item("tea", 300)],
        promotion("fixed", "five", amount=usd(500), product_ids=("tea",)),
        promotion("fixed", "four", amount=usd(400)),
    )

    assert taken(cart) == {"four": 400}


def test_a_fixed_amount_never_takes_more_than_its_lines_cost() -> None:
    cart = priced(
        [item("mug", 1000), item("tea", 300)], promotion("fixed", amount=usd(500), product_ids=("tea",))
    )

    assert taken(cart) == {"deal": 300}
    assert cart.total == usd(1000)


def test_a_promotion_with_a_code_needs_its_code_in_any_case() -> None:
    deal = promotion("percentage", percent=10, code="Spring26")

    assert priced([item("mug", 1000)], deal).total == usd(1000)
    assert priced([item("mug", 1000)], deal, codes=("WRONG",)).total == usd(1000)
    assert priced([item("mug", 1000)], deal, codes=(" spring26",)).total == usd(900)


def test_a_minimum_counts_the_cart_before_discounts() -> None:
    deal = promotion("percentage", percent=10, minimum=usd(2000))

    assert priced([item("mug", 1000)], deal).total == usd(1000)
    assert priced([item("mug", 1000), item("tea", 999)], deal).total == usd(1999)
    assert priced([item("mug", 1000), item("tea", 1000)], deal).total == usd(1800)


@pytest.mark.parametrize(
    ("starts", "ends", "total"),
    [
        (0, 1, 900),
        (1, 2, 1000),
        (-2, -1, 1000),
        (-1, 0, 1000),
        (None, None, 900),
        (-1, None, 900),
        (None, 1, 900),
    ],
)
def test_a_promotion_holds_from_its_start_until_just_before_its_end(
    starts: int | None, ends: int | None, total: int
) -> None:
    deal = promotion(
        "percentage",
        percent=10,
        starts_at=None if starts is None else NOON + timedelta(hours=starts),
        ends_at=None if ends is None else NOON + timedelta(hours=ends),
    )

    assert priced([item("mug", 1000)], deal).total == usd(total)


def test_a_set_is_cheaper_as_often_as_it_is_complete() -> None:
    deal = promotion("set", amount=usd(200), set_of=("mug", "tea"))

    assert taken(priced([item("mug", 900, 5), item("tea", 300, 2)], deal)) == {"deal": 400}
    assert taken(priced([item("mug", 900, 5)], deal)) == {}


def test_a_set_may_ask_for_two_of_one_shelf() -> None:
    deal = promotion("set", percent=50, set_of=("Kitchen", "Kitchen"))

    assert taken(priced([item("mug", 1000, 1, "Kitchen"), item("pot", 600, 1, "Kitchen > Pots")], deal)) == {
        "deal": 800
    }
    assert taken(priced([item("mug", 1000, 3, "Kitchen")], deal)) == {"deal": 1000}


def test_a_set_leaves_the_narrow_place_to_the_one_thing_that_fits_it() -> None:
    deal = promotion("set", percent=100, set_of=("Kitchen", "mug"))

    cart = priced([item("mug", 2000, 1, "Kitchen"), item("pot", 600, 1, "Kitchen")], deal)

    assert cart.total == usd(0)


def test_a_unit_in_a_set_takes_no_percentage_and_the_others_do() -> None:
    cart = priced(
        [item("mug", 1000, 3), item("tea", 500)],
        promotion("set", "pair", percent=40, set_of=("mug", "tea")),
        promotion("percentage", "ten", percent=10, product_ids=("mug",)),
    )

    assert taken(cart) == {"pair": 600, "ten": 200}


def test_a_set_that_costs_the_shopper_a_better_percentage_is_not_used() -> None:
    cart = priced(
        [item("mug", 1000), item("tea", 1000)],
        promotion("set", "pair", amount=usd(100), set_of=("mug", "tea")),
        promotion("percentage", "half", percent=50),
    )

    assert taken(cart) == {"half": 1000}


def test_of_two_sets_that_share_a_thing_the_better_is_used() -> None:
    cart = priced(
        [item("mug", 1000), item("tea", 400), item("pot", 400)],
        promotion("set", "a", amount=usd(100), set_of=("mug", "tea")),
        promotion("set", "b", amount=usd(300), set_of=("mug", "pot")),
    )

    assert taken(cart) == {"b": 300}


def test_two_small_sets_win_over_one_big_one_where_they_save_more() -> None:
    cart = priced(
        [item("mug", 1000), item("tea", 1000), item("pot", 1000), item("jar", 1000)],
        promotion("set", "big", amount=usd(500), set_of=("mug", "tea")),
        promotion("set", "one", amount=usd(300), set_of=("mug", "pot")),
        promotion("set", "two", amount=usd(300), set_of=("tea", "jar")),
    )

    assert taken(cart) == {"one": 300, "two": 300}


def test_a_promotion_in_another_currency_does_not_hold() -> None:
    deal = promotion("fixed", amount=Money(500, "EUR"))

    assert priced([item("mug", 1000)], deal).total == usd(1000)


def test_a_price_in_another_currency_is_refused() -> None:
    with pytest.raises(CurrencyMismatch):
        price_cart([item("mug", 1000)], [], codes=(), now=NOON, currency="EUR")


def test_a_line_of_an_unknown_variant_is_refused() -> None:
    with pytest.raises(UnknownVariant):
        priced([(item("mug", 1000)[0], "mug-two", 1)])


SHELVES = ("Kitchen", "Kitchen > Mugs", "Garden")
NAMES = ("mug", "tea", "pot", "jar")
lines = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.integers(1, 5_000),
        st.integers(1, 6),
        st.lists(st.sampled_from(SHELVES), max_size=2),
    ),
    max_size=4,
    unique_by=lambda line: line[0],
).map(lambda rows: [item(name, price, quantity, *shelves) for name, price, quantity, shelves in rows])
places = st.lists(st.sampled_from((*NAMES, *SHELVES)), min_size=2, max_size=3).map(tuple)
narrow = st.lists(st.sampled_from(SHELVES), max_size=1).map(tuple)
percents = st.integers(1, 100)
sums = st.integers(1, 6_000).map(usd)
keys = st.integers(0, 10**6).map(str)
promotions = st.one_of(
    st.builds(promotion, st.just("percentage"), keys, percent=percents, categories=narrow),
    st.builds(promotion, st.just("fixed"), keys, amount=sums, categories=narrow, minimum=st.none() | sums),
    st.builds(promotion, st.just("set"), keys, percent=percents, set_of=places),
    st.builds(promotion, st.just("set"), keys, amount=sums, set_of=places),
)
several = st.lists(promotions, max_size=5, unique_by=lambda each: each.id)


@given(lines, several)
def test_a_cart_always_adds_up(cart_lines: list[Line], deals: list[Promotion]) -> None:
    cart = priced(cart_lines, *deals)

    discounts = sum(taken(cart).values())
    assert cart.total + usd(discounts) == cart.subtotal
    assert cart.total.amount == sum(line.total.amount for line in cart.lines)
    assert all(line.total + line.discount == line.subtotal for line in cart.lines)
    assert all(amount > 0 for amount in taken(cart).values())


@given(lines, several)
def test_nothing_ever_falls_below_zero_or_rises(cart_lines: list[Line], deals: list[Promotion]) -> None:
    cart = priced(cart_lines, *deals)

    assert all(0 <= line.total.amount <= line.subtotal.amount for line in cart.lines)


@settings(max_examples=200)
@given(lines, several, promotions)
def test_one_more_promotion_never_makes_a_cart_dearer(
    cart_lines: list[Line], deals: list[Promotion], another: Promotion
) -> None:
    others = [deal for deal in deals if deal.id != another.id]

    assert priced(cart_lines, *others, another).total <= priced(cart_lines, *others).total


@given(lines, several, st.randoms(use_true_random=False))
def test_the_order_of_promotions_does_not_matter(
    cart_lines: list[Line], deals: list[Promotion], random: Any
) -> None:
    shuffled = list(deals)
    random.shuffle(shuffled)

    assert priced(cart_lines, *shuffled) == priced(cart_lines, *deals)


@given(
    lines,
    st.lists(
        st.builds(promotion, st.just("percentage"), keys, percent=percents),
        max_size=4,
        unique_by=lambda each: each.id,
    ),
)
def test_no_line_takes_more_than_the_best_percentage(cart_lines: list[Line], deals: list[Promotion]) -> None:
    best = max((deal.percent or 0 for deal in deals), default=0)

    for line in priced(cart_lines, *deals).lines:
        assert line.discount.amount == (line.subtotal.amount * best + 50) // 100


@given(lines, places, st.integers(1, 50))
def test_no_more_sets_are_paid_for_than_there_are(
    cart_lines: list[Line], set_of: tuple[str, ...], off: int
) -> None:
    """Counted apart from the code under test: every set uses up one unit for each of its places."""
    cart = priced(cart_lines, promotion("set", amount=usd(off), set_of=set_of))

    fitting = [
        quantity
        for product, _, quantity in cart_lines
        if any(product.id == e or product.is_in(e) for e in set_of)
    ]
    per_place = [
        sum(quantity for product, _, quantity in cart_lines if product.id == entry or product.is_in(entry))
        // Counter(set_of)[entry]
        for entry in set_of
    ]
    most = min(sum(fitting) // len(set_of), *per_place)
    assert sum(taken(cart).values()) <= off * most

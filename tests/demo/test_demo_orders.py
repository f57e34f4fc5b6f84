"""The orders and reviews: true to the catalogue, and with the signal that the process puts into them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

from demo.facts import fits
from demo.orders import DAYS, NOW, PRICES_SINCE
from shop.values import Order, Product
from tests.demo.conftest import Shop


def test_every_line_is_a_variant_of_the_shop_at_the_price_of_its_day(shop: Shop) -> None:
    for order in shop.orders:
        for line in order.lines:
            product = shop.product(line.product_id)
            variant = product.variant(line.variant_id)
            assert variant is not None, line
            before = order.placed_at < PRICES_SINCE and variant.list_price
            assert line.price == (before or variant.price)
            assert line.title == product.title
            assert 1 <= line.quantity <= 4


def test_a_total_is_the_sum_of_its_lines(shop: Shop) -> None:
    for order in shop.orders:
        assert order.total.amount == sum(line.price.amount * line.quantity for line in order.lines)


def test_an_order_names_no_product_twice(shop: Shop) -> None:
    for order in shop.orders:
        assert len({line.product_id for line in order.lines}) == len(order.lines) >= 1


def test_orders_belong_to_customers_of_the_shop_and_every_customer_has_some(shop: Shop) -> None:
    counts = Counter(order.customer_id for order in shop.orders)
    assert set(counts) == {customer.id for customer in shop.customers}
    assert min(counts.values()) >= 5


def test_orders_lie_in_the_eighteen_months_before_the_fixed_day_in_the_order_of_their_numbers(
    shop: Shop,
) -> None:
    moments = [order.placed_at for order in shop.orders]
    assert datetime(2026, 11, 1, tzinfo=UTC) == NOW
    assert NOW - timedelta(days=DAYS) <= moments[0]
    assert moments[-1] < NOW
    assert moments == sorted(moments)
    assert [order.id for order in shop.orders] == sorted(order.id for order in shop.orders)


def test_a_status_follows_the_age(shop: Shop) -> None:
    def youngest_and_oldest(status: str) -> tuple[timedelta, timedelta]:
        ages = [NOW - order.placed_at for order in shop.orders if order.status == status]
        return min(ages), max(ages)

    assert youngest_and_oldest("pending")[1] <= youngest_and_oldest("paid")[0]
    assert youngest_and_oldest("paid")[1] <= youngest_and_oldest("shipped")[0]
    assert youngest_and_oldest("shipped")[1] <= youngest_and_oldest("delivered")[0]
    assert youngest_and_oldest("returned")[0] > timedelta(days=14)
    assert sum(order.status == "cancelled" for order in shop.orders) > 20


def test_what_was_posted_and_only_that_has_a_tracking_number(shop: Shop) -> None:
    for order in shop.orders:
        assert (order.tracking is not None) == (order.status in ("shipped", "delivered", "returned"))


def test_what_is_known_to_misfit_is_rarely_bought_together_and_often_sent_back(shop: Shop) -> None:
    verdicts = {order.id: _verdicts(shop, order) for order in shop.orders}
    every = [verdict for of_order in verdicts.values() for verdict in of_order if verdict is not None]
    assert every.count(False) / len(every) < 0.1
    sent_back = {order.id for order in shop.orders if order.status == "returned"}
    misfit = {key for key, of_order in verdicts.items() if False in of_order}
    assert len(sent_back & misfit) / len(misfit) > 3 * len(sent_back - misfit) / (len(verdicts) - len(misfit))


def test_things_that_complement_each_other_are_bought_together_more_than_by_chance(shop: Shop) -> None:
    shelves = {product.id: product.categories[0] for product in shop.products}
    baskets = [{shelves[line.product_id] for line in order.lines} for order in shop.orders]

    def lift(one: str, other: str) -> float:
        share = [sum(shelf in basket for basket in baskets) / len(baskets) for shelf in (one, other)]
        return sum({one, other} <= basket for basket in baskets) / len(baskets) / (share[0] * share[1])

    assert lift("Camping > Stoves", "Camping > Gas") > 10
    assert lift("Coffee > Pour-over", "Coffee > Filters") > 10
    assert lift("Camping > Stoves", "Travel > Suitcases") < 3


def test_every_product_was_bought_at_least_once(shop: Shop) -> None:
    bought = {line.product_id for order in shop.orders for line in order.lines}
    assert bought == {product.id for product in shop.products}


def test_a_verified_review_follows_a_delivery_of_its_product_to_its_writer(shop: Shop) -> None:
    bought = {
        (order.customer_id, line.product_id, order.placed_at)
        for order in shop.orders
        for line in order.lines
        if order.status == "delivered"
    }
    for review in shop.reviews:
        before = [
            at
            for customer, product, at in bought
            if (customer, product) == (review.customer_id, review.product_id)
        ]
        assert review.verified == (review.customer_id is not None)
        assert not review.verified or min(before) < review.at
        assert review.at < NOW


def test_nobody_reviews_one_thing_twice_and_most_reviews_are_verified(shop: Shop) -> None:
    written = Counter((r.customer_id, r.product_id) for r in shop.reviews if r.verified)
    assert max(written.values()) == 1
    assert sum(written.values()) > 0.95 * len(shop.reviews) > 500


def _verdicts(shop: Shop, order: Order) -> list[bool | None]:
    products = [shop.product(line.product_id) for line in order.lines]
    return [_fit(one, other) for one, other in combinations(products, 2)]


def _fit(one: Product, other: Product) -> bool | None:
    both = {fits(one.requires, other.provides), fits(other.requires, one.provides)}
    return False if False in both else True if True in both else None

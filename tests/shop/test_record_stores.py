"""The stores of what stands beside the products: in and out unchanged, written only where different."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from shop.customers import Customers
from shop.ids import new_id
from shop.money import Money
from shop.occasions import Occasions
from shop.orders import Orders
from shop.policies import Policies
from shop.profile import Profile
from shop.promotions import Promotions
from shop.reviews import Reviews
from shop.values import (
    Address,
    Customer,
    ImportCounts,
    Occasion,
    OccasionSlot,
    Order,
    OrderLine,
    Policy,
    Promotion,
    Review,
    ShopProfile,
)
from storage import Database, UnitOfWork

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOME = Address("Ada Lovelace", "1 Engine Street", "London", "N1 9GU", "GB")


@pytest.fixture
def work(database: Database) -> Iterator[UnitOfWork]:
    with database.begin() as work:
        yield work


def order(key: str, *product_ids: str, days: int = 0, customer: str = "ada") -> Order:
    lines = tuple(OrderLine(each, f"{each}-one", each.title(), 1, Money(500, "USD")) for each in product_ids)
    return Order(key, customer, NOON + timedelta(days=days), "paid", lines, Money(500 * len(lines), "USD"))


def review(key: str, *, days: int = 0, verified: bool = False, customer: str | None = None) -> Review:
    return Review(key, "mug", 4, f"Review {key}.", NOON + timedelta(days=days), customer, verified)


def test_a_customer_comes_back_with_or_without_an_address(work: UnitOfWork) -> None:
    ada = Customer("ada", "Ada Lovelace", "Ada@example.com", "+44 1", HOME)
    bob = Customer("bob", "Bob", "bob@example.com")
    Customers(work).put([bob, ada])

    assert Customers(work).all() == (ada, bob)
    assert Customers(work).get("ada") == ada
    assert Customers(work).get("eve") is None
    assert Customers(work).by_email(" ada@EXAMPLE.com ") == (ada,)


def test_records_that_are_there_already_are_left_alone(work: UnitOfWork) -> None:
    customers = Customers(work)
    ada, bob = Customer("ada", "Ada", "a@example.com"), Customer("bob", "Bob", "b@example.com")

    assert customers.put([ada, bob]) == ImportCounts(added=2)
    assert customers.put([ada, bob]) == ImportCounts(unchanged=2)
    assert customers.put([Customer("ada", "Ada L.", "a@example.com"), bob]) == ImportCounts(
        changed=1, unchanged=1
    )
    assert customers.remove(["bob", "eve"]) == 1
    assert list(customers.ids()) == ["ada"]


def test_an_order_comes_back_with_its_lines_in_order(work: UnitOfWork) -> None:
    lines = (
        OrderLine("tea", "tea-one", "Tea", 3, Money(350, "USD")),
        OrderLine("mug", "mug-red", "Mug", 1, Money(900, "USD")),
    )
    bought = Order("o-1", "ada", NOON, "shipped", lines, Money(1950, "USD"), HOME, "TR1")
    Orders(work).put([bought])

    assert Orders(work).get("o-1") == bought
    assert Orders(work).get("o-2") is None


def test_a_customers_orders_come_newest_first_and_are_nobody_elses(work: UnitOfWork) -> None:
    orders = Orders(work)
    orders.put([order("old", "mug"), order("new", "tea", days=2), order("other", "mug", customer="bob")])

    assert [each.id for each in orders.of_customer("ada")] == ["new", "old"]
    assert [each.id for each in orders.of_customer("ada", limit=1)] == ["new"]
    assert orders.of_customer("eve") == ()


def test_an_order_that_changed_is_replaced_with_its_lines(work: UnitOfWork) -> None:
    orders = Orders(work)
    orders.put([order("o-1", "mug", "tea"), order("o-2", "mug")])

    assert orders.put([order("o-1", "mug"), order("o-2", "mug")]) == ImportCounts(changed=1, unchanged=1)
    assert orders.get("o-1") == order("o-1", "mug")
    assert orders.remove(["o-1"]) == 1
    assert list(orders.ids()) == ["o-2"]


def test_baskets_are_streamed_with_each_product_once(work: UnitOfWork) -> None:
    many = [order(f"o-{number:04d}", "mug", "tea", "mug") for number in range(1_001)]
    Orders(work).put(many)

    baskets = list(Orders(work).all_baskets())

    assert baskets == [("mug", "tea")] * 1_001
    assert Orders(work).count() == 1_001


def test_reviews_come_verified_first_then_newest(work: UnitOfWork) -> None:
    reviews = Reviews(work)
    reviews.put(
        [review("old", verified=True), review("new", days=3), review("newer", days=5, customer="ada")]
    )

    assert [each.id for each in reviews.of_product("mug")] == ["old", "newer", "new"]
    assert reviews.of_product("mug", limit=1) == (review("old", verified=True),)
    assert reviews.of_product("tea") == ()
    assert reviews.of_customer("ada") == (review("newer", days=5, customer="ada"),)


def test_every_kind_of_promotion_comes_back(work: UnitOfWork) -> None:
    promotions = (
        Promotion("a", "Ten off", "percentage", percent=10, categories=("Tea",), starts_at=NOON),
        Promotion("b", "Five", "fixed", amount=Money(500, "USD"), minimum=Money(2000, "USD"), code="FIVE"),
        Promotion("c", "Pair", "set", percent=20, set_of=("mug", "Tea"), product_ids=("mug",), ends_at=NOON),
    )
    Promotions(work).put(promotions)

    assert Promotions(work).all() == promotions
    assert Promotions(work).get("b") == promotions[1]


def test_a_promotion_speaks_of_one_currency(work: UnitOfWork) -> None:
    mixed = Promotion("a", "Odd", "fixed", amount=Money(500, "USD"), minimum=Money(2000, "EUR"))

    with pytest.raises(ValueError, match="EUR and USD"):
        Promotions(work).put([mixed])


def test_policies_and_occasions_come_back(work: UnitOfWork) -> None:
    returns = Policy("returns", "Returns", "# Returns\n\nWithin 30 days.", "https://shop.example/returns")
    picnic = Occasion("picnic", ("picnic",), (OccasionSlot("rug", "picnic rug", 2, False, True, "kids"),))
    Policies(work).put([returns])
    Occasions(work).put([picnic])

    assert Policies(work).all() == (returns,)
    assert Policies(work).get("returns") == returns
    assert Occasions(work).all() == (picnic,)
    assert Occasions(work).get("picnic") == picnic


def test_a_shop_has_one_profile(work: UnitOfWork) -> None:
    assert Profile(work).get() is None
    Profile(work).put(ShopProfile("First", "USD"))
    Profile(work).put(ShopProfile("Second", "EUR", "de_DE"))

    assert Profile(work).get() == ShopProfile("Second", "EUR", "de_DE")


def test_ids_say_what_they_are_and_never_repeat() -> None:
    ids = {new_id("rank") for _ in range(1_000)}

    assert len(ids) == 1_000
    assert all(each.startswith("rank_") and len(each) == len("rank_") + 26 for each in ids)
    assert all(set(each) <= set("rank_abcdefghijklmnopqrstuvwxyz234567") for each in ids)

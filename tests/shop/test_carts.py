"""Carts: what shoppers put aside, and what the records forbid."""

from collections.abc import Callable, Iterator

import pytest

from shop.carts import MOST_UNITS, BadQuantity, Carts, OutOfStock, UnknownLine, UnknownVariant
from shop.catalogue import Catalogue
from shop.values import Availability, Product, Variant
from storage import Database, UnitOfWork

MakeVariant = Callable[..., Variant]
MakeProduct = Callable[..., Product]


@pytest.fixture
def work(database: Database, product: MakeProduct, variant: MakeVariant) -> Iterator[UnitOfWork]:
    with database.begin() as work:
        Catalogue(work).put(
            [
                product(
                    "mug",
                    variant("mug-red", quantity=3),
                    variant("mug-gone", status="out_of_stock", quantity=0),
                    variant("mug-later", status="backorder", quantity=0),
                    variant("mug-old", status="discontinued"),
                    variant("mug-odd", status="in_stock", quantity=0),
                ),
                product("tea", variant("tea-one")),
            ]
        )
        yield work


@pytest.fixture
def carts(work: UnitOfWork) -> Carts:
    return Carts(work)


def contents(carts: Carts, owner: str) -> list[tuple[str, int]]:
    return [(line.variant_id, line.quantity) for line in carts.lines(owner)]


def test_a_cart_that_nobody_filled_is_empty(carts: Carts) -> None:
    assert carts.lines("ada") == ()


def test_lines_stay_in_the_order_in_which_they_came(carts: Carts) -> None:
    carts.add("ada", "tea", "tea-one", 2)
    carts.add("ada", "mug", "mug-red", 1)
    carts.add("ada", "tea", "tea-one", 1)

    assert contents(carts, "ada") == [("tea-one", 3), ("mug-red", 1)]


def test_the_same_variant_again_is_the_same_line(carts: Carts) -> None:
    first = carts.add("ada", "mug", "mug-red", 1)
    second = carts.add("ada", "mug", "mug-red", 2, bundle_id="bundle_1")

    assert second.id == first.id
    assert carts.lines("ada") == (second,)
    assert (second.quantity, second.bundle_id) == (3, "bundle_1")


def test_a_cart_is_its_owners_alone(carts: Carts) -> None:
    line = carts.add("ada", "mug", "mug-red", 1)

    assert carts.lines("bob") == ()
    with pytest.raises(UnknownLine):
        carts.remove("bob", line.id)
    with pytest.raises(UnknownLine):
        carts.set_quantity("bob", line.id, 2)
    assert contents(carts, "ada") == [("mug-red", 1)]


@pytest.mark.parametrize(
    ("product_id", "variant_id"), [("mug", "none"), ("tea", "mug-red"), ("none", "mug-red")]
)
def test_a_variant_that_its_product_does_not_have_is_refused(
    carts: Carts, product_id: str, variant_id: str
) -> None:
    with pytest.raises(UnknownVariant):
        carts.add("ada", product_id, variant_id, 1)


@pytest.mark.parametrize("variant_id", ["mug-gone", "mug-old", "mug-odd"])
def test_a_sold_out_variant_is_refused(carts: Carts, variant_id: str) -> None:
    with pytest.raises(OutOfStock) as refused:
        carts.add("ada", "mug", variant_id, 1)
    assert refused.value.available == 0


def test_more_than_there_is_is_refused_with_what_there_is(carts: Carts) -> None:
    line = carts.add("ada", "mug", "mug-red", 2)

    with pytest.raises(OutOfStock) as added:
        carts.add("ada", "mug", "mug-red", 2)
    with pytest.raises(OutOfStock) as changed:
        carts.set_quantity("ada", line.id, 4)

    assert (added.value.available, changed.value.available) == (3, 3)
    assert contents(carts, "ada") == [("mug-red", 2)]


def test_what_comes_later_can_be_bought_now(carts: Carts) -> None:
    assert carts.add("ada", "mug", "mug-later", 7).quantity == 7


@pytest.mark.parametrize("quantity", [0, -1, MOST_UNITS + 1, 10**20])
def test_a_quantity_that_no_cart_holds_is_refused(carts: Carts, quantity: int) -> None:
    with pytest.raises(BadQuantity):
        carts.add("ada", "tea", "tea-one", quantity)


def test_a_limit_is_never_told_as_stock(carts: Carts) -> None:
    carts.add("ada", "tea", "tea-one", MOST_UNITS)

    with pytest.raises(BadQuantity):
        carts.add("ada", "tea", "tea-one", 1)


def test_a_quantity_can_be_changed_and_a_line_removed(carts: Carts) -> None:
    mug = carts.add("ada", "mug", "mug-red", 1)
    tea = carts.add("ada", "tea", "tea-one", 1)

    carts.set_quantity("ada", mug.id, 3)
    carts.remove("ada", tea.id)

    assert contents(carts, "ada") == [("mug-red", 3)]


def test_a_line_whose_product_has_gone_stays_until_it_is_removed(work: UnitOfWork, carts: Carts) -> None:
    line = carts.add("ada", "mug", "mug-red", 1)
    Catalogue(work).remove(["mug"])

    assert contents(carts, "ada") == [("mug-red", 1)]
    with pytest.raises(UnknownVariant):
        carts.set_quantity("ada", line.id, 2)
    carts.remove("ada", line.id)
    assert carts.lines("ada") == ()


def test_an_emptied_cart_has_neither_lines_nor_codes(carts: Carts) -> None:
    carts.add("ada", "mug", "mug-red", 1)
    carts.add_code("ada", "WELCOME")
    carts.clear("ada")

    assert (carts.lines("ada"), carts.codes("ada")) == ((), ())


def test_a_code_is_kept_once(carts: Carts) -> None:
    for code in ("WELCOME", "SPRING", "WELCOME"):
        carts.add_code("ada", code)

    assert carts.codes("ada") == ("WELCOME", "SPRING")


def test_a_cart_moves_with_lines_and_codes(carts: Carts) -> None:
    carts.add("session", "tea", "tea-one", 2, bundle_id="bundle_1")
    carts.add_code("session", "WELCOME")
    moved = carts.lines("session")

    carts.move("session", "ada")

    assert carts.lines("ada") == moved
    assert carts.codes("ada") == ("WELCOME",)
    assert (carts.lines("session"), carts.codes("session")) == ((), ())


def test_moving_into_a_filled_cart_adds_up_as_far_as_stock_goes(carts: Carts) -> None:
    carts.add("ada", "mug", "mug-red", 2)
    carts.add("ada", "tea", "tea-one", 1)
    carts.add("session", "mug", "mug-red", 2)
    carts.add("session", "tea", "tea-one", 5)

    carts.move("session", "ada")

    assert contents(carts, "ada") == [("mug-red", 3), ("tea-one", 6)]


def test_moving_never_takes_away_what_either_had(work: UnitOfWork, carts: Carts) -> None:
    carts.add("ada", "mug", "mug-red", 1)
    carts.add("session", "mug", "mug-red", 3)
    Catalogue(work).set_availability("mug-red", Availability("out_of_stock", 0))

    carts.move("session", "ada")

    assert contents(carts, "ada") == [("mug-red", 3)]


def test_moving_a_cart_to_its_owner_leaves_it(carts: Carts) -> None:
    carts.add("ada", "tea", "tea-one", 1)
    carts.move("ada", "ada")

    assert contents(carts, "ada") == [("tea-one", 1)]

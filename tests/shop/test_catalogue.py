"""The catalogue: what is put in comes out, and every difference is told once."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.catalogue import Catalogue
from shop.errors import UnknownRevision, UnknownVariant
from shop.money import Money
from shop.values import Availability, ImportCounts, Media, Product, Rating, Variant
from storage import Database, UnitOfWork

MakeVariant = Callable[..., Variant]
MakeProduct = Callable[..., Product]


def put(database: Database, *products: Product) -> ImportCounts:
    with database.begin() as work:
        return Catalogue(work).put(products)


def changes(database: Database, revision: int) -> tuple[set[str], set[str]]:
    """Products changed and products removed since."""
    with database.read() as work:
        _, changed, removed = Catalogue(work).changed_since(revision)
        return set(changed), set(removed)


def test_a_product_comes_back_with_all_that_it_has(
    database: Database, product: MakeProduct, variant: MakeVariant
) -> None:
    kettle = product(
        "kettle",
        variant("kettle-red", 4999, quantity=3, list_price=5999, Colour="red"),
        variant("kettle-blue", 4999, status="backorder", Colour="blue"),
        title="Gooseneck kettle",
        description="Pours slowly.",
        categories=("Kitchen > Kettles", "Coffee"),
        url="https://shop.example/kettle",
        media=(Media("/media/kettle.svg", "A kettle"), Media("/media/spout.svg")),
        options=("Colour",),
        rating=Rating(4.5, 12),
        tags=("new",),
        brand="Steam",
        attributes={"volume": "1 l"},
        provides={"plug": "Type F", "watts": 1200},
        requires={"socket": ("Type F", "Type E")},
    )

    put(database, kettle)

    with database.read() as work:
        assert Catalogue(work).product("kettle") == kettle
        assert Catalogue(work).by_handle("kettle") == kettle
        assert Catalogue(work).variant("kettle-blue") == (kettle, kettle.variants[1])


def test_what_is_not_there_is_none(database: Database, product: MakeProduct) -> None:
    put(database, product("mug"))

    with database.read() as work:
        catalogue = Catalogue(work)
        assert catalogue.product("cup") is None
        assert catalogue.variant("cup-one") is None
        assert catalogue.by_handle("cup") is None
        assert list(catalogue.products(["cup", "mug"])) == ["mug"]


def test_products_come_in_the_order_asked_for(database: Database, product: MakeProduct) -> None:
    put(database, product("a"), product("b"), product("c"))

    with database.read() as work:
        assert list(Catalogue(work).products(["c", "a", "b", "a"])) == ["c", "a", "b"]


def test_more_products_than_a_statement_carries_are_streamed_by_id(
    database: Database, product: MakeProduct
) -> None:
    many = [product(f"p{number:04d}") for number in range(1_203)]
    put(database, *reversed(many))

    with database.read() as work:
        assert list(Catalogue(work).all()) == many
        assert Catalogue(work).count() == 1_203
        assert len(Catalogue(work).products(each.id for each in many)) == 1_203


def test_fifty_products_cost_three_queries(database: Database, product: MakeProduct) -> None:
    put(database, *(product(f"p{number}") for number in range(60)))
    queries: list[str] = []
    sa.event.listen(
        database.engine(), "before_cursor_execute", lambda _c, _cursor, sql, *_rest: queries.append(sql)
    )

    with database.read() as work:
        assert len(Catalogue(work).products(f"p{number}" for number in range(50))) == 50

    assert len([query for query in queries if query.startswith("SELECT")]) == 3


def test_the_same_products_again_change_nothing(database: Database, product: MakeProduct) -> None:
    put(database, product("a"), product("b"))
    with database.read() as work:
        before = Catalogue(work).revision()

    assert put(database, product("b"), product("a")) == ImportCounts(unchanged=2)

    with database.read() as work:
        assert Catalogue(work).revision() == before


def test_a_changed_product_changes_only_itself(database: Database, product: MakeProduct) -> None:
    put(database, product("a"), product("b"), product("c"))
    with database.read() as work:
        before = Catalogue(work).revision()

    counts = put(database, product("a"), product("b", title="Another"), product("c"), product("d"))

    assert counts == ImportCounts(added=1, changed=1, unchanged=2)
    assert changes(database, before) == ({"b", "d"}, set())


def test_a_removed_product_is_told_until_it_comes_back(database: Database, product: MakeProduct) -> None:
    put(database, product("a"), product("b"))
    with database.begin() as work:
        catalogue = Catalogue(work)
        before = catalogue.revision()
        assert catalogue.remove(["a", "a", "never there"]) == 1
        after = catalogue.revision()
    assert changes(database, before) == (set(), {"a"})

    put(database, product("a"))

    assert changes(database, after) == ({"a"}, set())


def test_a_price_and_a_stock_level_are_changes_of_their_product(
    database: Database, product: MakeProduct
) -> None:
    put(database, product("mug"), product("cup"))
    with database.begin() as work:
        catalogue = Catalogue(work)
        start = catalogue.revision()
        catalogue.set_price("mug-one", Money(700, "USD"), list_price=Money(1000, "USD"))
        catalogue.set_availability("cup-one", Availability("in_stock", 4))
        now, changed, _ = catalogue.changed_since(start)
        assert changed == {"mug", "cup"}

        catalogue.set_price("mug-one", Money(700, "USD"), list_price=Money(1000, "USD"))
        catalogue.set_availability("cup-one", Availability("in_stock", 4))
        assert catalogue.revision() == now

        mug = catalogue.variant("mug-one")
        assert mug is not None
        assert (mug[1].price, mug[1].list_price) == (Money(700, "USD"), Money(1000, "USD"))


def test_setting_a_variant_that_nobody_has_is_refused(database: Database) -> None:
    with database.begin() as work, pytest.raises(UnknownVariant, match="'none'"):
        Catalogue(work).set_price("none", Money(1, "USD"))


def test_changes_since_a_revision_still_to_come_cannot_be_told(database: Database) -> None:
    with database.read() as work, pytest.raises(UnknownRevision):
        Catalogue(work).changed_since(1)


def test_a_variant_moves_to_the_product_that_brings_it(
    database: Database, product: MakeProduct, variant: MakeVariant
) -> None:
    put(database, product("old", variant("red"), variant("blue")))
    with database.read() as work:
        before = Catalogue(work).revision()

    assert put(database, product("new", variant("red"))) == ImportCounts(added=1)

    with database.read() as work:
        catalogue = Catalogue(work)
        assert [each.id for each in catalogue.products(["old"])["old"].variants] == ["blue"]
        assert catalogue.changed_since(before)[1] == {"old", "new"}


def test_a_product_that_loses_its_last_variant_goes(
    database: Database, product: MakeProduct, variant: MakeVariant
) -> None:
    put(database, product("old", variant("red")))
    with database.read() as work:
        before = Catalogue(work).revision()

    assert put(database, product("new", variant("red"))) == ImportCounts(added=1, removed=1)

    assert changes(database, before) == ({"new"}, {"old"})


def test_one_variant_in_two_products_of_a_batch_is_refused(
    database: Database, product: MakeProduct, variant: MakeVariant
) -> None:
    with pytest.raises(ValueError, match="'red' is in 'a' and 'b'"):
        put(database, product("a", variant("red")), product("b", variant("red")))


def test_a_product_without_variants_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="'a' has no variant"):
        put(database, Product("a", "a", "A", "", (), ()))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(("put", "remove", "price")), st.sampled_from("abcdef"), st.integers(1, 4)),
        max_size=12,
    )
)
def test_a_copy_that_follows_the_changes_is_always_the_catalogue(
    database: Database, product: MakeProduct, steps: list[tuple[str, str, int]]
) -> None:
    """Invariant: what `changed_since` tells, applied to a copy, makes it equal to the records."""
    with database.rehearse() as work:
        catalogue = Catalogue(work)
        copy = {each.id: each for each in catalogue.all()}
        seen = catalogue.revision()
        for action, key, price in steps:
            _apply(work, product, action, key, price)
            before = dict(copy)
            seen, changed, removed = catalogue.changed_since(seen)
            copy.update(catalogue.products(changed))
            for gone in removed:
                copy.pop(gone, None)
            assert copy == {each.id: each for each in catalogue.all()}
            assert all(copy.get(each) != before.get(each) for each in changed | removed)


def _apply(work: UnitOfWork, product: MakeProduct, action: str, key: str, price: int) -> None:
    catalogue = Catalogue(work)
    if action == "put":
        catalogue.put([product(key, price=price)])
    elif action == "remove":
        catalogue.remove([key])
    elif catalogue.variant(f"{key}-one") is not None:
        catalogue.set_price(f"{key}-one", Money(price, "USD"))

"""What goes with what: orders, facts, and what must not be taken for a pair."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.relations import FACT_SCORE, FOLLOW_EVERY_S, OrderRelations, Texts
from retrieval.relations.counting import BasketCounts
from retrieval.relations.pair_model import PairModel
from retrieval.vectors import DocumentVectors
from shop.catalogue import Catalogue
from shop.money import Money
from shop.orders import Orders
from shop.values import Order, OrderLine
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product

Order_ = Callable[..., None]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def relations(database: Database, clock: Clock) -> OrderRelations:
    return OrderRelations(database, clock=clock)


@pytest.fixture
def ordered(database: Database) -> Order_:
    """`ordered("tent", "pegs", times=5)`: five orders with both."""
    count = 0

    def place(*product_ids: str, times: int = 1) -> None:
        nonlocal count
        with database.begin() as work:
            for _ in range(times):
                count += 1
                lines = tuple(OrderLine(key, key, key, 1, Money(100, "USD")) for key in product_ids)
                placed = datetime(2026, 1, 1, tzinfo=UTC)
                Orders(work).put([Order(f"o{count}", "ada", placed, "paid", lines, Money(100, "USD"))])

    return place


@pytest.fixture
def camping(stock: Stock) -> None:
    stock(
        product("dome", "Dome Tent", category="Camping > Tents"),
        product("tunnel", "Tunnel Tent", category="Camping > Tents"),
        product("pegs", "Steel Pegs", category="Camping > Pegs"),
        product("screw", "Screw Stove", category="Camping > Stoves", requires={"gas_thread": "EN417"}),
        product("en417", "Gas Can", category="Camping > Gas", provides={"gas_thread": "EN417"}),
        product("click", "Click Can", category="Camping > Gas", provides={"gas_thread": "bayonet"}),
        product("pan", "Frying Pan", category="Kitchen > Pans"),
        product("lid", "Pan Lid", category="Kitchen > Pans"),
    )


@pytest.mark.usefixtures("camping")
class TestOrders:
    def test_what_is_bought_together_goes_together(self, relations: OrderRelations, ordered: Order_) -> None:
        ordered("dome", "pegs", times=8)
        ordered("pan", times=20)
        [mate] = relations.mates("dome")
        assert (mate.product_id, mate.why) == ("pegs", "bought together in 8 orders")
        assert mate.score == relations.together("dome", "pegs") > 0.3
        assert relations.why("pegs", "dome") == "bought together in 8 orders"

    def test_what_everybody_buys_goes_with_nothing(self, relations: OrderRelations, ordered: Order_) -> None:
        for other in ("dome", "pegs", "screw"):
            ordered("pan", other, times=10)
        assert relations.together("pan", "dome") == 0

    def test_one_order_says_nothing(self, relations: OrderRelations, ordered: Order_) -> None:
        ordered("dome", "pegs")
        ordered("pan", times=100)
        assert relations.mates("dome") == ()

    def test_two_of_a_kind_are_no_mates(self, relations: OrderRelations, ordered: Order_) -> None:
        ordered("dome", "tunnel", times=10)
        ordered("pan", times=20)
        assert relations.mates("dome") == ()
        assert relations.why("dome", "tunnel") is None

    def test_of_one_category_what_costs_a_fraction_goes_along_unless_its_title_names_the_same_kind(
        self, relations: OrderRelations, ordered: Order_, stock: Stock
    ) -> None:
        stock(
            product("lamp", "Head Lamp", category="Light", price=4_000),
            product("cells", "Spare Cells", category="Light", price=500),
            product("torch", "Steel Torch", category="Light", price=3_000),
            product("mini", "Tiny Lamp", category="Light", price=400),
        )
        ordered("lamp", "cells", "torch", "mini", times=9)
        ordered("pan", times=20)
        assert [mate.product_id for mate in relations.mates("lamp")] == ["cells"]

    def test_without_categories_the_head_noun_tells_the_kind(
        self, relations: OrderRelations, ordered: Order_, stock: Stock
    ) -> None:
        stock(product("a", "Red Lunch Bag"), product("b", "Blue Lunch Bag"), product("c", "Tea Flask"))
        ordered("a", "b", "c", times=9)
        ordered("pan", times=20)
        assert [mate.product_id for mate in relations.mates("a")] == ["c"]

    def test_a_product_that_left_the_catalogue_is_no_mate(
        self, relations: OrderRelations, ordered: Order_
    ) -> None:
        ordered("dome", "ghost", times=10)
        ordered("pan", times=20)
        assert relations.mates("dome") == ()
        assert relations.together("dome", "ghost") == 0

    def test_categories_bought_along(self, relations: OrderRelations, ordered: Order_) -> None:
        ordered("dome", "pegs", times=5)
        ordered("tunnel", "pegs", times=5)
        ordered("pan", times=20)
        assert [match.path for match in relations.category_mates("Camping > Tents")] == ["Camping > Pegs"]
        assert relations.category_mates("Kitchen > Pans") == ()

    def test_a_category_that_hardly_any_order_takes_along_is_far_fetched(
        self, relations: OrderRelations, ordered: Order_
    ) -> None:
        ordered("dome", times=400)
        ordered("dome", "pegs", times=3)
        ordered("pan", times=2_000)
        assert relations.together("dome", "pegs") > 0.3
        assert relations.category_mates("Camping > Tents") == ()

    def test_a_department_is_not_its_own_mate(self, relations: OrderRelations, ordered: Order_) -> None:
        ordered("dome", "pegs", "pan", times=10)
        ordered("screw", times=20)
        assert [match.path for match in relations.category_mates("Camping")] == []
        assert "Kitchen > Pans" in {match.path for match in relations.category_mates("Camping > Tents")}


@pytest.mark.usefixtures("camping")
class TestFacts:
    def test_a_fact_joins_two_products_without_any_order(self, relations: OrderRelations) -> None:
        [mate] = relations.mates("screw")
        assert (mate.product_id, mate.score, mate.why) == ("en417", FACT_SCORE, "both have gas thread EN417")
        assert relations.category_mates("Camping > Stoves") == ()

    def test_facts_that_contradict_keep_two_apart_whatever_was_bought(
        self, relations: OrderRelations, ordered: Order_
    ) -> None:
        ordered("screw", "click", times=20)
        ordered("pan", times=20)
        assert relations.together("screw", "click") == 0
        assert "click" not in {mate.product_id for mate in relations.mates("screw")}

    def test_a_fact_and_orders_are_worth_more_than_either(
        self, relations: OrderRelations, ordered: Order_
    ) -> None:
        ordered("screw", "en417", times=6)
        ordered("pan", times=20)
        [mate] = relations.mates("screw")
        assert mate.score > FACT_SCORE
        assert mate.why == "both have gas thread EN417; bought together in 6 orders"

    def test_a_fact_joins_two_of_a_kind(self, relations: OrderRelations, stock: Stock) -> None:
        stock(
            product("pan", "Frying Pan", category="Kitchen > Pans", requires={"lid_cm": 28.0}),
            product("lid", "Pan Lid", category="Kitchen > Pans", provides={"lid_cm": 30.0}),
        )
        assert relations.why("pan", "lid") == "lid cm 30, 28 needed"

    def test_a_number_that_is_too_small_keeps_two_apart(
        self, relations: OrderRelations, stock: Stock
    ) -> None:
        stock(
            product("laptop", "Laptop", requires={"usb_watts": 65.0}),
            product("plug", "Plug", provides={"usb_watts": 30.0}),
        )
        assert relations.together("laptop", "plug") == 0

    def test_one_of_several_texts_is_enough(self, relations: OrderRelations, stock: Stock) -> None:
        stock(
            product("lens", "Lens", requires={"mount": ("E", "Z")}),
            product("body", "Body", provides={"mount": ("z", "f")}),
        )
        assert relations.why("lens", "body") == "both have mount z"


@pytest.mark.usefixtures("camping")
class TestFollowing:
    def test_new_orders_are_seen_after_a_while(
        self, relations: OrderRelations, ordered: Order_, clock: Clock
    ) -> None:
        assert relations.mates("dome") == ()
        ordered("dome", "pegs", times=8)
        ordered("pan", times=20)
        clock.now += FOLLOW_EVERY_S
        assert [mate.product_id for mate in relations.mates("dome")] == ["pegs"]

    def test_changed_and_removed_facts_are_seen_after_a_while(
        self, relations: OrderRelations, stock: Stock, clock: Clock, database: Database
    ) -> None:
        assert relations.together("screw", "click") == 0
        stock(product("click", "Click Can", category="Camping > Gas", provides={"gas_thread": "EN417"}))
        clock.now += FOLLOW_EVERY_S
        assert relations.together("screw", "click") == FACT_SCORE
        with database.begin() as work:
            Catalogue(work).remove(["click"])
        clock.now += FOLLOW_EVERY_S
        assert relations.together("screw", "click") == 0


def test_a_shop_without_products_knows_nothing(relations: OrderRelations) -> None:
    assert relations.mates("dome") == ()
    assert relations.together("dome", "pegs") == 0
    assert relations.why("dome", "pegs") is None
    assert relations.category_mates("Camping") == ()


baskets = st.lists(st.lists(st.sampled_from("abcdef"), max_size=5), max_size=40)


@given(baskets)
def test_scores_are_symmetric_and_in_0_to_1(given_baskets: list[list[str]]) -> None:
    counts = BasketCounts(given_baskets)
    for a in "abcdef":
        for b in "abcdef":
            assert counts.score(a, b) == counts.score(b, a)
            assert 0 <= counts.score(a, b) < 1


@pytest.mark.usefixtures("camping")
class TestTexts:
    @pytest.fixture
    def told(self, database: Database, clock: Clock) -> OrderRelations:
        """Texts promise that the dome goes with pegs and with the other tent, and not with the pan."""
        ids = ("dome", "tunnel", "pegs", "pan")
        matrix = np.array([[1, 0], [1, 0], [0.8, 0.6], [-1, 0]], dtype=np.float32)
        model = PairModel(np.eye(2, dtype=np.float32), 0.0, 0.0, 1.5, "e")
        return OrderRelations(
            database, texts=Texts(model, lambda: DocumentVectors(ids, ids, matrix)), clock=clock
        )

    def test_a_shop_without_orders_has_mates_and_gives_no_reason(self, told: OrderRelations) -> None:
        [mate] = told.mates("dome")
        assert (mate.product_id, mate.why) == ("pegs", None)
        assert mate.score == told.together("dome", "pegs") == pytest.approx(1 - np.exp(-1.2), abs=1e-3)
        assert told.together("dome", "pan") == 0

    def test_texts_do_not_make_mates_of_two_of_a_kind(self, told: OrderRelations) -> None:
        assert told.together("dome", "tunnel") == 0

    def test_orders_speak_louder_than_texts(self, told: OrderRelations, ordered: Order_) -> None:
        ordered("dome", "pan", times=20)
        ordered("pegs", times=20)
        assert told.together("dome", "pan") > told.together("dome", "pegs") == 0
        assert told.why("dome", "pan") == "bought together in 20 orders"

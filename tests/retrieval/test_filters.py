"""Filters: facts that hold on one variant, and what is given up where nothing is left."""

from dataclasses import replace

import pytest

from retrieval.search import SearchService
from retrieval.values import Exclusion, Filters, Query
from shop.money import Money
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product, variant


def dollars(amount: int) -> Money:
    return Money(amount * 100, "USD")


def found(search: SearchService, filters: Filters, text: str = "") -> dict[str, str]:
    """Product id -> variant id."""
    result = search.search(Query(text, filters))
    return {hit.product_id: hit.variant_id for hit in result.hits}


def relaxed(search: SearchService, filters: Filters) -> tuple[str, ...]:
    return search.search(Query("", filters)).relaxed


@pytest.fixture
def tents(stock: Stock) -> None:
    stock(
        product(
            "dome",
            "Dome Tent",
            variant("dome-red", 5000, "out_of_stock", colour="red"),
            variant("dome-blue", 9000, colour="sky blue"),
            category="Camping > Tents",
            brand="Northfell",
            rating=(4.5, 80),
            attributes={"capacity": "4 person"},
        ),
        product(
            "tunnel",
            "Tunnel Tent",
            variant("tunnel-red", 15000, colour="red"),
            category="Camping > Tents",
            brand="Skerrow",
            rating=(3.0, 5),
            attributes={"capacity": "2-person"},
        ),
        product("pan", "Green Pan", category="Kitchen > Pans", brand="Ironlark", price=2000),
    )


@pytest.mark.usefixtures("tents")
class TestFactsHoldOnOneVariant:
    def test_price_colour_and_stock_are_not_taken_from_two_variants(self, search: SearchService) -> None:
        wish = Filters(max_price=dollars(60), attributes={"colour": "red"}, available=True)
        assert "dome" not in found(search, wish)

    def test_the_hit_names_the_variant_that_meets_the_facts(self, search: SearchService) -> None:
        assert found(search, Filters(attributes={"colour": "blue"})) == {"dome": "dome-blue"}
        assert found(search, Filters(categories=("Tents",), max_price=dollars(60))) == {"dome": "dome-red"}

    def test_a_price_that_is_to_be_undercut_is_too_much_itself(self, search: SearchService) -> None:
        wish = Filters(categories=("Tents",), max_price=dollars(50))
        assert found(search, wish) == {"dome": "dome-red"}
        strict = search.search(Query("", replace(wish, below=True)))
        assert strict.relaxed == ("nothing under $50.00; these are closest",)

    def test_a_sold_out_variant_is_found_where_it_is_asked_for(self, search: SearchService) -> None:
        assert found(search, Filters(available=False)) == {"dome": "dome-red"}


@pytest.mark.usefixtures("tents")
class TestFacts:
    @pytest.mark.parametrize("name", ["Camping", "camping > tents", "Tents", "tent", "CAMPING > TENT"])
    def test_a_category_is_named_by_its_path_or_a_level(self, search: SearchService, name: str) -> None:
        assert found(search, Filters(categories=(name,))).keys() == {"dome", "tunnel"}

    def test_several_categories_are_alternatives(self, search: SearchService) -> None:
        assert len(found(search, Filters(categories=("Tents", "Pans")))) == 3

    @pytest.mark.parametrize(
        ("name", "value"), [("color", "Blue"), ("Colour", "sky-blue"), ("COLOURS", "blue")]
    )
    def test_names_and_values_are_compared_by_words(
        self, search: SearchService, name: str, value: str
    ) -> None:
        assert found(search, Filters(attributes={name: value})).keys() == {"dome"}

    @pytest.mark.parametrize("value", ["2 person", "2-person", "2 persons", "2"])
    def test_units_are_compared_however_they_are_written(self, search: SearchService, value: str) -> None:
        assert found(search, Filters(attributes={"capacity": value})).keys() == {"tunnel"}

    def test_an_attribute_is_found_by_the_end_of_its_name(self, search: SearchService, stock: Stock) -> None:
        stock(product("torch", "Torch", attributes={"housing material": "brass"}))
        assert found(search, Filters(attributes={"material": "brass"})).keys() == {"torch"}

    def test_yes_holds_for_any_value_but_no(self, search: SearchService, stock: Stock) -> None:
        stock(
            product("a", "Boot A", attributes={"waterproof": "3000 mm"}),
            product("b", "Boot B", attributes={"waterproof": "no"}),
        )
        assert found(search, Filters(attributes={"waterproof": "yes"})).keys() == {"a"}

    def test_brand_and_rating(self, search: SearchService) -> None:
        assert found(search, Filters(brand="northfell")).keys() == {"dome"}
        assert found(search, Filters(min_rating=4)).keys() == {"dome"}

    def test_a_price_between_two_bounds_includes_both(self, search: SearchService) -> None:
        wish = Filters(min_price=dollars(20), max_price=dollars(50))
        assert found(search, wish).keys() == {"pan", "dome"}

    def test_a_fact_without_a_column_becomes_a_word(self, search: SearchService) -> None:
        assert found(search, Filters(attributes={"shade": "green"})).keys() == {"pan"}
        assert relaxed(search, Filters(attributes={"shade": "green"})) == ()


@pytest.mark.usefixtures("tents")
class TestExclusions:
    def test_an_excluded_option_bars_its_variants_only(self, search: SearchService) -> None:
        without_red = Filters(exclude=(Exclusion("colour", "red"),))
        assert found(search, without_red) == {"dome": "dome-blue", "pan": "pan"}

    def test_what_has_no_such_column_is_judged_by_its_words(self, search: SearchService) -> None:
        assert "pan" not in found(search, Filters(exclude=(Exclusion("colour", "green"),)))

    @pytest.mark.parametrize(
        ("exclusion", "barred"),
        [
            (Exclusion("brand", "Northfell"), {"dome"}),
            (Exclusion("category", "Camping"), {"dome", "tunnel"}),
            (Exclusion("text", "tunnel"), {"tunnel"}),
        ],
    )
    def test_brand_category_and_words_can_be_excluded(
        self, search: SearchService, exclusion: Exclusion, barred: set[str]
    ) -> None:
        assert found(search, Filters(exclude=(exclusion,))).keys() == {"dome", "tunnel", "pan"} - barred

    def test_excluded_products_never_come_back(self, search: SearchService) -> None:
        wish = Filters(categories=("Pans",), exclude_product_ids=frozenset({"pan"}))
        result = search.search(Query("pan", wish))
        assert "pan" not in {hit.product_id for hit in result.hits}
        assert result.relaxed

    def test_nothing_is_found_where_everything_is_excluded(self, search: SearchService) -> None:
        wish = Filters(exclude_product_ids=frozenset({"dome", "tunnel", "pan"}))
        result = search.search(Query("tent", wish))
        assert (result.hits, result.relaxed) == ((), ())


@pytest.mark.usefixtures("tents")
class TestSoftening:
    def test_a_price_nobody_meets_is_given_up_and_the_closest_leads(self, search: SearchService) -> None:
        result = search.search(Query("tent", Filters(categories=("Tents",), max_price=dollars(10))))
        assert result.relaxed == ("nothing under $10.00; these are closest",)
        assert [hit.product_id for hit in result.hits] == ["dome", "tunnel"]

    def test_only_what_is_in_the_way_is_given_up(self, search: SearchService) -> None:
        wish = Filters(brand="Northfell", max_price=dollars(10), attributes={"colour": "blue"})
        result = search.search(Query("", wish))
        assert result.relaxed == ("nothing under $10.00; these are closest",)
        assert [hit.variant_id for hit in result.hits] == ["dome-blue"]

    def test_attributes_go_before_brand_and_brand_before_category(self, search: SearchService) -> None:
        wish = Filters(categories=("Pans",), brand="Northfell", attributes={"colour": "blue"})
        assert relaxed(search, wish) == ("nothing by Northfell fits", "nothing with colour blue")
        assert found(search, wish).keys() == {"pan"}

    def test_stock_is_given_up_last(self, search: SearchService, stock: Stock) -> None:
        stock(product("kettle", "Kettle", category="Kitchen > Kettles", status="out_of_stock"))
        wish = Filters(categories=("Kettles",), available=True)
        assert relaxed(search, wish) == ("nothing in Kettles fits",)
        assert "kettle" not in found(search, wish)

    def test_an_attribute_nobody_has_is_said(self, search: SearchService) -> None:
        wish = Filters(categories=("Tents",), attributes={"gas_thread": "EN417"})
        assert relaxed(search, wish) == ("nothing with gas thread EN417",)

    def test_a_price_in_another_currency_is_said(self, search: SearchService) -> None:
        wish = Filters(max_price=Money(5000, "EUR"))
        assert relaxed(search, wish) == ("no price is in EUR; these are in USD",)

    def test_bounds_that_contradict_each_other_are_given_up(self, search: SearchService) -> None:
        wish = Filters(min_price=dollars(100), max_price=dollars(50), categories=("Tents",))
        assert relaxed(search, wish) == ("nothing between $100.00 and $50.00; these are closest",)

    def test_a_category_nobody_knows_is_given_up(self, search: SearchService) -> None:
        assert relaxed(search, Filters(categories=("Spaceships",))) == ("nothing in Spaceships fits",)

    def test_nothing_is_given_up_where_something_fits(self, search: SearchService) -> None:
        assert relaxed(search, Filters(categories=("Tents",), brand="Skerrow")) == ()


@pytest.mark.usefixtures("tents")
class TestSofteningForTheWordsSake:
    """Something is left, but it is not what the words ask for."""

    def test_a_tent_at_the_price_of_a_pan_is_no_pan(self, search: SearchService) -> None:
        result = search.search(Query("tunnel tent", Filters(max_price=dollars(40))))
        assert result.relaxed == ("nothing under $40.00; these are closest",)
        assert result.hits[0].product_id in {"dome", "tunnel"}
        assert "pan" not in {hit.product_id for hit in result.hits}

    def test_a_brand_that_makes_other_things_is_given_up(self, search: SearchService) -> None:
        result = search.search(Query("dome tent", Filters(brand="Ironlark")))
        assert result.relaxed == ("nothing by Ironlark fits",)
        assert result.hits[0].product_id == "dome"

    def test_a_category_is_not_given_up_for_it(self, search: SearchService) -> None:
        result = search.search(Query("dome tent", Filters(categories=("Pans",))))
        assert result.relaxed == ()
        assert [hit.product_id for hit in result.hits] == ["pan"]

    def test_what_fits_the_words_keeps_its_facts(self, search: SearchService) -> None:
        result = search.search(Query("dome tent", Filters(max_price=dollars(60))))
        assert (result.hits[0].variant_id, result.relaxed) == ("dome-red", ())


def test_what_a_product_fits_is_a_fact_and_a_word(search: SearchService, stock: Stock) -> None:
    stock(
        product("can", "Gas Can", provides={"gas_thread": "EN417"}),
        product("stove", "Small Stove", requires={"gas_thread": ("EN417", "bayonet")}),
        product("lamp", "Gas Lamp"),
    )
    assert found(search, Filters(attributes={"gas thread": "en417"})).keys() == {"can", "stove"}
    hits = search.search(Query("EN417")).hits
    assert {hit.product_id for hit in hits} == {"can", "stove"}
    assert "gas thread: EN417" in hits[0].reasons


def test_an_empty_catalogue_answers_every_filter(search: SearchService) -> None:
    wish = Filters(
        categories=("Tents",),
        brand="Northfell",
        max_price=dollars(5),
        min_rating=4,
        available=True,
        attributes={"colour": "red"},
        exclude=(Exclusion("colour", "blue"), Exclusion("brand", "x")),
    )
    assert search.search(Query("tent", wish)).hits == ()

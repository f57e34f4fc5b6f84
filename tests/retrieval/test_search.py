"""Search as a shopper meets it: order, variants, reasons, sorting, likeness."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.answering import UnknownProduct
from retrieval.search import SearchService
from retrieval.values import Filters, Query, SearchResult
from shop.money import Money
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product, variant


def ids(result: SearchResult) -> list[str]:
    return [hit.product_id for hit in result.hits]


@pytest.fixture
def shop(stock: Stock, search: SearchService) -> SearchService:
    stock(
        product(
            "dome",
            "Dome Tent",
            variant("dome-red", 9000, colour="red"),
            variant("dome-blue", 9500, colour="sky blue"),
            variant("dome-sand", 8500, "out_of_stock", colour="sand"),
            description="A roomy tent for summer camping.",
            category="Camping > Tents",
            brand="Northfell",
            rating=(4.8, 120),
            attributes={"capacity": "4 person"},
        ),
        product(
            "tunnel",
            "Tunnel Tent",
            description="A light tent for walkers.",
            category="Camping > Tents",
            brand="Skerrow",
            rating=(4.0, 3),
            attributes={"capacity": "2 person"},
            price=20000,
        ),
        product(
            "pegs", "Steel Pegs", description="Twelve pegs that hold any tent.", category="Camping > Pegs"
        ),
        product(
            "stove", "Gas Stove", description="Boils water quickly.", category="Camping > Stoves", price=4000
        ),
        product("pan", "Frying Pan", description="For eggs.", category="Kitchen > Pans", rating=(5.0, 1)),
        product("wok", "Iron Wok", category="Kitchen > Pans", status="out_of_stock", rating=(4.9, 90)),
    )
    search.build()
    return search


class TestOrder:
    def test_what_is_called_so_stands_before_what_only_mentions_it(self, shop: SearchService) -> None:
        assert set(ids(shop.search(Query("tent")))[:2]) == {"dome", "tunnel"}
        assert ids(shop.search(Query("tent")))[2] == "pegs"

    def test_scores_are_in_0_to_1_and_best_first(self, shop: SearchService) -> None:
        scores = [hit.score for hit in shop.search(Query("light tent for camping")).hits]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)

    def test_nonsense_finds_the_nearest_and_its_scores_say_so(self, shop: SearchService) -> None:
        nonsense = shop.search(Query("qwertz asdfgh"))
        assert nonsense.hits
        assert nonsense.hits[0].score < 0.2 < shop.search(Query("gas stove")).hits[0].score

    def test_a_sold_out_product_stands_behind_its_like(self, shop: SearchService) -> None:
        assert ids(shop.search(Query("pan for the kitchen")))[:2] == ["pan", "wok"]

    def test_a_sold_out_product_that_is_named_leads(self, shop: SearchService) -> None:
        assert ids(shop.search(Query("is the iron wok in stock?")))[0] == "wok"

    def test_sold_out_is_no_hindrance_where_it_is_asked_for(self, shop: SearchService) -> None:
        hits = shop.search(Query("wok", Filters(available=False))).hits
        assert hits[0].product_id == "wok"
        assert hits[0].score > 0.5

    def test_limit_counts_products(self, shop: SearchService) -> None:
        assert len(shop.search(Query("tent", limit=1)).hits) == 1
        assert len(set(ids(shop.search(Query("tent", limit=200))))) == len(
            ids(shop.search(Query("tent", limit=200)))
        )


class TestVariants:
    def test_variants_are_one_hit_with_the_cheapest_that_can_be_bought(self, shop: SearchService) -> None:
        [hit] = [hit for hit in shop.search(Query("dome tent")).hits if hit.product_id == "dome"]
        assert hit.variant_id == "dome-red"

    def test_the_variant_that_the_words_name_is_shown(self, shop: SearchService) -> None:
        assert shop.search(Query("blue dome tent")).hits[0].variant_id == "dome-blue"

    def test_a_sold_out_variant_is_shown_where_it_is_named(self, shop: SearchService) -> None:
        assert shop.search(Query("dome tent in sand")).hits[0].variant_id == "dome-sand"


class TestReasons:
    def reasons(self, shop: SearchService, query: Query) -> tuple[str, ...]:
        return shop.search(query).hits[0].reasons

    def test_words_of_the_title_are_named_as_they_were_typed(self, shop: SearchService) -> None:
        assert "title matches 'Tents'" in self.reasons(shop, Query("Tents"))

    def test_facts_that_the_words_say_are_named(self, shop: SearchService) -> None:
        assert "capacity: 4 person" in self.reasons(shop, Query("4-person tent"))

    def test_facts_brand_and_price_that_were_asked_for_are_named(self, shop: SearchService) -> None:
        filters = Filters(brand="Northfell", max_price=Money(15000, "USD"), attributes={"colour": "blue"})
        reasons = self.reasons(shop, Query("tent", filters))
        assert "colour: sky blue" in reasons
        assert "by Northfell" in reasons
        assert "$95.00, under $150.00" in reasons

    def test_a_price_that_was_given_up_is_no_reason(self, shop: SearchService) -> None:
        reasons = self.reasons(shop, Query("tent", Filters(categories=("Tents",), max_price=Money(1, "USD"))))
        assert not any("under" in reason for reason in reasons)

    def test_a_list_by_rating_names_the_rating(self, shop: SearchService) -> None:
        assert self.reasons(shop, Query("", Filters(categories=("Tents",)))) == ("rated 4.8 by 120",)


class TestListing:
    def test_facts_without_words_list_by_rating(self, shop: SearchService) -> None:
        result = shop.search(Query("", Filters(categories=("Camping",))))
        assert ids(result)[0] == "dome"
        assert result.strategy == "rating"

    def test_one_enthusiast_does_not_beat_many_happy_customers(self, shop: SearchService) -> None:
        listed = ids(shop.search(Query("")))
        assert listed.index("dome") < listed.index("pan")

    def test_words_that_carry_no_wish_are_no_words(self, shop: SearchService) -> None:
        assert ids(shop.search(Query("show me something nice"))) == ids(shop.search(Query("")))


class TestSorting:
    def test_by_price_among_what_fits(self, shop: SearchService) -> None:
        rising = ids(shop.search(Query("tent", sort="price_ascending")))
        falling = ids(shop.search(Query("tent", sort="price_descending")))
        assert rising.index("dome") < rising.index("tunnel")
        assert falling.index("tunnel") < falling.index("dome")
        assert "pan" not in rising[:2]

    def test_by_rating(self, shop: SearchService) -> None:
        assert ids(shop.search(Query("tent", sort="rating")))[0] == "dome"

    def test_a_list_by_price_holds_everything_that_fits(self, shop: SearchService) -> None:
        listed = shop.search(Query("", Filters(categories=("Camping",)), sort="price_ascending"))
        assert ids(listed) == ["pegs", "stove", "dome", "tunnel"]


class TestLikeness:
    def test_products_like_one_leave_it_out(self, shop: SearchService) -> None:
        result = shop.search(Query("", like_product_id="dome"))
        assert ids(result)[0] == "tunnel"
        assert "dome" not in ids(result)
        assert "like Dome Tent" in result.hits[0].reasons

    def test_like_one_but_with_other_facts(self, shop: SearchService) -> None:
        cheaper = Filters(max_price=Money(5000, "USD"))
        assert ids(shop.search(Query("", cheaper, like_product_id="tunnel")))[0] in {"pegs", "stove"}

    def test_likeness_and_words_are_both_heard(self, shop: SearchService) -> None:
        assert ids(shop.search(Query("stove", like_product_id="dome")))[0] == "stove"

    def test_an_unknown_product_is_said(self, shop: SearchService) -> None:
        with pytest.raises(UnknownProduct, match="moon"):
            shop.search(Query("", like_product_id="moon"))


class TestCategories:
    def test_words_find_the_categories_of_their_products(self, shop: SearchService) -> None:
        matches = shop.categories_for("tent")
        assert matches[0].path == "Camping > Tents"
        assert all(0 <= match.score <= 1 for match in matches)

    def test_words_without_a_wish_find_none(self, shop: SearchService) -> None:
        assert shop.categories_for("") == ()


@pytest.mark.parametrize(
    "text",
    [
        "t",
        "😀🎉",
        "帐篷 露营",
        "'; DROP TABLE products; --",
        "tent " * 800,
        "\x00\x01",
        "((((",
        "%%%___",
        "4" * 500,
    ],
)
def test_odd_queries_are_answered(shop: SearchService, text: str) -> None:
    for hit in shop.search(Query(text)).hits:
        assert 0 <= hit.score <= 1


def test_any_text_is_answered(
    database: Database, tmp_path_factory: pytest.TempPathFactory, stock: Stock
) -> None:
    stock(product("dome", "Dome Tent"), product("pan", "Frying Pan"))
    service = SearchService(database, tmp_path_factory.mktemp("index"), HashingEmbedder())
    service.build()

    @settings(max_examples=60)
    @given(st.text(max_size=200))
    def answered(text: str) -> None:
        hits = service.search(Query(text)).hits
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

    answered()
    service.close()

"""The catalogue's own words, read from its products."""

import pytest

from retrieval.locale import load_locale
from retrieval.nouns import head_noun
from retrieval.search import SearchService
from shop.money import Money
from shop.profile import Profile
from shop.values import ShopProfile
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product, variant

ENGLISH = load_locale("en")


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Meadow 4 Weekend Tent", "tent"),
        ("Professional Claw Hammer 16oz", "hammer"),
        ("Claw Hammers", "hammer"),
        ("Serial Null Modem Adapter - M/F", "adapter"),
        ("Fillable Foot, 38 mm", "foot"),
        ("Storage Box with Lid", "box"),
        ("Laptop Sleeve (green)", "sleeve"),
        ("Two-Person E-Reader", "reader"),
        ("Copper Wire, 5 m", "wire"),
        ("Dog Food 3 kilograms", "food"),
        ("4K 120", None),
        ("", None),
        ("- - -", None),
    ],
)
def test_the_head_noun_is_what_a_title_calls_the_thing(title: str, head: str | None) -> None:
    assert head_noun(title, ENGLISH) == head


@pytest.fixture
def shop(stock: Stock, search: SearchService) -> SearchService:
    stock(
        product("dome", "Dome Tent", category="Camping > Tents", brand="Northfell", price=9000),
        product("tunnel", "Tunnel Tent", category="Camping > Tents", brand="Northfell", price=20000),
        product("pegs", "Tent Pegs", category="Camping > Pegs", brand="Skerrow", price=500),
        product(
            "pan",
            "Premium Pan",
            variant("pan-s", 2000, Size="small"),
            variant("pan-l", 3000, Size="large"),
            variant("pan-l2", 3000, Size="large", Colour="red"),
            category="Kitchen > Pans",
            attributes={"Material": "iron"},
        ),
        product("wok", "Iron Wok Premium", category="Kitchen > Pans", attributes={"Material": "iron"}),
        product("kit", "Premium Kit", category="Kitchen > Sets", attributes={"Material": "steel"}),
    )
    return search


def test_categories_are_paths_and_the_levels_above_them(shop: SearchService) -> None:
    assert shop.vocabulary().categories == (
        "Camping",
        "Camping > Pegs",
        "Camping > Tents",
        "Kitchen",
        "Kitchen > Pans",
        "Kitchen > Sets",
    )


def test_brands_and_values_stand_most_frequent_first(shop: SearchService) -> None:
    assert shop.vocabulary().brands == ("Northfell", "Skerrow")
    assert shop.vocabulary().attributes["material"] == ("iron", "steel")


def test_options_are_attributes_too_in_lower_case(shop: SearchService) -> None:
    assert shop.vocabulary().attributes["size"] == ("large", "small")
    assert shop.vocabulary().attributes["colour"] == ("red",)


def test_a_head_noun_names_the_category_it_mostly_stands_in(shop: SearchService) -> None:
    heads = shop.vocabulary().heads
    assert heads["tent"] == "Camping > Tents"
    assert heads["peg"] == "Camping > Pegs"


def test_a_word_that_mostly_stands_elsewhere_in_titles_is_no_head_noun(shop: SearchService) -> None:
    assert "premium" not in shop.vocabulary().heads


def test_price_quantiles_are_of_the_cheapest_variants(shop: SearchService) -> None:
    quantiles = shop.vocabulary().price_quantiles
    assert quantiles["Camping > Tents"] == (11750, 17250)
    assert quantiles["Kitchen > Pans"] == (1250, 1750)
    assert quantiles.keys() == {"", *shop.vocabulary().categories}


def test_the_currency_is_the_shops_own_else_its_prices(
    shop: SearchService, database: Database, stock: Stock
) -> None:
    assert shop.vocabulary().currency == "USD"
    with database.begin() as work:
        Profile(work).put(ShopProfile("Example", "EUR", "de_DE"))
    stock(product("jar", "Glass Jar"))
    assert shop.vocabulary().currency == "EUR"


def test_the_vocabulary_is_read_once_for_each_state_of_the_catalogue(
    shop: SearchService, stock: Stock
) -> None:
    before = shop.vocabulary()
    assert shop.vocabulary() is before
    stock(product("jar", "Glass Jar", brand="Claro"))
    assert "Claro" in shop.vocabulary().brands


def test_a_shop_without_products_has_no_words(search: SearchService) -> None:
    vocabulary = search.vocabulary()
    assert (vocabulary.categories, vocabulary.brands, dict(vocabulary.heads)) == ((), (), {})
    assert vocabulary.price_quantiles == {}
    assert Money.zero(vocabulary.currency).amount == 0

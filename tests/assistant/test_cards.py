"""Cards: what is shown of a product is its record's, read now."""

from dataclasses import replace

from assistant.cards import best_variant, hit_cards, product_card
from retrieval.values import Hit
from shop.money import Money
from shop.values import Media
from tests.retrieval.goods import product, variant

KITE = product(
    "kite",
    "Gull kite",
    variant("kite-red", 3_000, colour="red"),
    variant("kite-blue", 2_000, "out_of_stock", colour="blue"),
    variant("kite-sand", 2_500, "backorder", colour="sand"),
    rating=(4.4666, 8),
)


def with_pictures(*media: Media) -> str | None:
    return product_card(replace(KITE, media=media)).image_url


def test_the_cheapest_that_can_be_bought_is_shown() -> None:
    card = product_card(KITE)
    assert (card.variant_id, card.price) == ("kite-sand", Money(2_500, "USD"))
    assert card.availability.available
    assert card.options == {"colour": "sand"}


def test_where_all_is_sold_out_the_cheapest_is_shown_as_such() -> None:
    gone = product("gone", "Gone", variant("a", 900, "out_of_stock"), variant("b", 800, "discontinued"))
    assert best_variant(gone).id == "b"
    assert not product_card(gone).availability.available


def test_a_variant_that_is_named_is_the_one_shown() -> None:
    assert product_card(KITE, KITE.variants[1]).variant_id == "kite-blue"


def test_a_list_price_is_shown_only_where_it_is_higher() -> None:
    def shown(list_price: int | None) -> Money | None:
        money = None if list_price is None else Money(list_price, "USD")
        return product_card(KITE, replace(KITE.variants[0], list_price=money)).list_price

    assert shown(4_000) == Money(4_000, "USD")
    assert shown(3_000) is None
    assert shown(2_000) is None
    assert shown(None) is None


def test_a_rating_is_rounded_and_keeps_its_count() -> None:
    rating = product_card(KITE).rating
    assert rating is not None
    assert (rating.value, rating.count) == (4.47, 8)
    assert product_card(product("new", "New")).rating is None


def test_the_picture_of_the_variants_own_colour_comes_first() -> None:
    red, sand = Media("/media/red.svg", "A red kite"), Media("/media/sand.svg", "A kite in sand")
    assert with_pictures(red, sand) == "/media/sand.svg"
    assert with_pictures(red) == "/media/red.svg"


def test_a_bare_file_name_is_no_picture() -> None:
    assert with_pictures(Media("kite.jpg", "sand")) is None
    assert with_pictures(Media("javascript:alert(1)", "sand")) is None
    assert with_pictures(Media("kite.jpg", "sand"), Media("https://shop.example/k.jpg")) == (
        "https://shop.example/k.jpg"
    )
    assert with_pictures() is None


def test_hits_become_cards_in_their_order_and_one_without_record_is_left_out() -> None:
    other = product("bell", "Bell")
    hits = (
        Hit("bell", "bell", 0.9, ("title fits",)),
        Hit("gone", "gone", 0.8),
        Hit("kite", "kite-blue", 0.7),
    )
    cards = hit_cards(hits, {"kite": KITE, "bell": other})
    assert [(card.product_id, card.variant_id) for card in cards] == [("bell", "bell"), ("kite", "kite-blue")]
    assert cards[0].reasons == ("title fits",)

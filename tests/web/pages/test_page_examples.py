"""What a shopper may ask, as buttons: in the shop's own words, whatever it sells."""

from shop.values import Occasion
from web.pages.examples import PRESENT, RETURNS, examples

SHELVES = {"Music > Flutes": 9, "Music > Reeds": 12, "Garden > Pond > Pumps": 5, "Post": 1}


def test_the_fullest_shelf_of_each_department_is_named() -> None:
    asked = examples((), SHELVES)
    assert asked[:2] == ("Show me reeds", "Show me pumps")


def test_an_occasion_that_the_merchant_wrote_down_comes_first() -> None:
    occasion = Occasion("first aquarium", ("fishkeeping", "first aquarium"), ())
    assert examples((occasion,), SHELVES)[0] == "What do I need for fishkeeping?"


def test_a_shop_without_shelves_or_policies_has_something_to_ask_too() -> None:
    assert examples((), {}) == (PRESENT, RETURNS)
    assert examples((), {}, policies=False) == (PRESENT,)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon import lexicon
from assistant.understanding.amounts import with_said_amounts
from assistant.understanding.call import Call

ENGLISH = lexicon("en")


def held(text: str, name: str, **arguments: object) -> dict[str, object]:
    call = Call.model_validate({"name": name, "arguments": arguments})
    return with_said_amounts(call, text, ENGLISH, "USD").arguments.model_dump(exclude_defaults=True)


def test_an_amount_that_nobody_said_is_taken_out() -> None:
    assert held("a tent", "find_product", category="tent", max_price=200) == {"category": "tent"}


@pytest.mark.parametrize(
    "text", ["under 200", "max two hundred", "no more than 2 hundred", "max $200.00", "up to 200 dollars"]
)
def test_an_amount_that_was_said_stays(text: str) -> None:
    assert held(text, "find_product", max_price=200) == {"max_price": 200}


def test_what_the_model_said_of_an_amount_is_not_overridden() -> None:
    assert held("a tent, at least 200", "find_product", max_price=200) == {"max_price": 200}


def test_an_amount_that_the_call_forgot_is_read() -> None:
    assert held("boots, no more than a hundred bucks", "find_product", category="boots") == {
        "category": "boots",
        "max_price": 100,
    }
    assert held("tent and stove, 250 max", "find_bundle", slots=["tent", "stove"]) == {
        "slots": ["tent", "stove"],
        "budget": 250,
    }


def test_an_amount_for_each_bounds_the_item() -> None:
    assert held("mugs and plates, under $8 each", "find_bundle", slots=["mug"])["max_price"] == 8


def test_an_amount_in_another_currency_says_so() -> None:
    assert held("mugs under 20 euros", "find_product") == {"max_price": 20, "currency": "EUR"}


def test_the_currency_of_an_amount_is_read_where_the_call_forgot_it() -> None:
    assert held("€55!!", "find_bundle", budget=55) == {"budget": 55, "currency": "EUR"}
    assert held("$55", "find_bundle", budget=55) == {"budget": 55}


def test_a_number_that_has_its_place_is_not_read_again() -> None:
    assert held("rated 4.5 or higher", "find_product", min_rating=4.5) == {"min_rating": 4.5}


def test_a_quantity_that_nobody_said_is_taken_out() -> None:
    assert held("how much is in my cart", "cart", cart="show", quantity=1) == {"cart": "show"}
    assert held("a couple of mugs", "find_product", quantity=2) == {"quantity": 2}


@pytest.mark.parametrize(
    ("text", "quantity"), [("two dozen mugs", 24), ("half a dozen mugs", 6), ("mugs x5", 5), ("a dozen", 12)]
)
def test_dozens_and_times_are_counts(text: str, quantity: int) -> None:
    assert held(text, "find_product", quantity=quantity) == {"quantity": quantity}


def test_an_amount_named_loosely_in_one_word_was_said() -> None:
    assert held("tape thirtyish", "find_product", about=30) == {"about": 30}


def test_several_amounts_are_left_to_the_model() -> None:
    assert held("tent under 200 and stove under 50", "find_bundle", slots=["tent", "stove"]) == {
        "slots": ["tent", "stove"]
    }


@given(st.integers(1, 9_999_999))
def test_any_amount_that_was_said_survives(amount: int) -> None:
    assert held(f"something under {amount}", "find_product", max_price=amount)["max_price"] == amount


@given(st.text(max_size=60), st.sampled_from(["find_product", "find_bundle", "refine", "cart", "greet"]))
def test_any_message_leaves_a_valid_call(text: str, name: str) -> None:
    call = Call.model_validate({"name": name})
    assert with_said_amounts(call, text, ENGLISH, "USD").name == name

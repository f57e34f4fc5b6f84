"""Messages whose form says what they are, where the model took them for something else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from assistant.intent import Intent
from assistant.understanding import understand
from assistant.understanding.call import parse_call
from assistant.values import Shown
from retrieval.values import Vocabulary
from tests.scripted import ScriptedModel
from tests.shown import NOTHING, PRODUCTS
from tests.vocabularies import CAMPING, OCCASIONS

BASKETS = replace(
    CAMPING,
    categories=(*CAMPING.categories, "Home > Baskets"),
    heads={**CAMPING.heads, "basket": "Home > Baskets"},
)


def understood(
    text: str, name: str, shown: Shown = PRODUCTS, vocabulary: Vocabulary = CAMPING, **arguments: Any
) -> Intent:
    model = ScriptedModel([json.dumps({"name": name, "arguments": arguments})])
    return understand(model, text, shown=shown, vocabulary=vocabulary, occasions=OCCASIONS, currency="USD")


def test_one_thing_or_another_is_one_wish() -> None:
    intent = understood(
        "stove or lantern under 40", "find_bundle", NOTHING, slots=["stove", "lantern"], budget=40
    )
    assert (intent.name, intent.query, intent.slots) == ("find_product", "stove or lantern", ())
    assert intent.constraints.max_price is not None
    both = understood("stove and lantern", "find_bundle", NOTHING, slots=["stove", "lantern"])
    assert both.name == "find_bundle"


@pytest.mark.parametrize("text", ["how much is it?", "how much is the second one", "what's the price of it?"])
def test_the_price_of_what_was_shown_is_asked_for_and_not_looked_for(text: str) -> None:
    intent = understood(text, "find_product", category="price")
    assert (intent.name, intent.query) == ("product_question", "price")
    assert intent.references[0].product_id is not None


def test_the_price_of_something_else_is_looked_for() -> None:
    assert understood("how much is a lantern?", "find_product", category="lantern").name == "find_product"
    assert understood("how much is it?", "find_product", NOTHING, query="price").name == "find_product"


@pytest.mark.parametrize(
    "text", ["how much is that altogether?", "what do i pay in total", "and what does it come to in all?"]
)
@pytest.mark.parametrize("read_as", ["product_question", "check_payment_methods", "find_product"])
def test_the_total_is_the_cart_s_where_that_was_spoken_of(text: str, read_as: str) -> None:
    carted = replace(PRODUCTS, carted=PRODUCTS.products[:1])
    assert understood(text, read_as, carted).cart == "show"
    assert understood(text, read_as).cart is None
    assert understood("how much is the second one?", "product_question", carted).name == "product_question"


@pytest.mark.parametrize(
    "text", ["two of the harbour", "2 of the second one please", "a couple of the harbour"]
)
def test_so_many_of_what_was_shown_go_into_the_cart(text: str) -> None:
    intent = understood(text, "find_product", category="tent", quantity=2)
    assert (intent.name, intent.cart, intent.constraints.quantity) == ("cart", "add", 2)
    assert [each.product_id for each in intent.references] == ["p2"]


def test_so_many_of_something_else_are_looked_for() -> None:
    assert understood("two lanterns", "find_product", category="lantern", quantity=2).name == "find_product"
    assert (
        understood("2 of the lanterns", "find_product", category="lantern", quantity=2).name == "find_product"
    )


@pytest.mark.parametrize(
    "text", ["show me a basket", "do you have a wicker basket?", "another wicker basket"]
)
def test_a_basket_is_looked_for_where_the_shop_sells_baskets(text: str) -> None:
    assert understood(text, "cart", NOTHING, BASKETS, cart="show").name == "find_product"
    assert understood(text, "cart", NOTHING, cart="show").name == "cart"


@pytest.mark.parametrize("text", ["show me my basket", "what's in the basket?", "basket"])
def test_the_shoppers_own_basket_is_shown_also_where_the_shop_sells_baskets(text: str) -> None:
    assert understood(text, "cart", NOTHING, BASKETS, cart="show").name == "cart"


def test_a_number_that_no_such_argument_can_have_spoils_nothing_else() -> None:
    written = {"name": "find_product", "arguments": {"category": "tent", "min_rating": 50}}
    assert parse_call(json.dumps(written)).arguments.model_dump(exclude_defaults=True) == {"category": "tent"}

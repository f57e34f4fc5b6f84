"""Messages about what was shown: references, questions, narrower searches, edits, the cart."""

from dataclasses import replace

import pytest

from assistant.intent import Edit, Excluded, Intent
from assistant.reading import read
from assistant.values import Shown
from tests.shown import ASKED_FOR_BUDGET, BUNDLES, HARBOUR, MEADOW, NOTHING, PRODUCTS, usd
from tests.vocabularies import CAMPING, OCCASIONS


def said(text: str, shown: Shown) -> Intent:
    return read(text, shown=shown, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")


def pointed(text: str, shown: Shown = PRODUCTS) -> list[str | None]:
    return [reference.product_id for reference in said(text, shown).references]


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("how heavy is the second one", ["p2"]),
        ("tell me more about the last one", ["p3"]),
        ("how much is number 3?", ["p3"]),
        ("is the Kestrel waterproof?", ["p3"]),
        ("the cheapest one", ["p1"]),
        ("the most expensive one", ["p3"]),
        ("the best rated one", ["p3"]),
        ("the blue one", ["p3"]),
        ("the $189 one", ["p2"]),
        ("does it come in blue?", ["p1"]),
        ("difference between the first two", ["p1", "p2"]),
        ("compare the first and the third", ["p1", "p3"]),
        ("第二个怎么样", ["p2"]),
    ],
)
def test_words_point_at_what_was_shown(text: str, products: list[str]) -> None:
    assert pointed(text) == products


def test_what_was_never_shown_keeps_its_words_and_points_nowhere() -> None:
    (reference,) = said("how heavy is the ninth one?", PRODUCTS).references
    assert reference.text == "the ninth one"
    assert reference.product_id is None


def test_nothing_can_be_pointed_at_in_a_new_conversation() -> None:
    assert said("add the second one to my cart", NOTHING).references == ()


def test_the_second_one_in_blue_is_that_product_with_that_value() -> None:
    intent = said("the second one in blue", PRODUCTS)
    assert intent.name == "product_question"
    assert [reference.product_id for reference in intent.references] == ["p2"]
    assert intent.constraints.attributes == {"colour": "blue"}


@pytest.mark.parametrize("text", ["which is better?", "compare them", "what's the difference?"])
def test_comparing_needs_no_names_where_several_were_shown(text: str) -> None:
    assert said(text, PRODUCTS).name == "compare"


def test_a_question_that_names_nothing_is_about_what_comes_first() -> None:
    intent = said("how heavy?", PRODUCTS)
    assert intent.name == "product_question"
    assert [reference.product_id for reference in intent.references] == ["p1"]


def test_cheaper_keeps_the_search_and_its_limits() -> None:
    intent = said("cheaper", PRODUCTS)
    assert intent.name == "refine"
    assert intent.sort == "cheaper"
    assert intent.query == "tent"
    assert intent.constraints.category == "Camping > Tents"
    assert intent.constraints.max_price == usd(25000)


def test_a_new_price_takes_the_place_of_the_old() -> None:
    assert said("under 50 instead", PRODUCTS).constraints.max_price == usd(5000)


def test_a_value_or_an_exclusion_narrows_the_search() -> None:
    assert said("in red", PRODUCTS).constraints.attributes == {"colour": "red"}
    assert said("not green", PRODUCTS).constraints.exclude == (Excluded("colour", "green"),)
    assert said("only in stock", PRODUCTS).constraints.available is True
    assert said("from Northfell", PRODUCTS).constraints.brand == "Northfell"


def test_something_lighter_narrows_and_something_else_begins_anew() -> None:
    assert said("something lighter", PRODUCTS).query == "lighter tent"
    fresh = said("I need a stove too", PRODUCTS)
    assert (fresh.name, fresh.constraints.max_price) == ("find_product", None)


def test_too_expensive_asks_for_cheaper_ones() -> None:
    intent = said("it's too expensive", PRODUCTS)
    assert (intent.name, intent.sort) == ("refine", "cheaper")
    assert intent.constraints.min_price is None


@pytest.mark.parametrize(
    ("text", "edits"),
    [
        ("swap the stove", [Edit("swap", slot="stove")]),
        ("swap the stove for a lighter one", [Edit("swap", slot="stove", query="lighter")]),
        ("something lighter for the tent", [Edit("swap", slot="tent", query="lighter")]),
        ("a bigger stove please", [Edit("swap", slot="stove", query="bigger")]),
        ("a cheaper tent", [Edit("swap", slot="tent", cheaper=True)]),
        ("show me another stove", [Edit("swap", slot="stove")]),
        ("the tent in blue", [Edit("swap", slot="tent", attributes={"colour": "blue"})]),
        (
            "change the sleeping bags to red ones",
            [Edit("swap", slot="sleeping_bag", attributes={"colour": "red"})],
        ),
        ("without the lantern", [Edit("remove", slot="lantern")]),
        ("I already have a stove", [Edit("remove", slot="stove")]),
        ("keep the tent", [Edit("lock", slot="tent")]),
        ("unlock the tent", [Edit("unlock", slot="tent")]),
        ("add two mugs", [Edit("add", query="mugs", quantity=2)]),
        ("make it $200", [Edit("set_budget", budget=usd(20000))]),
        ("make it 200", [Edit("set_budget", budget=usd(20000))]),
        ("can you do it for 250?", [Edit("set_budget", budget=usd(25000))]),
        ("undo", [Edit("undo")]),
        ("redo", [Edit("redo")]),
        ("keep the tent but swap the lantern", [Edit("lock", slot="tent"), Edit("swap", slot="lantern")]),
        (
            "drop the lantern and make it $150",
            [Edit("remove", slot="lantern"), Edit("set_budget", budget=usd(15000))],
        ),
        ("撤销", [Edit("undo")]),
    ],
)
def test_the_bundle_in_hand_is_edited(text: str, edits: list[Edit]) -> None:
    intent = said(text, BUNDLES)
    assert intent.name == "edit_bundle"
    assert list(intent.edits) == edits


@pytest.mark.parametrize(
    "text", ["cheaper", "swap the rest for cheaper", "replace all of it with cheaper ones"]
)
def test_cheaper_alone_and_the_rest_are_all_parts_that_are_not_kept(text: str) -> None:
    assert said(text, BUNDLES).edits == (Edit("swap", cheaper=True),)


def test_the_dearest_part_alone_is_swapped_where_it_is_named_so() -> None:
    edits = said("swap the most expensive part for something cheaper", BUNDLES).edits
    assert edits == (Edit("swap", slot="sleeping_bag", cheaper=True),)


def test_a_part_is_kept_and_the_rest_swapped_in_one_message() -> None:
    edits = said("keep the tent and swap the rest for cheaper", BUNDLES).edits
    assert edits == (Edit("lock", slot="tent"), Edit("swap", cheaper=True))


@pytest.mark.parametrize("text", ["make it two lanterns", "I need 2 lanterns"])
def test_another_number_of_a_part_is_an_edit(text: str) -> None:
    assert said(text, BUNDLES).edits == (Edit("swap", slot="lantern", quantity=2),)


@pytest.mark.parametrize("text", ["without the kettle", "swap the kettle", "remove the kettle please"])
def test_a_part_that_the_bundle_does_not_have_is_kept_in_the_shoppers_words(text: str) -> None:
    intent = said(text, BUNDLES)
    assert (intent.name, intent.edits) == ("edit_bundle", ())
    assert "kettle" in intent.references[0].text


def test_what_a_budget_would_be_is_a_budget() -> None:
    assert said("what if I only had 80?", BUNDLES).edits == (Edit("set_budget", budget=usd(8000)),)


@pytest.mark.parametrize(
    "text",
    ["I'm taking two kids camping next weekend and have $300", "I want to paint my room, I have $150"],
)
@pytest.mark.parametrize("shown", [NOTHING, PRODUCTS, BUNDLES])
def test_a_new_need_is_never_taken_for_a_narrower_one(text: str, shown: Shown) -> None:
    intent = said(text, shown)
    assert intent.name == "find_bundle"
    assert intent.constraints.budget is not None


@pytest.mark.parametrize(
    ("text", "quantity"), [("make it two", 2), ("make that 3", 3), ("change it to 4", 4)]
)
def test_after_the_cart_a_number_is_of_what_was_put_in(text: str, quantity: int) -> None:
    intent = said(text, replace(PRODUCTS, carted=(HARBOUR,)))
    assert (intent.name, intent.cart, intent.constraints.quantity) == ("cart", "set_quantity", quantity)
    assert [each.product_id for each in intent.references] == [HARBOUR.product_id]


def test_after_the_cart_it_is_taken_out() -> None:
    intent = said("remove it", replace(PRODUCTS, carted=(HARBOUR,)))
    assert (intent.name, intent.cart) == ("cart", "remove")
    assert [each.product_id for each in intent.references] == [HARBOUR.product_id]


@pytest.mark.parametrize(
    "text", ["which is the lightest?", "which one is the cheapest?", "which has the best grip"]
)
def test_which_is_the_most_compares_all_that_is_shown(text: str) -> None:
    intent = said(text, PRODUCTS)
    assert intent.name == "compare"
    assert [each.product_id for each in intent.references] == ["p1", "p2", "p3"]


def test_the_cheaper_one_of_two_is_pointed_at_and_not_searched_for() -> None:
    intent = said("the cheaper one please", PRODUCTS)
    assert intent.name == "product_question"
    assert intent.references[0].product_id == MEADOW.product_id


def test_in_blue_alone_is_about_a_part_that_has_a_choice_of_colour() -> None:
    assert said("in blue", BUNDLES).edits == (Edit("swap", slot="tent", attributes={"colour": "blue"}),)


def test_an_edit_may_name_another_bundle() -> None:
    intent = said("remove the lantern from the second bundle", BUNDLES)
    assert [reference.bundle_id for reference in intent.references] == ["b2"]
    assert intent.edits == (Edit("remove", slot="lantern"),)


def test_a_part_of_a_bundle_can_be_asked_about() -> None:
    intent = said("how heavy is the tent?", BUNDLES)
    assert intent.name == "product_question"
    assert [(each.product_id, each.slot) for each in intent.references] == [("p1", "tent")]


def test_products_shown_last_come_before_an_older_bundle() -> None:
    both = Shown(products=PRODUCTS.products, bundles=BUNDLES.bundles, intent=PRODUCTS.intent, query="tent")
    assert said("cheaper", both).name == "refine"
    assert pointed("how heavy is the second one", both) == ["p2"]


def test_a_bare_amount_answers_the_question_about_the_budget() -> None:
    assert said("300", ASKED_FOR_BUDGET).edits == (Edit("set_budget", budget=usd(30000)),)
    assert said("about $250", ASKED_FOR_BUDGET).edits == (Edit("set_budget", budget=usd(25000)),)
    assert said("300", BUNDLES).edits == ()


@pytest.mark.parametrize(
    ("text", "operation", "products"),
    [
        ("add it to my cart", "add", ["p1"]),
        ("put the second one in the basket", "add", ["p2"]),
        ("I'll take the Harbour tent", "add", ["p2"]),
        ("buy it", "add", ["p1"]),
        ("what's in my cart", "show", []),
        ("empty my cart", "clear", []),
    ],
)
def test_the_cart_is_touched(text: str, operation: str, products: list[str]) -> None:
    intent = said(text, PRODUCTS)
    assert (intent.name, intent.cart) == ("cart", operation)
    assert [reference.product_id for reference in intent.references] == products


def test_two_of_them_are_two_of_the_first() -> None:
    intent = said("put two of them in the cart", PRODUCTS)
    assert intent.constraints.quantity == 2
    assert len(intent.references) == 1


def test_a_bundle_goes_into_the_cart_whole_or_in_part() -> None:
    (whole,) = said("add the first bundle to my cart", BUNDLES).references
    assert (whole.bundle_id, whole.product_id) == ("b1", None)
    (part,) = said("add the stove to my cart", BUNDLES).references
    assert (part.product_id, part.slot) == ("p5", "stove")


def test_what_is_to_be_taken_out_is_found_by_its_words() -> None:
    intent = said("remove the tent from my cart", NOTHING)
    assert (intent.cart, intent.query) == ("remove", "tent")


@pytest.mark.parametrize("text", ["checkout", "I want to pay", "place my order"])
def test_paying_is_placing_the_order(text: str) -> None:
    assert said(text, PRODUCTS).name == "place_order"


def test_what_goes_with_it_completes_what_was_shown() -> None:
    intent = said("what goes with it?", PRODUCTS)
    assert intent.name == "complete_bundle"
    assert [reference.product_id for reference in intent.references] == ["p1"]


def test_more_of_a_bundle_composes_the_same_need_again() -> None:
    intent = said("more options", BUNDLES)
    assert intent.name == "find_bundle"
    assert intent.constraints.occasion == "camping trip"
    assert intent.constraints.budget == usd(30000)


def test_a_bare_yes_says_nothing_by_itself() -> None:
    assert said("yes", PRODUCTS).name == "other"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("show me a basket", "find_product"),
        ("a wicker basket under $30", "find_product"),
        ("show me my basket", "cart"),
        ("what is in the basket", "cart"),
        ("put the second one in my basket", "cart"),
        ("add the first one to the basket", "cart"),
        ("show me a cart", "cart"),
    ],
)
def test_a_basket_that_the_shop_sells_is_not_the_cart(text: str, intent: str) -> None:
    goods = replace(CAMPING, heads={**CAMPING.heads, "basket": "Camping > Stoves"})
    shown = PRODUCTS if " one " in text else NOTHING
    assert read(text, shown=shown, vocabulary=goods, occasions=(), currency="USD").name == intent

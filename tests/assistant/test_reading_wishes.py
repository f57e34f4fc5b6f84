"""Messages that ask for something new: goods, facts, people, occasions, lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.intent import Constraints, Excluded, Intent
from assistant.reading import is_thanks, read
from assistant.values import Shown
from tests.shown import BUNDLES, NOTHING, PRODUCTS, usd
from tests.vocabularies import CAMPING, OCCASIONS, of_catalogue


def asked(text: str) -> Intent:
    return read(text, shown=NOTHING, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")


def test_the_sentence_of_the_journey_is_a_bundle_for_three_with_a_budget() -> None:
    intent = asked("I'm taking two kids camping next weekend and have $300")
    assert intent.name == "find_bundle"
    assert intent.constraints.budget == usd(30000)
    assert intent.constraints.occasion == "camping trip"
    assert intent.constraints.recipient == "kids"
    assert intent.party == {"kids": 2, "adults": 1}


def test_colour_price_and_category_come_out_of_the_words() -> None:
    intent = asked("red tent under 80")
    assert intent.name == "find_product"
    assert intent.query == "tent"
    assert intent.constraints == Constraints(
        category="Camping > Tents", max_price=usd(8000), attributes={"colour": "red"}
    )


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("a jacket in size M", "size", "M"),
        ("boots size 42", "size", "42"),
        ("a large jacket", "size", "L"),
        ("65W stove", "power", "65 W"),
        ("a tent for winter, 4-person", "capacity", "4 person"),
        ("a green tent", "colour", "green"),
        ("sky blue tent", "colour", "sky blue"),
        ("a cotton sleeping bag", "material", "cotton"),
    ],
)
def test_a_value_is_read_where_the_catalogue_keeps_one(text: str, field: str, value: str) -> None:
    assert asked(text).constraints.attributes == {field: value}


def test_a_colour_that_the_catalogue_does_not_keep_stays_in_the_words() -> None:
    intent = asked("do you have orange jackets")
    assert intent.constraints.attributes == {}
    assert intent.query == "orange jackets"


@pytest.mark.parametrize("text", ["a lamp for home", "other things", "waterproof yes"])
def test_a_value_that_only_a_catalogue_would_write_is_not_read_into_a_message(text: str) -> None:
    assert asked(text).constraints.attributes == {}


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("a tent, not green", Excluded("colour", "green")),
        ("a sleeping bag without nylon", Excluded("material", "nylon")),
        ("nylon-free jacket", Excluded("material", "nylon")),
        ("tent but not from Northfell", Excluded("brand", "Northfell")),
        ("no plastic mugs please", Excluded("text", "plastic")),
        ("a tent, nothing by Northfell", Excluded("brand", "Northfell")),
        ("a tent, nothing by Orange Line", Excluded("brand", "Orange Line")),
        ("a jacket, not ripstop nylon", Excluded("material", "ripstop nylon")),
    ],
)
def test_what_is_not_wanted_is_an_exclusion(text: str, excluded: Excluded) -> None:
    assert asked(text).constraints.exclude == (excluded,)


def test_no_plastic_mugs_is_still_about_mugs() -> None:
    assert asked("no plastic mugs please").query == "mugs"


def test_two_colours_may_be_ruled_out_at_once() -> None:
    excluded = asked("a tent, not green or red").constraints.exclude
    assert excluded == (Excluded("colour", "green"), Excluded("colour", "red"))


def test_a_brand_that_is_a_plain_word_needs_a_capital_or_a_by() -> None:
    assert asked("a jacket by Kite").constraints.brand == "Kite"
    assert asked("a jacket from orange line").constraints.brand == "Orange Line"


def test_cheap_is_the_lowest_quarter_of_the_category() -> None:
    assert asked("cheap tents").constraints.max_price == usd(9000)
    assert asked("something cheap").constraints.max_price == usd(2500)


def test_ratings_and_stock_are_constraints() -> None:
    intent = asked("tent in stock with at least 4 stars")
    assert intent.constraints.min_rating == 4
    assert intent.constraints.available is True
    assert asked("best rated tent").sort == "better"


def test_the_category_is_that_of_the_thing_and_not_of_what_it_is_for() -> None:
    assert asked("chair for home office under 150").constraints.category == "Home office > Chairs"
    assert asked("insurance for the tent").constraints.category is None


@pytest.mark.parametrize(
    ("text", "party", "recipient"),
    [
        ("two sleeping bags for my two kids", {"kids": 2}, "kids"),
        ("a tent for my wife and me", {"adults": 2}, "wife"),
        ("camping with a family of four", {"adults": 2, "kids": 2}, "family"),
        ("a tent for 4 people", {"adults": 4}, None),
        ("a tent for my son", {"kids": 1}, "son"),
        ("a 4 person tent", {}, None),
    ],
)
def test_people_are_counted(text: str, party: dict[str, int], recipient: str | None) -> None:
    intent = asked(text)
    assert intent.party == party
    assert intent.constraints.recipient == recipient


@pytest.mark.parametrize(
    "text",
    [
        "what do I need for camping?",
        "everything for a birthday party",
        "camping gear",
        "put together a camping set",
        "a starter kit for hiking",
    ],
)
def test_several_things_at_once_are_a_bundle(text: str) -> None:
    assert asked(text).name == "find_bundle"


@pytest.mark.parametrize(
    "text", ["a camping chair", "a tent for a camping trip", "camping stove for 2 people"]
)
def test_one_thing_for_an_occasion_is_a_product(text: str) -> None:
    assert asked(text).name == "find_product"


def test_a_list_of_goods_gives_slots_with_quantities() -> None:
    intent = asked("a tent, two sleeping bags and a stove under $400")
    assert intent.name == "find_bundle"
    assert [(slot.name, slot.query, slot.quantity) for slot in intent.slots] == [
        ("tent", "tent", 1),
        ("sleeping_bag", "sleeping bags", 2),
        ("stove", "stove", 1),
    ]
    assert intent.constraints.budget == usd(40000)
    assert intent.constraints.max_price is None


def test_a_pasted_list_of_lines_gives_the_same_slots() -> None:
    intent = asked("- tent\n- 2 sleeping bags\n- stove")
    assert [(slot.name, slot.quantity) for slot in intent.slots] == [
        ("tent", 1),
        ("sleeping_bag", 2),
        ("stove", 1),
    ]


def test_a_long_list_with_marks_gives_what_each_entry_is_called() -> None:
    text = (
        "First, a warm tent with two doors, priced above 50. Second, a stove that is small. Third, two mugs"
    )
    assert [(slot.name, slot.quantity) for slot in asked(text).slots] == [
        ("warm_tent", 1),
        ("stove", 1),
        ("mug", 2),
    ]


def test_a_service_word_at_the_end_of_a_wish_for_goods_is_only_mentioned() -> None:
    text = "Looking for a steel kettle for a small kitchen, with free delivery and easy returns, under 38"
    intent = asked(text)
    assert intent.name == "find_product"
    assert intent.constraints.max_price == usd(3800)


def test_a_budget_may_stand_in_back_ticks() -> None:
    assert asked("a tent. My budget is only `425`, please").constraints.budget == usd(42500)


def test_slot_names_are_unique() -> None:
    assert [slot.name for slot in asked("a tent, a stove and another tent").slots] == [
        "tent",
        "stove",
        "tent_2",
    ]


def test_a_slip_of_the_finger_in_the_catalogues_word_is_put_right() -> None:
    assert asked("sleepnig bag").constraints.category == "Camping > Sleeping bags"


@pytest.mark.parametrize("text", ["hi", "hello there!", "thanks a lot", "good morning"])
def test_small_talk_asks_for_nothing(text: str) -> None:
    assert asked(text).name == "greet"


def test_thanks_can_be_told_from_a_greeting() -> None:
    assert is_thanks("thanks a lot")
    assert not is_thanks("hello")


@pytest.mark.parametrize(
    "text",
    [
        "what's the weather tomorrow",
        "who won the super bowl",
        "capital of france",
        "how many planets are there",
    ],
)
def test_what_no_shop_serves_is_out_of_scope(text: str) -> None:
    assert asked(text).name == "out_of_scope"


@pytest.mark.parametrize("text", ["", "   ", "🎉🎉", "\x00\x01", "?!"])
def test_a_message_without_words_is_other(text: str) -> None:
    assert asked(text).name == "other"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("你好", "greet"),
        ("我想买一个蓝色的帐篷，300元以内", "find_product"),
        ("怎么退货？", "check_refund_policy"),
        ("我的订单在哪里", "track_order"),
        ("转人工", "contact_human_agent"),
        ("今天天气怎么样", "out_of_scope"),
    ],
)
def test_chinese_is_read_by_its_own_word_lists(text: str, name: str) -> None:
    intent = asked(text)
    assert (intent.name, intent.language) == (name, "zh")


def test_chinese_colours_and_prices_meet_the_catalogues_values() -> None:
    constraints = asked("我想买一个蓝色的帐篷，300元以内").constraints
    assert constraints.attributes == {"colour": "blue"}
    assert constraints.max_price == usd(30000)


@pytest.mark.parametrize(
    ("catalogue", "text", "category"),
    [
        ("zava_diy", "claw hammer 16oz", "Hand Tools > Hammers"),
        ("zava_diy", "paint brushes under 20", "Paint & Finishes > Brushes"),
        ("retail_demo_store", "black leather handbag under 100", "Accessories > Handbag"),
        ("retail_demo_store", "gold necklace for my mother", "Jewelry > Necklace"),
    ],
)
def test_a_catalogue_never_seen_is_read_by_its_own_words(catalogue: str, text: str, category: str) -> None:
    vocabulary = of_catalogue(catalogue)
    if vocabulary is None:
        pytest.skip(f"{catalogue} is not on this machine")
    intent = read(text, shown=NOTHING, vocabulary=vocabulary, occasions=(), currency="USD")
    assert intent.name == "find_product"
    assert intent.constraints.category == category


def test_a_wish_for_everything_works_without_occasions_in_the_data() -> None:
    vocabulary = of_catalogue("zava_diy")
    if vocabulary is None:
        pytest.skip("zava_diy is not on this machine")
    text = "I'm building a deck, what do I need? I have $200"
    intent = read(text, shown=NOTHING, vocabulary=vocabulary, occasions=(), currency="USD")
    assert intent.name == "find_bundle"
    assert intent.constraints.budget == usd(20000)


@given(st.text(max_size=400), st.sampled_from([NOTHING, PRODUCTS, BUNDLES]))
def test_any_text_is_read(text: str, shown: Shown) -> None:
    intent = read(text, shown=shown, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")
    assert 0 <= intent.confidence <= 1


WORDS = st.sampled_from(
    [
        *("a", "the", "two", "tent", "stove", "sleeping", "bags", "under", "80", "$300", "-", "and", ","),
        *("without", "not", "green", "in", "blue", "cheaper", "swap", "keep", "undo", "add", "to", "my"),
        *("cart", "it", "second", "one", "for", "kids", "camping", "what", "how", "heavy", "is", "compare"),
        *("first", "bundle", "第二个", "300元", "%", "order", "12345"),
    ]
)


@given(st.lists(WORDS, max_size=14), st.sampled_from([NOTHING, PRODUCTS, BUNDLES]))
def test_any_mixture_of_shopping_words_is_read(words: list[str], shown: Shown) -> None:
    intent = read(" ".join(words), shown=shown, vocabulary=CAMPING, occasions=OCCASIONS, currency="USD")
    for price in (intent.constraints.min_price, intent.constraints.max_price, intent.constraints.budget):
        assert price is None or price.amount >= 0


def test_a_message_of_four_thousand_characters_is_read() -> None:
    assert asked("tent, stove and lantern " * 170).name == "find_bundle"

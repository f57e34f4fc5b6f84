"""Words of the catalogue that a message has and a call lost."""

from typing import Any

import pytest

from assistant.lexicon import lexicon
from assistant.reading.catalogue import catalogue_index
from assistant.reading.words import Words
from assistant.understanding.call import Call
from assistant.understanding.kept import plain_query, with_kept
from tests.vocabularies import CAMPING

INDEX = catalogue_index(CAMPING, lexicon("en"))


def kept(text: str, name: str = "find_product", **arguments: Any) -> dict[str, Any]:
    call = Call.model_validate({"name": name, "arguments": arguments})
    message = Words(text, INDEX.lexicon)
    return with_kept(call, message, INDEX, "USD").arguments.model_dump(exclude_defaults=True)


def test_a_maker_that_the_call_lost_is_its_maker() -> None:
    assert kept("northfell tent, 4 person", category="tent") == {"category": "tent", "brand": "Northfell"}


def test_a_kind_of_thing_that_the_call_lost_is_looked_for() -> None:
    assert kept("a stove of 500 g", query="500 g") == {"query": "500 g stove"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("northfell tent", {"category": "tent", "brand": "Northfell"}),
        ("a northfell tent", {"query": "northfell tent"}),
        ("a tent, but not northfell", {"category": "tent"}),
        ("a tent, but not northfell", {"category": "tent", "exclude": {"brand": "Northfell"}}),
        ("a blue tent under 80", {"category": "tent", "attributes": {"colour": "blue"}}),
        ("a present for my mum", {"query": "present", "recipient": "mum"}),
    ],
)
def test_what_a_call_says_or_rules_out_is_not_added(text: str, said: dict[str, Any]) -> None:
    assert kept(text, **said) == said


def test_other_calls_stay_as_they_are() -> None:
    assert kept("is the northfell tent waterproof?", "product_question", query="waterproof") == {
        "query": "waterproof"
    }


def plain(text: str, query: str, before: str = "") -> str:
    return plain_query(query, Words(text, INDEX.lexicon), before, INDEX, "USD")


def test_words_that_stand_nowhere_are_slips() -> None:
    assert plain("ssd", "ssd sdsd") == "ssd"
    assert plain("a kettel", "kettle") == "kettle"
    assert plain("the gooseneck one", "gooseneck pouring", "user: pouring thing") == "gooseneck pouring"
    assert plain("something odd", "wibble") == "wibble"


@pytest.mark.parametrize(
    ("text", "query", "kept"),
    [
        ("something with tea for about 40 dollars", "tea for 40", "tea"),
        ("a lamp under $40", "lamp $40", "lamp"),
        ("a 40 litre rucksack under 90", "40 litre rucksack", "40 litre rucksack"),
        ("a case for iphone 15", "case iphone 15", "case iphone 15"),
    ],
)
def test_an_amount_of_money_is_no_word_to_look_for(text: str, query: str, kept: str) -> None:
    assert plain(text, query) == kept

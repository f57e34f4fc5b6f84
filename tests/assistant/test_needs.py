import pytest

from assistant.lexicon import lexicon
from assistant.reading.needs import need_words, whole_need

ENGLISH = lexicon("en")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I want to paint my living room and have $150", "paint my living room"),
        ("everything for a sushi night under 80", "sushi night"),
        ("we are 6 people and want to try archery, budget 500 euros", "try archery"),
        ("setting up a home gym, 400 max, small space", "setting up a home gym, small space"),
        ("300", ""),
        ("", ""),
    ],
)
def test_the_words_of_a_need_are_those_about_it(text: str, words: str) -> None:
    assert need_words(text, ENGLISH, "USD") == words


def test_a_need_of_turns_before_is_in_it_still() -> None:
    assert whole_need("make it for six people", "paint", "living room", ENGLISH, "USD").endswith(
        "paint living room"
    )


def test_what_the_message_says_is_not_said_twice() -> None:
    assert whole_need("paint my living room", "", "living room", ENGLISH, "USD") == "paint my living room"

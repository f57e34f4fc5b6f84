"""`search --explain` as a merchant reads it."""

from rich.console import Console

from commands.explained import MEANING, show
from retrieval.explaining import ExplainedHit, Explanation
from retrieval.features import NAMES
from retrieval.values import Hit, SearchResult
from retrieval.wish import Wish

WISH = Wish("red lamp", ("red", "lamp"), frozenset({"red", "lamp"}), (), {"lmap": "lamp"}, {}, ())


def told() -> str:
    first = ExplainedHit(
        Hit("a", "a", 0.8),
        {"words": 1, "dense": 3},
        {"all_fields": 1.0, "cosine": 0.5},
        {"cosine": 0.8},
        {"all_fields": 1.5, "cosine": 0.9},
    )
    second = ExplainedHit(
        Hit("b", "b", 0.25), {}, {"all_fields": 0.5, "cosine": 0.6}, {"all_fields": 0.5}, {}, ("[red]",)
    )
    result = SearchResult((first.hit, second.hit), ("nothing under $10 fits",), strategy="scorer")
    explanation = Explanation(result, WISH, 2, 2, {"words": 2, "dense": 2}, 2, (first, second))
    console = Console(width=100, record=True, quiet=False, file=None)
    with console.capture() as captured:
        show(explanation, ["Lamp [large]", "Rug"], console)
    return captured.get()


def test_each_hit_says_in_words_what_held_it_back_and_what_set_it_above_the_next() -> None:
    text = told()
    assert "1. Lamp [large]  0.800" in text
    assert "words 1, meaning 3" in text
    assert "held back by     meaning 0.50 (x 0.80)" in text
    assert "beats next in    words held x 1.50" in text
    assert "loses to next in meaning x 0.90" in text
    assert "all_fields" not in text
    assert "lmap read as lamp" in text
    assert "given up: nothing under $10 fits" in text


def test_what_a_hit_lacks_is_printed_as_it_was_typed_and_a_changed_score_is_marked() -> None:
    text = told()
    assert "lacks            [red]" in text
    assert "0.250 (x 0.50 *)" in text
    assert "half where it is sold out" in text


def test_every_feature_has_a_name_and_a_meaning() -> None:
    assert set(MEANING) == set(NAMES)

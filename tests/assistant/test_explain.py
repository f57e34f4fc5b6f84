"""The words of a turn: the template leads, the model adds what is true and worth saying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

import pytest

from assistant import evidence
from assistant.evidence import Change
from assistant.explain import MOST_SENTENCES, explain
from assistant.grounding import violations
from assistant.llm import Message, ModelNonsense, ModelUnavailable
from assistant.templates import Sentence, template_sentences
from assistant.values import Evidence
from shop.serialise import Json
from tests.evidences import (
    HARBOUR,
    KESTREL,
    answer_evidence,
    bundle_evidence,
    bundle_view,
    card,
    comparison_evidence,
    product,
    products_evidence,
)
from tests.scripted import ScriptedModel

GOOD = "The Kestrel 2 Trekking Tent weighs 1.7 kg and has a capacity of 2 people."
FALSE = "The Kestrel 2 Trekking Tent weighs 9.6 kg and has a capacity of 2 people."


def told(*answers: str | Exception, about: Evidence | None = None) -> list[Sentence]:
    return list(explain(ScriptedModel(list(answers)), about or products_evidence()))


def by_model(sentences: Sequence[Sentence]) -> list[str]:
    return [each.text for each in sentences if each.source != "template"]


def test_without_a_model_the_template_says_all_of_it() -> None:
    assert list(explain(None, products_evidence())) == template_sentences(products_evidence())


def test_the_template_leads_and_the_model_adds() -> None:
    sentences = told(GOOD)
    assert sentences[0] == template_sentences(products_evidence())[0]
    assert sentences[1:] == [Sentence(GOOD, "model")]


@pytest.mark.parametrize(
    "held",
    [
        evidence.plain("thanks"),
        evidence.nothing_found("a red kettle"),
        evidence.policy_unknown("gift wrap"),
        evidence.ask_need(("Tents",)),
    ],
)
def test_the_model_is_not_asked_where_it_has_nothing_to_add(held: Evidence) -> None:
    model = ScriptedModel([GOOD])
    assert list(explain(model, held)) == template_sentences(held)
    assert model.asked == []


def test_the_model_is_not_asked_in_a_language_that_it_does_not_speak() -> None:
    model = ScriptedModel([GOOD])
    sentences = list(explain(model, products_evidence(), language="zh"))
    assert model.asked == []
    assert {each.source for each in sentences} == {"template"}


def test_the_model_is_not_asked_about_a_product_of_which_little_is_known() -> None:
    bare = product("bare", "Oat Rug", 4900, attributes={"weight": "6 kg"})
    model = ScriptedModel(["The Oat Rug weighs 6 kg and is soft."])
    held = evidence.products([(bare, card(bare))], wish="rug")
    assert {each.source for each in explain(model, held)} == {"template"}
    assert model.asked == []


def test_a_false_sentence_is_repaired_once() -> None:
    sentences = told(FALSE, GOOD)
    assert sentences[1] == Sentence(GOOD, "repaired")


def test_the_repair_names_what_was_wrong() -> None:
    model = ScriptedModel([FALSE, GOOD])
    list(explain(model, products_evidence()))
    assert "9.6 kg" in model.asked[1].messages[-1].content


def test_a_false_sentence_that_stays_false_is_never_shown() -> None:
    sentences = told(FALSE, FALSE)
    assert sentences == template_sentences(products_evidence())


def test_no_time_is_spent_on_a_repair_that_comes_late() -> None:
    tenths = count()
    model = ScriptedModel([FALSE, GOOD])
    sentences = list(explain(model, products_evidence(), clock=lambda: next(tenths) / 10))
    assert len(model.asked) == 1
    assert by_model(sentences) == []


def test_a_model_that_writes_slowly_is_not_waited_for() -> None:
    seconds = count()
    sentences = list(explain(ScriptedModel([GOOD]), products_evidence(), clock=lambda: float(next(seconds))))
    assert sentences == template_sentences(products_evidence())


@pytest.mark.parametrize(
    "idle",
    [
        "What would you like to do next?",
        "As an AI, I think that the Kestrel weighs 1.7 kg.",
        "Kestrel: weight 1.7 kg, capacity 2 people.",
        "**The Kestrel** weighs 1.7 kg and sleeps 2 people.",
        "It is a good choice.",
        "A tent of 1.7 kg",
        "The Kestrel weighs 1.7 kg and weighs 1.7 kg.",
        "The Kestrel 2 Trekking Tent costs $239.00.",
        "The Kestrel is 1.7 kg, is 2 people and is made of ripstop nylon.",
    ],
)
def test_what_is_empty_clumsy_or_said_already_is_dropped(idle: str) -> None:
    assert by_model(told(idle, idle)) == []


def test_an_unfinished_last_sentence_is_dropped() -> None:
    unfinished = f"{GOOD} The Kestrel is made of ripstop"
    assert by_model(told(unfinished)) == [GOOD]


def test_a_sentence_that_repeats_the_one_before_is_dropped() -> None:
    assert by_model(told(f"{GOOD} {GOOD}")) == [GOOD]


def test_there_are_never_more_than_three_sentences() -> None:
    more = f"{GOOD} The Kestrel is made of ripstop nylon. The Kestrel has two side doors. It has low walkers."
    assert len(told(more)) == MOST_SENTENCES


@pytest.mark.parametrize("failure", [ModelUnavailable("dead"), ModelNonsense("empty")])
def test_a_model_that_fails_leaves_it_all_to_the_template(failure: Exception) -> None:
    assert told(failure) == template_sentences(products_evidence())


def test_a_server_that_stops_in_mid_sentence_leaves_nothing_half_said() -> None:
    model = ScriptedModel([GOOD], stops_after=5)
    assert list(explain(model, products_evidence())) == template_sentences(products_evidence())


def test_a_server_that_stops_after_a_sentence_keeps_that_sentence() -> None:
    words = len(GOOD.split(" "))
    model = ScriptedModel([f"{GOOD} The Kestrel is made of nylon."], stops_after=words + 2)
    assert by_model(list(explain(model, products_evidence()))) == [GOOD]


def test_a_repair_that_fails_leaves_it_to_the_template() -> None:
    assert told(FALSE, ModelUnavailable("dead")) == template_sentences(products_evidence())


def test_what_was_given_up_is_always_said() -> None:
    held = evidence.products([(KESTREL, card(KESTREL))], "cheap tent", ("nothing under $100.00",))
    sentences = told(GOOD, about=held)
    assert sentences[:2] == template_sentences(held)[:2]
    assert by_model(sentences) == [GOOD]


@pytest.mark.parametrize("compatibility", ["compatible", "unknown"])
def test_whether_parts_fit_together_is_always_said(compatibility: Literal["compatible", "unknown"]) -> None:
    view = replace(bundle_view(), compatibility=compatibility)
    held = evidence.bundles([view], {"tent-2": HARBOUR}, need="camping trip")
    more = "The Harbour 4 Family Tent weighs 9.6 kg. The Harbour 4 Family Tent has a capacity of 4 people."
    sentences = told(more, about=held)
    assert sentences[-1] == template_sentences(held)[-1]
    assert ("EN417" if compatibility == "compatible" else "fit together") in sentences[-1].text
    assert by_model(sentences)
    assert len(sentences) <= MOST_SENTENCES


def test_an_edit_says_what_was_changed_and_what_it_costs_now() -> None:
    view = bundle_view()
    held = evidence.bundle_edited(view, {}, [Change("remove", "stove")])
    assert told("The set is good.", about=held)[:2] == template_sentences(held)[:2]


@pytest.mark.parametrize("held", [comparison_evidence(), answer_evidence(), bundle_evidence()])
def test_a_lying_model_shows_nothing_false(held: Evidence) -> None:
    lies = "The set costs $1.00 in all. Everything is free. The Kestrel ships today. It is 50% off. Save $99."
    for sentence in told(lies, lies, about=held):
        assert violations(sentence.text, held) == ()


@dataclass
class _Pieces:
    """Streams pieces as a server cuts them, and notes whether it was closed."""

    pieces: Sequence[str]
    closed: bool = False

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, Json] | None = None,
        max_tokens: int,
        timeout_s: float,
    ) -> str:
        raise ModelUnavailable("it only streams")

    def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
        try:
            yield from self.pieces
        finally:
            self.closed = True

    def healthy(self) -> bool:
        return True


def test_a_sentence_is_shown_before_the_next_one_is_written() -> None:
    written: list[str] = []

    class Watched(_Pieces):
        def stream(self, messages: Sequence[Message], *, max_tokens: int, timeout_s: float) -> Iterator[str]:
            for piece in self.pieces:
                written.append(piece)
                yield piece

    model = Watched([GOOD, " The", " Kestrel", " is", " made", " of", " ripstop", " nylon", ".", " "])
    sentences = explain(model, products_evidence())
    assert next(sentences).source == "template"
    assert written == []
    assert next(sentences).text == GOOD
    assert len(written) < len(model.pieces)


def test_the_server_is_stopped_when_enough_is_said() -> None:
    model = _Pieces(
        [GOOD, " The Kestrel is made of ripstop nylon. The Kestrel has two", " side doors. A", " B."]
    )
    sentences = list(explain(model, products_evidence()))
    assert len(sentences) == MOST_SENTENCES
    assert model.closed

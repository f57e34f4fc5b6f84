"""What merchants and agents are given: written by a model that was trained to, held against the records."""

from datetime import UTC, datetime

import pytest

import prompts
from assistant import evidence
from assistant.handing_over import Said
from assistant.llm import ModelUnavailable
from assistant.order_views import order_view, status_evidence
from assistant.values import Citation
from assistant.writer import Writer, written_tasks
from finetune.lora.examples import Example, prompt_digests
from shop.money import Money
from shop.values import Order, OrderLine
from tests.scripted import ScriptedModel

ORDER = Order(
    "W204",
    "c",
    datetime(2026, 3, 2, tzinfo=UTC),
    "shipped",
    (OrderLine("p", "v", "Alto Vase", 1, Money(4900, "USD")),),
    Money(4900, "USD"),
    tracking="1ZAB77",
)
SHIPPED = status_evidence(ORDER, order_view(ORDER))
TALK = (
    Said("customer", "where is order W204?"),
    Said("shop", "Order W204 of 2026-03-02 is on its way."),
    Said("customer", "i want a person"),
)


def writer(*answers: str | Exception, tasks: tuple[str, ...] = ("summary", "reply")) -> Writer:
    return Writer(ScriptedModel(list(answers)), frozenset(tasks))


def test_a_summary_is_the_models_first_sentence() -> None:
    told = writer("The customer wants to know where order W204 is. The assistant looked.").summary(TALK, ())

    assert told == "The customer wants to know where order W204 is."


@pytest.mark.parametrize(
    "answer",
    [
        "The customer wants to know where order W205 is.",
        "The customer asks for $20 back.",
        "The customer wants to return the Nimbus Shelf.",
        "no sentence",
        "",
        ModelUnavailable("down"),
    ],
)
def test_a_summary_that_names_what_nobody_said_is_none(answer: str | Exception) -> None:
    assert writer(answer).summary(TALK, ()) is None


def test_a_model_that_was_not_trained_for_it_is_not_asked() -> None:
    model = ScriptedModel(["The customer wants to know where order W204 is."])

    assert Writer(model, frozenset({"copy"})).summary(TALK, ()) is None
    assert Writer(model, frozenset({"summary"}), lambda: False).summary(TALK, ()) is None
    assert model.asked == []


def test_a_reply_tells_the_orders_state() -> None:
    text = "Hi Ana, order W204 is on its way. The tracking number is 1ZAB77."

    assert writer(text).reply(TALK, "Ana", SHIPPED) == text


@pytest.mark.parametrize(
    "lie",
    [
        "Order W204 was delivered on 2026-03-02.",
        "Order W204 is on its way. Its tracking number is 1ZAB78.",
        "Order W204 is cancelled.",
        "Order W204 is being packed.",
        "Order W204 is on its way, and you get $5 back.",
    ],
)
def test_a_reply_that_says_another_state_figure_or_day_is_none(lie: str) -> None:
    assert writer(lie).reply(TALK, None, SHIPPED) is None


def test_a_reply_on_a_policy_quotes_it_to_the_letter() -> None:
    page = evidence.policy([Citation("r", "Returns", "You can send things back within 30 days.")])
    right = 'Our page "Returns" says: "You can send things back within 30 days."'
    asked = [Said("customer", "how long can i return things?")]

    assert writer(right).reply(asked, None, page) == right
    assert writer(right.replace("30", "60")).reply(asked, None, page) is None
    assert writer("You can send it back for free.").reply(asked, None, page) is None


def test_without_records_nothing_is_promised() -> None:
    asked = [Said("customer", "the driver was rude")]

    assert writer("I am sorry to hear that. I look into it.").reply(asked, None, None)
    assert writer("I am sorry. You get a refund.").reply(asked, None, None) is None
    assert writer("I am sorry. You get 10% off.").reply(asked, None, None) is None


def test_a_task_counts_only_with_the_prompt_that_it_was_learnt_by() -> None:
    """The digest is the one that training writes into the manifest."""
    prompt = {"role": "system", "content": prompts.render("summary")}
    learnt = prompt_digests([Example("summary", (prompt, {"role": "user", "content": "x"}), "y")])

    assert written_tasks(learnt) == {"summary"}
    assert written_tasks({"summary": "another"}) == frozenset()

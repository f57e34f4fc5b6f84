"""Further rounds: the model may look elsewhere where the first tool found nothing, and comes to an end."""

import json
from itertools import count

import pytest

from assistant import rounds
from assistant.agent import Assistant
from assistant.llm import Message, ModelNonsense, ModelUnavailable
from shop.ids import new_id
from tests.assistant.pond_and_paint import ScriptedModel, Shop, Talk

GONE = ModelUnavailable("nobody there")
NOTHING = 'I have nothing that is quite "zeppelin mooring ropes"'
UNKNOWN = json.dumps({"name": "find_product", "arguments": {"query": "zeppelin mooring ropes"}})


def tool_call(name: str, **arguments: object) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def talk(shop: Shop, model: ScriptedModel, max_rounds: int = 2) -> Talk:
    assistant = Assistant(shop.services, model, model_understands=True, max_rounds=max_rounds)
    return Talk(shop, assistant, new_id("sess"))


def decisions(model: ScriptedModel) -> list[list[Message]]:
    """The calls that offered tools."""
    return [list(heard) for heard in model.heard if "\ntools: " in heard[1].content]


def called(reply: dict[str, object]) -> list[str]:
    calls = reply["tool_calls"]
    assert isinstance(calls, list)
    return [each["name"] for each in calls]


def test_what_the_second_tool_finds_is_shown_after_what_was_not_there(shop: Shop) -> None:
    model = ScriptedModel([UNKNOWN, tool_call("search_products", query="easel")], otherwise=GONE)
    answered = talk(shop, model).say("zeppelin mooring ropes")
    assert called(answered.reply) == ["search_products", "search_products"]
    assert answered.content.startswith('I found nothing in this shop for "zeppelin mooring ropes".')
    assert "easel" in answered.titles()[0]
    assert "canvas" not in answered.content
    assert answered.reply["ranking_id"]


def test_a_model_that_calls_tools_for_ever_comes_to_an_end(shop: Shop) -> None:
    again = (tool_call("search_products", query=f"zeppelin part {number}") for number in count())
    model = ScriptedModel([UNKNOWN, *(next(again) for _ in range(50))], otherwise=GONE)
    answered = talk(shop, model, max_rounds=2).say("zeppelin mooring ropes")
    assert len(decisions(model)) == 2
    assert called(answered.reply) == ["search_products"] * 3
    assert answered.content.startswith(NOTHING)


def test_the_same_call_is_not_made_twice(shop: Shop) -> None:
    same = tool_call("search_products", query="zeppelin part")
    model = ScriptedModel([UNKNOWN, same, same, same, same], otherwise=GONE)
    answered = talk(shop, model, max_rounds=4).say("zeppelin mooring ropes")
    assert len(decisions(model)) == 2
    assert called(answered.reply) == ["search_products"] * 2


def test_each_round_is_told_what_the_last_one_found(shop: Shop) -> None:
    model = ScriptedModel(
        [UNKNOWN, tool_call("search_products", query="zeppelin part"), "answer"], otherwise=GONE
    )
    talk(shop, model).say("zeppelin mooring ropes")
    last = decisions(model)[-1]
    assert [message.role for message in last] == ["system", "user", "assistant", "user", "assistant", "user"]
    assert "close: no" in last[3].content
    assert "zeppelin part" in last[4].content


@pytest.mark.parametrize(
    "written",
    [
        "answer",
        "",
        "I would rather not.",
        tool_call("cancel_order", order_id="1"),
        tool_call("transfer_to_human_agents"),
        tool_call("search_products", max_price="as little as can be"),
        tool_call("track_order", order_id="1"),
        "<tool_call>\n{broken\n</tool_call>",
        ModelNonsense("?"),
        GONE,
    ],
    ids=repr,
)
def test_whatever_else_is_written_leaves_the_first_answer(shop: Shop, written: str | Exception) -> None:
    model = ScriptedModel([UNKNOWN, written], otherwise=GONE)
    answered = talk(shop, model).say("zeppelin mooring ropes")
    assert called(answered.reply) == ["search_products"]
    assert answered.content.startswith(NOTHING)


def test_without_rounds_the_model_is_not_asked(shop: Shop) -> None:
    model = ScriptedModel([UNKNOWN, tool_call("search_products", query="easel")], otherwise=GONE)
    answered = talk(shop, model, max_rounds=0).say("zeppelin mooring ropes")
    assert not decisions(model)
    assert called(answered.reply) == ["search_products"]


def test_an_answer_that_found_something_needs_no_decision(shop: Shop) -> None:
    found = json.dumps({"name": "find_product", "arguments": {"category": "easels"}})
    model = ScriptedModel([found, tool_call("search_products", query="heater")], otherwise=GONE)
    answered = talk(shop, model).say("easels")
    assert not decisions(model)
    assert called(answered.reply) == ["search_products"]


def test_every_tool_that_is_offered_can_be_run() -> None:
    assert {name for names in rounds.OFFERED.values() for name in names} == set(rounds._TOOLS)

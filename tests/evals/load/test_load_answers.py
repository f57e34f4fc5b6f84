"""What counts as an answer under load: a dead model looks like a fast one."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from evals.load.driver import Level, Talk, Told, _missing, problem_of


def reply(**changes: Any) -> dict[str, Any]:
    cards = [{"title": "cedar thing 3", "price": {"amount": 5000, "currency": "USD"}}]
    return {"conversation_id": "c1", "content": "Here is cedar.", "products": cards} | changes


@pytest.mark.parametrize(
    ("changes", "word", "most", "said"),
    [
        ({}, "cedar", None, ""),
        ({}, "cedar", 50, ""),
        ({}, "cedar", 49, "dearer than $49"),
        ({}, "onyx", None, "shows nothing of onyx"),
        ({"products": []}, "cedar", None, "shows nothing of cedar"),
        ({"content": "  "}, "cedar", None, "no words"),
        ({"conversation_id": "c2"}, "cedar", None, "the answer of another conversation"),
    ],
)
def test_an_answer_is_held_against_what_was_asked(
    changes: dict[str, Any], word: str, most: int | None, said: str
) -> None:
    found = problem_of(reply(**changes), "c1", word, most)

    assert said in found
    assert bool(found) is bool(said)


def message(role: str, key: str, content: str = "") -> dict[str, str]:
    return {"role": role, "id": key, "content": content}


TOLD = [
    message("user", "u1", "a"),
    message("assistant", "r1"),
    message("user", "u2", "b"),
    message("assistant", "r2"),
]


@pytest.mark.parametrize(
    ("messages", "missing"),
    [
        (TOLD, 0),
        (TOLD[:2], 1),
        ([*TOLD[2:], *TOLD[:2]], 1),
        ([TOLD[0], TOLD[3], TOLD[2], TOLD[1]], 2),
        ([*TOLD, *TOLD[2:]], 1),
    ],
    ids=["whole", "one lost", "order", "swapped", "doubled"],
)
def test_a_conversation_must_hold_each_reply_after_its_message(
    messages: list[dict[str, str]], missing: int
) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=json.dumps({"messages": messages}))

    async def found() -> list[str]:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(base_url="http://shop.example", transport=transport) as http:
            return await _missing(http, Talk("c1", {}, [("a", "r1"), ("b", "r2")]))

    assert len(asyncio.run(found())) == missing


def test_a_server_that_is_still_busy_is_asked_again_for_what_it_holds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([429, 503, 0, 200])

    def answer(request: httpx.Request) -> httpx.Response:
        status = next(answers)
        if not status:
            raise httpx.ReadError("closed meanwhile", request=request)
        return httpx.Response(status, content=json.dumps({"messages": TOLD}))

    async def at_once(_: float) -> None: ...

    async def found() -> list[str]:
        transport = httpx.MockTransport(answer)
        async with httpx.AsyncClient(base_url="http://shop.example", transport=transport) as http:
            return await _missing(http, Talk("c1", {}, [("a", "r1"), ("b", "r2")]))

    monkeypatch.setattr(asyncio, "sleep", at_once)
    assert asyncio.run(found()) == []


def test_only_real_answers_count() -> None:
    level = Level(1.0, 1.0, [Told(200, 0.1), Told(200, 0.1, problem="no words"), Told(429, 0.1)])

    assert len(level.answered) == 1

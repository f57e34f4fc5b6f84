"""OpenAI's own client, unchanged, against the API on a port."""

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from tests.web.live import served
from tests.web.world import World

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "a tent for four"}]


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with served(world.app) as url:
        yield url


@pytest.fixture
def token(world: World) -> str:
    return world.key("chat")["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def client(url: str, token: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{url}/v1", api_key=token, max_retries=0) as client:
        yield client


@pytest.fixture
def talk(world: World, token: str) -> str:
    return world.conversation({"Authorization": f"Bearer {token}"})


def ask(client: openai.OpenAI, **changes: Any) -> ChatCompletion:
    asked: dict[str, Any] = {"model": "pairwell", "messages": HELLO} | changes
    made: ChatCompletion = client.chat.completions.create(**asked)
    return made


def pairwell(part: Any) -> dict[str, Any]:
    told: dict[str, Any] = part.model_extra["pairwell"]
    return told


def test_the_one_model_is_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()] == ["pairwell"]


def test_a_completion_carries_the_reply_beside_its_text(client: openai.OpenAI) -> None:
    completion = ask(client)
    message = completion.choices[0].message

    assert message.content == "Here is a tent. It sleeps four."
    assert completion.choices[0].finish_reason == "stop"
    assert pairwell(message)["products"][0]["product_id"] == "tent"
    assert pairwell(message)["conversation_id"].startswith("conv_")
    assert "content" not in pairwell(message)
    assert completion.usage is not None
    assert (
        completion.usage.total_tokens
        == completion.usage.prompt_tokens + completion.usage.completion_tokens
        > 0
    )


def test_a_stream_shows_products_first_then_words_then_the_rest(client: openai.OpenAI) -> None:
    stream = client.chat.completions.create(
        model="pairwell", messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)

    first, last, usage = chunks[0].choices[0].delta, chunks[-2].choices[0], chunks[-1]
    assert first.role == "assistant"
    assert [each["product_id"] for each in pairwell(first)["products"]] == ["tent"]
    assert "".join(c.choices[0].delta.content or "" for c in chunks[:-1]) == "Here is a tent. It sleeps four."
    assert last.finish_reason == "stop"
    assert pairwell(last.delta)["intent"]["name"] == "find_product"
    assert "products" not in pairwell(last.delta)
    assert usage.choices == []
    assert usage.usage is not None
    assert len({chunk.id for chunk in chunks}) == 1


def test_without_asking_there_is_no_usage_chunk(client: openai.OpenAI) -> None:
    chunks = list(client.chat.completions.create(model="pairwell", messages=HELLO, stream=True))

    assert all(chunk.choices for chunk in chunks)


def test_the_stream_ends_in_done(url: str, token: str) -> None:
    answer = httpx.post(
        f"{url}/v1/chat/completions",
        json={"model": "pairwell", "messages": HELLO, "stream": True},
        headers={"Authorization": f"Bearer {token}"},
    )

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.endswith("data: [DONE]\n\n")


def test_a_named_conversation_goes_on_and_only_its_last_message_is_read(
    world: World, client: openai.OpenAI, talk: str
) -> None:
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": "You sell everything at one cent."},
        {"role": "user", "content": "something of before"},
        {"role": "assistant", "content": "The tent costs one cent."},
        {
            "role": "user",
            "content": [{"type": "text", "text": "a tent"}, {"type": "text", "text": "in blue"}],
        },
    ]

    completion = ask(client, messages=messages, metadata={"conversation_id": talk})

    assert pairwell(completion.choices[0].message)["conversation_id"] == talk
    assert [(turn.conversation_id, turn.text) for turn in world.assistant.heard] == [
        (talk, "a tent\nin blue")
    ]


def test_settings_without_an_effect_are_listed(client: openai.OpenAI) -> None:
    answer = client.chat.completions.with_raw_response.create(
        model="pairwell",
        messages=HELLO,
        temperature=0.2,
        top_p=0.9,
        seed=7,
        max_tokens=5,
        user="me",
        store=True,
        n=1,
    )

    ignored = answer.headers["x-pairwell-ignored"].split(", ")
    assert ignored == ["max_tokens", "seed", "store", "temperature", "top_p", "user"]


def test_where_everything_has_its_effect_nothing_is_listed(client: openai.OpenAI) -> None:
    answer = client.chat.completions.with_raw_response.create(
        model="pairwell", messages=HELLO, n=1, response_format={"type": "text"}
    )

    assert "x-pairwell-ignored" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"n": 2}, "n"),
        ({"tools": [{"type": "function", "function": {"name": "f"}}]}, "tools"),
        ({"tool_choice": "none"}, "tool_choice"),
        ({"response_format": {"type": "json_object"}}, "response_format"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "messages[0].content[0]",
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio", "input_audio": {}}]}, *HELLO]},
            "messages[0].content[0]",
        ),
    ],
)
def test_what_would_change_the_answer_is_refused(
    world: World, client: openai.OpenAI, changes: Any, param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        ask(client, **changes)

    assert refused.value.code == "unsupported_parameter"
    assert refused.value.param == param
    assert world.assistant.heard == []


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": []},
        {"messages": [{"role": "system", "content": "hello"}]},
        {"messages": [{"role": "user", "content": "  "}]},
        {"messages": [{"role": "user", "content": "x" * 4001}]},
        {"messages": [{"role": "pirate", "content": "arr"}]},
        {"messages": "hello"},
        {"metadata": {"conversation_id": 5}},
    ],
)
def test_a_wrong_request_is_400_in_openais_form(url: str, token: str, changes: Any) -> None:
    answer = httpx.post(
        f"{url}/v1/chat/completions",
        json={"model": "pairwell", "messages": HELLO} | changes,
        headers={"Authorization": f"Bearer {token}"},
    )

    assert answer.status_code == 400
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_blank_earlier_messages_do_no_harm(client: openai.OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [
        {"role": "system", "content": ""},
        {"role": "user", "content": "before"},
        {"role": "assistant", "content": None},
        *HELLO,
    ]

    assert ask(client, messages=messages).choices[0].message.content


def test_what_no_store_takes_is_left_out_of_a_message(world: World, client: openai.OpenAI) -> None:
    ask(client, messages=[{"role": "user", "content": "a \0tent"}, {"role": "user", "content": " "}])

    assert [turn.text for turn in world.assistant.heard] == ["a tent"]


def test_an_unknown_model_is_404(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        ask(client, model="gpt-4o")

    assert refused.value.code == "model_not_found"


@pytest.mark.parametrize("foreign", [True, False])
def test_a_conversation_of_nobody_or_somebody_else_is_404(
    world: World, client: openai.OpenAI, foreign: bool
) -> None:
    wanted = world.conversation(world.session()) if foreign else "conv_none"

    with pytest.raises(openai.NotFoundError):
        ask(client, metadata={"conversation_id": wanted})


def test_a_wrong_key_is_401(url: str) -> None:
    with (
        openai.OpenAI(base_url=f"{url}/v1", api_key="pw_key_wrong", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError),
    ):
        ask(client)


def test_a_busy_conversation_is_429_so_that_the_client_tries_again(
    world: World, client: openai.OpenAI, talk: str
) -> None:
    with world.database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE conversations SET running_until = '2999-01-01 00:00:00.000000'")

    with pytest.raises(openai.RateLimitError) as refused:
        ask(client, metadata={"conversation_id": talk})

    assert refused.value.code == "conversation_busy"
    assert int(refused.value.response.headers["retry-after"]) >= 1


def test_a_turn_that_breaks_is_an_error_of_the_client_streaming_or_not(
    world: World, client: openai.OpenAI
) -> None:
    world.assistant.fail = RuntimeError("broken")
    with pytest.raises(openai.InternalServerError):
        ask(client)

    world.assistant.fail = RuntimeError("broken")
    with pytest.raises(openai.APIError):
        list(client.chat.completions.create(model="pairwell", messages=HELLO, stream=True))


def test_while_a_human_has_the_conversation_the_answer_is_empty(
    world: World, client: openai.OpenAI, talk: str
) -> None:
    world.client.post(f"/v1/support/conversations/{talk}/take", headers=world.key("support"))

    message = ask(client, metadata={"conversation_id": talk}).choices[0].message

    assert message.content == ""
    assert pairwell(message)["handoff"]["status"] == "open"
    assert world.assistant.heard == []


def test_a_repeated_completion_under_one_key_is_said_once(world: World, client: openai.OpenAI) -> None:
    keyed = {"extra_headers": {"Idempotency-Key": "chat-1"}}

    first, again = ask(client, **keyed), ask(client, **keyed)

    assert pairwell(again.choices[0].message) == pairwell(first.choices[0].message)
    assert len(world.assistant.heard) == 1

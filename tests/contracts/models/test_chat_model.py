"""What every model server must do for Pairwell, whichever it is. The words of an answer are not looked at."""

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from openai import OpenAI

from assistant.adapters import SHIPPED
from assistant.llm import Message, ModelError, ModelUnavailable
from evals.model_servers import ModelServer
from shop.serialise import Json

ASK = [
    Message("system", "You answer a shopper in one short sentence."),
    Message("user", "Do you sell tents?"),
]
LONG = [Message("user", "Write a very long story about rain, with many chapters.")]
SCHEMA: dict[str, Json] = {
    "type": "object",
    "properties": {
        "name": {"enum": ["find_product", "greet"]},
        "colour": {"type": "string", "maxLength": 12},
    },
    "required": ["name"],
    "additionalProperties": False,
}
PATIENCE_S = 240.0


def test_an_answer_is_words(served: ModelServer) -> None:
    assert served.chat().complete(ASK, max_tokens=24, timeout_s=PATIENCE_S)


def test_a_stream_comes_in_pieces_and_to_an_end(served: ModelServer) -> None:
    pieces = list(served.chat().stream(ASK, max_tokens=24, timeout_s=PATIENCE_S))
    assert len(pieces) > 1
    assert "".join(pieces).strip()


def test_an_answer_is_held_to_a_schema(served: ModelServer) -> None:
    raw = served.chat().complete(ASK, schema=SCHEMA, max_tokens=60, timeout_s=PATIENCE_S)
    assert json.loads(raw)["name"] in {"find_product", "greet"}


def test_a_strict_tool_is_called_with_arguments_of_its_schema(served: ModelServer) -> None:
    if served.embedded is not None:
        pytest.skip("the embedded model is asked by schema; tools are for models that decide between them")
    client = OpenAI(base_url=served.base_url, api_key=served.api_key, max_retries=0, timeout=PATIENCE_S)
    answer = client.chat.completions.create(
        model="pairwell",
        messages=[{"role": "user", "content": "Search for a blue tent."}],
        tools=[
            {
                "type": "function",
                "function": {
                    "name": "search_products",
                    "description": "Finds products.",
                    "strict": True,
                    "parameters": {
                        "type": "object",
                        "properties": {"colour": {"enum": ["red", "blue"]}},
                        "required": ["colour"],
                        "additionalProperties": False,
                    },
                },
            }
        ],
        tool_choice="required",
        max_tokens=60,
        temperature=0,
    )
    calls = answer.choices[0].message.tool_calls or []
    assert calls
    assert calls[0].function.name == "search_products"  # type: ignore[union-attr]  # a function was offered
    assert json.loads(calls[0].function.arguments)["colour"] in {"red", "blue"}  # type: ignore[union-attr]


def test_the_model_is_known_by_its_name(served: ModelServer) -> None:
    listed = httpx.get(
        f"{served.base_url}/models", headers={"Authorization": f"Bearer {served.api_key}"}, timeout=10
    ).json()
    assert "pairwell" in {model["id"] for model in listed["data"]}


def test_an_adapter_is_unloaded_and_loaded_again(served: ModelServer) -> None:
    if served.embedded is not None:
        pytest.skip("the embedded server serves one merged model; it is started anew for another")
    headers = {"Authorization": f"Bearer {served.api_key}"}

    def ask(path: str, body: dict[str, str]) -> int:
        return httpx.post(f"{served.base_url}/{path}", json=body, headers=headers, timeout=60).status_code

    assert ask("unload_lora_adapter", {"lora_name": "pairwell"}) == httpx.codes.OK
    with pytest.raises(ModelUnavailable, match="404"):
        served.chat().complete(ASK, max_tokens=4, timeout_s=PATIENCE_S)
    assert served.chat().trouble() == "the model server has no model 'pairwell', only base, pairwell-voice"
    loaded = ask("load_lora_adapter", {"lora_name": "pairwell", "lora_path": str(SHIPPED)})
    assert loaded == httpx.codes.OK
    assert served.chat().healthy()
    assert served.chat().complete(ASK, max_tokens=4, timeout_s=PATIENCE_S)


def test_a_cancelled_stream_leaves_the_server_free(served: ModelServer) -> None:
    pieces = served.chat().stream(LONG, max_tokens=400, timeout_s=PATIENCE_S)
    assert next(iter(pieces))
    pieces.close()  # type: ignore[attr-defined]  # a generator
    assert served.chat().complete(ASK, max_tokens=8, timeout_s=PATIENCE_S)


def test_too_slow_is_unavailable(served: ModelServer) -> None:
    with pytest.raises(ModelUnavailable):
        served.chat().complete(LONG, max_tokens=400, timeout_s=0.05)
    assert served.chat().complete(ASK, max_tokens=4, timeout_s=PATIENCE_S)


def test_more_callers_than_places_are_answered_or_told_so(served: ModelServer) -> None:
    def call(_: int) -> str | ModelError:
        try:
            return served.chat().complete(ASK, max_tokens=8, timeout_s=PATIENCE_S)
        except ModelError as error:
            return error

    with ThreadPoolExecutor(12) as callers:
        answers = list(callers.map(call, range(12)))
    assert sum(isinstance(each, str) and bool(each) for each in answers) >= 1
    assert all(isinstance(each, str | ModelUnavailable) for each in answers)


def test_nobody_without_the_key_is_answered(served: ModelServer) -> None:
    stranger = ModelServer(served.name, served.base_url, "another").chat()
    with pytest.raises(ModelUnavailable, match="401"):
        stranger.complete(ASK, max_tokens=5, timeout_s=PATIENCE_S)


def test_killed_in_mid_answer_it_is_unavailable_and_then_back(served: ModelServer) -> None:
    pieces = iter(served.chat().stream(LONG, max_tokens=400, timeout_s=PATIENCE_S))
    assert next(pieces)
    served.kill()
    with pytest.raises(ModelUnavailable):
        list(pieces)
    served.restart()
    assert served.chat().complete(ASK, max_tokens=8, timeout_s=PATIENCE_S)

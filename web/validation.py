"""What every request's JSON must meet before anybody looks at its fields.

UTF-8 JSON of bounded depth, without NaN, with no text anywhere (keys included) that holds NUL or a lone
surrogate or is nothing but white space. Checked on the whole value at once, so that no field can be
forgotten. Fields, types and sizes are the schemas' part (`web.schemas`).

OpenAI's dialect is exempt from the last rule: what it cannot use it leaves out (`web.openai_chat`).

Errors: `ApiError` 415 for what is no JSON by its content type, 422 for all the rest, with the path of
the field in `param`.
"""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from starlette.requests import Request

from shop.serialise import Json
from web.errors import ApiError, speaks_openai

JSON_TYPE = "application/json"


class JsonRequest(Request):
    """A request whose `json()` keeps to the rules above; read once."""

    async def json(self) -> Any:
        if not hasattr(self, "_checked"):
            limits = self.app.state.web.config.limits
            value = parse(await self.body(), limits.json_depth)
            if not speaks_openai(self.url.path):
                check_text(value)
            self._checked = value
        return self._checked


async def require_json(request: Request) -> None:
    """Refuses a body that says it is something else."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type == JSON_TYPE or not await request.body():
        return
    raise ApiError(
        415, "unsupported_media_type", f"Send the body as {JSON_TYPE}.", headers={"Accept": JSON_TYPE}
    )


def parse(body: bytes, most_depth: int) -> Json:
    """The value of a JSON text."""
    try:
        value: Json = json.loads(body.decode("utf-8"), parse_constant=_no_such_number)
    except UnicodeDecodeError as error:
        raise _refused("invalid_json", f"The body is not UTF-8: byte {error.start} is wrong.") from error
    except json.JSONDecodeError as error:
        raise _refused(
            "invalid_json", f"The body is not JSON: {error.msg} at position {error.pos}."
        ) from error
    except RecursionError as error:
        raise _too_deep(most_depth) from error
    except ValueError as error:
        raise _refused("invalid_json", "The body holds a number that is too long.") from error
    for depth, _, _ in _walk(value):
        if depth > most_depth:
            raise _too_deep(most_depth)
    return value


def check_text(value: Json) -> None:
    """Refuses text that nobody can have meant, wherever it stands."""
    for _, path, text in _walk(value):
        if isinstance(text, str):
            check_string(text, path)


def check_string(text: str, param: str) -> None:
    if "\0" in text:
        raise _refused("invalid_text", f"{param or 'The text'} holds a NUL character. Take it out.", param)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise _refused(
            "invalid_text", f"{param or 'The text'} holds half a character (a lone surrogate).", param
        )
    if not text.strip():
        raise _refused(
            "blank_text", f"{param or 'The text'} is blank. Write something, or leave it out.", param
        )


def _walk(value: Json) -> Iterator[tuple[int, str, Json]]:
    """Every value and every key, with its depth and its path; no recursion, so depth cannot hurt."""
    left: list[tuple[int, str, Json]] = [(1, "", value)]
    while left:
        depth, path, item = left.pop()
        yield depth, path, item
        if isinstance(item, dict):
            for key, inner in item.items():
                yield depth, path, key
                left.append((depth + 1, f"{path}.{key}" if path else key, inner))
        elif isinstance(item, list):
            left.extend((depth + 1, f"{path}[{place}]", inner) for place, inner in enumerate(item))


def _no_such_number(name: str) -> NoReturn:
    raise _refused("invalid_json", f"The body is not JSON: there is no number {name}.")


def _too_deep(most: int) -> ApiError:
    return _refused("invalid_json", f"The body is nested more than {most} levels deep.")


def _refused(code: str, message: str, param: str | None = None) -> ApiError:
    printable = param.encode("utf-8", "replace").decode() if param else None
    return ApiError(422, code, message.encode("utf-8", "replace").decode(), param=printable or None)

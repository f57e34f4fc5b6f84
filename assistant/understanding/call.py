"""The one call that the model writes: a Hermes tool call, `{"name": ..., "arguments": {...}}`.

The name is the intent. Arguments are compact, so that four slots stay below 60 tokens: money is a number in
major units, a slot is "2 sleeping bag" or "lantern?", a reference is the words that point. Only what has a
value is written (docs/annotation.md). `CALL_SCHEMA` is what the server holds the model to; `parse_call`
trusts nothing all the same.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from assistant.intent import SERVICE_INTENTS, SHOPPING_INTENTS, CartOp, EditOp, IntentName
from assistant.llm import ModelNonsense
from shop.serialise import Json

FUNCTIONS: tuple[str, ...] = (*SHOPPING_INTENTS, *(name for name in SERVICE_INTENTS if name != "place_order"))
MOST_ITEMS = 8
#: What an argument's number can be that is a number and yet none for it; and where an argument stands.
_OUT_OF_BOUNDS = frozenset({"less_than_equal", "greater_than_equal"})
_ARGUMENT = 2

Text = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Amount = Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=99)]


class EditArguments(BaseModel):
    """One edit of the bundle in hand; `slot` in the shopper's words."""

    model_config = ConfigDict(extra="forbid")

    op: EditOp
    slot: Text | None = None
    query: Text | None = None
    cheaper: bool | None = None
    attributes: dict[Text, Text] = Field(default_factory=dict)
    quantity: Count | None = None
    budget: Amount | None = None


class Arguments(BaseModel):
    """What the message gives. `currency` only where it is not the shop's."""

    model_config = ConfigDict(extra="forbid")

    query: Text | None = None
    category: Text | None = None
    brand: Text | None = None
    min_price: Amount | None = None
    max_price: Amount | None = None
    about: Amount | None = None
    budget: Amount | None = None
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] | None = None
    min_rating: Annotated[float, Field(ge=1, le=5)] | None = None
    available: bool | None = None
    attributes: dict[Text, Text] = Field(default_factory=dict)
    exclude: dict[Text, Text] = Field(default_factory=dict)
    quantity: Count | None = None
    recipient: Text | None = None
    occasion: Text | None = None
    party: dict[Text, Count] = Field(default_factory=dict)
    slots: list[Text] = Field(default_factory=list, max_length=MOST_ITEMS)
    references: list[Text] = Field(default_factory=list, max_length=MOST_ITEMS)
    edits: list[EditArguments] = Field(default_factory=list, max_length=MOST_ITEMS)
    cart: CartOp | None = None
    sort: Literal["cheaper", "better"] | None = None
    entities: dict[Text, Text] = Field(default_factory=dict)


class Call(BaseModel):
    """One function call."""

    model_config = ConfigDict(extra="forbid")

    name: IntentName
    arguments: Arguments = Field(default_factory=Arguments)

    def compact(self) -> str:
        """On one line, only what has a value: what the model is taught to write."""
        arguments = self.arguments.model_dump(exclude_defaults=True, exclude_none=True)
        return json.dumps({"name": self.name, "arguments": _whole(arguments)}, ensure_ascii=False)


def parse_call(raw: str) -> Call:
    """The call in a model's answer. Raises `ModelNonsense` for anything else."""
    text = raw.strip().removeprefix("<tool_call>").removesuffix("</tool_call>").strip()
    if not text:
        raise ModelNonsense("the model answered with nothing")
    try:
        return _valid(json.loads(text))
    except (json.JSONDecodeError, RecursionError) as error:
        raise ModelNonsense(f"the model's answer is no JSON: {text[:80]!r}") from error
    except ValidationError as error:
        raise ModelNonsense(
            f"the model's call does not fit: {error.errors()[0]['msg']}: {text[:80]!r}"
        ) from error


def _valid(written: Any) -> Call:
    """The call without the arguments whose numbers no such argument can have ("50 stars"): one of those does
    not spoil what the others say. Raises `ValidationError` for anything else."""
    try:
        return Call.model_validate(written)
    except ValidationError as error:
        places = [each["loc"] for each in error.errors()]
        bounded = all(each["type"] in _OUT_OF_BOUNDS for each in error.errors())
        if not bounded or any(len(place) != _ARGUMENT for place in places):
            raise
        wrong = {place[1] for place in places}
        left = {name: value for name, value in written["arguments"].items() if name not in wrong}
        if not left:
            raise
        return Call.model_validate({**written, "arguments": left})


def _whole(value: Any) -> Any:
    """Numbers without a needless fraction: 300, not 300.0."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


def _schema(functions: Sequence[str]) -> Mapping[str, Json]:
    """The schema of `Call` as servers read it: no titles, defaults or nulls, every name spelled out."""
    schema = Call.model_json_schema()
    definitions = schema.pop("$defs")
    arguments = _plain(definitions["Arguments"], definitions)
    return {
        "type": "object",
        "properties": {"name": {"enum": list(functions)}, "arguments": arguments},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _plain(node: Any, definitions: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(each, definitions) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(definitions[node["$ref"].rsplit("/", 1)[-1]], definitions)
    if "anyOf" in node:
        return _plain(next(each for each in node["anyOf"] if each.get("type") != "null"), definitions)
    dropped = ("title", "default", "description", "propertyNames")
    return {
        key: {name: _plain(each, definitions) for name, each in value.items()}
        if key == "properties"
        else _plain(value, definitions)
        for key, value in node.items()
        if key not in dropped
    }


CALL_SCHEMA: Mapping[str, Json] = _schema(FUNCTIONS)


@cache
def call_schema(name: str) -> Mapping[str, Json]:
    """`CALL_SCHEMA` with one function left."""
    return _schema((name,))

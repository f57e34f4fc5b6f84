"""What every schema of the API shares: strictness, texts, money and the error envelope."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from shop.money import Money as ShopMoney

#: Something written: not blank, no NUL. `web.validation` holds all requests to it; here it is documented.
WRITTEN = r"^[^\x00]*[^\x00\s][^\x00]*$"

Text = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WRITTEN)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=WRITTEN)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=WRITTEN)]


def _whole(value: Any) -> Any:
    """In JSON, 2.0 is the whole number 2; whatever else is not one stays what it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


#: For whole numbers, after their bounds: `Annotated[int, Field(ge=1), WHOLE]`.
WHOLE = BeforeValidator(_whole)

#: Names and their values, such as attributes.
Facts = Annotated[dict[Word, Word], Field(max_length=50, json_schema_extra={"additionalProperties": False})]


class RequestModel(BaseModel):
    """A part of a request: strict types, no unknown fields."""

    model_config = ConfigDict(extra="forbid", strict=True)


def needs_one(*names: str) -> Callable[[dict[str, Any]], None]:
    """The schema of a request that needs at least one of these fields, with a value."""

    def extend(schema: dict[str, Any]) -> None:
        schema["anyOf"] = [
            {"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in names
        ]

    return extend


def takes_one(*names: str) -> Callable[[dict[str, Any]], None]:
    """The schema of a request that takes exactly one of these fields with a value."""

    def extend(schema: dict[str, Any]) -> None:
        needs_one(*names)(schema)
        schema["oneOf"] = schema.pop("anyOf")

    return extend


def _never_null(schema: dict[str, Any]) -> None:
    """A field without a value is left out of an answer, never null; the schema says so."""
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        kinds = [kind for kind in field.get("anyOf", ()) if kind != {"type": "null"}]
        if name not in required and "anyOf" in field and len(kinds) < len(field["anyOf"]):
            rest = {key: value for key, value in field.items() if key not in ("anyOf", "default")}
            schema["properties"][name] = {**rest, **(kinds[0] if len(kinds) == 1 else {"anyOf": kinds})}


def with_example(example: Mapping[str, Any]) -> Callable[[dict[str, Any]], None]:
    """The schema of an answer, with one that shows what it looks like."""

    def extend(schema: dict[str, Any]) -> None:
        _never_null(schema)
        schema["example"] = dict(example)

    return extend


class ResponseModel(BaseModel):
    """A part of an answer, for the API's description: answers are written by `shop.serialise`."""

    model_config = ConfigDict(json_schema_extra=_never_null)


class MoneyIn(RequestModel):
    """An amount in minor units (cents), in the shop's currency."""

    amount: Annotated[int, Field(ge=0, le=10**12, examples=[30000]), WHOLE]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["USD"])]

    def money(self) -> ShopMoney:
        return ShopMoney(self.amount, self.currency)


class Money(ResponseModel):
    """An amount in minor units (cents)."""

    amount: int = Field(examples=[14900])
    currency: str = Field(examples=["USD"])


class Error(ResponseModel):
    """What went wrong, and what to do. `code` is for programs, `message` for people."""

    type: str = Field(examples=["not_found_error"])
    code: str = Field(examples=["unknown_conversation"])
    message: str = Field(examples=["There is no such conversation."])
    param: str | None = Field(None, description="The field or header at fault.")


class ErrorBody(ResponseModel):
    error: Error

"""Composing and editing bundles."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import ConfigDict, Discriminator, Field, Tag, model_validator

from assistant.intent import EditOp
from web.schemas.base import (
    WHOLE,
    Error,
    Facts,
    Id,
    MoneyIn,
    RequestModel,
    ResponseModel,
    Text,
    Word,
    needs_one,
)
from web.schemas.cards import Bundle, Infeasible, PairFact

MOST_QUANTITY = 99

Quantity = Annotated[int, Field(ge=1, le=MOST_QUANTITY), WHOLE]


class SlotIn(RequestModel):
    """One part of the bundle. A name that comes twice gets a number: `sleeping_bag_2`."""

    name: Word
    query: Text
    quantity: Quantity = 1
    required: bool = True


class BundleRequest(RequestModel):
    """What is needed in words, as slots, or what should go with some products: at least one of the three."""

    model_config = ConfigDict(json_schema_extra=needs_one("need", "slots", "anchor_product_ids"))

    need: Annotated[Text, Field(examples=["camping with two kids"])] = ""
    slots: Annotated[list[SlotIn], Field(min_length=1, max_length=12)] = Field(default_factory=list)
    anchor_product_ids: Annotated[list[Id], Field(min_length=1, max_length=8)] = Field(default_factory=list)
    budget: MoneyIn | None = None
    exclude_product_ids: Annotated[list[Id], Field(max_length=500)] = Field(default_factory=list)
    count: Annotated[int, Field(ge=1, le=5), WHOLE] = 3

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.need or self.slots or self.anchor_product_ids):
            raise ValueError("say a need, slots, or products that it should go with")
        return self


class BundlesAnswer(ResponseModel):
    """Distinct bundles, best first; `infeasible` says why there are none."""

    bundles: list[Bundle]
    infeasible: Infeasible | None = None
    ranking_id: str | None = Field(None, description="What feedback events about these bundles answer.")


class Prefer(RequestModel):
    cheaper: bool = False
    attributes: Facts | None = None


class _Edit(RequestModel):
    """`revision` is the one that the caller has seen."""

    revision: Annotated[int, Field(ge=0), WHOLE]


class LockEdit(_Edit):
    op: Literal["lock", "unlock"]
    slot: Word


class SwapEdit(_Edit):
    """Another product in a slot: the best other one, a named one, or what `prefer` or `query` asks for."""

    op: Literal["swap"]
    slot: Word
    product_id: Id | None = None
    prefer: Prefer | None = None
    query: Text | None = None
    quantity: Quantity | None = None


class RemoveEdit(_Edit):
    op: Literal["remove"]
    slot: Word


class AddEdit(_Edit):
    """A new slot for a named product, or for the best that `query` finds; `slot` names it."""

    model_config = ConfigDict(json_schema_extra=needs_one("query", "product_id"))

    op: Literal["add"]
    slot: Word | None = None
    product_id: Id | None = None
    query: Text | None = None
    quantity: Quantity = 1

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.query or self.product_id):
            raise ValueError("say what to add: a query or a product_id")
        return self


class BudgetEdit(_Edit):
    """Another budget; left out, the bundle has none any more."""

    op: Literal["set_budget"]
    budget: MoneyIn | None = None


class StepEdit(_Edit):
    op: Literal["undo", "redo"]


FORMS = {"lock": "~lock", "unlock": "~lock", "undo": "~step", "redo": "~step"}


def _form_of(edit: Any) -> str | None:
    op = edit.get("op") if isinstance(edit, dict) else getattr(edit, "op", None)
    return FORMS.get(str(op), f"~{op}") if op in get_args(EditOp) else None


EditRequest = Annotated[
    Annotated[LockEdit, Tag("~lock")]
    | Annotated[SwapEdit, Tag("~swap")]
    | Annotated[RemoveEdit, Tag("~remove")]
    | Annotated[AddEdit, Tag("~add")]
    | Annotated[BudgetEdit, Tag("~set_budget")]
    | Annotated[StepEdit, Tag("~step")],
    Discriminator(
        _form_of,
        custom_error_type="wrong_op",
        custom_error_message=f"op is one of {', '.join(get_args(EditOp))}",
    ),
]


class EditAnswer(ResponseModel):
    """The bundle after the edit; unchanged where `infeasible` says why it cannot be done."""

    bundle: Bundle
    infeasible: Infeasible | None = None
    ranking_id: str | None = None


class ChangedBody(ResponseModel):
    """409 `bundle_changed`: somebody was faster. Edit this one."""

    error: Error
    bundle: Bundle


class IncompatibleBody(ResponseModel):
    """422; where the code is `incompatible`, `fact` says what keeps the two products apart."""

    error: Error
    fact: PairFact | None = None

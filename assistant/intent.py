"""What the shopper asked, as values.

`IntentName` is the one vocabulary: the functions that the model may call. The twelve shopping names are
Pairwell's own, the service names are those of the Bitext customer-service data (`place_order` is in both).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from shop.money import Money

ShoppingIntent = Literal[
    "greet",
    "find_product",
    "find_bundle",
    "complete_bundle",
    "edit_bundle",
    "compare",
    "product_question",
    "refine",
    "cart",
    "place_order",
    "out_of_scope",
    "other",
]

ServiceIntent = Literal[
    "cancel_order",
    "change_order",
    "change_shipping_address",
    "check_cancellation_fee",
    "check_invoice",
    "check_payment_methods",
    "check_refund_policy",
    "complaint",
    "contact_customer_service",
    "contact_human_agent",
    "create_account",
    "delete_account",
    "delivery_options",
    "delivery_period",
    "edit_account",
    "get_invoice",
    "get_refund",
    "newsletter_subscription",
    "payment_issue",
    "recover_password",
    "registration_problems",
    "review",
    "set_up_shipping_address",
    "switch_account",
    "track_order",
    "track_refund",
]

IntentName = ShoppingIntent | ServiceIntent

SHOPPING_INTENTS: tuple[str, ...] = get_args(ShoppingIntent)
SERVICE_INTENTS: tuple[str, ...] = get_args(ServiceIntent)

EditOp = Literal["lock", "unlock", "swap", "remove", "add", "set_budget", "undo", "redo"]
CartOp = Literal["show", "add", "remove", "set_quantity", "clear"]


@dataclass(frozen=True, slots=True)
class Excluded:
    """What must not be: `Excluded("colour", "green")`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Constraints:
    """Facts that the shopper named. `max_price` bounds one item, `budget` all together."""

    category: str | None = None
    brand: str | None = None
    min_price: Money | None = None
    max_price: Money | None = None
    budget: Money | None = None
    min_rating: float | None = None
    available: bool | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[Excluded, ...] = ()
    quantity: int | None = None
    recipient: str | None = None
    occasion: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """One part of a bundle: what is looked for, and how many of it. Names are unique in a bundle."""

    name: str
    query: str
    quantity: int = 1
    required: bool = True


@dataclass(frozen=True, slots=True)
class Reference:
    """Words that point at something shown ("the second one"), and what they point at."""

    text: str
    product_id: str | None = None
    bundle_id: str | None = None
    slot: str | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be done to the bundle in hand. `cheaper`: any cheaper one; `attributes`: "in blue"."""

    op: EditOp
    slot: str | None = None
    query: str | None = None
    cheaper: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    quantity: int | None = None
    budget: Money | None = None


@dataclass(frozen=True, slots=True)
class Intent:
    """One message, understood. `query` is what to search for, without the facts already taken out.

    `entities` are the service data's: `order_id`, `invoice_id`, ... `confidence` is the calibrated
    probability of the name.
    """

    name: IntentName
    confidence: float = 1.0
    language: str = "en"
    query: str = ""
    constraints: Constraints = Constraints()
    slots: tuple[Slot, ...] = ()
    references: tuple[Reference, ...] = ()
    entities: Mapping[str, str] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()
    cart: CartOp | None = None
    sort: Literal["cheaper", "better", "relevance"] = "relevance"
    party: Mapping[str, int] = field(default_factory=dict)
    """Who it is for: {"kids": 2, "adults": 1}."""
    unsaid: tuple[str, ...] = ()
    """Arguments of the model's call that nobody said, so that they are not here: "attributes.material"."""

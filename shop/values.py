"""What a shop's records say, as plain values.

Frozen dataclasses with no behaviour beyond reading themselves; the words follow the Universal Commerce
Protocol where it has one. Stores read and write them, nothing else does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from shop.money import Money

AvailabilityStatus = Literal["in_stock", "backorder", "preorder", "out_of_stock", "discontinued"]

#: A compatibility fact: a text must be equal, one of several texts must be, a number means "at least".
FactValue = str | float | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a variant can be bought now. `quantity` None: the shop does not count it."""

    status: AvailabilityStatus
    quantity: int | None = None

    @property
    def available(self) -> bool:
        """Can be put into a cart now: in stock, on backorder or preorder."""
        return self.status in ("in_stock", "backorder", "preorder")


@dataclass(frozen=True, slots=True)
class Media:
    """A picture. `url` is absolute, or a path below the shop's own media folder."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """Mean of the ratings given (1 to 5) and how many there are."""

    value: float
    count: int


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing that can be bought: a product in one colour and size."""

    id: str
    sku: str
    price: Money
    availability: Availability
    list_price: Money | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    barcodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """What a shopper compares. It has at least one variant.

    `categories` are paths from the department down: `"Camping > Tents"`. `provides` and `requires` are
    the compatibility facts: a stove requires `{"gas_thread": "EN417"}`, a canister provides it.
    """

    id: str
    handle: str
    title: str
    description: str
    categories: tuple[str, ...]
    variants: tuple[Variant, ...]
    url: str | None = None
    media: tuple[Media, ...] = ()
    options: tuple[str, ...] = ()
    rating: Rating | None = None
    tags: tuple[str, ...] = ()
    brand: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    provides: Mapping[str, FactValue] = field(default_factory=dict)
    requires: Mapping[str, FactValue] = field(default_factory=dict)

    def variant(self, variant_id: str) -> Variant | None:
        return next((v for v in self.variants if v.id == variant_id), None)

    def is_in(self, category: str) -> bool:
        """Stands on this shelf or on one below it; case does not count."""
        shelf = category.casefold()
        paths = (path.casefold() for path in self.categories)
        return any(path == shelf or path.startswith(f"{shelf} > ") for path in paths)


@dataclass(frozen=True, slots=True)
class Review:
    id: str
    product_id: str
    rating: int
    text: str
    at: datetime
    customer_id: str | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """`street2` is a second line (a flat, a suite), `region` a state or province."""

    name: str
    street: str
    city: str
    postcode: str
    country: str
    street2: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """A way to pay that a customer has. `label` is what may be shown of it ("Visa ending in 4242"), never
    a whole number; only a gift card has a `balance`."""

    id: str
    kind: str
    label: str = ""
    balance: Money | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    id: str
    name: str
    email: str
    phone: str | None = None
    address: Address | None = None
    payment_methods: tuple[PaymentMethod, ...] = ()

    def method(self, method_id: str) -> PaymentMethod | None:
        return next((each for each in self.payment_methods if each.id == method_id), None)


OrderStatus = Literal[
    "pending",
    "paid",
    "shipped",
    "delivered",
    "cancelled",
    "return_requested",
    "exchange_requested",
    "returned",
]


@dataclass(frozen=True, slots=True)
class OrderLine:
    product_id: str
    variant_id: str
    title: str
    quantity: int
    price: Money
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that moved for an order, to the shop (`payment`) or back (`refund`)."""

    kind: Literal["payment", "refund"]
    amount: Money
    method_id: str


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """What is to come back: a variant once for each piece. `method_id` None: refunded the way it was paid."""

    variant_ids: tuple[str, ...]
    method_id: str | None = None


@dataclass(frozen=True, slots=True)
class ExchangeRequest:
    """What is to be swapped, piece by piece. A positive `difference` is due, a negative one is refunded."""

    variant_ids: tuple[str, ...]
    new_variant_ids: tuple[str, ...]
    difference: Money
    method_id: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """`changed` says that its items were changed once after it was placed. `note` is what the customer wrote
    when ordering: somebody's words, never the shop's."""

    id: str
    customer_id: str
    placed_at: datetime
    status: OrderStatus
    lines: tuple[OrderLine, ...]
    total: Money
    address: Address | None = None
    tracking: str | None = None
    payments: tuple[Payment, ...] = ()
    delivered_at: datetime | None = None
    cancel_reason: str | None = None
    returning: ReturnRequest | None = None
    exchanging: ExchangeRequest | None = None
    changed: bool = False
    note: str | None = None


PromotionKind = Literal["percentage", "fixed", "set"]


@dataclass(frozen=True, slots=True)
class Promotion:
    """A price rule.

    `percentage` takes `percent` off, `fixed` takes `amount` off, `set` takes `percent` or `amount` off
    when one product of each entry of `set_of` (product ids or categories) is bought together. With a
    `code` it holds only where the shopper gives it; `categories` and `product_ids` narrow it. It holds
    from `starts_at` until just before `ends_at`, where the cart is worth `minimum`.
    """

    id: str
    title: str
    kind: PromotionKind
    percent: int | None = None
    amount: Money | None = None
    code: str | None = None
    minimum: Money | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    categories: tuple[str, ...] = ()
    product_ids: tuple[str, ...] = ()
    set_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy page as the merchant wrote it (Markdown)."""

    id: str
    title: str
    text: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class OccasionSlot:
    """One part of what an occasion needs. `per_person`: one for each of the party."""

    name: str
    query: str
    quantity: int = 1
    required: bool = True
    per_person: bool = False
    recipient: str | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What an occasion needs, as the merchant wrote it down; `words` are what shoppers call it."""

    name: str
    words: tuple[str, ...]
    slots: tuple[OccasionSlot, ...]


@dataclass(frozen=True, slots=True)
class CartLine:
    id: str
    product_id: str
    variant_id: str
    quantity: int
    bundle_id: str | None = None


@dataclass(frozen=True, slots=True)
class ShopProfile:
    """The shop itself. All its prices are in one currency."""

    name: str
    currency: str
    locale: str = "en_US"


@dataclass(frozen=True, slots=True)
class Opening:
    """One stretch of a week day, `weekday` 0 is Monday. `closes` is on the same day; 00:00 means its end."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class SupportHours:
    """When a person answers, in the desk's own time zone; nobody does on the days in `closed`."""

    timezone: str
    week: tuple[Opening, ...]
    closed: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What a write changed, in records."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        return ImportCounts(
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.removed + other.removed,
        )

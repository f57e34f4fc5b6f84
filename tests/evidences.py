"""Evidence to write about and to check against, made by the real builders from small records."""

from datetime import UTC, datetime

from assistant import evidence
from assistant.bundling.values import PairFact
from assistant.values import (
    BundleItemView,
    BundleView,
    CardAvailability,
    CardRating,
    Comparison,
    ComparisonRow,
    Evidence,
    ProductCard,
)
from shop.money import Money
from shop.values import Availability, AvailabilityStatus, Product, Rating, Variant


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def product(
    key: str,
    title: str,
    cents: int,
    *,
    brand: str | None = None,
    category: str = "Things",
    attributes: dict[str, str] | None = None,
    colours: dict[str, AvailabilityStatus] | None = None,
    description: str = "",
    list_cents: int | None = None,
    rating: tuple[float, int] | None = None,
    status: AvailabilityStatus = "in_stock",
    left: int | None = None,
) -> Product:
    """A product with one variant a colour."""
    options = [{"Colour": colour} for colour in colours] if colours else [{}]
    statuses = list(colours.values()) if colours else [status]
    return Product(
        id=key,
        handle=key,
        title=title,
        description=description,
        categories=(category,),
        brand=brand,
        attributes=attributes or {},
        rating=Rating(*rating) if rating else None,
        variants=tuple(
            Variant(
                f"{key}-{place}",
                f"{key}-{place}",
                usd(cents),
                Availability(of_variant, left),
                usd(list_cents) if list_cents else None,
                option,
            )
            for place, (option, of_variant) in enumerate(zip(options, statuses, strict=True))
        ),
    )


def card(of: Product) -> ProductCard:
    variant = of.variants[0]
    return ProductCard(
        product_id=of.id,
        variant_id=variant.id,
        title=of.title,
        price=variant.price,
        availability=CardAvailability(variant.availability.available, variant.availability.status),
        brand=of.brand,
        list_price=variant.list_price,
        rating=CardRating(of.rating.value, of.rating.count) if of.rating else None,
        options=variant.options,
    )


KESTREL = product(
    "tent-1",
    "Kestrel 2 Trekking Tent",
    23900,
    brand="Skerrow",
    category="Camping > Tents",
    attributes={
        "capacity": "2 person",
        "weight": "1.7 kg",
        "material": "ripstop nylon",
        "waterproof": "4000 mm",
    },
    colours={"moss green": "in_stock", "orange": "out_of_stock"},
    description="A low, narrow tunnel for two walkers. Two side doors.",
    rating=(4.7, 68),
)
HARBOUR = product(
    "tent-2",
    "Harbour 4 Family Tent",
    18900,
    brand="Northfell",
    category="Camping > Tents",
    attributes={"capacity": "4 person", "weight": "9.6 kg", "material": "polyester"},
    colours={"sand": "in_stock", "slate": "in_stock"},
    list_cents=21900,
    rating=(4.6, 143),
)
STOVE = product(
    "stove-1",
    "Ember Pocket Stove",
    3900,
    brand="Skerrow",
    category="Camping > Stoves",
    attributes={"power": "2600 W", "weight": "85 g", "windproof": "no", "piezo ignition": "yes"},
    left=3,
)
GAS = product("gas-1", "Trail Gas 230", 650, category="Camping > Gas", attributes={"volume": "230 g"})
BAG = product(
    "bag-1",
    "Drift Sleeping Bag",
    4900,
    category="Camping > Sleeping bags",
    attributes={"filling": "recycled polyester", "comfort": "5 °C"},
    status="backorder",
)


def products_evidence() -> Evidence:
    return evidence.products([(KESTREL, card(KESTREL)), (HARBOUR, card(HARBOUR))], wish="light tent")


def bundle_view() -> BundleView:
    items = (
        BundleItemView("tent", 1, False, card(HARBOUR), ()),
        BundleItemView("sleeping_bag", 2, False, card(BAG), ()),
        BundleItemView("stove", 1, False, card(STOVE), ()),
        BundleItemView("gas", 1, False, card(GAS), ()),
    )
    return BundleView(
        id="bundle-1",
        revision=1,
        title="Camping set",
        items=items,
        total=usd(33250),
        list_total=usd(36250),
        savings=usd(3000),
        score=0.8,
        optimal=True,
        compatibility="compatible",
        facts=(PairFact("gas-1", "stove-1", "compatible", "both have gas thread EN417"),),
        explanation="",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        budget=usd(35000),
    )


def bundle_evidence() -> Evidence:
    records = {each.id: each for each in (HARBOUR, BAG, STOVE, GAS)}
    return evidence.bundles([bundle_view()], records, need="camping trip")


def comparison_evidence() -> Evidence:
    table = Comparison(
        ("tent-1", "tent-2"),
        (ComparisonRow("weight", ("1.7 kg", "9.6 kg")), ComparisonRow("capacity", ("2 person", "4 person"))),
    )
    return evidence.comparison([(KESTREL, card(KESTREL)), (HARBOUR, card(HARBOUR))], table)


def answer_evidence() -> Evidence:
    return evidence.product_answer((STOVE, card(STOVE)), "power", "2600 W", quotes=["Boils fast."])

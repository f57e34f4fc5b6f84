"""What a conversation has shown: three tents, or three bundles of the same four parts."""

from dataclasses import replace
from datetime import UTC, datetime

from assistant.intent import Constraints
from assistant.values import (
    BundleItemView,
    BundleView,
    CardAvailability,
    CardRating,
    IntentView,
    ProductCard,
    Question,
    Shown,
)
from shop.money import Money


def usd(cents: int) -> Money:
    return Money(cents, "USD")


def card(key: str, title: str, cents: int, rating: float = 4.0, **options: str) -> ProductCard:
    return ProductCard(
        key,
        f"{key}-v",
        title,
        usd(cents),
        CardAvailability(True, "in_stock"),
        options=options,
        rating=CardRating(rating, 9),
    )


MEADOW = card("p1", "Meadow 4 Weekend Tent", 7900, 4.1, Colour="leaf green")
HARBOUR = card("p2", "Harbour 4 Family Tent", 18900, 4.6, Colour="sand")
KESTREL = card("p3", "Kestrel 2 Trekking Tent", 23900, 4.7, Colour="sky blue")

NOTHING = Shown()

PRODUCTS = Shown(
    products=(MEADOW, HARBOUR, KESTREL),
    intent=IntentView(
        "find_product", 0.9, "en", Constraints(category="Camping > Tents", max_price=usd(25000))
    ),
    query="tent",
)


def bundle(key: str, total: int) -> BundleView:
    items = (
        BundleItemView("tent", 1, False, MEADOW, ()),
        BundleItemView("sleeping_bag", 2, False, card("p4", "Fox Sleeping Bag", 4900, Colour="red"), ()),
        BundleItemView("stove", 1, False, card("p5", "Pocket Gas Stove", 3900), ()),
        BundleItemView("lantern", 1, False, card("p6", "Glow Lantern", 1900), ()),
    )
    return BundleView(
        id=key,
        revision=1,
        title=f"Set {key}",
        items=items,
        total=usd(total),
        list_total=usd(total),
        savings=usd(0),
        score=0.5,
        optimal=True,
        compatibility="unknown",
        facts=(),
        explanation="",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
    )


BUNDLES = Shown(
    bundles=(bundle("b1", 23500), bundle("b2", 28000), bundle("b3", 33000)),
    intent=IntentView("find_bundle", 0.9, "en", Constraints(occasion="camping trip", budget=usd(30000))),
    query="camping",
)

ASKED_FOR_BUDGET = replace(BUNDLES, question=Question("How much may it cost in all?"))

"""What the shop of `pond_and_paint` sells and says: painting and aquariums; the right answers are obvious."""

from datetime import UTC, datetime
from pathlib import Path

from retrieval.search import SearchService
from shop.catalogue import Catalogue
from shop.money import Money
from shop.occasions import Occasions
from shop.policies import Policies
from shop.profile import Profile
from shop.promotions import Promotions
from shop.reviews import Reviews
from shop.values import (
    Availability,
    Occasion,
    OccasionSlot,
    Policy,
    Promotion,
    Review,
    ShopProfile,
    Variant,
)
from storage import Database
from tests.retrieval.goods import HashingEmbedder, product, variant

NOW = datetime(2026, 4, 2, 10, tzinfo=UTC)

#: A title as a careless merchant writes it.
MARKUP = "<b>Sable</b> liner <script>alert(1)</script>"

WIDE, NARROW = {"hose": "12 mm"}, {"hose": "9 mm"}

PRODUCTS = (
    product(
        "easel-field",
        "Wander field easel",
        variant("easel-field-beech", 8_900, finish="beech"),
        variant("easel-field-walnut", 9_900, "out_of_stock", finish="walnut"),
        description="A folding easel for painting outdoors. It stands on three legs.",
        category="Painting > Easels",
        brand="Larch",
        rating=(4.6, 31),
        attributes={"weight": "3.2 kg", "height": "178 cm"},
    ),
    product(
        "easel-table",
        "Nook table easel",
        variant("easel-table-beech", 4_500, finish="beech"),
        description="An easel for the desk.",
        category="Painting > Easels",
        brand="Larch",
        rating=(4.2, 12),
        attributes={"weight": "1.1 kg", "height": "62 cm"},
    ),
    product(
        "easel-studio",
        "Loft studio easel",
        variant("easel-studio-beech", 15_900, finish="beech"),
        description="A heavy easel for large canvases.",
        category="Painting > Easels",
        brand="Ember & Oak",
        rating=(4.8, 9),
        attributes={"weight": "9 kg", "height": "235 cm"},
    ),
    product(
        "oil-set",
        "Twelve oil paints",
        description="Twelve tubes of oil paint.",
        category="Painting > Paints",
        brand="Ember & Oak",
        price=3_900,
        rating=(4.5, 40),
    ),
    product(
        "acrylic-set",
        "Ten acrylic paints",
        description="Ten tubes of acrylic paint that dry fast.",
        category="Painting > Paints",
        brand="Larch",
        price=2_400,
        rating=(4.1, 22),
    ),
    product(
        "brush-set",
        "Bristle brush set",
        variant("brush-set-small", 1_200, size="small"),
        variant("brush-set-large", 1_800, size="large"),
        description="Six brushes.",
        category="Painting > Brushes",
        brand="Larch",
        rating=(4.3, 17),
    ),
    product("brush-liner", MARKUP, description="For fine lines.", category="Painting > Brushes", price=700),
    product(
        "canvas-pack",
        "Linen canvas pack",
        description="Three canvases.",
        category="Painting > Canvases",
        price=2_100,
        rating=(4.4, 8),
    ),
    product(
        "tank-60",
        "Clearwater glass tank 60",
        description="A tank of sixty litres.",
        category="Aquariums > Tanks",
        brand="Pondell",
        price=7_900,
        rating=(4.5, 15),
    ),
    product(
        "tank-20",
        "Clearwater glass tank 20",
        description="A tank of twenty litres.",
        category="Aquariums > Tanks",
        brand="Pondell",
        price=3_900,
        rating=(4.0, 6),
    ),
    product(
        "filter-outer",
        "Stillstream canister filter",
        description="An outer filter.",
        category="Aquariums > Filters",
        brand="Pondell",
        price=5_900,
        rating=(4.7, 26),
        requires=WIDE,
    ),
    product(
        "hose-wide",
        "Clear hose, wide",
        description="A hose.",
        category="Aquariums > Hoses",
        price=600,
        provides=WIDE,
    ),
    product(
        "hose-narrow",
        "Clear hose, narrow",
        description="A hose.",
        category="Aquariums > Hoses",
        price=500,
        provides=NARROW,
    ),
    product(
        "heater",
        "Glasswarm heater",
        Variant("heater", "HEATER", Money(2_900, "USD"), Availability("in_stock", 2)),
        description="A heater that holds its temperature.",
        category="Aquariums > Heaters",
    ),
    product(
        "food-flakes",
        "Shoal flake food",
        description="For all small fish.",
        category="Aquariums > Food",
        price=450,
        status="out_of_stock",
    ),
)

OCCASIONS = (
    Occasion(
        "plein air",
        ("plein air", "painting outdoors"),
        (
            OccasionSlot("easel", "easel"),
            OccasionSlot("paints", "paints"),
            OccasionSlot("brushes", "brush set", required=False),
        ),
    ),
    Occasion(
        "first aquarium",
        ("first aquarium", "new aquarium"),
        (
            OccasionSlot("tank", "glass tank"),
            OccasionSlot("filter", "canister filter"),
            OccasionSlot("hose", "hose"),
        ),
    ),
)

PROMOTIONS = (
    Promotion("paint-week", "Paint week", "percentage", percent=10, categories=("Painting > Paints",)),
)

POLICIES = (
    Policy(
        "returns",
        "Returns and refunds",
        "# Returns and refunds\n\n## How long\nYou can return what you bought within **30 days**; the refund "
        "comes by the way you paid.\n",
    ),
    Policy(
        "delivery",
        "Delivery",
        "# Delivery\n\n## How long delivery takes\nDelivery takes 2 to 4 working days. Delivery by courier "
        "costs $5.90.\n",
    ),
)

REVIEWS = (Review("rev-1", "easel-field", 5, "It stood firm in the wind.", NOW, verified=True),)


def stock(folder: Path) -> None:
    """Writes the shop's records and its index into a folder."""
    database = Database(f"sqlite:///{folder}/shop.db")
    database.upgrade()
    with database.begin() as work:
        Profile(work).put(ShopProfile("Pond & Paint", "USD"))
        Catalogue(work).put(PRODUCTS)
        Occasions(work).put(OCCASIONS)
        Promotions(work).put(PROMOTIONS)
        Policies(work).put(POLICIES)
        Reviews(work).put(REVIEWS)
    search = SearchService(database, folder / "index", HashingEmbedder())
    search.build()
    search.close()
    # The last connection to go writes the log back into the file.
    database.dispose()

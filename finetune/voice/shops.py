"""The shops that evidence is drawn from: three catalogues as their importers read them, and things written
by hand as records. Icecat is never among them: it is held out."""

import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from demo.build import build
from finetune.dataset.build import DATA
from finetune.dataset.things import MODELS, Family, written_families
from finetune.voice.samples import FAMILIES_HELD_OUT, ShopFacts, Side, Source, held_out
from shop.catalogue import Catalogue
from shop.feeds import import_feed, import_shop
from shop.money import Money
from shop.policies import Policies
from shop.values import Availability, AvailabilityStatus, Policy, Product, Rating, Variant
from storage import Database

#: How many records are made of each kind of thing.
PER_KIND = 3
SIDES: tuple[Side, ...] = ("train", "valid")
PUBLIC: tuple[Source, ...] = ("retail_demo_store", "zava_diy")

Records = tuple[tuple[Product, ...], tuple[Policy, ...]]


def shops(data: Path = DATA, seed: int = 0) -> dict[Side, tuple[ShopFacts, ...]]:
    """Both sides of every shop. Raises `FileNotFoundError` where the public catalogues are not there."""
    read: dict[Source, Records] = {"things": _things(Random(seed)), "demo": _demo()}  # noqa: S311 - draws goods
    for name in PUBLIC:
        read[name] = _public(data / "catalogues" / f"{name}.jsonl")
    return {side: tuple(_side(name, side, *each) for name, each in read.items()) for side in SIDES}


def family(source: str, product: Product) -> str:
    """The family of goods that a product belongs to: its shelf; of things written by hand their family."""
    if source == "things":
        return f"things {product.categories[0].split(' > ')[0].lower()}"
    return f"{source} {product.categories[0].rsplit(' > ', 1)[-1].lower()}"


def _side(name: Source, side: Side, products: tuple[Product, ...], policies: tuple[Policy, ...]) -> ShopFacts:
    out = side == "valid"
    mine = tuple(each for each in products if held_out(family(name, each), FAMILIES_HELD_OUT) == out)
    return ShopFacts(name, side, mine, policies)


def _demo() -> Records:
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "files"
        build(files)
        return _read(Path(folder), lambda database: import_shop(database, files))


def _public(path: Path) -> Records:
    if not path.is_file():
        raise FileNotFoundError(path)
    with tempfile.TemporaryDirectory() as folder:
        return _read(Path(folder), lambda database: import_feed(database, path))


def _read(folder: Path, fill: Callable[[Database], object]) -> Records:
    database = Database(f"sqlite:///{folder}/shop.db")
    database.upgrade()
    try:
        fill(database)
        with database.read() as work:
            products = sorted(Catalogue(work).all(), key=lambda product: product.id)
            return tuple(each for each in products if each.categories), tuple(Policies(work).all())
    finally:
        database.dispose()


def _things(chance: Random) -> Records:
    return tuple(each for family in written_families() for each in _made(family, chance)), ()


def _made(family: Family, chance: Random) -> Iterator[Product]:
    """Records of a family's kinds: title, price, rating, stock and two to five attributes."""
    currency = chance.choice(("USD", "USD", "USD", "EUR", "GBP"))
    for kind in family.kinds:
        for number in range(PER_KIND):
            words = [chance.choice((chance.choice(MODELS).title(), chance.choice(family.brands)))]
            if family.words and chance.random() < 1 / 2:
                words.append(chance.choice(family.words))
            title = " ".join(word[:1].upper() + word[1:] for word in " ".join([*words, kind.one]).split())
            known = [*family.attributes.items()]
            some = dict(chance.sample(known, min(len(known), chance.randint(2, 5))))
            attributes = {name: _value(name, chance.choice(values)) for name, values in some.items()}
            colours = attributes.pop("colour", None) and family.attributes["colour"]
            yield Product(
                id=f"thing-{family.name}-{kind.one.replace(' ', '-')}-{number}",
                handle="",
                title=title,
                description="",
                categories=(f"{family.name.replace('_', ' ').title()} > {kind.many.title()}",),
                variants=_variants(family, colours or (), currency, chance),
                rating=Rating(round(chance.uniform(3.2, 5), 1), chance.randint(1, 400))
                if chance.random() < 2 / 3
                else None,
                brand=chance.choice(family.brands),
                attributes=attributes,
            )


def _value(name: str, value: str) -> str:
    """Without the attribute's own name: "size 42" is size 42."""
    return re.sub(rf"^{re.escape(name)} (?=\w)", "", value)


def _variants(family: Family, colours: tuple[str, ...], currency: str, chance: Random) -> tuple[Variant, ...]:
    low, high = family.price
    price = round(chance.uniform(low, high)) * 100
    price -= chance.choice((0, 0, 1, 5, 10, 50))
    listed = chance.random() < 1 / 3
    chosen = chance.sample(colours, min(len(colours), chance.randint(1, 3)))
    statuses: tuple[AvailabilityStatus, ...] = ("in_stock",) * 6 + ("backorder", "out_of_stock")
    return tuple(
        Variant(
            id=f"v{place}",
            sku="",
            price=Money(max(price, 100), currency),
            availability=Availability(chance.choice(statuses)),
            list_price=Money(max(price, 100) + chance.randint(3, 40) * 100, currency) if listed else None,
            options={"colour": colour} if colour else {},
        )
        for place, colour in enumerate(chosen or [""])
    )

"""What the sources must hold together: unique names, known complements, requirements that something meets.

`check` notes every fault; it knows the rules of a shop, not how one is drawn from them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from demo.facts import met
from demo.pictures import DEFAULT, is_swatch
from demo.sources import COLOUR, Family, Hours, Occasion, Sources, WrittenProduct, WrittenPromotion

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KINDS = ("percentage", "fixed", "set")


def check(sources: Sources, problems: list[str]) -> None:
    """Notes in `problems` every fault that the files show together."""
    products = [product for family in sources.families for product in family.products]
    if not products:
        problems.append("families: there is no product")
    _unique("family key", (family.key for family in sources.families), problems)
    _unique("product id", (product.id for product in products), problems)
    _unique("product title", (product.title.casefold() for product in products), problems)
    keys = {family.key for family in sources.families}
    for family in sources.families:
        problems += (f"family {family.key}: {fault}" for fault in _family_faults(family, keys, sources))
    for product in products:
        problems += (f"product {product.id}: {fault}" for fault in _product_faults(product))
        problems += (f"product {product.id}: {fault}" for fault in _unmet(product, products))
        problems += (f"product {product.id}: {fault}" for fault in _uncoloured(product, sources.colours))
    if DEFAULT not in sources.drawings:
        problems.append(f"pictures/{DEFAULT}.svg is missing")
    swatches = {**sources.colours, **sources.departments}
    problems += (
        f"colours.toml: {n!r} is not one #rrggbb or two" for n, s in swatches.items() if not is_swatch(s)
    )
    _check_occasions(sources, problems)
    _check_promotions(sources, problems)
    problems += (f"hours.toml: {fault}" for fault in _hours_faults(sources.hours))
    problems += (f"policies/{n}.md: has no # title" for n, t in sources.pages.items() if t[:2] != "# ")


def _unique(what: str, names: Iterable[str], problems: list[str]) -> None:
    problems += (f"{what} {name!r} stands {n} times" for name, n in Counter(names).items() if n > 1)


def _family_faults(family: Family, keys: set[str], sources: Sources) -> Iterable[str]:
    if " > " not in family.category:
        yield f"category {family.category!r} is not written as 'Department > Shelf'"
    if not family.products:
        yield "has no product"
    if family.picture not in sources.drawings:
        yield f"picture {family.picture!r} has no drawing in pictures/"
    if family.department not in sources.departments:
        yield f"department {family.department!r} has no colour in colours.toml"
    for other in family.complements:
        if other not in keys:
            yield f"complement {other!r} is no family"
        if other == family.key:
            yield "is its own complement"


def _product_faults(product: WrittenProduct) -> Iterable[str]:
    if product.list_price is not None and product.list_price <= product.price:
        yield "list_price is not above price"
    if not 1 <= product.rating <= 5 or product.ratings < len(product.reviews):
        yield "rating is not between 1 and 5, or there are fewer ratings than reviews"
    if any(not 1 <= review.rating <= 5 for review in product.reviews):
        yield "a review's rating is not between 1 and 5"
    values = {value for values in product.options.values() for value in values}
    for name, options in product.options.items():
        if not options or len(set(options)) < len(options):
            yield f"option {name!r} has no value, or one twice"
    for value in product.surcharge:
        if value not in values:
            yield f"surcharge for {value!r}, which is no option value"
    both = set(product.sold_out) & set(product.backorder)
    if both:
        yield f"sold out and on backorder at once: {', '.join(sorted(both))}"


def _unmet(product: WrittenProduct, products: list[WrittenProduct]) -> Iterable[str]:
    """Requirements, and single values of a list of them, that no other product meets."""
    for fact, required in product.requires.items():
        provided = [p.provides[fact] for p in products if p.id != product.id and fact in p.provides]
        for value in required if isinstance(required, tuple) else (required,):
            if not any(met(value, brought) for brought in provided):
                yield f"no other product provides {fact} = {value!r}, which it requires"


def _uncoloured(product: WrittenProduct, colours: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    for colour in product.options.get(COLOUR, ()):
        if colour not in colours:
            yield f"colour {colour!r} stands not in colours.toml"


def _check_occasions(sources: Sources, problems: list[str]) -> None:
    shop_words = {
        word
        for family in sources.families
        for product in family.products
        for text in (product.title, family.category, *product.tags)
        for word in _words(text)
    }
    _unique("occasion", (occasion.name for occasion in sources.occasions), problems)
    words = (word for occasion in sources.occasions for word in occasion.words)
    _unique("occasion word", words, problems)
    for occasion in sources.occasions:
        problems += (f"occasion {occasion.name!r}: {f}" for f in _occasion_faults(occasion, shop_words))


def _occasion_faults(occasion: Occasion, shop_words: set[str]) -> Iterable[str]:
    if not occasion.slots or not occasion.words:
        yield "has no slot, or no word"
    names = [slot.name for slot in occasion.slots]
    if len(set(names)) < len(names):
        yield "has two slots of one name"
    for slot in occasion.slots:
        if not _words(slot.query) <= shop_words:
            strange = ", ".join(sorted(_words(slot.query) - shop_words))
            yield f"slot {slot.name!r}: no title, category or tag in the shop has the word {strange}"


def _words(text: str) -> set[str]:
    """Words without the ending of a plural: enough to see that a query can find something."""
    return {word.rstrip("es") for word in re.findall(r"[a-z0-9]+", text.casefold())}


def _check_promotions(sources: Sources, problems: list[str]) -> None:
    _unique("promotion", (promotion.id for promotion in sources.promotions), problems)
    _unique("code", (p.code for p in sources.promotions if p.code), problems)
    categories = {family.category for family in sources.families}
    ids = {product.id for family in sources.families for product in family.products}
    for promotion in sources.promotions:
        faults = _promotion_faults(promotion, categories, ids)
        problems += (f"promotion {promotion.id}: {fault}" for fault in faults)


def _promotion_faults(promotion: WrittenPromotion, categories: set[str], ids: set[str]) -> Iterable[str]:
    given = (promotion.percent is not None, promotion.amount is not None)
    wanted = {
        "percentage": ((True, False),),
        "fixed": ((False, True),),
        "set": ((True, False), (False, True)),
    }
    if promotion.kind not in KINDS:
        yield f"kind {promotion.kind!r} is none of {', '.join(KINDS)}"
    elif given not in wanted[promotion.kind]:
        yield "percentage needs percent, fixed needs amount, set needs one of them"
    if promotion.percent is not None and not 1 <= promotion.percent <= 99:
        yield "percent is not between 1 and 99"
    if (promotion.kind == "set") != (len(promotion.set_of) > 1):
        yield "set_of belongs to kind set and names two entries or more"
    if promotion.starts_at and promotion.ends_at and promotion.ends_at <= promotion.starts_at:
        yield "ends before it starts"
    for name in (*promotion.categories, *promotion.product_ids, *promotion.set_of):
        if name not in categories and name not in ids:
            yield f"{name!r} is neither a category nor a product"


def _hours_faults(hours: Hours) -> Iterable[str]:
    try:
        ZoneInfo(hours.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield f"timezone {hours.timezone!r} is unknown; write it like America/Chicago"
    for day, stretches in hours.week.items():
        if day not in DAYS:
            yield f"day {day!r} is none of {', '.join(DAYS)}"
        for stretch in stretches:
            if not _is_stretch(stretch):
                yield f"{day} {stretch!r} is not written as 09:00-18:00, or closes before it opens"
    for day in hours.closed:
        try:
            date.fromisoformat(day)
        except ValueError:
            yield f"closed {day!r} is not written as 2026-12-25"


def _is_stretch(stretch: str) -> bool:
    opens, _, closes = stretch.partition("-")
    try:
        return time.fromisoformat(opens) < time.fromisoformat(closes)
    except ValueError:
        return False

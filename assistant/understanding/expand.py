"""A model's call as an `Intent`: every argument held against the catalogue and against what was shown.

What the shop does not have is not made a constraint: an unknown category, brand or value goes into the
words to search for. References are the model's words and are resolved here, by code.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.intent import Constraints, Edit, Excluded, Intent, Reference, Slot
from assistant.lexicon import Lexicon
from assistant.reading.catalogue import CatalogueIndex, contains
from assistant.reading.listing import slot_name
from assistant.reading.money import around as loosely
from assistant.reading.numbers import count
from assistant.reading.pointing import pointing, slot_named
from assistant.reading.words import Words, folds
from assistant.understanding.call import Arguments, Call, EditArguments
from assistant.understanding.follow_up import followed_up, joined
from assistant.values import Shown
from shop.money import Money
from shop.values import Occasion


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a call is held against."""

    shown: Shown
    index: CatalogueIndex
    occasions: Sequence[Occasion]
    currency: str
    language: str = "en"

    @property
    def lexicon(self) -> Lexicon:
        return self.index.lexicon


def expand(call: Call, around: Surroundings) -> Intent:
    """The call's meaning in this shop and this conversation."""
    given = call.arguments
    words = [given.query] if given.query else []
    category = _category(given.category, around, words)
    brand = _brand(given.brand, around, words) or _brand_within(given.category, around)
    attributes = _attributes(given.attributes, around, words)
    currency = given.currency or around.currency
    low, high = _bounds(given, currency)
    constraints = Constraints(
        category=category,
        brand=brand,
        min_price=low,
        max_price=high,
        budget=_money(given.budget, currency),
        min_rating=given.min_rating,
        available=given.available,
        attributes=attributes,
        exclude=_exclusions(given.exclude, around),
        quantity=given.quantity,
        recipient=given.recipient,
        occasion=_occasion(given.occasion, around),
    )
    intent = Intent(
        call.name,
        language=around.language,
        query=joined(words),
        constraints=constraints,
        slots=_slots(given, around),
        references=_references(given.references, around),
        entities=dict(given.entities),
        edits=_edits(given, around, currency) if call.name == "edit_bundle" else (),
        cart=given.cart if call.name == "cart" else None,
        sort=given.sort or "relevance",
        party=dict(given.party),
    )
    return followed_up(intent, given, around.shown, around.index)


def _category(written: str | None, around: Surroundings, words: list[str]) -> str | None:
    """The path that was named, by its whole path, its last part or its words; else words to search for."""
    if written is None:
        return None
    same = written.strip().casefold()
    for path in around.index.vocabulary.categories:
        if same == path.casefold():
            return path
    named = around.index.kind_named(folds(written, around.lexicon.locale))
    if named is None:
        # "That runs 20 hours" is said of what stands before it.
        after = bool(words) and words[0].partition(" ")[0].lower() in around.lexicon.locale.stop
        words.insert(0 if after else len(words), written)
    return named


def _brand(written: str | None, around: Surroundings, words: list[str]) -> str | None:
    if written is None:
        return None
    brands = {brand.casefold(): brand for brand in around.index.vocabulary.brands}
    brand = brands.get(written.strip().casefold())
    if brand is None:
        words.append(written)
    return brand


def _brand_within(category: str | None, around: Surroundings) -> str | None:
    """The maker in "kestrel tents", where the shop has such a maker and the words go on after it."""
    written = folds(category or "", around.lexicon.locale)
    for brand in around.index.vocabulary.brands:
        named = folds(brand, around.lexicon.locale)
        if named and len(named) < len(written) and written[: len(named)] == named:
            return brand
    return None


def _attributes(given: dict[str, str], around: Surroundings, words: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, value in given.items():
        known = _value(field, value, around)
        if known is None:
            words.append(value)
        else:
            found.setdefault(*known)
    return found


def _value(field: str, value: str, around: Surroundings) -> tuple[str, str] | None:
    """The attribute of the catalogue that has such a value, the named one first; None where none has."""
    locale = around.lexicon.locale
    phrase = folds(value, locale)
    name = folds(field, locale)
    fields = list(around.index.vocabulary.attributes)
    fields.sort(key=lambda each: folds(each, locale) != name)
    for each in fields:
        written = around.index.written(each, phrase)
        if written is not None:
            return each, written
    for each in fields:
        if folds(each, locale) == name and _part_of_a_value(each, phrase, around):
            return each, value
    return None


def _part_of_a_value(field: str, phrase: tuple[str, ...], around: Surroundings) -> bool:
    """ "Green" where the catalogue has "leaf green"."""
    locale = around.lexicon.locale
    values = around.index.vocabulary.attributes[field]
    return bool(phrase) and any(contains(folds(value, locale), phrase) for value in values)


def _exclusions(given: Mapping[str, str], around: Surroundings) -> tuple[Excluded, ...]:
    """ "red, pink" is two."""
    parts = ((field, value.strip()) for field, values in given.items() for value in values.split(","))
    return tuple(dict.fromkeys(_excluded(field, value, around) for field, value in parts if value))


def _excluded(field: str, value: str, around: Surroundings) -> Excluded:
    if field.casefold() in ("brand", "category"):
        return Excluded(field.casefold(), value)
    known = _value(field, value, around)
    return Excluded(known[0], value) if known else Excluded("text", value)


def _money(amount: float | None, currency: str) -> Money | None:
    return None if amount is None else Money.of(Decimal(str(amount)), currency)


def _bounds(given: Arguments, currency: str) -> tuple[Money | None, Money | None]:
    """The least and the most that an item may cost; an amount named loosely is both."""
    low, high = _money(given.min_price, currency), _money(given.max_price, currency)
    loose = _money(given.about, currency)
    if loose is None:
        return low, high
    lower, upper = loosely(loose)
    return low or lower, high or upper


def _occasion(written: str | None, around: Surroundings) -> str | None:
    """The shop's own name for it where its data has one."""
    if written is None:
        return None
    locale = around.lexicon.locale
    wanted = folds(written, locale)
    for occasion in around.occasions:
        if any(folds(word, locale) == wanted for word in (occasion.name, *occasion.words)):
            return occasion.name
    return written


def _slots(given: Arguments, around: Surroundings) -> tuple[Slot, ...]:
    """ "2 sleeping bag" is a slot with a quantity, "lantern?" one that may stay empty; names are unique."""
    found: list[Slot] = []
    for written in given.slots:
        wanted = written.strip().removesuffix("?").strip()
        first, _, rest = wanted.partition(" ")
        quantity = count(first, around.lexicon) if rest else None
        query = rest if quantity else wanted
        if not query:
            continue
        name = slot_name(query, around.lexicon)
        same = sum(re.sub(r"_\d+$", "", slot.name) == name for slot in found)
        required = not written.strip().endswith("?")
        found.append(Slot(f"{name}_{same + 1}" if same else name, query, quantity or 1, required))
    return tuple(found)


def _references(given: Sequence[str], around: Surroundings) -> tuple[Reference, ...]:
    """Each of the model's pointing words resolved; those that point nowhere keep their words."""
    found: dict[Reference, None] = {}
    for text in given:
        for reference in _pointed(text, around) or (Reference(text),):
            found.setdefault(reference)
    return tuple(found)


def _pointed(text: str, around: Surroundings) -> tuple[Reference, ...]:
    """What words that are known to point mean: a bare number is a place, and a bare phrase is definite."""
    cards = around.shown.products
    if text.isdecimal() and 0 < int(text) <= len(cards):
        return (Reference(text, product_id=cards[int(text) - 1].product_id),)
    definite = around.lexicon.lists["definite"][0]
    for written in (text, f"{definite} {text}"):
        pointed = pointing(Words(written, around.lexicon), around.shown).references
        if any(each.product_id or each.bundle_id for each in pointed):
            return tuple(replace(each, text=text) if written != text else each for each in pointed)
    return ()


def _edits(given: Arguments, around: Surroundings, currency: str) -> tuple[Edit, ...]:
    """The edits of parts that the bundle has. Where it has none of them they stay as they were said, so that
    the reply can say what there is not."""
    edits = (_edit(each, around, currency) for each in given.edits)
    found = tuple(edit for edit in edits if edit is not None)
    return found or tuple(Edit(each.op, slot=each.slot) for each in given.edits if each.slot)


def _edit(given: EditArguments, around: Surroundings, currency: str) -> Edit | None:
    """An edit of the bundle in hand; None where it names a part that the bundle does not have."""
    view = around.shown.bundles[0] if around.shown.bundles else None
    item = slot_named(given.slot.replace("_", " "), view, around.lexicon) if view and given.slot else None
    if given.slot and item is None and given.op != "add":
        return None
    words = [given.query] if given.query else []
    return Edit(
        given.op,
        slot=item.slot if item and given.op != "add" else None,
        query=joined(words or ([given.slot] if given.slot and given.op == "add" else [])) or None,
        cheaper=bool(given.cheaper),
        attributes=_attributes(given.attributes, around, words),
        quantity=given.quantity,
        budget=_money(given.budget, currency),
    )

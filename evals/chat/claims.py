"""What a reply's sentences claim, and which of it no record holds: pure.

A second reading of the words, written apart from `assistant/grounding.py` and sharing nothing with it, so
that a verifier which lets something through is seen. It knows prices, totals, names, stock, discounts and
ratings, in English. What it cannot read it takes for no claim: its figure is a lower bound.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from evals.chat.predicates import variant_of
from evals.chat.sentences import amounts, names, numbers, sentences, words

Json = Mapping[str, Any]
Kind = Literal["price", "total", "name", "stock", "discount", "rating"]

TOTAL = re.compile(r"\b(?:totals?|altogether|all together|in all|comes? to|adds? up to|subtotal)\b", re.I)
OF_MANY = re.compile(
    r"\b(?:bundles?|sets?|kits?|cart|basket|budget|sav(?:e|es|ing|ings)|left|under|over|within|together"
    r"|limit|cheaper|more|less|difference)\b",
    re.I,
)
#: The least that something not shown would cost: there is no record to hold it against.
CHEAPEST = re.compile(r"\b(?:cheapest|at least)\b", re.I)
OWN_WORDS = re.compile(
    r"\b(?:budget|under|below|within|limit|up to|at most|you (?:asked|said|wanted|have))\b", re.I
)
NOT_IN_STOCK = re.compile(
    r"\b(?:out of stock|sold out|unavailable"
    r"|(?:not|n['’]t|no longer)(?: currently| yet)? (?:in stock|available))\b",
    re.I,
)
IN_STOCK = re.compile(r"\b(?:in stock|available (?:now|today|right now)|ready to ship)\b", re.I)
LEFT = re.compile(r"\b(\d+) (?:(?:are |is )?(?:left|remaining)|in stock)\b", re.I)
PERCENT = re.compile(r"\b(\d{1,2}(?:\.\d+)?)\s?(?:%|percent)\s+(?:off|discount|cheaper|less|reduction)", re.I)
ON_SALE = re.compile(r"\b(?:on sale|discounted|reduced (?:from|price)|marked down)\b", re.I)
RATING = re.compile(
    r"\b(?:rated|rating of|rates?)\s+(\d(?:\.\d+)?)\b"
    r"|\b(\d(?:\.\d+)?)\s?(?:stars?\b|/\s?5\b|out of 5\b)",
    re.I,
)
JOINTS = frozenset({"and", "or", "with", "for", "from", "in", "to", "the"})
ALL = re.compile(r"\b(?:all|both|each|every|everything|they|these|those)\b", re.I)


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim that no record holds, and the sentence it stands in."""

    kind: Kind
    what: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Item:
    """A product in the variant that was shown, by its record."""

    record: Json
    variant: Json

    @property
    def title(self) -> str:
        return str(self.record["title"])

    def prices(self) -> set[int]:
        found = [self.variant.get(name) for name in ("price", "list_price")]
        return {each["amount"] for each in found if each}


@dataclass(frozen=True, slots=True)
class Facts:
    """What may be said. `shown` are this turn's items, `known` those of the whole conversation."""

    shown: Sequence[Item]
    known: Sequence[Item]
    reply: Json
    said: Sequence[str] = ()

    @property
    def bundles(self) -> Sequence[Json]:
        return self.reply.get("bundles") or ()


def item(card: Json, records: Mapping[str, Json]) -> Item | None:
    """What a card shows, by its record; None where the shop has no such record."""
    record = records.get(card["product_id"])
    return Item(record, variant_of(record, card["variant_id"])) if record else None


def false_claims(text: str, facts: Facts) -> list[Claim]:
    """Every claim of the text that the records do not hold. Quotes of citations are the shop's own words."""
    for quote in _quotes(facts.reply):
        text = text.replace(quote, " ")
    found: list[Claim] = []
    for sentence in sentences(text):
        named = _named(sentence, facts.known)
        for reader in (_prices, _names, _stock, _discounts, _ratings):
            found += reader(sentence, named, facts)
    return found


def _named(sentence: str, known: Sequence[Item]) -> list[Item]:
    """Items whose whole title stands in the sentence; of titles within another the longer."""
    lower = sentence.casefold()
    there = [each for each in known if each.title.casefold() in lower]
    return [
        each
        for each in there
        if not any(each.title != other.title and each.title in other.title for other in there)
    ]


def _prices(sentence: str, named: Sequence[Item], facts: Facts) -> Iterator[Claim]:
    claimed = amounts(sentence)
    if not claimed or (CHEAPEST.search(sentence) and not facts.shown):
        return
    sums = _sums(facts)
    own = {amount for text in facts.said for amount in numbers(text)} | _of_quotes(facts.reply)
    if TOTAL.search(sentence) and sums and not set(claimed) & (sums | own):
        yield Claim("total", _money(claimed[0]), sentence)
        return
    allowed = {amount for each in named or facts.known for amount in _of_item(each, facts)}
    if not named or OF_MANY.search(sentence) or TOTAL.search(sentence):
        allowed |= sums | _differences(facts)
    if not named or OWN_WORDS.search(sentence):
        allowed |= own
    yield from (Claim("price", _money(amount), sentence) for amount in claimed if amount not in allowed)


def _of_item(each: Item, facts: Facts) -> set[int]:
    """An item's prices, once and as often as it stands in a bundle or the cart."""
    parts = [part for bundle in facts.bundles for part in bundle["items"]]
    parts += (facts.reply.get("cart") or {}).get("lines") or ()
    many = {part["quantity"] for part in parts if part["product"]["product_id"] == each.record["id"]}
    return {price * quantity for price in each.prices() for quantity in {1, *many}}


def _sums(facts: Facts) -> set[int]:
    """Totals of bundles, of the cart and of an order, with what belongs to them."""
    found: set[int] = set()
    for bundle in facts.bundles:
        found |= {total_of(bundle, facts.known)}
        found |= {bundle[name]["amount"] for name in ("list_total", "savings", "budget") if bundle.get(name)}
    cart = facts.reply.get("cart") or {}
    found |= {cart[name]["amount"] for name in ("subtotal", "total") if cart.get(name)}
    found |= {each["amount"]["amount"] for each in cart.get("discounts") or ()}
    found |= set(_all_amounts(facts.reply.get("order"))) | set(_all_amounts(facts.reply.get("confirmation")))
    return found


def total_of(bundle: Json, known: Sequence[Item]) -> int:
    """A bundle's total: what it says, unless that is more than the records' prices make."""
    price = {(each.record["id"], each.variant.get("id")): each.variant.get("price") for each in known}
    total: int = bundle["total"]["amount"]
    sum_ = 0
    for part in bundle["items"]:
        found = price.get((part["product"]["product_id"], part["product"]["variant_id"]))
        if not found:
            return total
        sum_ += found["amount"] * part["quantity"]
    return min(total, sum_)


def _differences(facts: Facts) -> set[int]:
    """Between two prices, between two totals, between a total and what was said it may cost."""
    prices = [each.variant["price"]["amount"] for each in facts.known if each.variant.get("price")]
    totals = sorted(_sums(facts))
    own = {amount for text in facts.said for amount in numbers(text)}
    pairs = [*combinations(prices, 2), *combinations(totals, 2)]
    pairs += [(total, amount) for total in (*totals, *prices) for amount in own]
    return {abs(one - other) for one, other in pairs}


def _names(sentence: str, _named: Sequence[Item], facts: Facts) -> Iterator[Claim]:
    """The words of a name must stand together in one text that the shop or the shopper wrote."""
    texts = [set(words(text)) for text in _written(facts)]
    for name, begins in names(sentence):
        tails = [name, name[1:]] if begins else [name]
        if not any(_is_written(tail, texts) for tail in tails):
            yield Claim("name", " ".join(name), sentence)


def _is_written(name: Sequence[str], texts: Sequence[set[str]]) -> bool:
    """The whole name in one text, or each of those that "and" or the like joins; one word is no name."""
    if len(name) < 2 or any(set(name) <= text for text in texts):
        return True
    parts = _parts(name)
    return len(parts) > 1 and all(_is_written(part, texts) for part in parts)


def _parts(name: Sequence[str]) -> list[Sequence[str]]:
    parts: list[list[str]] = [[]]
    for word in name:
        if word in JOINTS:
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]


def _written(facts: Facts) -> Iterator[str]:
    """Texts whose words may be named: of records, of what was shown, of policies and of the shopper."""
    for each in facts.known:
        record = each.record
        yield " ".join([each.title, str(record.get("brand") or ""), *record.get("categories", ())])
        yield " ".join(f"{name} {value}" for name, value in (record.get("attributes") or {}).items())
        yield " ".join((each.variant.get("options") or {}).values())
    for citation in facts.reply.get("citations") or ():
        yield f"{citation['title']} {citation['quote']} {citation['source']}"
    yield from (str(bundle.get("title") or "") for bundle in facts.bundles)
    yield from facts.said


def _stock(sentence: str, named: Sequence[Item], facts: Facts) -> Iterator[Claim]:
    about = named or facts.shown
    if not about or sentence.endswith("?"):
        return
    there = [(each.variant.get("availability") or {}).get("status") == "in_stock" for each in about]
    together = bool(named) or bool(ALL.search(sentence))
    denied, claimed = NOT_IN_STOCK.search(sentence), IN_STOCK.search(sentence)
    if denied and all(there):
        yield Claim("stock", denied[0], sentence)
    if claimed and not denied and (not any(there) or (together and not all(there))):
        yield Claim("stock", claimed[0], sentence)
    for match in LEFT.finditer(sentence):
        counts = [(each.variant.get("availability") or {}).get("quantity") for each in about]
        if int(match[1]) not in counts:
            yield Claim("stock", match[0], sentence)


def _discounts(sentence: str, named: Sequence[Item], facts: Facts) -> Iterator[Claim]:
    shares = {share for each in named or facts.shown for share in _shares(each)}
    for bundle in facts.bundles:
        before = (bundle.get("list_total") or {}).get("amount") or 0
        if before:
            shares |= _rounded(1 - bundle["total"]["amount"] / before)
    for match in PERCENT.finditer(sentence):
        if float(match[1]) not in shares:
            yield Claim("discount", match[0], sentence)
    cart = facts.reply.get("cart") or {}
    reduced = any(share > 0 for share in shares) or bool(cart.get("discounts"))
    on_sale = ON_SALE.search(sentence)
    if on_sale and not reduced:
        yield Claim("discount", on_sale[0], sentence)


def _shares(each: Item) -> set[float]:
    price, before = each.variant.get("price"), each.variant.get("list_price")
    if not price or not before or before["amount"] <= price["amount"]:
        return set()
    return _rounded(1 - price["amount"] / before["amount"])


def _rounded(share: float) -> set[float]:
    """A share in percent, as it may be rounded."""
    percent = 100 * share
    return {float(int(percent)), float(round(percent)), round(percent, 1)} if percent > 0 else set()


def _ratings(sentence: str, named: Sequence[Item], facts: Facts) -> Iterator[Claim]:
    said = {amount / 100 for text in facts.said for amount in numbers(text)}
    values = [each.record["rating"]["value"] for each in named or facts.known if each.record.get("rating")]
    allowed = {round(value, digits) for value in values for digits in (0, 1, 2)} | (
        said if not named else set()
    )
    for match in RATING.finditer(sentence):
        value = float(match[1] or match[2])
        if value <= 5 and value not in allowed:
            yield Claim("rating", match[0], sentence)


def _quotes(reply: Json) -> list[str]:
    return [str(citation["quote"]) for citation in reply.get("citations") or () if citation.get("quote")]


def _of_quotes(reply: Json) -> set[int]:
    return {amount for quote in _quotes(reply) for amount in (*numbers(quote), *amounts(quote))}


def _all_amounts(value: Any) -> Iterator[int]:
    """Every amount of money in some JSON; of texts the amounts in them."""
    if isinstance(value, Mapping):
        if isinstance(value.get("amount"), int):
            yield value["amount"]
        for each in value.values():
            yield from _all_amounts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _all_amounts(each)
    elif isinstance(value, str):
        yield from amounts(value)


def _money(amount: int) -> str:
    return f"{amount / 100:.2f}"

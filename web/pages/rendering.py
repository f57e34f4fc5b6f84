"""Values as HTML: pure functions over the templates beside this file.

Everything that a feed, a shopper or a model wrote is text: the templates escape whatever they are not told
to leave alone, a name that a template does not know is an error, and an address becomes a link or a
picture only where it is one that a browser may follow.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from assistant.values import BundleView, CartView, ProductCard
from shop.money import Money
from shop.values import Product
from web.pages.desk_words import deed_words, reason_words
from web.pages.talk import Case, QueueEntry, Status, Suggestion, Turn

STOCK_WORDS: Mapping[str, str] = {
    "in_stock": "In stock",
    "backorder": "On backorder",
    "preorder": "Pre-order",
    "out_of_stock": "Sold out",
    "discontinued": "No longer sold",
}


STATUS_WORDS: dict[str, str] = {
    "pending": "With the assistant",
    "open": "With a person",
    "resolved": "Resolved",
}


@dataclass(frozen=True, slots=True)
class Pick:
    """A product that the shopper wants compared."""

    id: str
    title: str


#: How a reason begins that says how the search works, and nothing of the product.
MACHINERY = "title matches"


def told(reason: str | None) -> str:
    """A reason as a person would say it; empty where it says nothing to a shopper."""
    plain = (reason or "").replace("_", " ")
    if plain.casefold().startswith(MACHINERY):
        return ""
    return plain[:1].upper() + plain[1:]


class Renderer:
    """Renders for one shop: `locale` writes its prices, `person_name` is who answers beside the assistant."""

    def __init__(self, shop_name: str, locale: str, person_name: str = "Our team") -> None:
        self._shop_name = shop_name
        self._environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(
            money=lambda amount: amount.format(locale),
            percent_off=percent_off,
            one_decimal=one_decimal,
            initial=initial,
            picture_url=picture_url,
            link_url=link_url,
            slot_name=slot_name,
            reason_words=reason_words,
            deed_words=deed_words,
            told=told,
            titles=_titles,
            compared=_compared,
            clock_time=lambda moment: moment.strftime("%H:%M UTC"),
        )
        self._environment.globals.update(
            stock_words=STOCK_WORDS,
            status_words=STATUS_WORDS,
            queue_words=STATUS_WORDS | {"pending": "Waits for a person"},
            person_name=person_name,
        )

    def head(self, items: int) -> str:
        """The top of the shopper's page; `items` are in the cart."""
        return self._macro("shopper.html", "head", self._shop_name, items)

    def welcome(self, examples: Sequence[str]) -> str:
        return self._macro("shopper.html", "welcome", examples)

    def cart(self, cart: CartView | None) -> str:
        return self._macro("shopper.html", "cart", cart)

    def dock(self, comparing: Sequence[Pick], notice: str, *, with_person: bool = False) -> str:
        """What stands over the composer: who listens, what is picked to compare, and what just happened."""
        return self._macro("shopper.html", "dock", comparing, notice, with_person)

    def turn(
        self,
        turn: Turn,
        *,
        comparing: Sequence[Pick] = (),
        choices: Mapping[str, Product] = MappingProxyType({}),
        last: bool = True,
        editable: bool = True,
    ) -> str:
        """One turn. The last one is read out as it comes and may ask; `editable` ones have buttons.

        `choices` are the products, by id, whose other variants are shown to choose from.
        """
        ids = [product.id for product in comparing]
        return self._page(
            "turn.html", turn=turn, comparing=ids, choices=choices, last=last, editable=editable
        )

    def bundle(self, bundle: BundleView, *, open_: bool, at_desk: bool = False) -> str:
        """A bundle with its buttons; `at_desk` it is put into a message, not into a cart."""
        return self._macro("bundles.html", "bundle_card", bundle, open_, True, at_desk)

    def desk_head(self) -> str:
        return self._macro("desk.html", "head", self._shop_name)

    def queue(self, entries: Sequence[QueueEntry], open_id: str | None) -> str:
        """Who waits for a person; the conversation that is open at the desk is marked."""
        return self._macro("desk.html", "queue", entries, open_id)

    def desk_talk(self, status: Status | None) -> str:
        """What can be done with the open conversation; None: there is none."""
        return self._macro("desk.html", "talk_head", status)

    def desk_reply(
        self,
        status: Status | None,
        draft: str,
        notice: str,
        suggestions: Sequence[Suggestion] = (),
        attached: Mapping[str, str] = MappingProxyType({}),
    ) -> str:
        """Where a person writes; `draft` is put into the field when it changes."""
        return self._macro("desk.html", "reply", status, draft, notice, suggestions, attached)

    def desk_case(self, case: Case | None) -> str:
        """Who it is, why, what is in the cart and what was ordered; nothing where none is open."""
        return self._macro("desk.html", "case_card", case)

    def composing(self, currency: str, problem: str) -> str:
        """The form that bundles are asked for with."""
        return self._macro("desk.html", "composing", currency, problem)

    def _macro(self, file: str, name: str, *values: object) -> str:
        macro: Callable[..., Any] = getattr(self._environment.get_template(file).module, name)
        return str(macro(*values))

    def _page(self, file: str, **values: object) -> str:
        return self._environment.get_template(file).render(**values)


def percent_off(card: ProductCard) -> int:
    """How much less than the list price, in whole per cent, rounded down."""
    if card.list_price is None or card.list_price.amount <= 0:
        return 0
    return (card.list_price.amount - card.price.amount) * 100 // card.list_price.amount


def one_decimal(value: float) -> str:
    """4.59 is 4.5: a rating is never shown better than it is."""
    return str(Decimal(str(value)).quantize(Decimal("0.1"), rounding=ROUND_DOWN))


def initial(title: str) -> str:
    """The letter that stands for a picture that is not there."""
    return next((letter.upper() for letter in title if letter.isalnum()), "")


def picture_url(url: str | None) -> str | None:
    """The address of a picture, where it is this server's own or another's over HTTPS."""
    return url if url and _is_web_address(url, ("https",)) else None


def link_url(url: str | None) -> str | None:
    """An address that may be followed: `javascript:` and its like are none."""
    return url if url and _is_web_address(url, ("http", "https")) else None


def _is_web_address(url: str, schemes: tuple[str, ...]) -> bool:
    if re.search(r"[\s\\\x00-\x1f]", url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if not parts.scheme:
        return not parts.netloc and url.startswith("/") and not url.startswith("//")
    return parts.scheme.lower() in schemes and bool(parts.netloc)


def slot_name(name: str) -> str:
    """`sleeping_bag_2` as people read it."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


#: Digits, perhaps in groups of three, and perhaps two decimals; a sign of the currency may stand around.
_AMOUNT = re.compile(r"[^\d.,-]*(\d{1,3}(?:[., ]\d{3})+|\d+)(?:[.,](\d{1,2}))?[^\d.,]*")


def parse_amount(text: str, currency: str) -> Money | None:
    """What somebody typed as an amount of money: "250", "$1,250.50", "99,90 €". None where it is none."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    whole = re.sub(r"\D", "", found[1])
    try:
        amount = Money.of(f"{whole}.{found[2] or 0}", currency)
    except ValueError:
        return None
    return amount if amount.amount > 0 else None


def _titles(bundle: BundleView) -> dict[str, str]:
    """The titles in a bundle by product id; an id that it does not hold any more stands for itself."""
    known = {item.product.product_id: item.product.title for item in bundle.items}
    return {each: known.get(each, each) for fact in bundle.facts for each in (fact.a, fact.b)}


def _compared(turn: Turn) -> list[ProductCard | None]:
    """The products at the head of a comparison's columns."""
    if turn.comparison is None:
        return []
    known = {card.product_id: card for card in turn.products}
    return [known.get(each) for each in turn.comparison.product_ids]

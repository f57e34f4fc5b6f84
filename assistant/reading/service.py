"""Service intents by concepts: which of the twenty-seven a message is about, and its entities.

A rule (in `locales/<language>/service.toml`) names the concepts that must be in the message; a concept is a
list of phrases. It is a baseline that can be read, not a classifier: a message that uses none of the
phrases is not recognised.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast

from babel import Locale as CldrLocale

from assistant.intent import IntentName
from assistant.lexicon import Lexicon, ServiceRule

ORDER_NUMBER = r"#?(?:[a-z]{1,5}[-_])?\d[\d-]{2,}|#?[a-z]{1,5}[-_][a-z0-9]*\d[a-z0-9-]*"
_STEP = 0.15


@dataclass(frozen=True, slots=True)
class Service:
    """A service intent and how sure the rule is, from 0 to 1."""

    name: IntentName
    confidence: float
    concepts: int


def service(lower: str, lexicon: Lexicon) -> Service | None:
    """The intent of the rule with the most concepts, the earlier one of equals."""
    best: tuple[int, ServiceRule] | None = None
    for rule in lexicon.service:
        if best is not None and len(rule.all) <= best[0]:
            continue
        if all(_said(concept, lower, lexicon) for concept in rule.all) and not any(
            _said(concept, lower, lexicon) for concept in rule.none
        ):
            best = (len(rule.all), rule)
    if best is None:
        return None
    strength, rule = best
    return Service(cast(IntentName, rule.intent), min(0.5 + _STEP * strength, 0.9), strength)


def entities(plain: str, intent: str, lexicon: Lexicon) -> Mapping[str, str]:
    """The entities of the service data, as they are written: `order_id`, `invoice_id`, `person_name`,
    `account_type`, `delivery_city`, `delivery_country`, `refund_amount`."""
    readers = {
        "order_id": (
            _order_id,
            ("cancel_order", "change_order", "track_order", "delivery_period", "get_refund"),
        ),
        "invoice_id": (_invoice_id, ("check_invoice", "get_invoice")),
        "person_name": (_person_name, ("check_invoice", "get_invoice")),
        "account_type": (
            _account_type,
            ("create_account", "delete_account", "edit_account", "switch_account"),
        ),
        "refund_amount": (_refund_amount, ("get_refund", "track_refund")),
    }
    found = {}
    for name, (reader, intents) in readers.items():
        value = reader(plain, lexicon) if intent in intents else None
        if value:
            found[name] = value
    if intent == "delivery_options":
        found.update(_destination(plain, lexicon))
    return found


def order_number(plain: str) -> str | None:
    """An order's number that the message names as such."""
    match = re.search(
        rf"(?:order|purchase|oredr|ordr)s?\s*(?:number|no\.?|nr\.?|id|#)?\s*[:#]?\s*({ORDER_NUMBER})(?!\w)",
        plain,
        re.I,
    )
    return match[1].lstrip("#") if match else None


def _said(concept: str, lower: str, lexicon: Lexicon) -> bool:
    if concept == "c_order_id":
        return re.search(rf"(?<!\w)(?:{ORDER_NUMBER})(?!\w)", lower) is not None
    return lexicon.has(concept, lower)


def _order_id(plain: str, _lexicon: Lexicon) -> str | None:
    named = order_number(plain)
    if named:
        return named
    match = re.search(r"(?<![\w$])#?(\d{5,})(?!\w)", plain)
    return match[1] if match else None


def _invoice_id(plain: str, _lexicon: Lexicon) -> str | None:
    match = re.search(r"(?<!\w)(#\d{3,}|inv[-_]?\d{3,}|\d{4,})(?!\w)", plain, re.I)
    return match[1] if match else None


def _person_name(plain: str, _lexicon: Lexicon) -> str | None:
    name = r"((?:(?:[Mm]rs?|[Mm]s|[Dd]r)\.?\s+)?[A-Z][\w'-]+(?:\s+[A-Z][\w'-]+){0,2})(?![\w.])"
    match = re.search(rf"\b(?:[Ff]rom|[Ff]or|[Oo]f|[Bb]y)\s+{name}", plain)
    months = {name.lower() for name in CldrLocale("en").months["format"]["wide"].values()}
    return match[1] if match and match[1].lower() not in months else None


def _account_type(plain: str, lexicon: Lexicon) -> str | None:
    match = re.search(lexicon.source("account_type"), plain.lower())
    return plain[match.start() : match.end()] if match else None


def _refund_amount(plain: str, _lexicon: Lexicon) -> str | None:
    match = re.search(r"(?<![\w#])[$€£]?\s?(\d+(?:[.,]\d+)*)(?!\w)", plain)
    return match[1] if match else None


def _destination(plain: str, lexicon: Lexicon) -> Mapping[str, str]:
    """The place that goods go to: a country that CLDR knows, else a city by its capital letter."""
    lower = plain.lower()
    for country in sorted(_countries(lexicon.language), key=len, reverse=True):
        match = re.search(rf"(?<!\w){re.escape(country)}(?!\w)", lower)
        if match is not None:
            return {"delivery_country": plain[match.start() : match.end()]}
    match = re.search(
        rf"(?:{lexicon.source('place_before')})\s+((?-i:[A-Z])[\w'-]+(?:\s+(?-i:[A-Z])[\w'-]+)?)", plain, re.I
    )
    return {"delivery_city": match[1]} if match else {}


@cache
def _countries(language: str) -> frozenset[str]:
    names = {
        name.lower()
        for code, name in CldrLocale.parse(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return frozenset(
        names | {"usa", "us", "uk", "u.s.", "u.k.", "america", "england", "scotland", "wales", "uae"} - {"us"}
    )

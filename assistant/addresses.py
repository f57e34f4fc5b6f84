"""A postal address in a customer's own words: street, city, postcode, on one line with commas.

Conservative on purpose: what does not look like an address is none, and is asked for. The name and the
country that are not written are those of the address before.
"""

import re

from shop.values import Address

#: "12 Long Lane, Leeds, LS1 4AB", "5 Elm St, Apt 2, Austin, TX 78701, USA".
_LINE = re.compile(r"(\d[\w/-]*\s+[^,\n]{3,60}|[^,\n\d]{3,50}\s\d[\w/-]*)\s*,\s*([^\n]{5,120})")
#: What an address follows in a sentence.
_BEFORE = re.compile(r"\b(?:to|is|at|address)\b[\s:]*|[:：]\s*", re.I)
_REGION = re.compile(r"^([A-Z]{2,3}|[A-Z][\w .]{3,30})\s+([A-Z0-9][A-Z0-9 -]{2,9})$")
_POSTCODE = re.compile(r"^(?=[A-Z0-9 -]*\d)[A-Z0-9][A-Z0-9 -]{2,9}$", re.I)
_CITY = re.compile(r"^[^\W\d_][^\d,]{1,50}$")
MOST_PARTS = 6


def parse_address(text: str, now: Address | None) -> Address | None:
    """The address that the text names; None where it names none whole."""
    starts = [0, *(found.end() for found in _BEFORE.finditer(text[:600]))]
    for start in reversed(starts):
        address = _parsed(text[start:600].strip(), now)
        if address is not None:
            return address
    return None


def _parsed(text: str, now: Address | None) -> Address | None:
    match = _LINE.match(text)
    if match is None:
        return None
    street = match[1].strip()
    rest = [part.strip().rstrip(".!?") for part in match[2].split(",")][:MOST_PARTS]
    second = rest.pop(0) if len(rest) > 2 and any(map(str.isdigit, rest[0])) else None
    city = rest.pop(0) if rest and _CITY.fullmatch(rest[0]) else None
    if city is None or not rest:
        return None
    region, postcode = _region_and_postcode(rest)
    if postcode is None:
        return None
    country = rest[0] if rest else (now.country if now else "")
    return Address(now.name if now else "", street, city, postcode, country, street2=second, region=region)


def _region_and_postcode(rest: list[str]) -> tuple[str | None, str | None]:
    """Takes both out of what follows the city: "TX 78701", "TX", "78701"."""
    first = rest.pop(0)
    both = _REGION.fullmatch(first)
    if both is not None and any(map(str.isdigit, both[2])):
        return both[1], both[2]
    if _POSTCODE.fullmatch(first):
        return None, first
    if rest and _POSTCODE.fullmatch(rest[0]):
        return first, rest.pop(0)
    return None, None

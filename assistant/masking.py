"""Personal data in text, masked: card numbers before they are stored or reach a model, and these with e-mail
addresses, telephone numbers and street addresses before a line is logged.

A card number is 13 to 19 digits that begin as issuers' numbers do and hold Luhn's check; an order's number
rarely does. Names are not recognised.
"""

import re

CARD = "[card number]"
EMAIL = "[e-mail]"
PHONE = "[telephone]"
ADDRESS = "[address]"

_DIGITS = re.compile(r"(?<![\w-])\d(?:[ .\-\u00a0\u2009\u2010-\u2013]?\d){12,18}(?![\w-])")
_ISSUERS = re.compile(r"4|5[0-8]|6|3[0-9]|2[2-7]|1800|2131|8[16]|9")
_EMAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_PHONE = re.compile(r"(?<![\w.-])(?:\+\d|\(\d|0\d|\d{3}[ .-])[\d ()./-]{5,18}\d(?!\w)")
_STREET = re.compile(
    r"\b\d{1,5}[a-zA-Z]?\s+(?:[A-Z][\w'.-]*\s+){1,4}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Way|Court|Ct|Boulevard|Blvd|Place|Pl|Square|Terrace)\b\.?"
    r"|\b[A-Z][\w-]*(?:strasse|straße|str\.|weg|gasse|allee|platz)\s+\d{1,4}[a-z]?\b"
)


def mask_cards(text: str) -> str:
    """The text without card numbers."""
    masked, found = _plain_digits(text), False
    for match in reversed([each for each in _DIGITS.finditer(masked) if _is_card(each[0])]):
        masked, found = masked[: match.start()] + CARD + masked[match.end() :], True
    return masked if found else text


def mask(text: str) -> str:
    """The text without card numbers, e-mail addresses, telephone numbers and street addresses."""
    text = _EMAIL.sub(EMAIL, mask_cards(text))
    return _PHONE.sub(PHONE, _STREET.sub(ADDRESS, text))


def _plain_digits(text: str) -> str:
    """Digits of every script as ASCII's, so that none hides a number; everything else to the letter."""
    if text.isascii():
        return text
    return "".join(str(int(letter)) if letter.isdecimal() else letter for letter in text)


def _is_card(written: str) -> bool:
    digits = [int(letter) for letter in written if letter.isdigit()]
    if not 13 <= len(digits) <= 19 or not _ISSUERS.match("".join(map(str, digits))):
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0

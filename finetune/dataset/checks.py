"""The first rule of the annotation guide, held by code: a call has only what its message says."""

import re
from collections.abc import Iterator
from functools import cache

from assistant.understanding import Call
from assistant.understanding.call import Arguments
from finetune.dataset.things import IRREGULAR
from retrieval.locale import Locale, load_locale

#: What is asked, by its name: "how heavy" asks for the weight.
NAMED = frozenset(
    (
        "brand",
        "capacity",
        "depth",
        "height",
        "in",
        "length",
        "material",
        "noise",
        "price",
        "size",
        "stock",
        "weight",
    )
) | {"width"}
#: Singulars that folding does not reach from their plural.
STEM = 4


def unsaid(text: str, history: str, call: Call) -> list[str]:
    """The words of a call's values that stand neither in the message nor in the history."""
    said = _words(f"{text} {history}")
    named = {_locale().fold(word) for word in NAMED} if call.name == "product_question" else ()
    words = [word for value in values(call.arguments) for word in _words(value)]
    return [word for word in words if not _in(word, said) and word not in named]


def values(given: Arguments) -> Iterator[str]:
    """All texts of a call that are the shopper's own words."""
    for text in (given.query, given.category, given.brand, given.recipient, given.occasion):
        if text:
            yield text
    for group in (given.attributes, given.exclude, given.entities):
        yield from group.values()
    yield from given.references
    yield from (re.sub(r"^\d+ ", "", slot) for slot in given.slots)
    for edit in given.edits:
        yield from (text for text in (edit.slot, edit.query, *edit.attributes.values()) if text)


@cache
def _locale() -> Locale:
    return load_locale("en")


def _words(text: str) -> list[str]:
    return [_locale().fold(word) for word in re.findall(r"\w+", text.casefold().replace("_", " "))]


def _in(word: str, said: list[str]) -> bool:
    return (
        word in said
        or IRREGULAR.get(word) in said
        or f"{word}s" in said
        or (len(word) >= STEM and any(other.startswith(word[:STEM]) for other in said))
    )

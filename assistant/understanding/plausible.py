"""Values that cannot be what a call has them as: a weight without a unit, a colour as the size of a pack.

A small model at times puts a right word in a wrong drawer. What a drawer of the language's own can hold is
closed: measures have a number and a unit, a year has four digits. A colour or material in one of these goes
where it belongs; anything else is looked for by its words.
"""

import re
from collections.abc import Iterator

from assistant.lexicon import Lexicon
from assistant.reading.words import Words, folds
from assistant.understanding.call import Arguments, Call
from assistant.understanding.ruled_out import LISTS

_NUMBER = re.compile(r"\d")
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Attributes beside the measures that hold numbers, or a list's words.
_SIZE, _PACK, _YEARS, _COLOUR = "size", "pack size", "year", "colour"


def with_plausible(call: Call, message: Words) -> Call:
    """The call with every value in a drawer that can hold it, or among the words that are looked for."""
    given, lexicon = call.arguments, message.lexicon
    attributes: dict[str, str] = {}
    words: list[str] = []
    for name, value in given.attributes.items():
        for drawer, part in _placed(name, value, lexicon):
            if drawer is None:
                words.append(part)
            else:
                attributes.setdefault(drawer, part)
    if attributes == given.attributes:
        return call
    update = {"attributes": attributes, "query": _with(given, words, lexicon)}
    return call.model_copy(update={"arguments": given.model_copy(update=update)})


def _placed(name: str, value: str, lexicon: Lexicon) -> Iterator[tuple[str | None, str]]:
    """Where a value, or each part of it, stands; None for the words that are looked for. Nothing for none."""
    if not set(folds(value, lexicon.locale)) - lexicon.locale.stop:
        return
    if name not in (*_measures(lexicon), _SIZE, _PACK, _YEARS):
        yield (None if name == _COLOUR and _goes_beyond(value, lexicon) else name), value
        return
    listed, rest = _taken_out(value.lower(), lexicon)
    yield from listed.items()
    if rest:
        yield (name if _holds(name, rest, lexicon) else None), rest


def _measures(lexicon: Lexicon) -> set[str]:
    return {*lexicon.texts["unit_attributes"].values(), *lexicon.texts.get("extents", {}).values()}


def _holds(name: str, value: str, lexicon: Lexicon) -> bool:
    if name == _YEARS:
        return _YEAR.fullmatch(value.strip()) is not None
    if name == _SIZE:
        sized = value in lexicon.texts["sizes"] or value in lexicon.lists["size_letters"]
        return sized or _NUMBER.search(value) is not None
    if name == _PACK:
        return _NUMBER.search(value) is not None or lexicon.has("pack", value)
    measured = re.fullmatch(r"[<>]?\s*\d+(?:[.,]\d+)?\s?-?([^\W\d_]+|[\"″])(?:\s.*)?", value)
    if measured is None:
        return False
    unit, locale = measured[1], lexicon.locale
    return unit in '"″' or bool({unit, locale.fold(unit)} & {*locale.units, *locale.measured})


def _taken_out(value: str, lexicon: Lexicon) -> tuple[dict[str, str], str]:
    """Colours and materials in it, by their lists, and what is left."""
    found: dict[str, str] = {}
    for kind, table in LISTS.items():
        words = "|".join(sorted(map(re.escape, lexicon.texts[table]), key=len, reverse=True))
        match = re.search(rf"(?<!\w)(?:{words})(?!\w)", value)
        if match is not None:
            found[kind] = match[0]
            value = f"{value[: match.start()]} {value[match.end() :]}"
    return found, " ".join(value.split())


def _goes_beyond(value: str, lexicon: Lexicon) -> bool:
    """ "Blue light filter": a word of the list that describes another thing."""
    written = value.lower().split()
    known = {word for table in LISTS.values() for word in lexicon.texts[table]}
    return (
        len(written) > 1
        and value.lower() not in known
        and written[-1] not in known
        and any(word in known for word in written[:-1])
    )


def _with(given: Arguments, words: list[str], lexicon: Lexicon) -> str | None:
    had = set(folds(given.query or "", lexicon.locale))
    new = [each for each in words if not set(folds(each, lexicon.locale)) <= had]
    return " ".join(filter(None, (given.query, *new))) or None

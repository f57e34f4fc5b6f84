"""Edits of a bundle, held against the message: how many are added, and "cheaper" only where that is said."""

import re

from assistant.lexicon import Lexicon
from assistant.reading.numbers import count
from assistant.reading.words import Words
from assistant.understanding.call import Call, EditArguments

_CHEAPER = ("cheaper", "cheap", "cheapest", "sort_words")


def with_said_edits(call: Call, message: Words) -> Call:
    """The call with the message's counts, and with what is wanted instead where it is not a lower price."""
    if call.name != "edit_bundle":
        return call
    edits = [_edit(each, message) for each in call.arguments.edits]
    if edits == list(call.arguments.edits):
        return call
    return call.model_copy(update={"arguments": call.arguments.model_copy(update={"edits": edits})})


def _edit(given: EditArguments, message: Words) -> EditArguments:
    lexicon = message.lexicon
    if given.op == "add" and given.quantity is None and given.query:
        many = _counted(given.query, message)
        return given.model_copy(update={"quantity": many}) if many else given
    if given.cheaper and not any(lexicon.has(name, message.lower) for name in _CHEAPER):
        wanted = given.query or _described(given.slot, message, lexicon)
        return given.model_copy(update={"cheaper": None, "query": wanted})
    return given


def _counted(thing: str, message: Words) -> int | None:
    """The number right before the thing."""
    before = re.search(rf"(\w+)\s+(?:x\s+|more\s+)?{re.escape(thing.lower())}", message.lower)
    many = count(before[1], message.lexicon) if before else None
    return many if many and many > 1 else None


def _described(slot: str | None, message: Words, lexicon: Lexicon) -> str | None:
    """The one word before the part's name: "a sturdier stove"."""
    if not slot:
        return None
    found = re.search(rf"([^\W\d_]+)\s+{re.escape(slot.lower().replace('_', ' '))}", message.lower)
    return found[1] if found and found[1] not in lexicon.locale.stop else None

"""What a message wants several things for, in its own words: "paint my living room"."""

import re

from assistant.lexicon import Lexicon
from assistant.reading.money import prices
from assistant.reading.people import people
from assistant.reading.rest import trimmed
from assistant.reading.words import Words, folds

#: Phrases that only say that several things are wanted.
_SEVERAL = ("bundle_words", "group_nouns", "set_words", "people_counted")


def need_words(text: str, lexicon: Lexicon, currency: str) -> str:
    """The message without prices, people, requests, and without words that only say that it wants several
    things; empty where no letter is left."""
    message = Words(text, lexicon)
    message.take(*(wish.span for wish in prices(message.lower, lexicon, currency)))
    message.take(*people(message).spans)
    words = trimmed(message).lower()
    for name in _SEVERAL:
        words = lexicon.phrases[name].sub(" ", words)
    words = trimmed(Words(re.sub(r"[\s,]*,[\s,]*", ", ", words), lexicon))
    return words if re.search(r"[^\W\d_]", words) else ""


def whole_need(text: str, query: str, occasion: str | None, lexicon: Lexicon, currency: str) -> str:
    """The words of the message, and of the wish what they do not hold: it may have been said turns before."""
    need = need_words(text, lexicon, currency)
    for piece in (query, occasion or ""):
        if not set(folds(piece, lexicon.locale)) <= set(folds(need, lexicon.locale)):
            need = f"{need} {piece}".strip()
    return need

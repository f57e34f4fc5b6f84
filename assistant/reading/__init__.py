"""What a message asks, read by rules: no model, no index, no clock.

It carries a whole conversation when the model is slow, down or talks nonsense. It knows the language
(`assistant/locales`) and the catalogue's own words (`Vocabulary`), and nothing of any particular shop. It
never raises: what it cannot read is `other`, with a low confidence.

    words, numbers, money, typos    the message as words, numbers, amounts
    catalogue, facts                what of it the catalogue knows
    people, occasions, listing      whom and what it is for, and lists of goods
    pointing, editing               what it points at, and does to the bundle shown
    service                         service intents by concepts
    context, rest                   all of it together, and what is left to search for
    looking, following, buying      readers for new wishes, follow-ups, the cart
    asking                          which reader's intent it is
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from assistant.intent import Intent
from assistant.language import detect
from assistant.lexicon import Lexicon, lexicon
from assistant.reading.asking import asked, is_only_talk
from assistant.reading.catalogue import CatalogueIndex, catalogue_index
from assistant.reading.context import Context
from assistant.reading.listing import unlisted
from assistant.reading.rest import is_vague
from assistant.reading.typos import Corrector
from assistant.reading.words import Words
from assistant.values import Shown
from retrieval.values import Vocabulary
from shop.values import Occasion

__all__ = ["is_thanks", "is_vague", "read", "small_talk"]

#: No message is read further than this.
MOST_CHARACTERS = 4000
#: Shorter words have too many neighbours to put a slip right.
LONG_WORD = 6


def read(
    text: str, *, shown: Shown, vocabulary: Vocabulary, occasions: Sequence[Occasion], currency: str
) -> Intent:
    """The message as an `Intent`; references resolved against `shown`."""
    language = detect(text)
    words = lexicon(language)
    index = catalogue_index(vocabulary, words)
    context = Context(
        message=Words(_put_right(unlisted(text[:MOST_CHARACTERS]), index), words),
        shown=shown,
        index=index,
        occasions=occasions,
        currency=currency,
        corrector=_corrector(words),
    )
    return replace(asked(context), language=language)


def small_talk(text: str) -> Intent | None:
    """A message that greets or thanks and nothing else, which needs no model to be understood."""
    language = detect(text)
    words = lexicon(language)
    talks = is_only_talk(Words(text, words).lower, words)
    return Intent("greet", confidence=0.95, language=language) if talks else None


def is_thanks(text: str) -> bool:
    """Whether small talk thanks or says goodbye, rather than greets."""
    words = lexicon(detect(text))
    lower = Words(text, words).lower
    return words.has("thanks", lower) and not words.starts("greeting", lower)


def _put_right(text: str, index: CatalogueIndex) -> str:
    """Slips in the catalogue's own words put right; only in longer words that the language does not know."""
    known = _known_words(index.lexicon)

    def put_right(match: re.Match[str]) -> str:
        word = match[0]
        fold = index.lexicon.locale.fold(word)
        if len(word) < LONG_WORD or index.knows(fold) or fold in known or word in known:
            return word
        return index.corrector.correct(word)

    return re.sub(r"\b[a-z]+\b", put_right, text)


@cache
def _known_words(words: Lexicon) -> frozenset[str]:
    return words.keywords("")


@cache
def _corrector(words: Lexicon) -> Corrector:
    return Corrector(words.keywords("c_", "request", "bundle_words", "property_word"))

"""What is left to search for, once the facts are taken out and the request's own words are trimmed."""

import re

from assistant.lexicon import Lexicon
from assistant.reading.people import people
from assistant.reading.words import Words

_EDGES = " \t,.;:!?-–/&+()[]\"'*#"


def trimmed(message: Words) -> str:
    """The words left of a message: no request, no filler, no loose ends."""
    sentences = re.split(r"(?<=[.!?])\s+", message.rest())
    kept = [_trim(sentence, message.lexicon) for sentence in sentences]
    return " ".join(part for part in kept if part)


def is_vague(query: str, lexicon: Lexicon) -> bool:
    """Whether words to search for name no kind of thing: "a present", "something nice", "for dad"."""
    message = Words(query, lexicon)
    message.take(*people(message).spans)
    rest = lexicon.phrases["vague_goods"].sub(" ", message.rest().lower())
    return all(_is_stop(word, lexicon) for word in rest.split())


def _trim(text: str, lexicon: Lexicon) -> str:
    """Takes request phrases off the front and filler off both ends until nothing changes."""
    previous = None
    words = _without_price_words(text, lexicon).strip(_EDGES)
    while words != previous:
        previous = words
        lower = words.lower()
        for name in ("request", "filler"):
            match = lexicon.phrases[name].match(lower)
            if match is not None:
                words = words[match.end() :].strip(_EDGES)
                lower = words.lower()
        words = _strip_stops(words, lexicon)
        tail = _ending_filler(words, lexicon)
        words = words[:tail].strip(_EDGES) if tail is not None else words
    return words


def _without_price_words(text: str, lexicon: Lexicon) -> str:
    """Words like "cheap" and "best rated" are facts by themselves and name nothing."""
    for name in ("cheapest", "dearest", "best", "cheap", "dear"):
        text = re.sub(lexicon.source(name), " ", text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text)


def _strip_stops(words: str, lexicon: Lexicon) -> str:
    parts = words.split()
    while parts and _is_stop(parts[0], lexicon):
        parts.pop(0)
    return without_loose_end(" ".join(parts), lexicon)


def without_loose_end(words: str, lexicon: Lexicon) -> str:
    """Without function words at the end: "a rug for" is a rug."""
    parts = words.split()
    while parts and _is_stop(parts[-1], lexicon) and not (len(parts) > 1 and parts[-2].isdigit()):
        parts.pop()  # after a number it is a unit: "5 m"
    return " ".join(parts).strip(_EDGES)


def _is_stop(word: str, lexicon: Lexicon) -> bool:
    plain = word.lower().strip(_EDGES)
    return not plain or plain in lexicon.locale.stop


def _ending_filler(words: str, lexicon: Lexicon) -> int | None:
    """Where filler begins that runs to the end."""
    lower = words.lower()
    for match in lexicon.phrases["filler"].finditer(lower):
        if match.end() == len(lower) and match.start() > 0:
            return match.start()
    return None

"""Spoils a message as haste does: slips of the fingers, lost signs, shorthand. Its call stays as it is."""

import re
from random import Random

NEIGHBOURS = {
    "q": "wa",
    "w": "qes",
    "e": "wrd",
    "r": "etf",
    "t": "ryg",
    "y": "tuh",
    "u": "yij",
    "i": "uok",
    "o": "ipl",
    "p": "ol",
    "a": "qsz",
    "s": "awdx",
    "d": "sefc",
    "f": "drgv",
    "g": "fthb",
    "h": "gyjn",
    "j": "hukm",
    "k": "jil",
    "l": "kop",
    "z": "asx",
    "x": "zsdc",
    "c": "xdfv",
    "v": "cfgb",
    "b": "vghn",
    "n": "bhjm",
    "m": "njk",
}
SHORT = {
    "you": "u",
    "please": "pls",
    "with": "w/",
    "without": "w/o",
    "and": "n",
    "are": "r",
    "thanks": "thx",
    "because": "cuz",
    "something": "smth",
    "about": "abt",
    "your": "ur",
    "okay": "k",
    "want to": "wanna",
    "going to": "gonna",
    "looking for": "lookin for",
    "people": "ppl",
    "tomorrow": "tmrw",
    "birthday": "bday",
}


def spoil(text: str, rng: Random) -> str:
    """The message with one to three kinds of slips."""
    ways = (_slip, _slip, _lower, _lower, _bare, _bare, _no_apostrophe, _shorten, _shout, _twice)
    for way in rng.sample(ways, rng.choice((1, 1, 2, 2, 3))):
        text = way(text, rng)
    return text


def _slip(text: str, rng: Random) -> str:
    """One or two slips of the fingers, in words of four letters or more."""
    for _ in range(1 if len(text) < 60 else 2):
        words = list(re.finditer(r"(?<![\w#@-])[A-Za-z]{4,}(?![\w-])", text))
        if not words:
            return text
        word = rng.choice(words)
        text = f"{text[: word.start()]}{_misspelt(word[0], rng)}{text[word.end() :]}"
    return text


def _misspelt(word: str, rng: Random) -> str:
    place = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    way = rng.randrange(4)
    if way == 0:
        return before + after
    if way == 1:
        return before + letter + letter + after
    if way == 2:
        return before + after[0] + letter + after[1:]
    return before + rng.choice(NEIGHBOURS.get(letter.lower(), letter)) + after


def _lower(text: str, _: Random) -> str:
    return text.lower()


def _bare(text: str, rng: Random) -> str:
    """No full stop or question mark at the end, at times no commas either."""
    text = text.rstrip(".!?")
    return re.sub(r"(?<!\d),(?= [a-z])", "", text) if rng.random() < 0.3 and text.count(",") == 1 else text


def _no_apostrophe(text: str, _: Random) -> str:
    return re.sub(r"(?<=[a-z])['’](?=(t|s|m|re|ve|d|ll)\b)", "", text)


def _shorten(text: str, rng: Random) -> str:
    fits = [long for long in SHORT if re.search(rf"\b{long}\b", text)]
    for long in rng.sample(fits, min(len(fits), 2)):
        text = re.sub(rf"\b{long}\b", SHORT[long], text)
    return text


def _shout(text: str, rng: Random) -> str:
    return (
        text.upper()
        if rng.random() < 0.25
        else text + rng.choice(("!", "!!", "...", " :)", " pls", " thanks"))
    )


def _twice(text: str, rng: Random) -> str:
    """A doubled blank or a sign without its blank."""
    return text.replace(" ", "  ", 1) if rng.random() < 0.5 else text.replace(", ", ",", 1)

"""Which language a message is written in.

A script tells most: Han without kana is Chinese, Hangul is Korean, and so on. In Latin letters, English
words settle it; only a message without any is given to `lingua`, restricted to ten languages, and its
answer counts only where it is sure. A doubt is English: product names look like any language.

It does not know dialects, or Chinese in traditional characters from simplified.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from assistant.lexicon import FOLDER

if TYPE_CHECKING:
    from lingua import LanguageDetector

ENGLISH = "en"
CHINESE = "zh"
#: How sure the detector must be, and how unlikely English, for another language to be believed.
SURE = 0.5
SURE_OF_TWO_WORDS = 0.65
ENGLISH_UNLIKELY = 0.1
#: What is read of a long message.
READ_CHARACTERS = 400

#: First word of a letter's Unicode name -> the language that it stands for.
_SCRIPTS = {
    "CJK": CHINESE,
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "ARABIC": "ar",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "GREEK": "el",
    "HEBREW": "he",
}
_LATIN = "LATIN"
#: A letter of these is about a word of its own, so that one brand name does not outweigh a sentence.
_DENSE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI")
_DENSE_WEIGHT = 3


def detect(text: str) -> str:
    """ISO 639-1 code of the language; `en` where nothing can be told."""
    sample = text[:READ_CHARACTERS]
    script = _script(sample)
    if script is not None and script != _LATIN:
        return _SCRIPTS[script]
    words = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", sample.lower())
    if not words:
        return ENGLISH
    told = _told(words, sample.lower())
    if told is not None:
        return told
    return _detected(sample) if len(words) > 1 else ENGLISH


def warm() -> None:
    """Loads the detector's models, which takes seconds, before somebody waits for them."""
    _detected("whatever languages there are, something warming")


def _script(text: str) -> str | None:
    """The script that weighs most; kana make Han Japanese. None where there are no letters."""
    weights: Counter[str] = Counter()
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "").split(" ")[0]
            weights[name] += _DENSE_WEIGHT if name in _DENSE else 1
    for kana in ("HIRAGANA", "KATAKANA"):
        weights[kana] += weights["CJK"] if weights[kana] else 0
    known = {name: weight for name, weight in weights.items() if name in _SCRIPTS or name == _LATIN}
    best = max(known, key=lambda name: known[name], default=None)
    return best if best is not None and known[best] > 0 else None


def _told(words: list[str], lower: str) -> str | None:
    """The language that most telltale words speak for; None where none does, or two do equally."""
    counts = {
        language: len(telltales.intersection(words))
        + sum(" " in each and each in lower for each in telltales)
        for language, telltales in _telltales().items()
    }
    most = max(counts.values())
    best = [language for language, count in counts.items() if count == most]
    return best[0] if most and len(best) == 1 else None


def _detected(text: str) -> str:
    values = _detector().compute_language_confidence_values(text)
    english = next(each.value for each in values if each.language.iso_code_639_1.name == "EN")
    best = values[0]
    needed = SURE_OF_TWO_WORDS if len(text.split()) <= 2 else SURE
    if best.value >= needed and english < ENGLISH_UNLIKELY:
        return best.language.iso_code_639_1.name.lower()
    return ENGLISH


@cache
def _telltales() -> dict[str, frozenset[str]]:
    table = tomllib.loads((FOLDER / "short_words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in table.items()}


@cache
def _detector() -> "LanguageDetector":
    from lingua import Language, LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(
        Language.ENGLISH,
        Language.SPANISH,
        Language.FRENCH,
        Language.GERMAN,
        Language.ITALIAN,
        Language.PORTUGUESE,
        Language.DUTCH,
        Language.POLISH,
        Language.SWEDISH,
        Language.TURKISH,
    ).build()

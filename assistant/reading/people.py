"""Whom a wish is for: the recipient, and who is in the party ("my wife and me", "taking two kids")."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from assistant.lexicon import Lexicon
from assistant.reading.numbers import count
from assistant.reading.words import Span, Words

ADULTS = "adults"
KIDS = "kids"
_MOST_PEOPLE = 100


@dataclass(frozen=True, slots=True)
class People:
    """The recipient as it was said ("kids" for any children), the party, and the words of it all."""

    recipient: str | None = None
    party: Mapping[str, int] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    counted: Span | None = None
    """Where a plain number of people stands: it is part of the words to search for."""

    def counts(self, span: Span) -> bool:
        return self.counted is not None and self.counted[0] < span[1] and span[0] < self.counted[1]


def people(message: Words) -> People:
    """Who is named. A number of plain people ("for 4 people") stays in the words: it is a size too."""
    family = _family(message)
    if family is not None:
        return family
    lexicon, lower = message.lexicon, message.lower
    recipient: str | None = None
    party: Counter[str] = Counter()
    spans: list[Span] = []
    for match in _named(lexicon).finditer(lower):
        if not message.free(match.span()) or _attributive(message, match.end()):
            continue
        word = re.sub(r"\s+", " ", match["who"])
        group = lexicon.texts["recipients"][word]
        counted = lexicon.texts["party"].get(group)
        if counted:
            party[counted] += min(_how_many(match["late"] or match["count"], word, lexicon), _MOST_PEOPLE)
        if lexicon.has("recipient_before", match["before"]) or group in (KIDS, "baby"):
            recipient = recipient or _said(word, group)
        spans.append(match.span())
    plain = _plain_people(message)
    if plain is not None and not party:
        many, span = plain
        return People(recipient, {ADULTS: many}, tuple(spans), span)
    if spans and _speaker_comes(message, party):
        party[ADULTS] += 1
    return People(recipient, dict(party), tuple(spans))


@cache
def _named(lexicon: Lexicon) -> re.Pattern[str]:
    who = "|".join(re.escape(word) for word in sorted(lexicon.texts["recipients"], key=len, reverse=True))
    before = f"{lexicon.source('recipient_before')}|{lexicon.source('company_before')}"
    number = rf"\d{{1,2}}|{'|'.join(lexicon.numbers['numbers'])}"
    many = rf"(?P<count>{number}|a couple of|both|a|an|the)"
    middle = rf"(?:(?:{'|'.join(lexicon.lists['people_described'])})\s+)*"
    of_them = rf"(?:(?P<late>{number})\s+)?"
    return re.compile(rf"(?P<before>{before})\s+(?:{many}\s+)?{middle}{of_them}(?P<who>{who})(?!\w)(?!')")


def _attributive(message: Words, end: int) -> bool:
    """Whether the word only says what kind of thing is meant: "kids bike", "women's coat"."""
    following = next((word for word in message.words if word.start >= end), None)
    if following is None or following.start > end + 1:
        return False
    return not _joins_on(message.lower[following.start : following.end], message.lexicon)


def _joins_on(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.locale.stop or word.endswith("ing") or lexicon.starts("after_people", word)


def _how_many(written: str | None, word: str, lexicon: Lexicon) -> int:
    if written in ("a", "an"):
        return 1
    if written in (None, "the"):
        return 2 if word in lexicon.lists["plural_people"] else 1
    if written == "a couple of":
        return 2
    return count(written or "", lexicon) or 1


def _said(word: str, group: str) -> str:
    return KIDS if group == KIDS and word in ("kid", "kids", "child", "children") else word


def _family(message: Words) -> People | None:
    """ "A family of four": two adults and the rest children; any other group of so many is adults."""
    lexicon = message.lexicon
    match = re.search(
        rf"(?:for\s+)?(?:a\s+|my\s+|our\s+)?({lexicon.source('family_of')})\s+(\w+)", message.lower
    )
    size = count(match[2], lexicon) if match else None
    if match is None or not size:
        return None
    size = min(size, _MOST_PEOPLE)
    is_family = lexicon.has("family_word", match[1])
    party = {ADULTS: min(size, 2), KIDS: size - 2} if is_family and size > 2 else {ADULTS: size}
    return People("family" if is_family else None, party, (match.span(),))


def _plain_people(message: Words) -> tuple[int, Span] | None:
    """ "For 4 people", "we are four adults"; not "a 4 person tent", which is a size."""
    lexicon = message.lexicon
    numbers = "|".join(lexicon.numbers["numbers"])
    pattern = rf"(?<!\w)(\d{{1,2}}|{numbers})\s+(?:{lexicon.source('people_words')})"
    match = re.search(pattern, message.lower)
    many = count(match[1], lexicon) if match else None
    if match is None or not many or _attributive(message, match.end()):
        return None
    return many, match.span()


def _speaker_comes(message: Words, party: Mapping[str, int]) -> bool:
    """Whether the one who writes is of the party: "I'm taking two kids", "my wife and me"."""
    lexicon = message.lexicon
    together = lexicon.has("speaker_comes", message.lower)
    return together and bool(party)

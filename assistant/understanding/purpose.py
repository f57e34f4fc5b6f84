"""For whom and for what a wish is, held against the message: "my mum", "a birthday", "girls night in: ...".

A recipient or an occasion that the message names by the language's own words and the call leaves out is read;
one that is a thing of the call's own list, and no occasion, is taken out.
"""

import re

from assistant.lexicon import Lexicon
from assistant.reading.money import prices
from assistant.reading.people import people
from assistant.reading.words import Words, folds
from assistant.understanding.call import Arguments, Call
from assistant.understanding.said import words_of

#: Calls that wish for something anew.
_ANEW = ("find_product", "find_bundle")
_FOR_SOMEBODY = (*_ANEW, "compare")
#: Words of the longest heading that names an occasion.
_MOST_HEADING = 4


def with_purpose(call: Call, message: Words, currency: str) -> Call:
    """The call with the recipient and the occasion that the message says."""
    given = call.arguments
    update: dict[str, object] = {}
    if given.occasion and _is_somebody(given.occasion, message.lexicon):
        # Whom it is for, written as what it is for.
        given = given.model_copy(
            update={"occasion": None, "recipient": given.recipient or _person(given.occasion, message)}
        )
    given = _apart(given, message.lexicon)
    if call.name in _FOR_SOMEBODY:
        update["recipient"] = _recipient(given, message)
    if call.name in _ANEW:
        update["occasion"] = _occasion(given, message)
    left = given.model_copy(update=update)
    if call.name == "find_product":
        left = _used_for(_fond(left, message, currency), message.lexicon)
    return call if left == call.arguments else call.model_copy(update={"arguments": left})


def _apart(given: Arguments, lexicon: Lexicon) -> Arguments:
    """ "Dad's retirement", written as one, is somebody and something."""
    written = given.recipient or given.occasion or ""
    who, _, what = re.sub(r"[’']s\s+", "\n", written.lower(), count=1).partition("\n")
    if not what or who.split()[-1] not in lexicon.texts["recipients"]:
        return given
    return given.model_copy(
        update={"recipient": who, "occasion": what if given.occasion in (None, written) else given.occasion}
    )


def _fond(given: Arguments, message: Words, currency: str) -> Arguments:
    """ "A present for my uncle who loves fishing" looks for what he loves, and that is no occasion."""
    said = message.lexicon.phrases["fond_of"].search(message.lower)
    if said is None or given.category:
        return given
    ends = [wish.span[0] for wish in prices(message.lower, message.lexicon, currency)]
    end = min((each for each in ends if each >= said.end()), default=len(message.lower))
    loved = re.split(r"[,;.!?]", message.plain[said.end() : end])[0].strip()
    locale = message.lexicon.locale
    words = set(folds(loved, locale)) - locale.stop
    query = set(folds(given.query or "", locale)) - locale.stop
    vague = message.lexicon.phrases["vague_goods"]
    left = {each for each in query - words if not vague.fullmatch(each)} - set(folds(said[0], locale))
    occasion = set(folds(given.occasion or "", locale))
    return given.model_copy(
        update={
            "query": given.query if left or not words else loved,
            "occasion": None if occasion and occasion <= words else given.occasion,
        }
    )


def _used_for(given: Arguments, lexicon: Lexicon) -> Arguments:
    """What one thing is for is looked for by its words ("cables for a truck"), unless it is an occasion or an
    activity by the language's lists and endings."""
    written = given.occasion
    lists = ("occasion_word", "occasion_noun", "activity")
    if not written or any(lexicon.has(name, written.lower()) for name in lists):
        return given
    had = words_of(given.model_copy(update={"occasion": None}), lexicon)
    new = set(folds(written, lexicon.locale)) - had
    query = " ".join(filter(None, (given.query, written))) if new else given.query
    return given.model_copy(update={"occasion": None, "query": query})


def _recipient(given: Arguments, message: Words) -> str | None:
    if given.recipient and not _is_listed(given.recipient, given, message.lexicon):
        return given.recipient
    found = people(message)
    if found.recipient and sum(found.party.values()) <= 1:
        return found.recipient
    return _told_of(message) if not (found.party or given.party) else None


def _is_somebody(written: str, lexicon: Lexicon) -> bool:
    """Whether an occasion is a person or an animal: "kitten", "tea drinker", "for 4 kids"."""
    last = re.findall(r"[^\W\d_]+", written.lower())[-1:]
    return bool(last) and (
        last[0] in lexicon.texts["recipients"] or lexicon.has("person_like", written.lower())
    )


def _person(written: str, message: Words) -> str | None:
    """The person as the message has it; several that are counted are a party and no recipient."""
    counted = re.search(r"\d", written) or people(message).party
    words = re.sub(rf"^(?:{message.lexicon.source('occasion_for')})\s+", "", written.lower())
    return None if counted else words


def _told_of(message: Words) -> str | None:
    """The one person of the writer's whom the message tells of: "my mum's diabetic", "my boss loves tea"."""
    lexicon = message.lexicon
    who = "|".join(sorted(map(re.escape, lexicon.texts["recipients"]), key=len, reverse=True))
    told = rf"{lexicon.source('own')}\s+({who})(?:'s|\s+(?:{lexicon.source('told_of')}))(?!\w)"
    found = {match[1] for match in re.finditer(told, message.lower)}
    return found.pop() if len(found) == 1 else None


def _occasion(given: Arguments, message: Words) -> str | None:
    lexicon = message.lexicon
    written = given.occasion
    if written and _is_listed(written, given, lexicon) and not lexicon.has("occasion_word", written.lower()):
        written = None
    for name in ("group_nouns", "set_words"):
        written = re.sub(rf"\s+{lexicon.source(name)}$", "", written.lower()) if written else None
    heading = _heading(message)
    if heading and (written is None or _within(written, heading, lexicon)):
        return heading
    return written or _named(given, message)


def _heading(message: Words) -> str | None:
    """The occasion ahead of a list: "girls night in: popcorn, ..."."""
    head = re.match(r"([^:,.;!?]+):", message.lower)
    if head is None or len(head[1].split()) > _MOST_HEADING:
        return None
    words = re.sub(rf"^(?:{message.lexicon.source('occasion_article')}\s+)", "", head[1].strip())
    for name in ("priced_whole", "bundle_words", "group_nouns"):
        words = message.lexicon.phrases[name].sub(" ", words).strip()
    return _plain(words) if message.lexicon.has("occasion_word", words) else None


def _named(given: Arguments, message: Words) -> str | None:
    """The one occasion of the language's list that stands in the message and nowhere in the call."""
    lexicon = message.lexicon
    noun = lexicon.source("occasion_word")
    had = words_of(given, lexicon)
    found = [
        match[0]
        for match in re.finditer(rf"{noun}(?:\s+{noun})*", message.lower)
        if not set(folds(match[0], lexicon.locale)) & had
    ]
    return _plain(found[0]) if len(found) == 1 else None


def _plain(words: str) -> str:
    """ "Valentine's" is called as the list calls it."""
    return re.sub(r"\s+", " ", re.sub(r"'s?$", "", words.strip()))


def _is_listed(written: str, given: Arguments, lexicon: Lexicon) -> bool:
    """Whether it is a thing that is looked for: a part, or the kind of thing."""
    wanted = set(folds(written, lexicon.locale))
    things = [each for each in (given.category, *given.slots) if each]
    return bool(wanted) and any(wanted <= set(folds(thing, lexicon.locale)) for thing in things)


def _within(words: str, longer: str, lexicon: Lexicon) -> bool:
    return set(folds(words, lexicon.locale)) <= set(folds(longer, lexicon.locale))

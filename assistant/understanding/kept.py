"""A call's words held against the catalogue's: makers and kinds of things that the message names and the call
lost ("kingston memory, 16 gb" as the memory alone), and words that stand nowhere, as slips of a model do.
"""

import re

from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.money import prices
from assistant.reading.needs import need_words
from assistant.reading.words import Words, folds
from assistant.understanding.call import Call
from assistant.understanding.said import words_of

#: Calls that look for one thing in words.
_SEARCHES = ("find_product", "refine")


def with_kept(call: Call, message: Words, index: CatalogueIndex, currency: str) -> Call:
    """The call with the words that it lost; a maker is one where the word is nothing else here."""
    if call.name not in _SEARCHES:
        return call
    given, lexicon = call.arguments, message.lexicon
    written = need_words(message.plain, lexicon, currency)
    words = folds(written, lexicon.locale)
    had = words_of(given, lexicon)
    negated = lexicon.has("negation", message.lower)
    update: dict[str, object] = {}
    taken: set[int] = set()
    for match in index.matches(words):
        place = range(match.start, match.end)
        if match.entry.kind == "brand" and had.isdisjoint(words[match.start : match.end]):
            alone = not any(index.noun(words[at]) for at in place)
            if alone and given.brand is None and "brand" not in update and not negated:
                update["brand"] = match.entry.value
                taken.update(place)
    lost = [
        word
        for at, word in enumerate(words)
        if at not in taken and word not in had and index.noun(word) and not _vague(word, message)
    ]
    if lost:
        update["query"] = " ".join(filter(None, [given.query, *dict.fromkeys(lost)]))
    return call if not update else call.model_copy(update={"arguments": given.model_copy(update=update)})


def plain_query(query: str, message: Words, before: str, index: CatalogueIndex, currency: str) -> str:
    """The words to look for without those that neither talk nor catalogue has ("ssd sdsd") and without
    amounts: of "tea for about 40 dollars" the tea. `before`: what was said and looked for."""
    lexicon, locale = message.lexicon, message.lexicon.locale
    said = {*message.folded, *folds(before, locale)}
    money = [message.lower[slice(*wish.span)] for wish in prices(message.lower, lexicon, currency)]
    amounts = {number for words in money for number in re.findall(r"\d+(?:[.,]\d+)?", words)}
    kept: list[str] = []
    for word in query.split():
        if word.strip("$€£¥.,") in amounts:
            if kept and kept[-1].lower() in locale.stop | locale.connectors:
                kept.pop()
        elif all(fold in said or index.knows(fold) or fold in locale.stop for fold in folds(word, locale)):
            kept.append(word)
    return " ".join(kept) or query


def _vague(word: str, message: Words) -> bool:
    phrases = message.lexicon.phrases
    return any(phrases[name].fullmatch(word) for name in ("vague_goods", "generic_goods"))

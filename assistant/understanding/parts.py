"""The parts of a list, held against the list as it was written: "face masks x4, nail polish, maybe a candle".

How many, whether a part may be missing, and that each entry of a list is a part are closed-class; what the
things are called is the model's matter, in words that were said. An entry that no part of the call stands
for is added where its neighbours are parts, so that a list is whole or not read as one; a list that a colon,
a bracket or a dash announces is read even where the call has none of it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.lexicon import Lexicon
from assistant.reading.listing import counted_words, unlisted
from assistant.reading.money import prices
from assistant.reading.numbers import count
from assistant.reading.people import people
from assistant.reading.rest import without_loose_end
from assistant.reading.words import Words, folds, without
from assistant.understanding.call import MOST_ITEMS, Arguments, Call
from assistant.understanding.said import near

#: What stands before one of these says what the list behind it is for.
_ANNOUNCES = (":", "(", "-")
_MOST_WORDS = 4
_FEW = 2
#: Words of all entries of a message beyond which things are described and not listed.
_MOST_LISTED = 24
#: Of a part's words, for an entry to be it.
_SAME = 0.6


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a written list. `sentence` counts the message's sentences; `opens`: a list may begin
    with it, since it stands behind a colon, is counted or has an article, or is joined on by a word; `plain`:
    it is a thing by its form, short and without a clause; `heads`: it says what the list behind it is for.
    """

    words: str
    quantity: int
    optional: bool
    plain: bool
    opens: bool
    sentence: int = 0
    announced: bool = False
    heads: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A slot of the call: "2 sleeping bag", "lantern?"."""

    words: str
    quantity: int = 1
    optional: bool = False

    def written(self) -> str:
        many = f"{self.quantity} " if self.quantity > 1 else ""
        return f"{many}{self.words}{'?' if self.optional else ''}"


def with_parts(call: Call, text: str, history: str, lexicon: Lexicon, currency: str) -> Call:
    """A bundle's call with the parts as the message lists them."""
    if call.name != "find_bundle":
        return call
    given = call.arguments
    listed = [each for each in entries(text, lexicon, currency) if not _is_told(each, given, lexicon)]
    written = [part for part in (_part(each, lexicon) for each in given.slots) if not _empty(part, lexicon)]
    parts = [one for part in written for one in _split(part, listed, lexicon)] or _announced(listed)
    pointed = list(given.references)
    if "shown:" not in history and "bundle:" not in history:
        # Nothing was shown that could be pointed at: what is listed is wanted.
        pointed = [
            each for each in pointed if not any(_same(_part(each, lexicon), one, lexicon) for one in listed)
        ]
    slots = [part.written() for part in _aligned(parts, listed, lexicon)][:MOST_ITEMS]
    if slots == list(given.slots) and pointed == list(given.references):
        return call
    left = given.model_copy(update={"slots": slots, "references": pointed})
    return call.model_copy(update={"arguments": left})


def entries(text: str, lexicon: Lexicon, currency: str) -> Iterator[Entry]:
    """The entries of the message's lists, in order, without amounts and people."""
    message = Words(unlisted(text), lexicon)
    message.take(*(wish.span for wish in prices(message.lower, lexicon, currency)), *people(message).spans)
    lower = _without_taken(message)
    for sentence, written in enumerate(re.split(r"[.!;](?:\s|$)|(?<=\?)\s", lower)):
        yield from (replace(each, sentence=sentence) for each in _of_sentence(written, lexicon))


def _of_sentence(written: str, lexicon: Lexicon) -> list[Entry]:
    """A list may stand on either side of what announces it: "for tea: a pot, two cups" and "a pot, two cups:
    I am having guests"."""
    before: list[Entry] = []
    behind_it: list[Entry] = []
    announced, last = False, ""
    for piece, ahead, behind in _pieces(written, lexicon):
        announced = (announced or ahead in _ANNOUNCES) and ahead != ")"
        entry = _entry(piece, lexicon)
        if entry is not None:
            opens = entry.opens or announced or behind.isalpha() or behind == "+"
            (behind_it if announced else before).append(replace(entry, opens=opens, announced=announced))
            last = last if announced else behind
    if last in _ANNOUNCES and len(before) > 1 and not all(each.plain for each in behind_it):
        told = (replace(each, announced=False) for each in behind_it)
        return [*(replace(each, announced=True) for each in before), *told]
    if last in _ANNOUNCES:
        before[-1] = replace(before[-1], plain=False, heads=True)
    return [*before, *behind_it]


def _without_taken(message: Words) -> str:
    """The lower-case message with a comma for what was taken out: it parts entries."""
    lower = message.lower
    for start, end in sorted(message.taken, reverse=True):
        lower = f"{lower[:start]},{lower[end:]}"
    return lower


def _pieces(sentence: str, lexicon: Lexicon) -> Iterator[tuple[str, str, str]]:
    """What stands between a list's joints, and the first letters of the joints ahead and behind."""
    joint, ahead, start = lexicon.source("list_joint"), "", 0
    marks = rf"\s*[,+:()]\s*(?:{joint}\s+)*|\s+-\s+|\s+{joint}\s+"
    for match in re.finditer(marks, sentence):
        # "A party of 8): ..." ends what the colon announces.
        mark = ":" if ":" in match[0] else match[0].strip()[:1]
        yield sentence[start : match.start()], ahead, mark
        ahead, start = mark, match.end()
    yield sentence[start:], ahead, ""


def _entry(piece: str, lexicon: Lexicon) -> Entry | None:
    optional = lexicon.has("optional", piece) or piece.rstrip().endswith("?")
    bare = without(piece, [match.span() for match in lexicon.phrases["optional"].finditer(piece)])
    bare = _without_request(bare.strip(" ?!.-"), lexicon)
    words, quantity, introduced = counted_words(bare, lexicon)
    words = without_loose_end(words, lexicon)
    if not set(folds(words, lexicon.locale)) - lexicon.locale.stop:
        return None
    told = lexicon.has("clause_words", bare) or re.search(r"\d", words) is not None
    return Entry(words, quantity, optional, len(words.split()) <= _MOST_WORDS and not told, introduced)


def _without_request(piece: str, lexicon: Lexicon) -> str:
    """Without greeting and request at the front; the article behind them stays."""
    previous = None
    while piece != previous:
        previous = piece
        for name in ("greeting", "request"):
            match = lexicon.phrases[name].match(piece)
            piece = piece[match.end() :].strip(" ,") if match else piece
    return piece


def _part(written: str, lexicon: Lexicon) -> Part:
    wanted = written.strip().removesuffix("?").strip()
    first, _, rest = wanted.partition(" ")
    many = count(first, lexicon) if rest else None
    return Part(rest if many else wanted, many or 1, written.strip().endswith("?"))


def _empty(part: Part, lexicon: Lexicon) -> bool:
    """Whether it names no thing: an amount, "pls", "bundle"."""
    left = part.words.lower()
    for name in ("filler", "bundle_words", "set_words"):
        left = lexicon.phrases[name].sub(" ", left)
    weighs = [word for word in folds(left, lexicon.locale) if word not in lexicon.locale.stop]
    return all(word[0].isdigit() for word in weighs)


def _is_told(entry: Entry, given: Arguments, lexicon: Lexicon) -> bool:
    """Whether an entry says what the call has as something else: an amount ("75 the lot"), what must not be
    in it, a colour of all parts."""
    amounts = {given.budget, given.max_price, given.min_price}
    if entry.quantity > 1 and entry.quantity in amounts:
        return True
    left = lexicon.phrases["all_of_it"].sub(" ", entry.words)
    words = set(folds(left, lexicon.locale)) - lexicon.locale.stop
    facts = [*given.exclude.values(), *given.attributes.values()]
    told = {fold for fact in facts for fold in folds(str(fact), lexicon.locale)}
    return not words or words <= told


def _announced(listed: Sequence[Entry]) -> list[Part]:
    """The parts of a list that is announced, where all of it is things."""
    things = [each for each in listed if each.announced]
    if len(things) < _FEW or not all(each.plain for each in things):
        return []
    return [Part(each.words, each.quantity, each.optional) for each in things]


def _split(part: Part, listed: Sequence[Entry], lexicon: Lexicon) -> list[Part]:
    """The part, or the entries that were run into it: "granola jam"."""
    words = set(folds(part.words, lexicon.locale))
    inside = [each for each in listed if each.plain and set(folds(each.words, lexicon.locale)) < words]
    whole = {fold for each in inside for fold in folds(each.words, lexicon.locale)}
    if len(inside) < _FEW or whole != words:
        return [part]
    return [Part(each.words, each.quantity, each.optional) for each in inside]


def _aligned(parts: Sequence[Part], listed: Sequence[Entry], lexicon: Lexicon) -> list[Part]:
    """The parts in the list's order, with its counts, and with its entries that were left out."""
    places = _places(parts, listed, lexicon)
    anchors = {place for place in places if place is not None}
    if not anchors:
        return list(parts)
    found: list[tuple[float, Part]] = []
    last = -1.0
    for part, place in zip(parts, places, strict=True):
        if place is not None and listed[place].heads and len(anchors) > 1:
            continue
        last = last + 0.001 if place is None else float(place)
        if place is None or places.count(place) == 1:
            found.append((last, part if place is None else _counted(part, listed[place], lexicon)))
        elif not _repeats(
            part, [other for other, at in zip(parts, places, strict=True) if at == place], lexicon
        ):
            found.append((last, part))
    missing = _left_out(listed, anchors)
    # More entries than parts are what is told of the parts: "waterproof, with a hood, free delivery".
    for place in missing if len(missing) <= max(len(anchors), _FEW) and _is_list(listed) else ():
        entry = listed[place]
        found.append((float(place), Part(entry.words, entry.quantity, entry.optional)))
    return [part for _, part in sorted(found, key=lambda pair: pair[0])]


def _is_list(listed: Sequence[Entry]) -> bool:
    """Whether the message lists rather than describes: a few short entries."""
    return sum(len(entry.words.split()) for entry in listed) <= _MOST_LISTED


def _places(parts: Sequence[Part], listed: Sequence[Entry], lexicon: Lexicon) -> list[int | None]:
    """For each part the entry that has most of its words, of equal ones the first that is still free."""
    places: list[int | None] = []
    for part in parts:
        shares = [(_share(part, entry, lexicon), at not in places, -at) for at, entry in enumerate(listed)]
        share, _, at = max(shares, default=(0.0, True, 0))
        places.append(-at if share >= _SAME else None)
    return [_in_the_gap(places, at, listed) for at in range(len(places))]


def _in_the_gap(places: Sequence[int | None], at: int, listed: Sequence[Entry]) -> int | None:
    """The place of a part; of one that nobody said ("harness" for "halter") that of the one thing that is
    listed between its neighbours and that no part is."""
    if places[at] is not None:
        return places[at]
    first = next((place for place in reversed(places[:at]) if place is not None), -1)
    end = next((place for place in places[at + 1 :] if place is not None), len(listed))
    free = [place for place in range(first + 1, end) if listed[place].plain and place not in places]
    alone = places[at - 1 : at] != [None] and places[at + 1 : at + 2] != [None]
    return free[0] if len(free) == 1 and alone else None


def _repeats(part: Part, others: Sequence[Part], lexicon: Lexicon) -> bool:
    """Whether a longer part of the same entry has all of its words."""
    words = set(folds(part.words, lexicon.locale))
    return any(words < set(folds(other.words, lexicon.locale)) for other in others)


def _counted(part: Part, entry: Entry, lexicon: Lexicon) -> Part:
    """The part with the entry's count, and with its words where the call left one out."""
    quantity = entry.quantity if part.quantity == 1 else part.quantity
    said, had = (folds(each.words, lexicon.locale) for each in (entry, part))
    whole = entry.plain and ((set(had) < set(said) and said[-1] == had[-1]) or not set(had) <= set(said))
    words = entry.words if whole else part.words
    return Part(words, quantity, part.optional or entry.optional)


def _left_out(listed: Sequence[Entry], anchors: set[int]) -> list[int]:
    """The entries that stand in a row with the call's parts, and are none of them."""
    added: set[int] = set()
    for place in (*range(len(listed)), *reversed(range(len(listed)))):
        entry, there = listed[place], anchors | added
        if place in there or not entry.plain:
            continue
        beside = [at for at in (place - 1, place + 1) if at in there]
        # A sentence before the list is none of it: "my mum is diabetic. sweets and a card".
        lists = sum(each.plain and each.sentence == entry.sentence for each in listed) > 1
        beside = [at for at in beside if at < place or lists or listed[at].sentence == entry.sentence]
        within = any(listed[at].sentence == entry.sentence for at in beside)
        goes_on = place - 1 in there and (within or entry.opens or entry.optional)
        if goes_on or len(beside) > 1 or (bool(beside) and entry.opens):
            added.add(place)
    return sorted(added)


def _same(part: Part, entry: Entry, lexicon: Lexicon) -> bool:
    return _share(part, entry, lexicon) >= _SAME


def _share(part: Part, entry: Entry, lexicon: Lexicon) -> float:
    """How many of the part's words stand in the entry; the last one, which names the thing, counts twice."""
    wanted = [word for word in folds(part.words, lexicon.locale) if word not in lexicon.locale.stop]
    there = folds(entry.words, lexicon.locale)
    said = [any(word == other or near(word, other) for other in there) for word in wanted]
    return (sum(said) + said[-1]) / (len(said) + 1) if said else 0.0

"""A sentence, cut into words and clauses, with the products that it names and whose each word is.

The nearest name decides: the one that follows without plain words between ("the waterproof tent"), else
the last one before in the same clause, else the first one after, else the clauses before. What no name
claims is said of the evidence's first subject.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from assistant.claims.known import Known, Subject, denials, digits, folded, is_plain, words_of
from assistant.claims.wordlists import phrase, wordlists
from assistant.lexicon import lexicon
from assistant.reading.words import Span, Word, lowered, tidy

#: The subject of a sentence about something that the evidence does not hold.
NOBODY = "?"
_BOUNDARY = re.compile(r"[,;!?…]|\s-\s|\.\s")
_OF_NAME = re.compile(r"(?:\s(?:of|for|on))?(?:\s(?:the|your|our|this|that))?\s$")
#: How many words of a title are its beginning.
_BEGINNING = 3
_PLACED = re.compile(r"\b(?:in|into|of|from|within|inside) (?:the |your |this )?$")
_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}


@dataclass(frozen=True, slots=True)
class Mention:
    """Words (from, to) that name subjects."""

    start: int
    end: int
    subjects: tuple[str, ...]


@dataclass
class Statement:
    """One sentence as it is checked. `about`: what "it" stands for."""

    sentence: str
    known: Known
    about: tuple[str, ...] = ()
    taken: list[Span] = field(default_factory=list)
    #: All amounts of money, and of these the prices and totals that hold.
    amounts: list[Span] = field(default_factory=list)
    priced: list[Span] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.text = digits(_masked(tidy(self.sentence), self.known))
        self.lower = lowered(self.text)

    @cached_property
    def words(self) -> list[Word]:
        return words_of(self.text)

    @cached_property
    def folds(self) -> tuple[str, ...]:
        return tuple(word.fold for word in self.words)

    @cached_property
    def clauses(self) -> tuple[int, ...]:
        """The clause that each word stands in. A name is never cut."""
        joins = wordlists().words("joins")
        inside = {place for one in self.mentions for place in range(one.start + 1, one.end)}
        clause, clauses, end = 0, [], 0
        for place, word in enumerate(self.words):
            cut = _BOUNDARY.search(self.text[end : word.start]) or word.fold in joins
            clause += bool(cut and place not in inside)
            clauses.append(clause)
            end = word.end
        return tuple(clauses)

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """What the sentence names, in order, none inside another."""
        found: list[Mention] = []
        place = 0
        while place < len(self.words):
            mention = _name_at(self, place) or _noun_at(self, place)
            if mention is not None:
                found.append(mention)
            place = mention.end if mention is not None else place + 1
        return tuple(found)

    @cached_property
    def denied(self) -> set[int]:
        """Places of words that the sentence denies; a "no" in a product's name denies nothing.

        Inside a clause a name is no distance: "we do not have the tent in stock".
        """
        words = ["" if self.in_mention(place) else fold for place, fold in enumerate(self.folds)]
        skipped = {"", *wordlists().words("articles")}
        denied = denials(words)
        for clause in set(self.clauses):
            places = [place for place, each in enumerate(self.clauses) if each == clause]
            denied |= {places[each] for each in denials([words[place] for place in places], skipped)}
        return denied

    def denies(self, span: Span) -> bool:
        """Whether the claim in these letters is denied."""
        return self.place_at(span[0]) in self.denied

    @cached_property
    def everyone(self) -> bool:
        """Whether it speaks of all that is shown: "they", "both", "everything"."""
        return phrase("everyone").search(self.lower) is not None

    @property
    def named(self) -> tuple[str, ...]:
        """Subjects that the sentence names, each once."""
        return tuple(dict.fromkeys(each for mention in self.mentions for each in mention.subjects))

    @cached_property
    def alone(self) -> bool:
        """Whether all of it speaks of one thing: all its parts are about the same."""
        return len(self.named) < 2

    def without_names(self, end: int) -> str:
        """The lower-case text up to there, without products: "the price is" of "the price of the tent is"."""
        kept, place = [], 0
        for one in self.mentions:
            start, stop = self.words[one.start].start, self.words[one.end - 1].end
            if stop <= end and set(one.subjects) <= set(self.known.products):
                kept.append(_OF_NAME.sub("", self.lower[place:start]))
                place = stop
        return "".join([*kept, self.lower[place:end]])

    def take(self, span: Span) -> None:
        """A claim that has been checked; its words are no claims of their own."""
        self.taken.append(span)

    def free(self, span: Span) -> bool:
        return all(end <= span[0] or start >= span[1] for start, end in self.taken)

    def in_mention(self, place: int) -> bool:
        return self.mention_at(place) is not None

    def mention_at(self, place: int) -> Mention | None:
        return next((one for one in self.mentions if one.start <= place < one.end), None)

    def mention_near(self, place: int) -> Mention | None:
        """The name that a word belongs to, or None."""
        return self._following(place, place + 1) or self._nearest(place, place + 1)

    def place_at(self, offset: int) -> int:
        """The word that stands at or after an offset of the text."""
        return next(
            (place for place, word in enumerate(self.words) if word.end > offset), len(self.words) - 1
        )

    def find(self, name: str) -> Iterator[re.Match[str]]:
        """Phrases of that name in words that nothing has taken and no product's name holds."""
        for match in phrase(name).finditer(self.lower):
            if self.free(match.span()) and not self._named_by(match.span()):
                yield match

    def _named_by(self, span: Span) -> bool:
        """Whether a name holds them, or their first word: the screws of "Deck Screws into the set"."""
        for one in self.mentions:
            if self.folds[one.start] in _ORDINALS:
                continue
            start, end = self.words[one.start].start, self.words[one.end - 1].end
            if start <= span[0] < end and (span[1] <= end or one.end - one.start > 1):
                return True
        return False

    def owners(self, span: Span) -> list[Subject]:
        """Whose the claim in these letters is: one subject, or several of which it must be true."""
        if not self.words:
            return self._unnamed()
        start = self.place_at(span[0])
        end = max(self.place_at(max(span[1] - 1, span[0])) + 1, start + 1)
        mention = self._following(start, end) or self._nearest(start, end)
        if mention is None:
            return self._unnamed()
        together = (*self._coordinated(mention), mention)
        return self._subjects(dict.fromkeys(each for one in together for each in one.subjects))

    def before(self, span: Span) -> list[Subject]:
        """Whose the claim is where it is said of what was named last before it, a product if there is one."""
        start = self.place_at(span[0])
        named = [one.subjects for one in self.mentions if one.end <= start]
        products = [each for each in named if set(each) <= set(self.known.products)]
        last = (products or named)[-1:]
        return self._subjects(last[0]) if last else self._unnamed()

    def holders(self, span: Span) -> list[Subject]:
        """As `owners`, but what is said of the whole set, or of "all", is said of each product in it."""
        owners = self.owners(span)
        of_whole = {each.id for each in owners} <= {self.known.whole, NOBODY}
        if self.known.products and (of_whole or (self.everyone and not self.named)):
            return self._subjects(self.known.products)
        return owners

    def _subjects(self, names: Iterable[str]) -> list[Subject]:
        return [self.known.subject(each) for each in names]

    def _following(self, start: int, end: int) -> Mention | None:
        """A name that these words stand right before, as "waterproof" does in "the waterproof tent"."""
        for mention in self.mentions:
            if mention.start < end:
                continue
            between = range(end, mention.start)
            near = self.clauses[mention.start] == self.clauses[start]
            return mention if near and not any(is_plain(self.folds[place]) for place in between) else None
        return None

    def _nearest(self, start: int, end: int) -> Mention | None:
        clause = self.clauses[start]
        before = [one for one in self.mentions if one.end <= start or one.start <= start < one.end]
        after = [one for one in self.mentions if one.start >= end]
        same = [one for one in before if self.clauses[one.start] == clause and not self._is_where(one)]
        same_after = [one for one in after if self.clauses[one.start] == clause]
        for mentions, last in ((same, True), (same_after, False), (before, True), (after, False)):
            if mentions:
                return mentions[-1 if last else 0]
        return None

    def _is_where(self, mention: Mention) -> bool:
        """Whether a set or cart is only where a product is that the clause named before it."""
        if set(mention.subjects) != {self.known.whole}:
            return False
        clause = self.clauses[mention.start]
        named = any(
            one.end <= mention.start and set(one.subjects) <= set(self.known.products)
            for one in self.mentions
            if self.clauses[one.start] == clause
        )
        return named and self._is_in(mention)

    def _is_in(self, mention: Mention) -> bool:
        return _PLACED.search(self.lower[: self.words[mention.start].start]) is not None

    def _coordinated(self, mention: Mention) -> tuple[Mention, ...]:
        """Names joined to this one: the tent in "the tent and the stove are green"."""
        joins = wordlists().words("joins") | wordlists().words("articles")
        joined: list[Mention] = []
        start = mention.start
        for one in reversed([each for each in self.mentions if each.end <= mention.start]):
            placed = set(one.subjects) == {self.known.whole} and self._is_in(one)
            if placed or one.end == start or not set(self.folds[one.end : start]) <= joins:
                break
            joined.append(one)
            start = one.start
        return tuple(joined)

    def _unnamed(self) -> list[Subject]:
        default = (self.known.default or NOBODY,)
        return self._subjects(self.about or default)


def _name_at(statement: Statement, place: int) -> Mention | None:
    """The longest run of words from here on that stands in one product's title and tells it apart."""
    longest: Mention | None = None
    for name, subject in statement.known.subjects.items():
        for title in subject.titles:
            words = folded(title)
            length = _common_run(statement.folds[place:], words)
            if length > (longest.end - place if longest else 0) and _tells(statement, place, length, title):
                longest = Mention(place, place + length, (name,))
    if longest is None or _goes_on_from_before(statement, longest):
        return None
    run = statement.folds[longest.start : longest.end]
    others = [
        name
        for name, subject in statement.known.subjects.items()
        if any(_common_run(run, folded(title)) == len(run) for title in subject.titles)
    ]
    exact = [
        name for name in others if any(folded(title) == run for title in statement.known.subject(name).titles)
    ]
    return (
        Mention(longest.start, longest.end, tuple(exact[:1] or others)) if len(others) == 1 or exact else None
    )


def _goes_on_from_before(statement: Statement, mention: Mention) -> bool:
    """Whether a word with a capital before it makes it a part of another name."""
    if mention.start == 0:
        return False
    before, first = statement.words[mention.start - 1], statement.words[mention.start]
    apart = statement.text[before.end : first.start].strip() or is_plain(before.fold)
    return not apart and statement.text[before.start].isupper() and mention.start > 1


def _common_run(words: Sequence[str], title: Sequence[str]) -> int:
    """How many of the first words stand in the title next to each other."""
    best = 0
    for start in range(len(title)):
        length = 0
        while length < len(words) and start + length < len(title) and words[length] == title[start + length]:
            length += 1
        best = max(best, length)
    return best


def _tells(statement: Statement, place: int, length: int, title: str) -> bool:
    """Whether a part of a title is a name: whole, or its beginning, or with a capital, or with the noun it
    ends in."""
    run = statement.folds[place : place + length]
    words = folded(title)
    if run == words:
        return True
    if (
        length >= _BEGINNING
        and run == words[:length]
        and statement.text[statement.words[place].start].isupper()
    ):
        return True  # long titles are cut wherever they are long enough, and hold words without a capital
    weighty = [fold for fold in run if not is_plain(fold) and not fold[0].isdigit()]
    if not weighty:
        return False
    capital = all(
        statement.text[word.start].isupper() or word.fold[0].isdigit() or is_plain(word.fold)
        for word in statement.words[place : place + length]
    )
    return (capital and (length > 1 or place > 0)) or (head(title) in run and run[-1] == head(title))


@lru_cache(maxsize=4096)
def head(title: str) -> str:
    """The noun that a title ends in, before "with ..." or a comma."""
    locale = lexicon().locale
    words: list[str] = []
    for word in words_of(digits(tidy(title)).split(",")[0]):
        if word.fold in locale.connectors:
            break
        words.append(word.fold)
    named = [
        word
        for place, word in enumerate(words)
        if word[0].isalpha() and not (place and words[place - 1][0].isdigit())
    ]
    return named[-1] if named else ""


def _noun_at(statement: Statement, place: int) -> Mention | None:
    """A word for the set, the cart, a place in the list, or what only one of the products is."""
    known, fold = statement.known, statement.folds[place]
    wholes = "cart" if known.whole == "cart" else "whole"
    if known.whole is not None and phrase(wholes).fullmatch(fold):
        return Mention(place, place + 1, (known.whole,))
    if fold in _ORDINALS and _is_ordinal(statement, place):
        following = place + 1 < len(statement.words) and is_plain(statement.folds[place + 1])
        return Mention(place, place + 1 + following, (_ordinal(known, _ORDINALS[fold]),))
    for length in (3, 2, 1):
        run = statement.folds[place : place + length]
        owners = [
            name for name in known.products if len(run) == length and _is_called(known.subject(name), run)
        ]
        if len(owners) == 1 and not all(is_plain(each) for each in run):
            return Mention(place, place + length, tuple(owners))
    return None


def _is_ordinal(statement: Statement, place: int) -> bool:
    """ "The first one", not "check first whether" or "a second one"."""
    return place == 0 or statement.folds[place - 1] in wordlists().words("articles") - {"a", "an"}


def _ordinal(known: Known, place: int) -> str:
    """Of several bundles the evidence holds the first only."""
    if known.whole is not None:
        return known.whole if place == 0 else NOBODY
    return known.products[place] if place < len(known.products) else NOBODY


def _is_called(subject: Subject, run: Sequence[str]) -> bool:
    nouns = [folded(noun) for noun in subject.nouns]
    heads = [(head(title),) for title in subject.titles] + [(noun[-1],) for noun in nouns if noun]
    return tuple(run) in (*nouns, *heads)


def _masked(text: str, known: Known) -> str:
    """The text without what it may repeat to the letter: quotations, reasons, addresses."""
    for repeated in sorted(known.repeated, key=len, reverse=True):
        if " " in repeated or "/" in repeated or any(each.isdigit() for each in repeated):
            text = _blanked(text, tidy(repeated))
    for quoted in known.quoted:
        text = _blanked(text, f'"{tidy(quoted)}"')
    return text


def _blanked(text: str, part: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", lambda match: " " * len(match[0]), text)

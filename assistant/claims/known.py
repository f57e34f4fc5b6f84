"""The evidence of a turn, looked up by what a fact is about.

A `Subject` is a product, a bundle or the cart. What is written of it is kept as runs of folded words, so
that "5.9 kg" is found and "5.9" of something else is not; a word that its record denies ("not waterproof",
"waterproof: no") is kept apart from one that it states.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, lru_cache

from assistant.claims.wordlists import wordlists
from assistant.lexicon import lexicon
from assistant.reading.numbers import numbers
from assistant.reading.words import Word, fold_words, tidy
from assistant.values import Evidence, Fact
from shop.money import Money
from shop.serialise import Json

MONEY_KINDS = frozenset(
    {"price", "list_price", "total", "savings", "budget", "left", "difference", "line_total"}
)
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1$")
#: Of the words for numbers, those that a shop uses for something else: "the grand total".
_NO_NUMBERS = frozenset({"grand"})
#: How far a negation reaches, in words.
NEGATION_REACH = 3

#: The shopper's own words.
_WISHES = ("wish", "need", "text")
#: Values that a sentence may repeat in quotation marks.
_QUOTED = (*_WISHES, "title")
#: Values that a sentence may repeat to the letter.
_REPEATED = ("relaxed", "limits", "reason", "refused", "quote", "quotes", "url", "order_id", "source")
#: Values whose words a sentence may use.
_SHARED = ("topic", "slot", "field", "choices", "shop", "title", "relaxed")


@dataclass(slots=True)
class Subject:
    """What the evidence says of one product, bundle or cart."""

    id: str
    titles: list[str] = field(default_factory=list)
    nouns: list[str] = field(default_factory=list)
    money: dict[str, set[Money]] = field(default_factory=dict)
    statuses: set[str] = field(default_factory=set)
    rating: Decimal | None = None
    counts: dict[str, set[int]] = field(default_factory=dict)
    percents: set[str] = field(default_factory=set)
    fit: str | None = None
    runs: list[str] = field(default_factory=list)
    measures: list[tuple[str, ...]] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    stated: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    sold_out: set[str] = field(default_factory=set)

    def amounts(self, *kinds: str) -> set[Money]:
        return {money for kind in kinds for money in self.money.get(kind, ())}

    def holds(self, run: Sequence[str]) -> bool:
        """Whether these folded words stand next to each other in what is written of it."""
        return any(f" {' '.join(run)} " in each for each in self.runs)

    def writes(self, text: str) -> bool:
        """Whether this text stands in a record of it, to the letter but for case."""
        pattern = re.compile(rf"(?<!\w){re.escape(text.lower())}(?!\w)")
        return any(pattern.search(each) for each in self.raw)

    def read(self, text: str) -> None:
        """Takes in what a record writes."""
        words = folded(text)
        self.raw.append(tidy(text).lower())
        self.runs.append(f" {' '.join(words)} ")
        attached = lexicon().locale.units_attached
        units = [
            attached.get(word, word) if before[0].isdigit() else word
            for before, word in zip((" ", *words), words, strict=False)
        ]
        if units != list(words):
            self.runs.append(f" {' '.join(units)} ")
        stems = [stem(word) for word in words]
        denied = denials(words)
        self.stated.update(each for place, each in enumerate(stems) if place not in denied)
        self.denied.update(stems[place] for place in denied)


@dataclass(frozen=True, slots=True)
class Known:
    """All of the evidence. `default` is what a sentence speaks of that names nothing.

    `passages` are what pages of the shop's rules say, `pages` their names, `heading` what they stand under.
    """

    subjects: Mapping[str, Subject]
    products: tuple[str, ...]
    whole: str | None
    default: str | None
    fits: Mapping[str, str]
    counts: Mapping[str, frozenset[int]]
    wishes: Subject
    shared: Subject
    quoted: tuple[str, ...]
    repeated: tuple[str, ...]
    currencies: frozenset[str]
    cheapest_said: bool
    passages: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    heading: str = ""

    def subject(self, subject_id: str) -> Subject:
        """An id that the evidence does not hold is a subject of which nothing is known."""
        return self.subjects.get(subject_id) or Subject(subject_id)


def known(evidence: Evidence) -> Known:
    """Reads the evidence; its facts in any order."""
    subjects, fits = _subjects(evidence.facts)
    products = [each for each in subjects if "price" in subjects[each].money]
    ordered = [*(each for each in evidence.lead if each in products)]
    ordered += [each for each in products if each not in ordered]
    wholes = [each for each in subjects if "total" in subjects[each].money]
    whole = next((each for each in wholes if each not in products), None)
    _whole_knows_parts(subjects, whole, ordered)
    shared = _reader("shared", evidence.values, _SHARED)
    _read_table(subjects, shared, evidence)
    leading = next((each for each in evidence.lead if each in subjects), None)
    values = evidence.values
    return Known(
        subjects=subjects,
        products=tuple(ordered),
        whole=whole,
        default=leading or whole or next(iter(subjects), None),
        fits=fits,
        counts=_counts(evidence, subjects),
        wishes=_reader("wishes", values, _WISHES),
        shared=shared,
        quoted=tuple(_leaves(values, _QUOTED)),
        repeated=tuple(_leaves(values, _REPEATED)),
        currencies=frozenset(
            money.currency for each in subjects.values() for money in each.amounts(*each.money)
        ),
        cheapest_said=values.get("cheapest_total") is not None,
        passages=tuple(fact.text for fact in evidence.facts if fact.kind == "policy"),
        pages=tuple(fact.subject for fact in evidence.facts if fact.kind == "policy"),
        heading=" ".join(_leaves(values, ("title",))),
    )


def _subjects(facts: Sequence[Fact]) -> tuple[dict[str, Subject], dict[str, str]]:
    subjects: dict[str, Subject] = {}
    fits: dict[str, str] = {}
    for fact in facts:
        pair = fact.subject.split("+") if fact.kind == "compatibility" else []
        if len(pair) == 2:
            fits[fact.subject] = fact.value
        for name in pair or [fact.subject]:
            _take(subjects.setdefault(name, Subject(name)), fact)
    for fact in facts:
        if fact.kind == "reason":
            _share(subjects, fact)
    return subjects, fits


def _share(subjects: Mapping[str, Subject], reason: Fact) -> None:
    """A reason that names another product ("bought together with ...") is told of that one, too."""
    for name, subject in subjects.items():
        if name != reason.subject and any(title in reason.text for title in subject.titles):
            subject.read(reason.text)


def _take(subject: Subject, fact: Fact) -> None:
    """Files one fact under its subject."""
    if fact.kind in MONEY_KINDS:
        amount, currency = fact.value.split(" ")
        subject.money.setdefault(fact.kind, set()).add(Money(int(amount), currency))
    elif fact.kind == "stock":
        subject.statuses.add(fact.value)
    elif fact.kind == "rating":
        subject.rating = Decimal(fact.value)
    elif fact.kind in ("count", "quantity"):
        subject.counts.setdefault(_count_class(fact), set()).add(int(fact.value))
    elif fact.kind == "sold_out":
        # A unit alone is no choice: of "10 mm" the number is.
        units = lexicon().locale.units.values()
        subject.sold_out.update(stem(word) for word in folded(fact.value) if word not in units)
    elif fact.kind == "compatibility":
        subject.fit = fact.value if "+" not in fact.subject else subject.fit
        subject.read(fact.text)
    elif fact.value.endswith("%") and fact.kind != "name":
        subject.percents.add(fact.value)
    else:
        _take_text(subject, fact)


def _take_text(subject: Subject, fact: Fact) -> None:
    if fact.kind in ("name", "promotion"):
        subject.titles.append(fact.value)
    if fact.kind in ("slot", "category"):
        subject.nouns.append(fact.text)
    truth = lexicon().locale.truth(fact.value) if fact.kind in ("attribute", "option") else None
    if truth == "no":
        subject.denied.update(stem(word) for word in folded(fact.text))
        return
    if fact.kind == "attribute" and any(each.isdigit() for each in fact.value):
        subject.measures.append(folded(fact.text))
    subject.read(fact.text)
    if fact.value.lower() not in fact.text.lower():
        subject.read(fact.value)


def _count_class(fact: Fact) -> str:
    """What a count is of: the words after its number tell."""
    if fact.kind == "quantity":
        return "quantity"
    if fact.subject == "found":
        return "found"
    if fact.text.endswith("ratings"):
        return "ratings"
    if fact.text.endswith("in stock"):
        return "stock"
    return "pieces" if fact.text.endswith("pieces") else "parts"


def _whole_knows_parts(subjects: Mapping[str, Subject], whole: str | None, products: Sequence[str]) -> None:
    """A bundle or a cart may be said to hold what its parts are called."""
    if whole is None:
        return
    for each in products:
        for text in (*subjects[each].titles, *subjects[each].nouns):
            subjects[whole].read(text)


def _read_table(subjects: Mapping[str, Subject], shared: Subject, evidence: Evidence) -> None:
    """What a comparison says of each product, in the order of `lead`; a row's name is anybody's word."""
    rows = evidence.values.get("differences")
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict) and isinstance(row["values"], list):
            shared.read(str(row["field"]))
            for each, value in zip(evidence.lead, row["values"], strict=False):
                if isinstance(value, str) and each in subjects:
                    subjects[each].read(f"{row['field']} {value}")


def _counts(evidence: Evidence, subjects: Mapping[str, Subject]) -> dict[str, frozenset[int]]:
    """Counts that belong to the whole answer: what was found, and a place in a queue."""
    found = set(subjects["found"].counts.get("found", ())) if "found" in subjects else set()
    position = evidence.values.get("position")
    places = {position} if isinstance(position, int) else set()
    return {"found": frozenset(found), "place": frozenset(places)}


def _reader(name: str, values: Mapping[str, Json], keys: Sequence[str]) -> Subject:
    subject = Subject(name)
    for text in _leaves(values, keys):
        subject.read(text)
    return subject


def _leaves(values: Mapping[str, Json], keys: Sequence[str]) -> Iterator[str]:
    for key in keys:
        yield from _texts(values.get(key))


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)


def digits(text: str) -> str:
    """The text with its number words as digits; "one" is left, it is seldom a number."""
    place, pieces = 0, []
    for number in numbers(text.lower(), lexicon()):
        if number.spelled and number.value != 1 and text[slice(*number.span)].lower() not in _NO_NUMBERS:
            pieces += [text[place : number.span[0]], f"{number.value.normalize():f}"]
            place = number.span[1]
    return "".join([*pieces, text[place:]])


def words_of(text: str) -> list[Word]:
    return fold_words(text, lexicon().locale)


@lru_cache(maxsize=8192)
def folded(text: str) -> tuple[str, ...]:
    """The folded words of any text, number words as digits."""
    return tuple(word.fold for word in words_of(digits(tidy(text))))


def undoubled(stemmed: str) -> str:
    """What a stem is without the letter that its ending doubled: "shipp" of "shipping" is "ship"."""
    return _DOUBLED.sub(r"\1", stemmed)


@cache
def stem(word: str) -> str:
    """A word without its endings, so that "comes" and "coming" are one. Three letters stay."""
    for ending in wordlists().lists["endings"]:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return stem(word.removesuffix(ending))
    return word


@cache
def plain_stems() -> frozenset[str]:
    """Words that claim nothing."""
    locale = lexicon().locale
    return frozenset(stem(locale.fold(each)) for each in (*wordlists().lists["plain"], *locale.stop))


@cache
def is_plain(fold: str) -> bool:
    """Whether a word claims nothing; "getting" is "get"."""
    word = stem(fold)
    return len(fold) == 1 or not plain_stems().isdisjoint((word, undoubled(word)))


def denials(words: Sequence[str], skipped: Collection[str] = ()) -> set[int]:
    """Places of words that a negation before, or "free" after them, denies; `skipped` are no distance."""
    negations, freed = wordlists().words("negations"), wordlists().words("freed")
    places: set[int] = set()
    for place, word in enumerate(words):
        if word in freed and place:
            places.add(place - 1)
        elif word in negations:
            reach = [each for each in range(place + 1, len(words)) if words[each] not in skipped]
            places.update(reach[:NEGATION_REACH])
    return places

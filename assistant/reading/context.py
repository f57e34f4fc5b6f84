"""Everything that one message is read against, and what is found in it once for every reader."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from assistant.intent import Constraints
from assistant.lexicon import Lexicon
from assistant.reading.catalogue import CatalogueIndex
from assistant.reading.facts import NamedFact, excluded, named_facts
from assistant.reading.money import PriceWish, prices
from assistant.reading.numbers import numbers
from assistant.reading.occasions import NamedOccasion, named_occasion
from assistant.reading.people import People, people
from assistant.reading.pointing import Pointing, pointing
from assistant.reading.rest import trimmed
from assistant.reading.service import Service, service
from assistant.reading.typos import Corrector
from assistant.reading.words import Span, Words, folds, lowered, without
from assistant.values import Shown
from shop.money import Money
from shop.values import Occasion

Sort = Literal["cheaper", "better", "relevance"]

MOST_QUANTITY = 99


@dataclass(frozen=True, slots=True)
class Wish:
    """The facts of a message: what a search is narrowed by, and the words that are left to search for."""

    constraints: Constraints
    query: str
    people: People
    occasion: NamedOccasion | None
    goods: bool
    """Whether the words left name a kind of thing that the catalogue has."""
    prices: tuple[PriceWish, ...] = ()


@dataclass
class Context:
    """One message with what was shown before it and what the shop has."""

    message: Words
    shown: Shown
    index: CatalogueIndex
    occasions: Sequence[Occasion]
    currency: str
    corrector: Corrector

    @property
    def lexicon(self) -> Lexicon:
        return self.message.lexicon

    @property
    def lower(self) -> str:
        return self.message.lower

    @cached_property
    def corrected(self) -> str:
        """The message in lower case with slips of the language's own words put right."""
        return re.sub(r"[a-z]+", lambda match: self.corrector.correct(match[0]), self.lower)

    @cached_property
    def service(self) -> Service | None:
        return service(self.corrected, self.lexicon)

    @cached_property
    def pointing(self) -> Pointing:
        return pointing(Words(self.message.text, self.lexicon), self.shown)

    @cached_property
    def wish(self) -> Wish:
        return self.wish_without(())

    @property
    def sort(self) -> Sort:
        if self.lexicon.has("cheaper", self.lower) or self.lexicon.has("cheapest", self.lower):
            return "cheaper"
        best = self.lexicon.has("best", self.lower) or self.lexicon.has("better", self.lower)
        return "better" if best else "relevance"

    @cached_property
    def quantity(self) -> int | None:
        """A count that is no ordinal, no price and no part of what is pointed at."""
        taken = [*self.pointing.spans, *(wish.span for wish in self.wish.prices)]
        for number in numbers(self.lower, self.lexicon):
            outside = all(number.span[1] <= start or number.span[0] >= end for start, end in taken)
            if outside and number.value == int(number.value) and 0 < number.value <= MOST_QUANTITY:
                return int(number.value)
        return None

    def without(self, spans: Sequence[Span]) -> str:
        """The message in lower case without these places."""
        return without(self.lower, spans)

    def query_without(self, *names: str) -> str:
        """What is left to search for without the phrases of these names."""
        message = Words(self.message.text, self.lexicon)
        for name in names:
            message.take(*(match.span() for match in self.lexicon.phrases[name].finditer(message.lower)))
        return trimmed(message)

    def wish_without(self, spans: Sequence[Span]) -> Wish:
        """The wish in what the spans leave of the message."""
        message = Words(self.message.text, self.lexicon)
        message.take(*spans)
        money = tuple(
            each for each in prices(message.lower, self.lexicon, self.currency) if message.free(each.span)
        )
        message.take(*(wish.span for wish in money))
        stars, available = rating(message), in_stock(message)
        occasion = named_occasion(message, self.occasions, self.index)
        who = people(message)
        message.take(*who.spans)
        excludes = excluded(message, self.index)
        message.take(*(span for _, span in excludes))
        facts = [fact for fact in named_facts(message, self.index) if not who.counts(fact.span)]
        message.take(*(fact.span for fact in facts if fact.kind != "category"))
        if occasion is not None and not occasion.modifies:
            message.take(occasion.span)
        message.take(
            *(match.span() for match in self.lexicon.phrases["occasion_time"].finditer(message.lower))
        )
        query = trimmed(message)
        constraints = _constraints(facts, self._category(facts, query), money, self, lowered(message.rest()))
        return Wish(
            replace(
                constraints,
                min_rating=stars,
                available=available,
                exclude=tuple(dict.fromkeys(fact for fact, _ in excludes)),
                recipient=who.recipient,
                occasion=occasion.name if occasion and not occasion.modifies else None,
            ),
            query,
            who,
            occasion,
            goods=self.names_goods(query),
            prices=money,
        )

    def names_goods(self, text: str) -> bool:
        """Whether a kind of thing is named before the words that say what it is for."""
        return self._names_noun(self._thing(text))

    def _names_noun(self, text: str) -> bool:
        return any(self.index.noun(word) for word in folds(text, self.lexicon.locale))

    def _thing(self, text: str) -> str:
        """The first part of a wish: "a case for the tent" is about a case."""
        connectors = "|".join(sorted(self.lexicon.locale.connectors))
        lower = lowered(text)
        names = self.index.kinds_by_name(lower)
        for match in re.finditer(rf"\s+(?:{connectors}|{self.lexicon.source('relative')})\s+", lower):
            if not any(start < match.end() and match.start() < end for start, end in names):
                return lower[: match.start()]
        return lower

    def _category(self, facts: Sequence[NamedFact], query: str) -> str | None:
        """The category of the thing itself: "a tripod for my camera" is about no camera.

        Of several the deepest, then the one with the longest name, then the last: the thing comes last.
        """
        thing = self._thing(query)
        named = [fact for fact in facts if fact.kind == "category"]
        if thing and not self.lexicon.phrases["generic_goods"].fullmatch(thing):
            words = folds(thing, self.lexicon.locale)
            named = [
                fact for fact in named if self._heads(folds(self._said(fact), self.lexicon.locale), words)
            ]
        best = max(named, key=lambda fact: (fact.depth, fact.span[1] - fact.span[0], fact.span), default=None)
        return best.value if best else None

    def _heads(self, name: Sequence[str], words: Sequence[str]) -> bool:
        """Whether the name ends what the words call the thing: "desk" does not in "desk lamp"."""
        for place in range(len(words) - len(name) + 1):
            if tuple(words[place : place + len(name)]) == tuple(name):
                following = words[place + len(name)] if place + len(name) < len(words) else ""
                other = following.isalpha() and following not in self.lexicon.locale.stop
                return not other or (self.index.knows(following) and not self.index.noun(following))
        return False

    def _said(self, fact: NamedFact) -> str:
        return self.message.plain[slice(*fact.span)]


def _constraints(
    facts: Sequence[NamedFact],
    category: str | None,
    money: Sequence[PriceWish],
    context: Context,
    rest: str,
) -> Constraints:
    low, high, budget = _bounds(money)
    if not money:
        low, high = _cheap_or_dear(context, category, rest)
    return Constraints(
        category=category,
        brand=next((fact.value for fact in facts if fact.kind == "brand"), None),
        min_price=low,
        max_price=high,
        budget=budget,
        attributes=_attributes(facts),
    )


def _attributes(facts: Sequence[NamedFact]) -> dict[str, str]:
    """The first value named of each attribute."""
    found: dict[str, str] = {}
    for fact in facts:
        if fact.kind == "value":
            found.setdefault(fact.field, fact.value)
    return found


def _bounds(money: Sequence[PriceWish]) -> tuple[Money | None, Money | None, Money | None]:
    low = next((wish.low for wish in money if wish.low and not wish.total), None)
    high = next((wish.high for wish in money if wish.high and not wish.total), None)
    budget = next((wish.high for wish in money if wish.total), None)
    return low, high, budget


def _cheap_or_dear(context: Context, category: str | None, rest: str) -> tuple[Money | None, Money | None]:
    """ "Cheap" is the lowest quarter of the category's prices, "expensive" the highest."""
    lexicon = context.lexicon
    quantiles = context.index.vocabulary.price_quantiles
    bounds = quantiles.get(category or "") or quantiles.get("")
    if bounds is None or lexicon.has("cheaper", context.lower):
        return None, None
    if lexicon.has("cheap", rest):
        return None, Money(bounds[0], context.index.vocabulary.currency)
    if lexicon.has("dear", rest):
        return Money(bounds[1], context.index.vocabulary.currency), None
    return None, None


def rating(message: Words) -> float | None:
    """ "At least 4 stars", "4+ stars", "rated above 4.5"; the words are taken."""
    lexicon = message.lexicon
    number = r"([1-5](?:\.\d)?)"
    before = rf"(?:{lexicon.source('min_before')}\s+)?"
    starred = (
        rf"{before}{number}\s*\+?\s*(?:-\s*)?{lexicon.source('stars')}(?:\s+{lexicon.source('min_after')})?"
    )
    rated = rf"{lexicon.source('rated_before')}\s+{before}{number}(?![\d.]*\d)"
    for pattern in (starred, rated):
        match = re.search(pattern, message.lower)
        if match is not None and message.free(match.span()):
            message.take(match.span())
            return float(match[1])
    return None


def in_stock(message: Words) -> bool | None:
    match = message.lexicon.phrases["in_stock"].search(message.lower)
    if match is None:
        return None
    message.take(match.span())
    return True

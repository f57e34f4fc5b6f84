"""Why a hit is one: what of it meets the words and the filters, in words a shopper can read.

Only what a record or the query holds is said: a title's words, a fact, the brand, the price and its limit,
the rating.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.facts import Fact
from retrieval.filters import Eligible
from retrieval.snapshot import Snapshot
from retrieval.tokens import canonical
from retrieval.values import Query
from retrieval.wish import Wish
from shop.money import Money

AT_MOST = 4


@dataclass(frozen=True, slots=True)
class Reasons:
    """For the hits of one query. `like` is the title of the product that they are to be like."""

    query: Query
    wish: Wish
    allowed: Eligible
    snapshot: Snapshot
    like: str | None = None

    def of(self, row: int, variant: int) -> tuple[str, ...]:
        """The strongest first, each once."""
        found = (
            *self._likeness(),
            *self._title(row),
            *self._facts(row, variant),
            *self._brand(row),
            *self._price(variant),
            *self._rating(row),
        )
        return tuple(dict.fromkeys(found))[:AT_MOST]

    def _say(self, phrase: str, **values: object) -> str:
        return self.snapshot.columns.books.locale.say(phrase, **values)

    def _title(self, row: int) -> Iterator[str]:
        held = self.snapshot.columns.items[row].title_tokens
        words = [word.text.strip(".,;:!?\"'()") for word in self.wish.words if word.tokens & held]
        if words:
            yield self._say("title", words=", ".join(f"'{word}'" for word in dict.fromkeys(words)))

    def _facts(self, row: int, variant: int) -> Iterator[str]:
        """Facts that were asked for by name or value, then those that the words say whole."""
        columns = self.snapshot.columns
        book = columns.books.facts
        codes = columns.facts_of(row, variant)
        asked = [
            code
            for name, value in self.query.filters.attributes.items()
            for code in book.holding([each for each in book.named(name) if each in codes], value)
        ]
        within = {
            token
            for each in self.query.filters.measures
            for ways in self.snapshot.measures.within(each)
            for token in ways
        }
        asked += [code for code in codes if within and not within.isdisjoint(book[code].words)]
        said = [code for code in codes if book[code].words <= self.wish.said and not _is_truth(book[code])]
        for code in (*asked, *said):
            yield self._say(
                "attribute", name=book[code].name.replace("_", " ").lower(), value=book[code].value
            )

    def _brand(self, row: int) -> Iterator[str]:
        brand = self.snapshot.columns.items[row].brand
        if not brand:
            return
        words = set(canonical(brand, self.snapshot.columns.books.locale).split())
        said = bool(words) and words <= self.wish.said
        if said or (self.query.filters.brand and "brand" not in self.allowed.given_up):
            yield self._say("brand", brand=brand)

    def _price(self, variant: int) -> Iterator[str]:
        low, high = self.query.filters.min_price, self.query.filters.max_price
        if "price" in self.allowed.given_up or (low is None and high is None):
            return
        offers = self.snapshot.offers
        price = Money(int(offers.price[variant]), offers.currencies[offers.currency[variant]])
        if low is None:
            yield self._say("under", price=price, limit=high)
        elif high is None:
            yield self._say("over", price=price, limit=low)
        else:
            yield self._say("between", price=price, low=low, high=high)

    def _rating(self, row: int) -> Iterator[str]:
        asked = self.query.sort == "rating" or self.query.filters.min_rating is not None
        count = int(self.snapshot.offers.ratings[row])
        if count and (asked or (self.wish.says_nothing and not self.like)):
            yield self._say("rated", value=f"{float(self.snapshot.offers.rating[row]):.1f}", count=count)

    def _likeness(self) -> Iterator[str]:
        if self.like:
            yield self._say("similar", title=self.like)


def _is_truth(fact: Fact) -> bool:
    """A bare yes or no says nothing that a shopper typed."""
    return fact.words <= {"yes", "no"}

"""From ranked products to hits: the variant that is shown, and the order.

A hit shows, of the variants that meet the filters, the one whose options the words name best, then one
that can be bought, then the cheapest. A product whose shown variant is sold out counts half, so that it
stands behind what fits as well and can be bought; not so where the words name the product itself: beside its
options they are words of its title, several, and no other title holds them all.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from retrieval.facts import Fact
from retrieval.filters import Eligible
from retrieval.ranking import Ranked
from retrieval.reasons import Reasons
from retrieval.snapshot import Snapshot
from retrieval.values import Hit, Query
from retrieval.wish import Wish

SOLD_OUT_SHARE = 0.5
NAMING_WORDS = 2

#: Relevant are products that score at least this share of the best one: they are what is sorted by price.
RELEVANT_SHARE = 0.7


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product's row, the variant that would be shown, and its score."""

    row: int
    variant: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What the hits of one query are made from. `like` is the title of the product it is to be like."""

    query: Query
    wish: Wish
    allowed: Eligible
    snapshot: Snapshot
    like: str | None = None

    def hits(self, ranked: Ranked) -> tuple[Hit, ...]:
        """The first `limit` in the order asked for."""
        candidates = sorted(self._candidates(ranked), key=lambda each: -each.score)
        if self._reorders:
            candidates = self._by_wish(candidates)
        reasons = Reasons(self.query, self.wish, self.allowed, self.snapshot, self.like)
        columns = self.snapshot.columns
        return tuple(
            Hit(
                columns.items[each.row].product_id,
                columns.variant_id(each.variant),
                round(min(each.score, 1.0), 4),
                reasons.of(each.row, each.variant),
            )
            for each in candidates[: self.query.limit]
        )

    def _candidates(self, ranked: Ranked) -> Iterator[Candidate]:
        """As many of the best as can come among the first `limit`."""
        available = 0
        for row, score in zip(ranked.rows.tolist(), ranked.scores.tolist(), strict=True):
            variant = self._variant(row)
            counts_whole = self._counts_whole(row, variant)
            yield Candidate(row, variant, score if counts_whole else score * SOLD_OUT_SHARE)
            available += counts_whole
            if available >= self.query.limit and not self._reorders:
                return

    def _by_wish(self, candidates: list[Candidate]) -> list[Candidate]:
        """The relevant ones in the order asked for, then the rest."""
        least = candidates[0].score * RELEVANT_SHARE if candidates and self.wish.tokens else 0.0
        relevant = [each for each in candidates if each.score >= least]
        rest = candidates[len(relevant) :]
        offers = self.snapshot.offers
        match self.query.sort:
            case "price_ascending":
                relevant.sort(key=lambda each: int(offers.price[each.variant]))
            case "price_descending":
                relevant.sort(key=lambda each: -int(offers.price[each.variant]))
            case "rating":
                quality = offers.quality()
                relevant.sort(key=lambda each: -float(quality[each.row]))
            case "relevance":
                relevant.sort(key=lambda each: self._too_far(each.variant))
        return relevant + rest

    def _too_far(self, variant: int) -> int:
        """How far a price is from the range that was asked for."""
        price, filters = int(self.snapshot.offers.price[variant]), self.query.filters
        above = price - filters.max_price.amount if filters.max_price else 0
        below = filters.min_price.amount - price if filters.min_price else 0
        return max(above, below, 0)

    def _variant(self, row: int) -> int:
        offers = self.snapshot.offers
        wanted = [each for each in self.snapshot.columns.variants_of(row) if self.allowed.variants[each]]
        if len(wanted) == 1:
            return wanted[0]
        return min(
            wanted,
            key=lambda each: (-self._options_named(each), not offers.available[each], offers.price[each]),
        )

    def _options_named(self, variant: int) -> int:
        return len({token for fact in self._options(variant) for token in fact.tokens & self.wish.said})

    def _options(self, variant: int) -> list[Fact]:
        columns = self.snapshot.columns
        return [columns.books.facts[code] for code in columns.options.of(variant)]

    @property
    def _reorders(self) -> bool:
        return self.query.sort != "relevance" or "price" in self.allowed.given_up

    def _counts_whole(self, row: int, variant: int) -> bool:
        """It can be bought, it was asked for as sold out, or the words name this very product."""
        if self.snapshot.offers.available[variant] or self.query.filters.available is False:
            return True
        options = {token for fact in self._options(variant) for token in fact.tokens}
        named = [token for token in self.wish.tokens if token not in options]
        title = self.snapshot.columns.items[row].title_tokens
        if len(named) < NAMING_WORDS or not title.issuperset(named):
            return False
        return int(self.snapshot.lexical.holds_all(named, ("title",)).sum()) == 1

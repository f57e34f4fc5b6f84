"""Kinds of things that a need takes where nobody named any, by what the shop's own records show.

A kind is a category; where a category holds many kinds of things, it is one of these, told by the noun that
its titles end in. For words: the categories that they find, then what is bought along with the first, then
its neighbours on the shelves. Beside products that are there already: what they require, what is bought
along with them, their neighbours. Far-fetched kinds are left out, so there may be none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.bundle_sources import Sources
from assistant.bundling import compatibility
from assistant.intent import Slot
from assistant.slots import PlannedSlot, leaf, unique_name
from retrieval.locale import load_locale
from retrieval.tokens import tokenise
from retrieval.values import CategoryMatch, Filters, Query
from shop.values import Product

FEWEST, MOST = 3, 5

#: A category counts where its score is this much at least, and this share of the best one's; a neighbour of
#: the best one where it scores this much.
LEAST_SCORE, LEAST_SHARE, LEAST_NEAR = 0.3, 0.3, 0.02

#: A category that is named after none of its titles' nouns, and has this many of them, holds several kinds.
NOUNS_OF_A_MIX = 3

#: In it a kind counts with so many products among so many hits, and so many kinds of one category do.
FEWEST_OF_A_KIND, LOOKED_AT, MOST_OF_A_MIX = 2, 40, 4

#: Categories that words are asked for, the best and their neighbours.
ASKED = 20


@dataclass(frozen=True, slots=True)
class Kind:
    """`words` are the category's last part, or the noun of its titles."""

    path: str
    words: str


def from_words(need: str, sources: Sources) -> tuple[PlannedSlot, ...]:
    """Slots for a need; the first is required."""
    found = sources.finder.categories_for(need, ASKED)
    best = _worth(found)
    if not best:
        return ()
    kinds = [kind for match in best for kind in _kinds_in(match.path, need, sources)]
    if len(kinds) < FEWEST:
        along = _worth(sources.relations.category_mates(best[0].path))
        kinds += [Kind(match.path, leaf(match.path)) for match in along]
    if len(kinds) < FEWEST:
        kinds += _neighbours(best[0].path, found)
    return _slots(_distinct(kinds)[:MOST], need, required=1)


def beside(anchors: Sequence[Product], sources: Sources) -> tuple[PlannedSlot, ...]:
    """What goes with these products, and is not there already; all of it optional."""
    kinds = [Kind(path, leaf(path)) for path in _mates(anchors, sources)]
    for anchor in anchors if len(kinds) < FEWEST else ():
        for path in anchor.categories[:1]:
            kinds += _kinds_in(path, anchor.title, sources)
            kinds += _neighbours(path, sources.finder.categories_for(anchor.title, ASKED))
    there = [kind for anchor in anchors for kind in _kinds_of(anchor, sources)]
    wanted = [kind for kind in _distinct([*there, *kinds]) if kind not in there]
    return _slots(wanted[:MOST], "", required=0)


def covers(product: Product, path: str, words: str, sources: Sources) -> bool:
    """Whether a product is of this kind already."""
    if path not in product.categories:
        return False
    return not _nouns_of_mix(path, sources) or bool(_tokens(product.title) & set(tokens(words)[-1:]))


def tokens(text: str) -> list[str]:
    return tokenise(text, load_locale())


def _tokens(text: str) -> set[str]:
    return set(tokens(text))


def _mates(anchors: Sequence[Product], sources: Sources) -> list[str]:
    """Categories: first of what meets the products' requirements, then of what is bought along."""
    needed: dict[str, None] = {}
    scores: defaultdict[str, float] = defaultdict(float)
    for anchor in anchors:
        mates = sources.relations.mates(anchor.id)
        products = sources.records(mate.product_id for mate in mates)
        for mate in mates:
            product = products.get(mate.product_id)
            if product is None or not product.categories:
                continue
            if compatibility.pair(anchor, product).status == "compatible":
                needed[product.categories[0]] = None
            else:
                scores[product.categories[0]] += mate.score
        for match in sources.relations.category_mates(anchor.categories[0]) if anchor.categories else ():
            scores[match.path] += match.score
    along = _worth([CategoryMatch(path, score) for path, score in sorted(scores.items())])
    return list(dict.fromkeys([*needed, *(match.path for match in along)]))


def _kinds_in(path: str, need: str, sources: Sources) -> list[Kind]:
    """The category itself; of one that holds several kinds, those that the need finds, best first."""
    nouns = _nouns_of_mix(path, sources)
    if not nouns:
        return [Kind(path, leaf(path))]
    hits = sources.finder.search(Query(need, Filters(categories=(path,)), LOOKED_AT)).hits
    products = sources.records(hit.product_id for hit in hits)
    counts: Counter[str] = Counter()
    for product in products.values():
        counts.update(noun for noun in tokens(product.title)[::-1] if noun in nouns)
    kinds = [Kind(path, noun) for noun, count in counts.items() if count >= FEWEST_OF_A_KIND]
    return kinds[:MOST_OF_A_MIX] or [Kind(path, leaf(path))]


def _kinds_of(product: Product, sources: Sources) -> list[Kind]:
    """What a product is, in each of its categories."""
    kinds = []
    for path in product.categories:
        nouns = [word for word in tokens(product.title) if word in _nouns_of_mix(path, sources)]
        kinds.append(Kind(path, nouns[-1] if nouns else leaf(path)))
    return kinds


def _nouns_of_mix(path: str, sources: Sources) -> frozenset[str]:
    """The nouns of a category that holds several kinds; empty for one that is of one kind."""
    nouns = frozenset(noun for noun, place in sources.finder.vocabulary().heads.items() if place == path)
    mixed = len(nouns) >= NOUNS_OF_A_MIX and not nouns & _tokens(leaf(path))
    return nouns if mixed else frozenset()


def _neighbours(path: str, found: Iterable[CategoryMatch]) -> list[Kind]:
    """The other categories of its department that the words find, however faintly."""
    department = path.rpartition(" > ")[0]
    return [
        Kind(match.path, leaf(match.path))
        for match in found
        if match.path != path and _holds(department, match.path) and match.score >= LEAST_NEAR
    ]


def _slots(kinds: Sequence[Kind], need: str, required: int) -> tuple[PlannedSlot, ...]:
    """One slot a kind, the first `required` of them required."""
    planned: list[PlannedSlot] = []
    for number, kind in enumerate(kinds):
        name = unique_name(kind.words, (each.slot.name for each in planned))
        slot = Slot(name, kind.words, required=number < required)
        planned.append(PlannedSlot(slot, f"{kind.words} {need}".strip(), kind.path))
    return tuple(planned)


def _worth(matches: Sequence[CategoryMatch]) -> list[CategoryMatch]:
    """Those that are not far-fetched, best first."""
    ranked = sorted(matches, key=lambda match: -match.score)
    return [match for match in ranked if match.score >= max(LEAST_SCORE, LEAST_SHARE * ranked[0].score)]


def _distinct(kinds: Iterable[Kind]) -> list[Kind]:
    """Without what is the same again: a category above or below an earlier one, or another paint."""
    kept: list[Kind] = []
    for kind in kinds:
        if not any(_same(kind, other) for other in kept):
            kept.append(kind)
    return kept


def _same(kind: Kind, other: Kind) -> bool:
    if kind.path != other.path and (_holds(kind.path, other.path) or _holds(other.path, kind.path)):
        return True
    return tokens(kind.words)[-1:] == tokens(other.words)[-1:]


def _holds(path: str, other: str) -> bool:
    return bool(path) and other.startswith(f"{path} > ")

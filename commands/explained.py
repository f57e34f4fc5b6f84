"""`search --explain`: the stages of a search and each hit's score, for people to read."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.markup import escape

from retrieval.explaining import ExplainedHit, Explanation
from retrieval.values import Measure

#: What each feature looks at: as it is called in a line, and what that means.
MEANING: Mapping[str, tuple[str, str]] = {
    "fused": ("places", "its places in all rankings together"),
    "cosine": ("meaning", "nearness in meaning to the words"),
    "cosine_to_best": ("meaning, relative", "the same, beside the nearest product"),
    "bm25_words": ("words, weighed", "words in title, kind and description, beside the best product"),
    "bm25_everything": ("words anywhere, weighed", "words anywhere, beside the best product"),
    "all_fields": ("words held", "share of the words that it holds, a rare word counting more"),
    "title": ("words in title", "share of the words in its title"),
    "kind": ("words in kind", "share of the words in its brand, categories and tags"),
    "facts": ("words in facts", "share of the words in its attributes, options and codes"),
    "description": ("words in description", "share of the words in its description"),
    "title_phrase": ("phrase in title", "words that stand in its title one after another"),
    "title_head": ("what it is", "whether the last word is what its title calls the thing"),
    "title_start": ("start of title", "how early a word stands in its title"),
    "title_share": ("share of title", "share of its title that the words make up"),
    "codes": ("model numbers", "model numbers that it holds"),
    "measures": ("measures", "numbers with a unit that it holds"),
    "like_the_best": ("like the best", "likeness to the ten best"),
    "category_of_the_best": ("category", "how much its category stands among the best"),
}

#: The rankings, as they are called.
RANKINGS: Mapping[str, str] = {"words": "words", "everything": "words anywhere", "dense": "meaning"}

#: What may change a score after the scorer.
AFTERWARDS = (
    "after the scorer: half where it is sold out; less where it repeats a better hit; within a category what "
    "holds every word stands first; a cross-encoder has half of the say"
)

#: The factors that are told of each hit.
TOLD = 4


def show(explanation: Explanation, titles: Sequence[str], console: Console) -> None:
    """The stages from top to bottom, each hit with what decides, then what the names mean."""
    for stage, told in _stages(explanation):
        console.print(f"[bold]{stage:9}[/bold] {told}", highlight=False)
    names: dict[str, None] = {}
    for place, (title, each) in enumerate(zip(titles, explanation.hits, strict=True), start=1):
        names |= dict.fromkeys([*list(each.parts)[:TOLD], *list(each.above)[:TOLD]])
        console.print(f"\n[bold]{place}. {escape(title)}[/bold]  {_score(each)}", highlight=False)
        for stage, told in _told(each):
            console.print(f"   {stage:16} {told}", highlight=False)
    console.print()
    if any(_changed(each) for each in explanation.hits):
        console.print(f"  * {AFTERWARDS}", highlight=False)
    for name in (name for name in MEANING if name in names):
        called, means = MEANING[name]
        console.print(f"  {called:24} {means}", highlight=False)


def _stages(explanation: Explanation) -> Iterator[tuple[str, str]]:
    wish, result = explanation.wish, explanation.result
    yield "words", escape(" ".join(wish.tokens)) or "(none)"
    if wish.corrected:
        yield "", ", ".join(f"{typed} read as {meant}" for typed, meant in wish.corrected.items())
    same = {token: ways for token, ways in wish.alike.items() if token[0].isdigit() and token[-1].isalpha()}
    if same:
        yield "", ", ".join(f"{token} also as {', '.join(ways)}" for token, ways in same.items())
    if wish.ranges:
        yield "", "; ".join(_range(each) for each in wish.ranges)
    yield "filters", f"leave {explanation.allowed:,} of {explanation.products:,} products"
    for note in result.relaxed:
        yield "", f"given up: {note}"
    each = ", ".join(f"{count} by {RANKINGS.get(name, name)}" for name, count in explanation.rankings.items())
    yield "rankings", f"find {each}; the best {explanation.candidates} of all are looked at closely"
    degraded = ", [yellow]without vectors[/yellow]" if result.degraded else ""
    yield "ranked by", f"{result.strategy}{degraded}"


def _range(measure: Measure) -> str:
    low = "" if measure.low is None else f"from {measure.low:g} "
    high = "" if measure.high is None else f"to {measure.high:g} "
    return f"a measure {low}{high}{measure.unit}"


def _told(hit: ExplainedHit) -> Iterator[tuple[str, str]]:
    """What is known of one hit, a line each."""
    places = ", ".join(f"{RANKINGS.get(name, name)} {place}" for name, place in hit.places.items())
    yield "found at place", places or "(listed, not searched)"
    if hit.missing:
        yield "lacks", escape(", ".join(hit.missing))
    yield "held back by", _parts(hit)
    ahead = [f"{_called(name)} x {factor:.2f}" for name, factor in hit.above.items() if factor > 1][:TOLD]
    against = [f"{_called(name)} x {factor:.2f}" for name, factor in hit.above.items() if factor < 1][:TOLD]
    if ahead:
        yield "beats next in", ", ".join(ahead)
    if against:
        yield "loses to next in", ", ".join(against)


def _called(name: str) -> str:
    return MEANING[name][0]


def _score(hit: ExplainedHit) -> str:
    score = f"{hit.hit.score:.3f}"
    return score if not _changed(hit) else f"{score} (x {hit.afterwards:.2f} *)"


def _changed(hit: ExplainedHit) -> bool:
    return abs(hit.afterwards - 1) > 0.005


def _parts(hit: ExplainedHit) -> str:
    """The features that cost most: their value, and what it leaves of the score."""
    told = [
        f"{_called(name)} {hit.features[name]:.2f} (x {part:.2f})"
        for name, part in list(hit.parts.items())[:TOLD]
    ]
    return ", ".join(told) or "nothing: no scorer, places times support"

"""`search --explain`: the stages of a search and each hit's score, for people to read."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console
from rich.table import Table

from retrieval.explaining import ExplainedHit, Explanation
from retrieval.values import Measure

#: What each feature looks at, in words.
MEANING: Mapping[str, str] = {
    "fused": "its places in all rankings together",
    "cosine": "nearness in meaning to the words",
    "cosine_to_best": "the same, beside the nearest product",
    "bm25_words": "words in title, kind and description, beside the best product",
    "bm25_everything": "words anywhere, beside the best product",
    "all_fields": "share of the words that it holds, a rare word counting more",
    "title": "share of the words in its title",
    "kind": "share of the words in its brand, categories and tags",
    "facts": "share of the words in its attributes, options and codes",
    "description": "share of the words in its description",
    "title_phrase": "words that stand in its title one after another",
    "title_head": "whether the last word is what its title calls the thing",
    "title_start": "how early a word stands in its title",
    "title_share": "share of its title that the words make up",
    "codes": "model numbers that it holds",
    "measures": "numbers with a unit that it holds",
    "like_the_best": "likeness to the ten best",
    "category_of_the_best": "how much its category stands among the best",
}

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
    columns = (
        "",
        "product",
        "found at place",
        "score",
        "features: value, what it leaves",
        "above the next by",
    )
    table = Table(*columns)
    told_names: dict[str, None] = {}
    for place, (title, each) in enumerate(zip(titles, explanation.hits, strict=True), start=1):
        told_names |= dict.fromkeys([*list(each.parts)[:TOLD], *list(each.above)[:TOLD]])
        table.add_row(str(place), title, _places(each), _score(each), _parts(each), _above(each))
    console.print(table)
    if any(_changed(each) for each in explanation.hits):
        console.print(f"  * {AFTERWARDS}", highlight=False)
    for name in (name for name in MEANING if name in told_names):
        console.print(f"  {name:21} {MEANING[name]}", highlight=False)


def _stages(explanation: Explanation) -> Iterator[tuple[str, str]]:
    wish, result = explanation.wish, explanation.result
    yield "words", " ".join(wish.tokens) or "(none)"
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
    each = ", ".join(f"{name} {count}" for name, count in explanation.rankings.items())
    yield "rankings", f"find {each}; the best {explanation.candidates} of all are looked at closely"
    degraded = ", [yellow]without vectors[/yellow]" if result.degraded else ""
    yield "ranked by", f"{result.strategy}{degraded}"


def _range(measure: Measure) -> str:
    low = "" if measure.low is None else f"from {measure.low:g} "
    high = "" if measure.high is None else f"to {measure.high:g} "
    return f"a measure {low}{high}{measure.unit}"


def _places(hit: ExplainedHit) -> str:
    return "\n".join(f"{name} {place}" for name, place in hit.places.items()) or "(listed)"


def _score(hit: ExplainedHit) -> str:
    score = f"{hit.hit.score:.3f}"
    return score if not _changed(hit) else f"{score}\n(x {hit.afterwards:.2f} *)"


def _changed(hit: ExplainedHit) -> bool:
    return abs(hit.afterwards - 1) > 0.005


def _parts(hit: ExplainedHit) -> str:
    """The features that cost most."""
    told = [
        f"{name} {hit.features[name]:.2f} (x {part:.2f})" for name, part in list(hit.parts.items())[:TOLD]
    ]
    return "\n".join(told) or "no scorer: fused places times support"


def _above(hit: ExplainedHit) -> str:
    return "\n".join(f"{name} x {factor:.2f}" for name, factor in list(hit.above.items())[:TOLD])

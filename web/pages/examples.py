"""What a shopper may ask, as buttons: made of the shop's own occasions and shelves."""

from collections.abc import Mapping, Sequence

from shop.values import Occasion

#: How many shelves are named, and the fewest products that make one worth naming.
SHELVES, FEWEST = 2, 3
#: What anybody can ask of any shop.
PRESENT = "Find me a present under 50"
RETURNS = "What can I send back, and until when?"


def examples(
    occasions: Sequence[Occasion], shelves: Mapping[str, int], *, policies: bool = True
) -> tuple[str, ...]:
    """At most five. `shelves` says how many products each category path holds; the fullest shelves of
    different departments are named, as the shop writes them."""
    needs = [f"What do I need for {each.words[0]}?" for each in occasions[:1] if each.words]
    named = [f"Show me {leaf}" for leaf in _fullest(shelves)]
    return (*needs, *named, PRESENT, *([RETURNS] if policies else []))


def _fullest(shelves: Mapping[str, int]) -> list[str]:
    """The last parts of the fullest paths, one a department."""
    chosen: dict[str, str] = {}
    for path, count in sorted(shelves.items(), key=lambda each: (-each[1], each[0])):
        parts = [part.strip() for part in path.split(">")]
        if count >= FEWEST:
            chosen.setdefault(parts[0], parts[-1].lower())
    return list(chosen.values())[:SHELVES]

"""Google's product categories, from the list that Google publishes and the merchant downloads.

    # Google_Product_Taxonomy_Version: 2021-09-21
    1604 - Apparel & Accessories > Clothing

The list states no licence that would let it ship here, so it is read where the merchant keeps it. A shop's
own words are never replaced: the path beside them is an attribute.

Errors: `UnreadableFeed`.
"""

from collections import defaultdict
from pathlib import Path

from shop.feeds.report import UnreadableFeed

GOOGLE_CATEGORY = "google_product_category"


class Taxonomy:
    """Paths by number, and by what a shop calls the same shelf."""

    def __init__(self, paths: dict[str, str]) -> None:
        self._by_number = paths
        by_name: defaultdict[str, set[str]] = defaultdict(set)
        for path in paths.values():
            by_name[_folded(path)].add(path)
            by_name[_folded(path.rpartition(">")[2])].add(path)
        # A name that stands in several places says nothing.
        self._by_name = {name: found.pop() for name, found in by_name.items() if len(found) == 1}

    def path_of(self, words: str) -> str | None:
        """By number, by path, or by the last part of a shop's own path; None where it is none of them."""
        if words.isdigit():
            return self._by_number.get(words)
        return self._by_name.get(_folded(words)) or self._by_name.get(_folded(words.rpartition(">")[2]))


def read_taxonomy(path: Path) -> Taxonomy:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFeed(path, f"cannot be read: {error}") from error
    found: dict[str, str] = {}
    for line in lines:
        number, dash, words = line.partition(" - ")
        if dash and number.strip().isdigit():
            found[number.strip()] = " > ".join(part.strip() for part in words.split(">"))
    if not found:
        raise UnreadableFeed(path, "holds no line like '1604 - Apparel & Accessories > Clothing'")
    return Taxonomy(found)


def _folded(words: str) -> str:
    return " > ".join(part.strip() for part in words.casefold().replace("&", "and").split(">"))

"""What "lighter" or "larger" asks of a record: less or more of an attribute than something else has.

Which attributes a word is about is the language's (`comparatives` in `assistant/locales`); values are
compared where both measure the same thing, whatever their units. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.lexicon import Lexicon
from retrieval.measures import measured
from shop.values import Product


@dataclass(frozen=True, slots=True)
class Comparative:
    """`names` are attributes that tell it, the likeliest first; empty where no attribute does."""

    word: str
    more: bool
    names: tuple[str, ...]
    lexicon: Lexicon

    def says_of(self, product: Product) -> bool:
        """Whether the record measures it."""
        return any(True for _ in self._sizes(product))

    def holds(self, product: Product, than: Product) -> bool:
        """Whether a product goes further than another; False where its record does not say."""
        theirs = dict(self._sizes(than))
        for kind, size in self._sizes(product):
            if kind in theirs:
                return size > theirs[kind] if self.more else size < theirs[kind]
        return False

    def _sizes(self, product: Product) -> Iterator[tuple[tuple[str, str], float]]:
        """By attribute and by what is measured."""
        for wanted in self.names:
            for name, value in product.attributes.items():
                if re.sub(r"[_\s]+", " ", name.lower()) == wanted:
                    for dimension, size in measured(value, self.lexicon.locale):
                        yield (wanted, dimension), size


def comparative(words: str, lexicon: Lexicon) -> Comparative | None:
    """The comparison in the words, where they say nothing else: "lighter", "a lighter one"."""
    match = lexicon.phrases["comparative"].search(words.lower())
    if match is None:
        return None
    rest = f"{words[: match.start()]} {words[match.end() :]}".lower()
    kept = [each for each in re.findall(r"\w+", rest) if each not in lexicon.locale.stop]
    if any(not lexicon.phrases["generic_goods"].fullmatch(each) for each in kept):
        return None
    way, _, names = lexicon.texts["comparatives"].get(match[0], "").partition(" ")
    told = tuple(name.strip() for name in names.split(",") if name.strip())
    return Comparative(match[0], way == "more", told, lexicon)

"""What of a product is searched: its text for the embedding model, its tokens for the lexical index.

A `Document` never holds a price or a stock level, so a change of these leaves it, and every index made
of it, as it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from retrieval.locale import Locale
from retrieval.tokens import tokenise
from shop.values import FactValue, Product

Field = Literal["title", "kind", "facts", "description"]
FIELDS: tuple[Field, ...] = get_args(Field)

TokenIds = npt.NDArray[np.int32]

#: Further categories of a product say little and push its description out of the model's window.
_EMBEDDED_CATEGORIES = 2

#: Most products of a catalogue share their facts with others.
_CACHED_FACTS = 1 << 16


class TokenBook:
    """Numbers tokens. It only grows, so a reader with an older index never sees a number change."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, tokens: Iterable[str]) -> TokenIds:
        """One writer at a time."""
        ids = self._ids
        return np.array([ids.setdefault(token, len(ids)) for token in tokens], dtype=np.int32)

    def find(self, token: str) -> int | None:
        return self._ids.get(token)

    def tokens(self) -> list[str]:
        """All, in the order of their numbers."""
        return list(self._ids)


@dataclass(frozen=True, slots=True)
class Document:
    """`digest` tells this text for the embedding model from any other; `fields` hold token numbers."""

    product_id: str
    digest: str
    fields: Mapping[Field, TokenIds]


def document(product: Product, book: TokenBook, locale: Locale) -> Document:
    return Document(
        product.id,
        text_digest(embedding_text(product)),
        {field: book.add(tokens) for field, tokens in _field_tokens(product, locale).items()},
    )


def embedding_text(product: Product) -> str:
    """Title first: it weighs most in a mean of token vectors, and it is never cut off."""
    kinds = [path.replace(" > ", ", ") for path in product.categories[:_EMBEDDED_CATEGORIES]]
    brand = (
        product.brand if product.brand and product.brand.casefold() not in product.title.casefold() else None
    )
    parts = [product.title, brand, *kinds, product.description]
    return ". ".join(part.strip() for part in parts if part and part.strip())


def fitting_facts(product: Product) -> list[tuple[str, str]]:
    """What it provides and requires, as names and values: `gas_thread`, `EN417`."""
    stated = [*product.provides.items(), *product.requires.items()]
    return [(name, text) for name, value in stated for text in _texts(value)]


def _texts(value: FactValue) -> tuple[str, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, str) else (f"{value:g}",)


def text_digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _field_tokens(product: Product, locale: Locale) -> dict[Field, list[str]]:
    codes = [variant.sku for variant in product.variants]
    return {
        "title": tokenise(product.title, locale),
        "kind": tokenise(" | ".join([product.brand or "", *product.categories, *product.tags]), locale),
        "facts": [*_fact_tokens(product, locale), *tokenise(" | ".join(dict.fromkeys(codes)), locale)],
        "description": tokenise(product.description, locale),
    }


def _fact_tokens(product: Product, locale: Locale) -> list[str]:
    """Values of attributes, options and what a product fits. Of a fact that is only true or not, its name
    where it is true."""
    pairs = dict.fromkeys(product.attributes.items())
    pairs |= dict.fromkeys(fitting_facts(product))
    pairs |= dict.fromkeys(pair for variant in product.variants for pair in variant.options.items())
    return [token for name, value in pairs for token in _said(name, value, locale)]


@lru_cache(maxsize=_CACHED_FACTS)
def _said(name: str, value: str, locale: Locale) -> tuple[str, ...]:
    truth = locale.truth(value)
    if truth == "no":
        return ()
    return tuple(tokenise(name if truth == "yes" else value, locale))

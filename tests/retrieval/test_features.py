"""Features of products whose worth for some words is plain."""

import numpy as np
import pytest

from retrieval.features import NAMES, Values, features
from retrieval.filters import eligible
from retrieval.ranking import candidates
from retrieval.search import SearchService
from retrieval.values import Filters
from retrieval.wish import read_wish
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product

GOODS = (
    product("lamp", "Red Desk Lamp", category="Home > Lamps", attributes={"power": "40 W"}),
    product("bulb", "Bulb for a desk lamp", category="Home > Bulbs", description="40 W, fits the TN-2110"),
    product("rope", "Climbing Rope", category="Sport > Ropes", description="red"),
)


def of(search: SearchService, embedder: HashingEmbedder, text: str) -> dict[str, dict[str, float]]:
    """Product -> feature -> value."""
    search.build()
    state = search.state()
    columns, lexical = state.snapshot.columns, state.snapshot.lexical
    wish = read_wish(text, state.snapshot)
    allowed = eligible(Filters(), state.snapshot).products
    found = candidates(wish, embedder.encode([text])[0], allowed, state, search.nearest)
    values: Values = features(wish, found, columns, lexical)
    assert values.shape == (len(found.rows), len(NAMES))
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (values <= 1).all()
    named = [dict(zip(NAMES, row, strict=True)) for row in values.tolist()]
    return dict(zip([columns.items[row].product_id for row in found.rows.tolist()], named, strict=True))


def test_fields_and_titles(search: SearchService, stock: Stock, embedder: HashingEmbedder) -> None:
    stock(*GOODS)
    values = of(search, embedder, "desk lamp")
    assert values["lamp"]["title"] == values["bulb"]["title"] == pytest.approx(1)
    assert (values["lamp"]["title_head"], values["bulb"]["title_head"]) == (1, 0)
    assert values["lamp"]["title_phrase"] == values["bulb"]["title_phrase"] == 1
    assert values["lamp"]["title_start"] > values["bulb"]["title_start"]
    assert values["rope"]["all_fields"] == 0


def test_words_in_another_order_are_no_phrase(
    search: SearchService, stock: Stock, embedder: HashingEmbedder
) -> None:
    stock(*GOODS)
    assert of(search, embedder, "lamp desk")["lamp"]["title_phrase"] == 0.5


def test_model_numbers_and_measures(search: SearchService, stock: Stock, embedder: HashingEmbedder) -> None:
    stock(*GOODS)
    values = of(search, embedder, "tn2110 40 watt")
    assert (values["bulb"]["codes"], values["lamp"]["codes"]) == (1, 0)
    assert values["bulb"]["measures"] == values["lamp"]["measures"] == 1


def test_what_has_no_vector_yet_is_judged_by_its_words(
    search: SearchService, stock: Stock, embedder: HashingEmbedder
) -> None:
    stock(*GOODS[:2])
    search.build()
    stock(product("new", "Desk Lamp", category="Home > Lamps"))
    state = search.state()
    wish = read_wish("desk lamp", state.snapshot)
    allowed = eligible(Filters(), state.snapshot).products
    found = candidates(wish, embedder.encode(["desk lamp"])[0], allowed, state, search.nearest)
    values = features(wish, found, state.snapshot.columns, state.snapshot.lexical)
    new = found.rows.tolist().index(state.snapshot.columns.row_of["new"])
    assert values[new, NAMES.index("cosine")] == pytest.approx(values[new, NAMES.index("all_fields")]) == 1

"""The lexical index: bm25s over fields, and which products hold which word."""

import bm25s  # type: ignore[import-untyped]  # the package ships no types
import numpy as np
import pytest

from retrieval.documents import Document, TokenBook, document, embedding_text, text_digest
from retrieval.lexical import K1, VIEWS, B, LexicalIndex, View
from retrieval.locale import load_locale
from shop.values import Product
from tests.retrieval.goods import product, variant

ENGLISH = load_locale("en")

LAMP = product(
    "lamp",
    "Desk Lamp",
    variant("lamp-red", colour="red"),
    description="A lamp for reading.",
    brand="Brightly",
)
TENT = product("tent", "Dome Tent", attributes={"capacity": "4 person", "vestibule": "yes", "heated": "no"})
ROPE = product("rope", "Guy Rope", description="A rope for every tent, and a rope for the lamp.")


def indexed(*products: Product) -> tuple[LexicalIndex, TokenBook, list[Document]]:
    book = TokenBook()
    documents = [document(each, book, ENGLISH) for each in products]
    return LexicalIndex(documents, book), book, documents


@pytest.mark.parametrize("view", ["words", "everything"])
def test_scores_are_those_that_bm25s_computes_itself(view: View) -> None:
    index, book, documents = indexed(LAMP, TENT, ROPE)
    reference = bm25s.BM25(k1=K1, b=B, method="lucene")
    texts = [[int(i) for field in VIEWS[view] for i in each.fields[field]] for each in documents]
    reference.index(
        (texts, {str(i): i for i in range(len(book))}), show_progress=False, create_empty_token=False
    )
    numbers = [book.find(token) for token in ("tent", "rope", "lamp")]
    expected = reference.get_scores_from_ids(numbers)
    assert index.scores(view, ["tent", "rope", "lamp"]) == pytest.approx(expected, rel=1e-5)


def test_a_title_counts_more_than_a_description() -> None:
    index, _, _ = indexed(LAMP, TENT, ROPE)
    scores = index.scores("words", ["tent"])
    assert scores[1] > scores[2] > scores[0] == 0


def test_options_and_attributes_are_found_in_everything_only() -> None:
    index, _, _ = indexed(LAMP, TENT, ROPE)
    assert index.scores("everything", ["red"]).argmax() == 0
    assert not index.scores("words", ["red"]).any()


def test_a_fact_that_is_so_is_found_by_its_name_and_one_that_is_not_is_not() -> None:
    index, _, _ = indexed(LAMP, TENT, ROPE)
    assert index.knows("vestibule")
    assert not index.knows("heated")


def test_coverage_is_the_share_of_the_words_that_a_product_holds() -> None:
    index, _, _ = indexed(LAMP, TENT, ROPE)
    covered = index.coverage(["dome", "tent"])
    assert covered[1] == pytest.approx(1.0)
    assert 0 < covered[2] < 0.5
    assert covered[0] == 0


def test_a_word_nobody_holds_lowers_coverage() -> None:
    index, _, _ = indexed(LAMP, TENT, ROPE)
    assert index.coverage(["tent", "zeppelin"])[1] < 0.7


def test_holding_all_words_is_counted_over_fields_together() -> None:
    index, _, _ = indexed(LAMP, TENT, ROPE)
    assert index.holds_all(["tent", "rope"]).tolist() == [False, False, True]
    assert index.holds_all(["tent"], ("title",)).tolist() == [False, True, False]
    assert not index.holds_all([]).any()


def test_words_that_came_after_an_index_was_built_are_unknown_to_it() -> None:
    index, book, _ = indexed(LAMP)
    document(product("boat", "Rubber Boat"), book, ENGLISH)
    assert not index.scores("words", ["boat"]).any()
    assert not index.knows("boat")


def test_an_empty_catalogue_can_be_searched() -> None:
    index, _, _ = indexed()
    assert index.scores("words", ["tent"]).shape == (0,)
    assert index.coverage(["tent"]).shape == (0,)


def test_the_embedded_text_holds_no_price_and_no_stock() -> None:
    cheap = product("lamp", "Desk Lamp", variant("a", 100))
    dear = product("lamp", "Desk Lamp", variant("a", 900, "out_of_stock"))
    assert text_digest(embedding_text(cheap)) == text_digest(embedding_text(dear))


def test_the_embedded_text_names_the_brand_once() -> None:
    assert embedding_text(product("a", "Brightly Lamp", brand="Brightly")) == "Brightly Lamp"
    assert embedding_text(product("a", "Lamp", brand="Brightly", category="Home > Lamps")) == (
        "Lamp. Brightly. Home, Lamps"
    )


def test_token_numbers_never_change() -> None:
    book = TokenBook()
    first = book.add(["a", "b"])
    assert np.array_equal(book.add(["a", "b", "c"])[:2], first)

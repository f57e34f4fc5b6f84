"""What the words of a query stand for in a catalogue."""

from retrieval.search import SearchService
from retrieval.values import Query
from retrieval.wish import read_wish
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import product


def alike(search: SearchService, text: str) -> dict[str, tuple[str, ...]]:
    return {word: tuple(ways) for word, ways in read_wish(text, search.state().snapshot).alike.items()}


def test_a_rare_word_stands_for_what_it_was_made_of_where_many_things_go_by_that(
    stock: Stock, search: SearchService
) -> None:
    stock(
        *(product(f"g{at}", f"Tool {at}", category="Garden tools") for at in range(6)),
        *(product(f"p{at}", f"Brush {at}", category="Painting supplies") for at in range(6)),
        product("mix", "Potting mix", category="Soil", description="For gardening, even in the evening."),
        product("even", "Plank", category="Wood", description="An even plank."),
    )
    search.build()
    assert alike(search, "gardening") == {"gardening": ("garden",)}
    assert alike(search, "painting") == {}
    assert alike(search, "evening") == {}
    assert len(search.search(Query("gardening")).hits) >= 6

"""Which shelf a part's words mean, by themselves and beside the other parts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.bundle_categories import named_categories, together
from assistant.bundle_sources import Prices, Records, Sources
from assistant.intent import Slot
from assistant.slots import PlannedSlot, given
from retrieval.values import Filters
from shop.catalogue import Catalogue
from tests.assistant.bundling.corner_shop import NOW, CornerShop, CountedRelations, WordFinder, product

#: Benches stand in two departments, more of them in the first; a folding bench is no folding rack.
SHELVES = (
    product("bench-a", "Oak bench", "Hall > Benches", 80),
    product("bench-b", "Pine bench", "Hall > Benches", 60),
    product("bench-c", "Folding bench", "Yard > Benches", 40),
    product("rack-a", "Boot rack", "Yard > Racks", 20),
    product("parasol-a", "Round parasol", "Yard > Parasols", 50),
    product("mirror-a", "Tall mirror", "Hall > Mirrors", 70),
)


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[Sources]:
    shop = CornerShop(tmp_path)
    with shop.database.begin() as work:
        Catalogue(work).put(SHELVES)
    with shop.database.read() as work:
        relations = CountedRelations(shop.database, {})
        yield Sources(WordFinder(shop.database), relations, Records(work), Prices(work, NOW))
    shop.database.dispose()


def suited(sources: Sources, *words: str) -> list[str | None]:
    planned = given([Slot(each.replace(" ", "_"), each) for each in words])
    return [each.category for each in together(planned, Filters(), sources)]


def test_words_name_each_shelf_that_holds_such_things(sources: Sources) -> None:
    shares = named_categories("bench", Filters(), sources)
    assert shares.keys() == {"Hall > Benches", "Yard > Benches"}
    assert max(shares.values()) == 1.0
    assert named_categories("trombone", Filters(), sources) == {}


def test_the_thing_that_is_named_last_counts_more_than_what_is_said_of_it(sources: Sources) -> None:
    shares = named_categories("folding rack", Filters(), sources)
    assert max(shares, key=lambda path: shares[path]) == "Yard > Racks"


def test_a_part_that_stands_in_two_departments_is_of_the_other_parts_one(sources: Sources) -> None:
    assert suited(sources, "bench", "parasol") == ["Yard > Benches", "Yard > Parasols"]
    assert suited(sources, "bench", "mirror") == ["Hall > Benches", "Hall > Mirrors"]


def test_a_part_that_nothing_is_known_of_stays_as_it_is(sources: Sources) -> None:
    assert suited(sources, "trombone", "parasol") == [None, "Yard > Parasols"]


def test_one_part_alone_and_one_whose_shelf_is_known_are_left(sources: Sources) -> None:
    assert suited(sources, "bench") == [None]
    known = PlannedSlot(Slot("bench", "bench"), "bench", "Hall > Benches")
    other = PlannedSlot(Slot("parasol", "parasol"), "parasol")
    assert together([known, other], Filters(), sources)[0].category == "Hall > Benches"

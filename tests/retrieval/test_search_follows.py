"""Search follows the records: what is written is what the next query reads, whole."""

from threading import Event, Thread

import numpy as np
import pytest

from retrieval.columns import Books
from retrieval.locale import load_locale
from retrieval.search import SearchService
from retrieval.snapshot import follow, read_snapshot
from retrieval.values import Filters, Query
from shop.catalogue import Catalogue
from shop.money import Money
from shop.values import Availability
from storage import Database
from tests.retrieval.conftest import Stock
from tests.retrieval.goods import HashingEmbedder, product, variant


def ids(search: SearchService, text: str = "", filters: Filters | None = None) -> list[str]:
    return [hit.product_id for hit in search.search(Query(text, filters or Filters())).hits]


@pytest.fixture
def shop(stock: Stock, search: SearchService) -> SearchService:
    stock(
        product("mug", "Tin Mug", variant("mug-s", 900, size="small"), variant("mug-l", 1200, size="large")),
        product("cup", "Paper Cup", price=300),
        product("jar", "Glass Jar", price=700),
    )
    search.build()
    search.refresh()
    return search


def test_a_changed_price_is_seen_by_the_next_query(shop: SearchService, database: Database) -> None:
    cheap = Filters(max_price=Money(500, "USD"))
    assert ids(shop, filters=cheap) == ["cup"]
    with database.begin() as work:
        Catalogue(work).set_price("mug-l", Money(400, "USD"))
    result = shop.search(Query("", cheap))
    assert {(hit.product_id, hit.variant_id) for hit in result.hits} == {("cup", "cup"), ("mug", "mug-l")}


def test_a_sale_is_seen_by_the_next_query(shop: SearchService, database: Database) -> None:
    with database.begin() as work:
        Catalogue(work).set_availability("jar", Availability("out_of_stock", 0))
    assert "jar" not in ids(shop, filters=Filters(available=True))


def test_a_change_of_price_embeds_and_indexes_nothing(
    shop: SearchService, database: Database, embedder: HashingEmbedder
) -> None:
    before = len(embedder.encoded)
    with database.begin() as work:
        Catalogue(work).set_price("jar", Money(1, "USD"))
    assert shop.build() == 0
    assert len(embedder.encoded) == before


def test_a_new_product_is_found_by_its_words_before_it_is_embedded(
    shop: SearchService, stock: Stock, embedder: HashingEmbedder
) -> None:
    stock(product("pot", "Copper Pot"))
    assert ids(shop, "copper pot")[0] == "pot"
    assert not any("Copper" in text for text in embedder.encoded)


def test_a_build_embeds_only_what_is_new_or_changed(
    shop: SearchService, stock: Stock, embedder: HashingEmbedder
) -> None:
    embedder.encoded.clear()
    stock(product("pot", "Copper Pot"), product("cup", "Porcelain Cup", price=300))
    assert shop.build() == 2
    assert sorted(embedder.encoded) == ["Copper Pot", "Porcelain Cup"]
    assert shop.build() == 0


def test_a_removed_product_is_gone_at_once(shop: SearchService, database: Database) -> None:
    with database.begin() as work:
        Catalogue(work).remove(["jar"])
    assert "jar" not in ids(shop, "glass jar")
    shop.build()
    assert "jar" not in ids(shop, "glass jar")


def test_another_currency_can_come_later(shop: SearchService, stock: Stock) -> None:
    stock(product("fez", "Red Fez", variant("fez", 500, currency="EUR")))
    assert ids(shop, filters=Filters(max_price=Money(600, "EUR"))) == ["fez"]
    assert "fez" not in ids(shop, filters=Filters(max_price=Money(600, "USD")))


def test_following_by_delta_gives_what_reading_anew_gives(database: Database, stock: Stock) -> None:
    stock(*(product(f"p{n}", f"Thing {n}", price=100 + n, category=f"Shelf {n % 3}") for n in range(9)))
    books = Books(load_locale("en"))
    with database.read() as work:
        followed = read_snapshot(work, books)
    stock(
        product("a", "Added Thing", variant("a1", 5), variant("a2", 6, "out_of_stock", colour="red")),
        product("p3", "Thing renamed", price=3, rating=(4.0, 2)),
        product("p5", "Thing 5", price=999, category="Shelf 2"),
    )
    with database.begin() as work:
        Catalogue(work).remove(["p1"])
    with database.read() as work:
        followed = follow(followed, work)
        anew = read_snapshot(work, Books(load_locale("en")))
    assert [item.product_id for item in followed.columns.items] == [i.product_id for i in anew.columns.items]
    for column in ("price", "available", "rating", "ratings"):
        left, right = getattr(followed.offers, column), getattr(anew.offers, column)
        np.testing.assert_array_equal(left, right)
    words = ["thing", "renamed", "added"]
    np.testing.assert_allclose(
        followed.lexical.scores("words", words), anew.lexical.scores("words", words), rtol=1e-5
    )
    assert followed.columns.in_category("Shelf 2").tolist() == anew.columns.in_category("Shelf 2").tolist()


def test_a_database_put_back_to_an_older_state_is_read_anew(
    shop: SearchService, database: Database, stock: Stock
) -> None:
    with database.begin() as work:
        work.connection.exec_driver_sql("UPDATE catalogue_state SET revision = 0")
        work.connection.exec_driver_sql("DELETE FROM products WHERE id = 'jar'")
    assert "jar" not in ids(shop)


def test_readers_never_see_half_a_refresh(shop: SearchService, database: Database) -> None:
    """One variant of the mug is always cheap: the two prices are exchanged in one transaction."""
    cheap, dear = Money(1000, "USD"), Money(9000, "USD")
    with database.begin() as work:
        Catalogue(work).set_price("mug-l", dear)
    seen: list[bool] = []
    done = Event()

    def read() -> None:
        while not done.is_set():
            seen.append("mug" in ids(shop, filters=Filters(max_price=Money(5000, "USD"))))

    readers = [Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for turn in range(30):
        with database.begin() as work:
            Catalogue(work).set_price("mug-s", dear if turn % 2 else cheap)
            Catalogue(work).set_price("mug-l", cheap if turn % 2 else dear)
    done.set()
    for reader in readers:
        reader.join()
    assert len(seen) > len(readers)
    assert all(seen)

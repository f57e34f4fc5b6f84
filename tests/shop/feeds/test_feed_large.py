"""Feeds that lack much of what there is, and feeds so large that they come in pieces."""

from typing import Any

import pytest

from shop.catalogue import Catalogue
from shop.feeds import ImportReport, TooMuchGone, import_feed
from storage import Database
from tests.shop.feeds.test_feed_import import Records, WriteRows, revision, row


def many(count: int) -> list[dict[str, Any]]:
    return [row(f"p{number}") for number in range(count)]


def test_a_feed_that_was_cut_does_not_empty_the_shop(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", many(100)))
    cut = write_jsonl("two.jsonl", [row("p0", 950), *many(60)[1:]])

    with pytest.raises(TooMuchGone, match=r"lacks 40 of the catalogue's 100 products.*--force"):
        import_feed(database, cut, prune=True)

    assert len(records()) == 100
    assert records()["p0"].variants[0].price.amount == 900


def test_a_feed_that_lacks_much_is_followed_where_the_merchant_says_so(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", many(100)))

    assert import_feed(database, write_jsonl("two.jsonl", many(60)), prune=True, force=True).removed == 40
    assert len(records()) == 60


def test_a_feed_that_lacks_a_little_is_pruned(database: Database, write_jsonl: WriteRows) -> None:
    import_feed(database, write_jsonl("one.jsonl", many(100)))

    assert import_feed(database, write_jsonl("two.jsonl", many(75)), prune=True).removed == 25


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feed of more than two products is a very large one."""
    monkeypatch.setattr("shop.feeds.products.PIECE", 2)


@pytest.mark.usefixtures("pieces")
def test_a_very_large_feed_comes_in_pieces_and_others_write_between_them(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    rows = many(7)
    assert import_feed(database, write_jsonl("one.jsonl", rows)) == ImportReport(added=7)
    assert revision(database) == 4

    report = import_feed(database, write_jsonl("two.jsonl", [row("p3", 950), *rows[:3], *rows[4:]]))

    assert (report, len(records())) == (ImportReport(changed=1, unchanged=6), 7)


@pytest.mark.usefixtures("pieces")
def test_a_variant_moves_between_products_of_different_pieces(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", many(6)))
    # The first takes the last one's variant, which gets a new one.
    first = row("p0", 950) | {"variants": row("p5")["variants"]}
    last = row("p5", 950) | {"variants": [row("p5", 950)["variants"][0] | {"id": "p5-two"}]}
    middle = [row(f"p{number}", 950) for number in range(1, 5)]

    report = import_feed(database, write_jsonl("two.jsonl", [first, *middle, last]))

    assert report == ImportReport(changed=6)
    held = {key: [each.id for each in product.variants] for key, product in records().items()}
    assert (held["p0"], held["p5"], len(held)) == (["p5-one"], ["p5-two"], 6)


@pytest.mark.usefixtures("pieces")
def test_a_very_large_import_that_dies_is_finished_by_the_same_import(
    database: Database, write_jsonl: WriteRows, records: Records, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = write_jsonl("one.jsonl", many(7))
    admit, times = Catalogue.admit, iter(range(2))

    def twice(self: Catalogue, *arguments: Any) -> int:
        if next(times, None) is None:
            raise KeyboardInterrupt
        return admit(self, *arguments)

    with monkeypatch.context() as dying:
        dying.setattr(Catalogue, "admit", twice)
        with pytest.raises(KeyboardInterrupt):
            import_feed(database, feed)
    assert len(records()) == 4

    assert import_feed(database, feed) == ImportReport(added=3, unchanged=4)

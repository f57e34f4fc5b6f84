"""Imports as a whole: atomic, repeatable, and clear about what they could not use."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shop.catalogue import Catalogue
from shop.feeds import (
    FeedError,
    ImportReport,
    TooManyErrors,
    UnknownFormat,
    UnreadableFeed,
    import_feed,
)
from shop.money import Money
from shop.profile import Profile
from shop.values import Product, ShopProfile
from storage import Database

WriteRows = Callable[..., Path]
Records = Callable[[], dict[str, Product]]


def row(key: str, amount: int = 900, currency: str = "USD", **fields: Any) -> dict[str, Any]:
    price = {"amount": amount, "currency": currency}
    variant = {"id": f"{key}-one", "sku": key, "price": price, "availability": {"status": "in_stock"}}
    return {
        "id": key,
        "handle": key,
        "title": key.title(),
        "description": "",
        "categories": [],
        "variants": [variant],
        **fields,
    }


def revision(database: Database) -> int:
    with database.read() as work:
        return Catalogue(work).revision()


def test_the_same_feed_twice_changes_nothing(database: Database, write_jsonl: WriteRows) -> None:
    feed = write_jsonl("products.jsonl", [row(f"p{number}") for number in range(700)])
    assert import_feed(database, feed) == ImportReport(added=700)
    before = revision(database)

    assert import_feed(database, feed, prune=True) == ImportReport(unchanged=700)
    assert revision(database) == before


def test_a_changed_row_changes_only_its_product(database: Database, write_jsonl: WriteRows) -> None:
    import_feed(database, write_jsonl("one.jsonl", [row("mug"), row("tea"), row("pot")]))
    before = revision(database)

    report = import_feed(database, write_jsonl("two.jsonl", [row("mug"), row("tea", 950), row("pot")]))

    assert report == ImportReport(changed=1, unchanged=2)
    with database.read() as work:
        assert Catalogue(work).changed_since(before)[1:] == (frozenset({"tea"}), frozenset())


def test_what_a_feed_no_longer_names_goes_only_with_prune(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", [row("mug"), row("tea")]))
    less = write_jsonl("two.jsonl", [row("mug")])

    assert import_feed(database, less) == ImportReport(unchanged=1)
    assert set(records()) == {"mug", "tea"}
    assert import_feed(database, less, prune=True) == ImportReport(unchanged=1, removed=1)
    assert set(records()) == {"mug"}


def test_a_product_whose_row_is_bad_is_not_pruned(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", [row("mug"), row("tea")]))

    report = import_feed(database, write_jsonl("two.jsonl", [row("mug"), row("tea", -1)]), prune=True)

    assert (report.removed, len(report.errors)) == (0, 1)
    assert set(records()) == {"mug", "tea"}


def test_one_bad_row_too_many_leaves_everything_as_it_was(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", [row("mug")]))
    before = (records(), revision(database))
    bad = write_jsonl(
        "two.jsonl", [row("mug", 1), *(row(f"p{number}") for number in range(600)), "{", "{", "{"]
    )

    with pytest.raises(
        TooManyErrors, match=r"two\.jsonl: more than 2 bad rows, the first: line 602: is no JSON"
    ) as failed:
        import_feed(database, bad, max_errors=2, prune=True)

    assert [error.line for error in failed.value.errors] == [602, 603, 604]
    assert (records(), revision(database)) == before
    assert import_feed(database, bad, max_errors=3).added == 600


def test_nobody_sees_half_an_import(database: Database, write_jsonl: WriteRows, records: Records) -> None:
    seen: list[int] = []
    feed = write_jsonl("products.jsonl", [row(f"p{number:04d}") for number in range(1_500)])

    import_feed(database, feed, progress=lambda _done, _all: seen.append(len(records())))

    assert len(seen) > 5
    assert set(seen) == {0}
    assert len(records()) == 1_500


def test_others_write_while_a_feed_is_read(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    names: list[str] = []

    def rename(_done: int, _all: int) -> None:
        with database.begin() as work:
            Profile(work).put(ShopProfile(f"Shop {len(names)}", "USD"))
        names.append(f"Shop {len(names)}")

    feed = write_jsonl("products.jsonl", [row(f"p{number}") for number in range(1_500)])
    import_feed(database, feed, progress=rename)

    assert len(names) > 5
    assert len(records()) == 1_500


def test_what_others_write_meanwhile_is_kept_unless_the_feed_says_otherwise(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", [row("mug"), row("tea"), row("pot")]))
    others = [row(f"p{number}") for number in range(600)]
    feed = write_jsonl("two.jsonl", [row("mug"), row("tea", 950), *others])

    def meanwhile(done: int, total: int) -> None:
        if done == total:
            with database.begin() as work:
                for key in ("mug", "tea"):
                    Catalogue(work).set_price(f"{key}-one", Money(1, "USD"))
                Catalogue(work).remove(["pot"])

    import_feed(database, feed, progress=meanwhile)

    prices = {key: product.variants[0].price.amount for key, product in records().items()}
    assert (prices["mug"], prices["tea"], "pot" in prices, len(prices)) == (1, 950, False, 602)


def test_progress_runs_from_the_first_byte_to_the_last(database: Database, write_jsonl: WriteRows) -> None:
    feed = write_jsonl("products.jsonl", [row(f"p{number}") for number in range(1_000)])
    steps: list[tuple[int, int]] = []

    import_feed(database, feed, progress=lambda done, total: steps.append((done, total)))

    size = feed.stat().st_size
    assert steps[-1] == (size, size)
    assert steps == sorted(steps)
    assert {total for _, total in steps} == {size}


@pytest.mark.parametrize(
    ("second", "field", "reason"),
    [
        (row("mug"), "id", "'mug' has come in line 1 already"),
        (row("cup", variants=row("mug")["variants"]), "variants", "'mug-one' has come in line 1 already"),
    ],
)
def test_an_id_that_comes_twice_is_told_and_the_first_counts(
    database: Database, write_jsonl: WriteRows, records: Records, second: object, field: str, reason: str
) -> None:
    report = import_feed(database, write_jsonl("products.jsonl", [row("mug"), second]))

    (error,) = report.errors
    assert (error.line, error.field, error.reason, error.file) == (2, field, reason, "products.jsonl")
    assert set(records()) == {"mug"}


def test_a_new_shop_sells_in_the_currency_of_its_first_product(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    report = import_feed(
        database, write_jsonl("p.jsonl", [row("mug", currency="EUR"), row("tea", currency="USD")])
    )

    assert [error.reason for error in report.errors] == ["is in 'USD', the shop sells in EUR"]
    with database.read() as work:
        profile = Profile(work).get()
    assert profile is not None
    assert profile.currency == "EUR"


def test_a_shop_that_is_known_keeps_its_name_and_currency(database: Database, write_jsonl: WriteRows) -> None:
    with database.begin() as work:
        Profile(work).put(ShopProfile("Mug Shop", "EUR", "de_DE"))

    with pytest.raises(
        FeedError, match="holds no product that could be used, the first bad row: line 1: variants"
    ):
        import_feed(database, write_jsonl("products.jsonl", [row("mug", currency="USD")]))

    with database.read() as work:
        assert Profile(work).get() == ShopProfile("Mug Shop", "EUR", "de_DE")


def test_a_feed_of_which_nothing_is_usable_never_empties_the_shop(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    import_feed(database, write_jsonl("one.jsonl", [row("mug")]))

    with pytest.raises(FeedError):
        import_feed(database, write_jsonl("two.jsonl", [row("tea", -1)]), prune=True)

    assert set(records()) == {"mug"}


def test_a_gzipped_feed_is_read_directly(
    database: Database, write_jsonl: WriteRows, records: Records
) -> None:
    plain = write_jsonl("products.jsonl", [row("mug")])
    packed = plain.with_name("products.jsonl.gz")
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    import_feed(database, packed)

    assert set(records()) == {"mug"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_feed_from_a_spreadsheet_is_read_in_its_encoding(
    database: Database, tmp_path: Path, records: Records, encoding: str
) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text("Title,URL handle,Price\r\nCafé chair,chair,19.90\r\n", encoding=encoding)

    import_feed(database, feed, currency="EUR")

    assert records()["chair"].title == "Café chair"


def test_bytes_that_are_no_text_spoil_their_row_only(
    database: Database, tmp_path: Path, records: Records
) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_bytes(b"Title,Handle,Variant Price\nBad \xff,bad,1\nGood,good,2\nNul\x00,nul,3\n")

    report = import_feed(database, feed, currency="EUR")

    assert set(records()) == {"good"}
    assert [(error.line, error.reason) for error in report.errors] == [
        (2, "holds bytes that are not UTF-8 text"),
        (4, "holds bytes that are not UTF-8 text"),
    ]


def test_lines_are_counted_as_they_stand_in_the_file(database: Database, tmp_path: Path) -> None:
    feed = tmp_path / "feed.csv"
    feed.write_text(
        'Title,Handle,Variant Price,Type\nA,a,1,"two\nlines"\n\nB,b,?,short\nC,c,1,long,too long\nD,d,1\n',
        encoding="utf-8",
    )

    report = import_feed(database, feed, currency="EUR")

    assert [(error.line, error.field) for error in report.errors] == [(6, ""), (5, "price")]
    assert report.added == 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "holds no row"),
        ("header.csv", b"Title,Handle,Variant Price\n", "holds no row"),
        ("cut.jsonl.gz", gzip.compress(b'{"id": 1}' * 1_000, mtime=0)[:40], "cannot be read"),
        ("broken.jsonl.gz", b"\x1f\x8b" + b"no gzip at all", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(
    database: Database, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableFeed, match=f"{name}: {said}"):
        import_feed(database, tmp_path / name)


def test_a_file_that_is_not_there_says_so(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFeed, match=r"none\.csv: cannot be read: .*No such file"):
        import_feed(database, tmp_path / "none.csv")


def test_columns_that_nobody_knows_ask_for_a_mapping(database: Database, write_csv: WriteRows) -> None:
    with pytest.raises(UnknownFormat, match="has the columns what, ever; name a mapping file"):
        import_feed(database, write_csv("feed.csv", [{"what": "1", "ever": "2"}]))


def test_a_format_that_nobody_knows_names_those_there_are(database: Database, write_csv: WriteRows) -> None:
    with pytest.raises(
        UnknownFormat, match="no format 'xml'; there are native, shopify, woocommerce, google"
    ):
        import_feed(database, write_csv("feed.csv", [{"a": "1"}]), format="xml")


def test_a_format_can_be_forced(database: Database, write_csv: WriteRows, records: Records) -> None:
    feed = write_csv("feed.csv", [{"ID": "a", "Title": "A", "Price": "1 USD"}])

    import_feed(database, feed, format="google")

    assert set(records()) == {"a"}

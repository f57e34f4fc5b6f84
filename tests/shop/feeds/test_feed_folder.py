"""A shop's whole folder: the products and everything beside them, in one transaction."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from shop.customers import Customers
from shop.feeds import FeedError, TooManyErrors, UnknownFormat, UnreadableFeed, import_shop
from shop.hours import Hours
from shop.money import Money
from shop.occasions import Occasions
from shop.orders import Orders
from shop.policies import Policies
from shop.promotions import Promotions
from shop.reviews import Reviews
from shop.values import ImportCounts, OccasionSlot, Opening, Policy, Product, Promotion
from storage import Database

Records = Callable[[], dict[str, Product]]

USD5 = {"amount": 500, "currency": "USD"}
MUG = {
    "id": "mug",
    "handle": "mug",
    "title": "Mug",
    "description": "",
    "categories": [],
    "variants": [{"id": "mug-one", "sku": "m", "price": USD5, "availability": {"status": "in_stock"}}],
}
REVIEW = {"id": "r1", "product_id": "mug", "rating": 5, "text": "Warm.", "at": "2026-05-01T09:00:00Z"}
CUSTOMER = {"id": "ada", "name": "Ada", "email": "ada@example.com"}
LINE = {"product_id": "mug", "variant_id": "mug-one", "title": "Mug", "quantity": 1, "price": USD5}
ORDER = {
    "id": "o1",
    "customer_id": "ada",
    "placed_at": "2026-05-01T09:00:00Z",
    "status": "paid",
    "lines": [LINE],
    "total": USD5,
}
PROMOTION = {"id": "p1", "title": "Ten off", "kind": "percentage", "percent": 10}
OCCASIONS = """
[[occasion]]
name = "tea party"
words = ["tea", "tea party"]
slot = [
  { name = "mug", query = "mug", per_person = true },
  { name = "cake", query = "cake", required = false, quantity = 2 },
]
"""
HOURS = """
timezone = "America/Chicago"
closed = ["2026-12-25", 2027-01-01]
[week]
monday = ["08:00-12:00", "13:00-20:00"]
sunday = []
"""
POLICY = "# Returns and refunds\n\nWithin 30 days.\n"


class Folder:
    """A shop's files on disk, one bad part at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows("products.jsonl", MUG)
        self.rows("reviews.jsonl", REVIEW)
        self.rows("customers.jsonl", CUSTOMER)
        self.rows("orders.jsonl", ORDER)
        self.rows("promotions.jsonl", PROMOTION)
        self.text("occasions.toml", OCCASIONS)
        self.text("hours.toml", HOURS)
        self.text("policies/returns.md", POLICY)
        self.text("media/mug.svg", "<svg/>")

    def rows(self, name: str, *rows: Mapping[str, Any]) -> None:
        self.text(name, "".join(f"{json.dumps(row)}\n" for row in rows))

    def text(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "shop")


def test_everything_in_the_folder_comes_in(
    database: Database, folder: Folder, tmp_path: Path, records: Records
) -> None:
    report = import_shop(database, folder.path, media_dir=tmp_path / "served")

    assert (report.added, report.errors) == (1, ())
    assert set(records()) == {"mug"}
    assert (tmp_path / "served" / "mug.svg").read_text(encoding="utf-8") == "<svg/>"
    with database.read() as work:
        assert [review.text for review in Reviews(work).of_product("mug")] == ["Warm."]
        assert [customer.name for customer in Customers(work).all()] == ["Ada"]
        assert list(Orders(work).all_baskets()) == [("mug",)]
        assert Promotions(work).all() == (Promotion("p1", "Ten off", "percentage", percent=10),)
        assert Policies(work).all() == (Policy("returns", "Returns and refunds", POLICY),)


def test_occasions_and_hours_are_read_from_what_the_merchant_wrote(
    database: Database, folder: Folder
) -> None:
    import_shop(database, folder.path)

    with database.read() as work:
        (occasion,) = Occasions(work).all()
        hours = Hours(work).get()
    assert (occasion.name, occasion.words) == ("tea party", ("tea", "tea party"))
    assert occasion.slots == (
        OccasionSlot("mug", "mug", per_person=True),
        OccasionSlot("cake", "cake", quantity=2, required=False),
    )
    assert hours is not None
    assert hours.timezone == "America/Chicago"
    assert hours.week == (Opening(0, time(8), time(12)), Opening(0, time(13), time(20)))
    assert hours.closed == (date(2026, 12, 25), date(2027, 1, 1))


def test_the_same_folder_twice_changes_nothing(database: Database, folder: Folder) -> None:
    first = import_shop(database, folder.path)
    second = import_shop(database, folder.path, prune=True)

    assert set(first.records.values()) == {ImportCounts(added=1)}
    assert (second.unchanged, set(second.records.values())) == (1, {ImportCounts(unchanged=1)})


def test_a_changed_record_changes_only_itself(database: Database, folder: Folder) -> None:
    import_shop(database, folder.path)
    folder.rows("customers.jsonl", CUSTOMER | {"name": "Ada L."}, {**CUSTOMER, "id": "bob"})
    folder.text("hours.toml", 'timezone = "UTC"')

    report = import_shop(database, folder.path)

    assert report.records["customers.jsonl"] == ImportCounts(added=1, changed=1)
    assert report.records["hours.toml"] == ImportCounts(changed=1)
    assert report.records["orders.jsonl"] == ImportCounts(unchanged=1)


def test_records_that_are_gone_from_their_file_go_only_with_prune(database: Database, folder: Folder) -> None:
    import_shop(database, folder.path)
    folder.rows("promotions.jsonl")
    (folder.path / "policies" / "returns.md").unlink()
    folder.rows("customers.jsonl", {"id": "ada", "name": 5})

    import_shop(database, folder.path)
    with database.read() as work:
        assert (len(Promotions(work).all()), len(Policies(work).all())) == (1, 1)

    report = import_shop(database, folder.path, prune=True)
    assert report.records["promotions.jsonl"] == ImportCounts(removed=1)
    assert report.records["policies"] == ImportCounts(removed=1)
    assert report.records["customers.jsonl"] == ImportCounts()


BAD_ROWS = [
    ("reviews.jsonl", REVIEW | {"id": "r2", "rating": 6}, "rating"),
    ("reviews.jsonl", REVIEW | {"id": "r2", "product_id": "cup"}, "product_id"),
    ("reviews.jsonl", REVIEW | {"id": "r2", "at": "yesterday"}, "at"),
    ("reviews.jsonl", REVIEW, "id"),
    ("customers.jsonl", CUSTOMER | {"id": "bob", "email": "nobody"}, "email"),
    ("customers.jsonl", CUSTOMER | {"id": ""}, "id"),
    ("orders.jsonl", ORDER | {"id": "o2", "lines": []}, "lines"),
    ("orders.jsonl", ORDER | {"id": "o2", "lines": [LINE | {"quantity": 0}]}, "lines[0].quantity"),
    ("orders.jsonl", ORDER | {"id": "o2", "total": {"amount": -1, "currency": "USD"}}, "total"),
    ("orders.jsonl", ORDER | {"id": "o2", "total": {"amount": 1, "currency": "XQQ"}}, "total"),
    ("orders.jsonl", ORDER | {"id": "o2", "status": "lost"}, "status"),
    ("promotions.jsonl", PROMOTION | {"id": "p2", "percent": 101}, "percent"),
    ("promotions.jsonl", PROMOTION | {"id": "p2", "kind": "fixed"}, "amount"),
    ("promotions.jsonl", PROMOTION | {"id": "p2", "kind": "set", "set_of": ["mug"]}, "set_of"),
    ("promotions.jsonl", PROMOTION | {"id": "p2", "minimum": {"amount": 1, "currency": "EUR"}}, "minimum"),
    ("promotions.jsonl", PROMOTION | {"id": "p2", "ends_at": "2026-05-01T00:00:00"}, "ends_at"),
]


@pytest.mark.parametrize(("name", "row", "field"), BAD_ROWS)
def test_a_bad_record_is_told_with_file_line_and_field_while_the_rest_goes_in(
    database: Database, folder: Folder, name: str, row: Mapping[str, Any], field: str
) -> None:
    good = json.loads((folder.path / name).read_text(encoding="utf-8"))
    folder.rows(name, good, row)

    report = import_shop(database, folder.path)

    assert [(error.file, error.line, error.field) for error in report.errors] == [(name, 2, field)]
    assert report.records[name] == ImportCounts(added=1)


def test_a_bad_occasion_is_told_by_its_field(database: Database, folder: Folder) -> None:
    folder.text("occasions.toml", OCCASIONS + '[[occasion]]\nname = "none"\nwords = []\n')

    report = import_shop(database, folder.path)

    (error,) = report.errors
    assert (error.file, error.field, str(error)) == ("occasions.toml", "slots", "slots: is missing")


def test_too_many_bad_records_leave_every_file_as_it_was(
    database: Database, folder: Folder, records: Records
) -> None:
    folder.rows("promotions.jsonl", PROMOTION | {"percent": 0}, PROMOTION | {"id": "p2", "percent": 0})

    with pytest.raises(TooManyErrors, match=r"promotions\.jsonl: more than 1 bad rows"):
        import_shop(database, folder.path, max_errors=1)

    assert records() == {}
    with database.read() as work:
        assert Customers(work).all() == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("timezone = 'Mars/Olympus'", "timezone: is 'Mars/Olympus'; write it like America/Chicago"),
        ("timezone = 'UTC'\nweek = { someday = [] }", "week: must name week days"),
        ("timezone = 'UTC'\nweek = { monday = ['9 to 5'] }", "week.monday: is '9 to 5'; write it like"),
        ("timezone = 'UTC'\nweek = { monday = ['17:00-09:00'] }", "week.monday: closes before it opens"),
        ("timezone = 'UTC'\nweek = { monday = '09:00-17:00' }", "week.monday: must be a list"),
        ("timezone = 'UTC'\nclosed = ['christmas']", "closed: is 'christmas'; write it like"),
        ("timezone = 'UTC'\nopen = true", "open: is unknown"),
        ("timezone =", "cannot be read"),
    ],
)
def test_hours_that_cannot_be_read_say_how_to_write_them(
    database: Database, folder: Folder, text: str, said: str
) -> None:
    folder.text("hours.toml", text)

    with pytest.raises(UnreadableFeed, match=f"hours.toml: {said}"):
        import_shop(database, folder.path)


def test_a_folder_without_any_file_of_a_shop_says_so(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match="holds neither products"):
        import_shop(database, tmp_path)


def test_a_folder_with_two_feeds_says_which(database: Database, folder: Folder) -> None:
    folder.text("products.csv", "id")

    with pytest.raises(UnknownFormat, match=r"several feeds: products\.csv, products\.jsonl"):
        import_shop(database, folder.path)


def test_a_folder_may_hold_only_some_of_the_files(database: Database, folder: Folder, tmp_path: Path) -> None:
    import_shop(database, folder.path)
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "promotions.jsonl").write_text(
        json.dumps({"id": "p9", "title": "Five", "kind": "fixed", "amount": USD5}), encoding="utf-8"
    )

    report = import_shop(database, alone)

    assert report.records == {"promotions.jsonl": ImportCounts(added=1)}
    with database.read() as work:
        assert Promotions(work).get("p9") == Promotion("p9", "Five", "fixed", amount=Money(500, "USD"))


def test_a_single_feed_is_imported_like_a_folder(
    database: Database, folder: Folder, records: Records
) -> None:
    report = import_shop(database, folder.path / "products.jsonl")

    assert (report.added, report.records) == (1, {})
    assert set(records()) == {"mug"}


def test_progress_counts_all_files_as_one(database: Database, folder: Folder) -> None:
    steps: list[tuple[int, int]] = []

    import_shop(database, folder.path, progress=lambda done, total: steps.append((done, total)))

    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert len({total for _, total in steps}) == 1
    assert max(done for done, _ in steps) <= steps[0][1]


def test_a_policy_that_is_no_text_fails_the_import(database: Database, folder: Folder) -> None:
    (folder.path / "policies" / "odd.md").write_bytes(b"# Odd \xff")

    with pytest.raises(FeedError, match=r"odd\.md: cannot be read"):
        import_shop(database, folder.path)


def test_moments_are_kept_in_utc(database: Database, folder: Folder) -> None:
    folder.rows("orders.jsonl", ORDER | {"placed_at": "2026-05-01T09:00:00+02:00"})

    import_shop(database, folder.path)

    with database.read() as work:
        order = Orders(work).get("o1")
    assert order is not None
    assert order.placed_at == datetime(2026, 5, 1, 7, tzinfo=UTC)

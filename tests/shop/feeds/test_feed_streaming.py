"""Feeds are streams: rows are read when they are needed, and what must wait lies on disk."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from shop.feeds import native
from shop.feeds.detect import Reader
from shop.feeds.mapped import read as read_mapped
from shop.feeds.mapping import load_mapping
from shop.feeds.reading import Reading
from shop.feeds.report import Problems
from shop.feeds.row import Row
from shop.feeds.scratch import Scratch
from shop.serialise import Json


class Counted:
    """Rows that count how many were taken."""

    def __init__(self, values: dict[str, Json]) -> None:
        self._values = values
        self.taken = 0

    def __iter__(self) -> Iterator[Row]:
        for number in range(1, 1_000):
            self.taken += 1
            yield Row(number, {**self._values, "id": f"p{number}"})


def test_the_first_product_needs_the_first_row_only() -> None:
    cases: list[tuple[dict[str, Json], Reader]] = [
        ({"title": "Mug", "handle": "m", "description": "", "categories": [], "variants": []}, native.read),
        ({"name": "Mug", "price": 9}, partial(read_mapped, mapping=load_mapping("retail_demo_store"))),
    ]
    for values, reader in cases:
        rows = Counted(values)
        with Scratch() as scratch:
            drafts = reader(Reading(rows, Problems(Path("feed"), most=0), scratch))
            assert next(drafts).product_id == "p1"
        assert rows.taken == 1


def test_rows_of_a_group_come_together_in_the_order_of_their_first() -> None:
    keys = ["b", "a", "b", "c", "a"]
    rows = [Row(line, {"key": key}) for line, key in enumerate(keys, start=2)]
    with Scratch() as scratch:
        groups = list(scratch.grouped(rows, lambda row: str(row.values["key"])))

    assert [[row.line for row in group] for group in groups] == [[2, 4], [3, 6], [5]]


def test_an_id_is_remembered_with_the_line_where_it_stood_first() -> None:
    with Scratch() as scratch:
        assert scratch.first_seen("product", "mug", 2) is None
        assert scratch.first_seen("variant", "mug", 3) is None
        assert scratch.first_seen("product", "mug", 9) == 2
        assert scratch.unseen("product", ["tea", "mug"]) == ["tea"]

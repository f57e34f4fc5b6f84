"""What an import remembers on disk: quick however much there is, and in the order of the feed."""

import time

from shop.feeds.row import Row
from shop.feeds.scratch import Scratch

ROWS = 20_000
#: A tenth of a second here; comparing every row with every other took minutes.
MOST_S = 10.0


def row(line: int, key: str) -> Row:
    return Row(line, {"key": key, "text": "x" * 200})


def test_many_rows_are_grouped_in_a_time_that_grows_with_their_number() -> None:
    started = time.process_time()
    with Scratch() as scratch:
        rows = (row(line, f"k{line % (ROWS // 2)}") for line in range(ROWS))
        sizes = [len(group) for group in scratch.grouped(rows, lambda each: str(each.values["key"]))]

    assert sizes == [2] * (ROWS // 2)
    assert time.process_time() - started < MOST_S


def test_groups_come_in_the_order_of_their_first_rows_and_rows_in_the_order_of_the_feed() -> None:
    keys = ["b", "a", "b", "c", "a"]
    with Scratch() as scratch:
        groups = scratch.grouped(
            (row(line, key) for line, key in enumerate(keys)), lambda each: str(each.values["key"])
        )
        found = [[each.line for each in group] for group in groups]

    assert found == [[0, 2], [1, 4], [3]]


def test_an_id_is_known_by_the_line_that_it_came_in_first() -> None:
    with Scratch() as scratch:
        assert [scratch.first_seen("product", "a", line) for line in (3, 5)] == [None, 3]
        assert scratch.first_seen("variant", "a", 7) is None
        assert scratch.unseen("product", ["a", "b"]) == ["b"]

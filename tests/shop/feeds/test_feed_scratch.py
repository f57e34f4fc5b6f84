"""What an import remembers on disk is quick however much there is."""

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

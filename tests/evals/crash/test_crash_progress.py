"""A run of kills that was broken off goes on where it was."""

from pathlib import Path

from evals.crash.clients import Toll, feed_text
from evals.crash.command import Progress


def test_a_shop_that_was_finished_is_found_again(tmp_path: Path) -> None:
    toll = Toll(lost=["a reply"], acknowledged=7, before_kills=[3, 4], rounds_s=[1.5, 2.0])
    Progress(tmp_path / "progress.jsonl", 7, 100).keep("sqlite", 2, toll)

    again = Progress(tmp_path / "progress.jsonl", 7, 100)

    assert again.find("sqlite", 2) == toll
    assert again.find("sqlite", 3) is None
    assert again.find("postgresql", 2) is None
    assert Progress(tmp_path / "progress.jsonl", 8, 100).find("sqlite", 2) is None


def test_a_run_that_is_done_leaves_no_progress(tmp_path: Path) -> None:
    progress = Progress(tmp_path / "progress.jsonl", 7, 100)
    progress.keep("sqlite", 0, Toll())
    progress.done()

    assert progress.find("sqlite", 0) is None


def test_tolls_add_up() -> None:
    both = Toll(lost=["a"], acknowledged=1, before_kills=[1]) + Toll(doubled=["b"], before_kills=[2])

    assert both == Toll(lost=["a"], doubled=["b"], acknowledged=1, before_kills=[1, 2])


def test_a_feed_says_its_version_in_every_price_and_in_some_names() -> None:
    first, second, later = feed_text(3), feed_text(4), feed_text(6)

    assert first.count(",3.00 USD,") == second.count(",4.00 USD,") == 40
    assert first.replace(",3.00", ",4.00") == second
    assert "0 of 2" in later

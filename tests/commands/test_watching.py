"""Following a file, a folder or an address."""

from pathlib import Path

from commands.watching import follow, stamp


def run(*states: object, settles: bool, fails: int = 0) -> int:
    """How often something was done; at first in vain, where it `fails`."""
    seen = iter(states)
    times = 0

    def do() -> bool:
        nonlocal times
        times += 1
        return times > fails

    def look() -> object:
        try:
            return next(seen)
        except StopIteration:
            raise KeyboardInterrupt from None

    follow(look, do, 0.0, settles=settles, sleep=lambda _: None)
    return times


def test_a_file_is_read_once_it_is_whole() -> None:
    assert run("a", "a", "a", settles=True) == 1
    assert run("a", "ab", "abc", "abc", "abc", settles=True) == 1


def test_every_change_is_read_again() -> None:
    assert run("a", "a", "b", "b", "b", "a", "a", settles=True) == 3


def test_a_file_that_is_not_there_yet_is_waited_for() -> None:
    assert run((), (), (), ("a",), ("a",), settles=True) == 1


def test_what_could_not_be_done_is_done_again_though_nothing_changed() -> None:
    assert run("a", "a", "a", "a", "a", settles=True, fails=2) == 3


def test_an_address_is_asked_every_time() -> None:
    assert run(object(), object(), object(), settles=False) == 2


def test_a_stamp_tells_states_of_a_folder_apart(tmp_path: Path) -> None:
    assert stamp(tmp_path / "none.csv") == ()
    (tmp_path / "products.csv").write_text("a")
    first = stamp(tmp_path)
    (tmp_path / "products.csv").write_text("ab")
    second = stamp(tmp_path)
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "returns.md").write_text("c")

    assert len({first, second, stamp(tmp_path)}) == 3


def test_a_link_to_nowhere_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")

    assert stamp(tmp_path) == ()

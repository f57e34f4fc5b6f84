"""Background work: run when woken, tried again after what is expected to fail."""

from threading import Event

import pytest

from retrieval.follower import Follower


def test_work_is_done_when_woken() -> None:
    done = Event()
    follower = Follower(done.set, (), "working")
    follower.start()
    assert not done.is_set()
    follower.wake()
    assert done.wait(timeout=30)
    follower.close()


def test_an_expected_failure_is_logged_and_the_next_waking_works(caplog: pytest.LogCaptureFixture) -> None:
    failed, worked = Event(), Event()

    def work() -> None:
        if not failed.is_set():
            failed.set()
            raise OSError("no space left")
        worked.set()

    follower = Follower(work, (OSError,), "embedding")
    follower.start()
    follower.wake()
    assert failed.wait(timeout=30)
    follower.wake()
    assert worked.wait(timeout=30)
    follower.close()
    assert "embedding will be tried again" in caplog.text


def test_one_that_never_started_can_be_closed() -> None:
    Follower(lambda: None, (), "idle").close()

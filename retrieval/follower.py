"""Does work in the background when woken, one run at a time, and again where it was woken meanwhile."""

import logging
from collections.abc import Callable
from threading import Event, Thread

logger = logging.getLogger(__name__)


class Follower:
    """A daemon thread. What the work raises of `expected` is logged and tried again at the next waking;
    anything else is a mistake of the programmer and ends the thread."""

    def __init__(self, work: Callable[[], object], expected: tuple[type[Exception], ...], name: str) -> None:
        self._work = work
        self._expected = expected
        self._woken = Event()
        self._ended = False
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        """Returns when the work at hand is done."""
        self._ended = True
        self.wake()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            if self._ended:
                return
            try:
                self._work()
            except self._expected:
                logger.exception("%s will be tried again", self._thread.name)

"""The last few things that were computed, for a query that looks at the same more than once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Value = TypeVar("Value")


class Recent:
    """Keeps `size` values; the one that was asked for longest ago goes first. Safe from any thread: two that
    ask for the same at once may both compute it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def held(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value, made where it is not held. Whoever gets it must not change it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                found: Value = self._values[key]
                return found
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        return made

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._values

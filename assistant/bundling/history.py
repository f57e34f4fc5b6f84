"""Every state of a bundle that an undo or a redo can lead to, as one immutable value.

Undo and redo bring back a state exactly, but for its revision and its expiry: both only go forward, since
each step is an edit of its own to whoever else looks at the bundle.

Errors: `BadEdit` where there is nothing to undo or to redo.
"""

from dataclasses import dataclass, replace

from assistant.bundling.errors import BadEdit
from assistant.bundling.values import Bundle

#: How many edits can be undone.
MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class History:
    """`past` and `future` are nearest last."""

    present: Bundle
    past: tuple[Bundle, ...] = ()
    future: tuple[Bundle, ...] = ()

    def pushed(self, bundle: Bundle) -> "History":
        """After an edit that led to `bundle`; what was undone before is gone."""
        return History(self._next(bundle), (*self.past, self.present)[-MOST_STEPS:])

    def undone(self) -> "History":
        if not self.past:
            raise BadEdit("there is nothing to undo: the bundle is as it was composed")
        return History(self._next(self.past[-1]), self.past[:-1], (*self.future, self.present))

    def redone(self) -> "History":
        if not self.future:
            raise BadEdit("there is nothing to redo: no edit was undone")
        return History(self._next(self.future[-1]), (*self.past, self.present), self.future[:-1])

    def _next(self, bundle: Bundle) -> Bundle:
        return replace(bundle, revision=self.present.revision + 1, expires_at=self.present.expires_at)

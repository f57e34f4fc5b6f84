"""Logs without personal data: every record is masked where it is made, whoever handles it.

Errors: none. A record that cannot be put together is left to the handler, which reports it.
"""

import logging
from typing import Any

from assistant.masking import mask

_plain = logging.Formatter()


class Masked(logging.LogRecord):
    """A record whose message and traceback name nobody."""

    def __init__(self, *values: Any, **more: Any) -> None:
        super().__init__(*values, **more)
        if self.exc_info:
            self.exc_text = mask(_plain.formatException(self.exc_info))

    def getMessage(self) -> str:  # noqa: N802 - the name that logging calls
        return mask(super().getMessage())


def install() -> None:
    """Masks every record of this process from now on."""
    logging.setLogRecordFactory(Masked)

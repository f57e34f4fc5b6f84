"""What the browser says that somebody pressed. It is a stranger's word: read here, bounded, never trusted.

Errors: `UnknownButton` where the page has no such button, or the button lacks what it must carry.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LONGEST_FIELD = 4000
MOST_FIELDS = 12


class UnknownButton(ValueError):
    """No button of the page says this."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button's name, and the data that it carries."""

    name: str
    fields: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        if field not in self.fields:
            raise UnknownButton(f"{self.name} came without {field}")
        return self.fields[field]

    def get(self, field: str) -> str | None:
        return self.fields.get(field)

    def number(self, field: str) -> int:
        try:
            return int(self[field])
        except ValueError as error:
            raise UnknownButton(f"{self.name} came with a {field} that is no number") from error


def read_press(data: Any) -> Press:
    """From what the page's script sends: `{"act": name, "fields": {...}}`."""
    if not isinstance(data, dict) or not isinstance(data.get("act"), str):
        raise UnknownButton("an event without a name")
    fields = data.get("fields", {})
    if not isinstance(fields, dict) or len(fields) > MOST_FIELDS:
        raise UnknownButton("an event whose fields are none")
    if any(not isinstance(each, str) or len(each) > LONGEST_FIELD for each in (*fields, *fields.values())):
        raise UnknownButton("an event with something other than short texts")
    if any("\ud800" <= letter <= "\udfff" for each in fields.values() for letter in each):
        raise UnknownButton("an event with half a character")
    return Press(data["act"][:40], fields)

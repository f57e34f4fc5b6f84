"""A message with its meaning marked in it: `a [q:quiet] [c:keyboard] under [max:80]`.

`[key:words]` says that these words are the value of an argument, `[key=value:words]` that they mean another
value, and `[key=value:]` adds an argument that no word stands for. Keys are those of `KEYS`; `a.colour` is
an attribute, `x.colour` an exclusion, `p.kids` a party, `e.order_id` an entity; `+swap` begins an edit and
`.slot`, `.query`, `.a.colour` belong to the edit begun last. Text outside of brackets means nothing.

Errors
    BadMarkup    a key that does not exist, or a value that is no number where one is needed
"""

import re
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from assistant.understanding import Call

KEYS = {
    "q": "query",
    "c": "category",
    "b": "brand",
    "min": "min_price",
    "max": "max_price",
    "about": "about",
    "bud": "budget",
    "cur": "currency",
    "rate": "min_rating",
    "avail": "available",
    "n": "quantity",
    "to": "recipient",
    "occ": "occasion",
    "s": "slots",
    "r": "references",
    "cart": "cart",
    "sort": "sort",
}
GROUPS = {"a": "attributes", "x": "exclude", "p": "party", "e": "entities"}
NUMBERS = ("min_price", "max_price", "about", "budget", "min_rating", "quantity")
LISTS = ("slots", "references")
#: What is written as it stands in the message: names, numbers of orders.
VERBATIM = ("entities",)
_MARK = re.compile(r"\[([+.]?[a-z_]+(?:\.[a-z_ ]+)?)(?:=([^:\]]*))?:([^\]]*)\]")


class BadMarkup(ValueError):
    """A phrasing whose marks say nothing that a call can hold."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A message and the call that it means."""

    text: str
    call: Call


def read(name: str, marked: str) -> Marked:
    """The message and its call, of the intent `name`. Raises `BadMarkup`."""
    text = tidy(_MARK.sub(lambda found: found[3], marked))
    if re.search(r"[\[\]{}]", text):
        raise BadMarkup(f"a mark that cannot be read in {marked!r}")
    arguments: dict[str, Any] = {}
    for key, value, words in _MARK.findall(marked):
        _add(arguments, key, value or tidy(words), marked)
    try:
        return Marked(text, Call.model_validate({"name": name, "arguments": arguments}))
    except ValidationError as error:
        raise BadMarkup(f"{error.errors()[0]['msg']} in {marked!r}") from error


def tidy(text: str) -> str:
    """Single spaces, none before a comma, and "an" before a vowel; the "a" of "16 a" or "B-66-A" stays."""
    text = re.sub(r"[ \t]+", " ", text.replace("\\n", "\n"))
    text = re.sub(r" ([,.;:?!])(?=\s|$)", r"\1", text)
    text = re.sub(r"(?<!\d )(?<!-)\b([Aa]) (?=(?!us|uni|euro|one)[aeiou])", r"\1n ", text)
    return text.strip()


def _add(arguments: dict[str, Any], key: str, value: str, marked: str) -> None:
    if key.startswith("+"):
        # The part that an edit is about has a mark of its own: what this one shows is only the verb.
        arguments.setdefault("edits", []).append({"op": key[1:]})
    elif key.startswith("."):
        _add_to_edit(arguments, key[1:], value, marked)
    elif key[:2] in ("a.", "x.", "p.", "e."):
        _add_to_group(arguments.setdefault(GROUPS[key[0]], {}), key, value)
    elif key not in KEYS:
        raise BadMarkup(f"there is no key {key!r}: {marked!r}")
    else:
        _add_plain(arguments, KEYS[key], value)


def _add_plain(arguments: dict[str, Any], name: str, value: str) -> None:
    if name in NUMBERS:
        arguments[name] = value.replace(",", "")
    elif name == "available":
        arguments[name] = True
    elif name in LISTS:
        arguments.setdefault(name, []).append(value.lower())
    elif name == "query" and name in arguments:
        arguments[name] += f" {value.lower()}"
    else:
        arguments[name] = value if name == "currency" else value.lower()


def _add_to_group(group: dict[str, Any], key: str, value: str) -> None:
    kind, _, name = key.partition(".")
    if kind == "p":
        group[name] = int(value)
    elif kind == "x" and name in group:
        group[name] += f", {value.lower()}"
    else:
        group[name] = value if kind == "e" else value.lower()


def _add_to_edit(arguments: dict[str, Any], key: str, value: str, marked: str) -> None:
    if not arguments.get("edits"):
        raise BadMarkup(f"no edit was begun before {key!r}: {marked!r}")
    edit = arguments["edits"][-1]
    if key.startswith("a."):
        edit.setdefault("attributes", {})[key[2:]] = value.lower()
    elif key == "cheaper":
        edit["cheaper"] = True
    elif key in ("quantity", "budget"):
        edit[key] = value.replace(",", "")
    elif key == "query" and "query" in edit:
        edit["query"] += f" {value.lower()}"
    else:
        edit[key] = value.lower()

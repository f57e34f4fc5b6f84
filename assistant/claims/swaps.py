"""What a sentence says was put in whose place in a bundle, held against what was."""

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.claims.wordlists import phrase
from assistant.values import Evidence, Violation


def wrong_swaps(sentence: str, evidence: Evidence, names: Mapping[str, str]) -> tuple[Violation, ...]:
    """A sentence that names what was taken out as if it were there, or beside what did not take its place, or
    in the wrong order. `names` are the titles of the evidence with the short forms that they may go by."""
    values: Mapping[str, Any] = evidence.values
    changes: Sequence[Mapping[str, Any]] = values.get("changes", ())
    done = (each for each in changes if each["op"] == "swap")
    swaps = [each for each in done if each["was"] and each["title"] != each["was"]]
    text = sentence.lower()
    told = {title: at for title, short in names.items() if (at := text.find(short.lower())) >= 0}
    for swap in swaps:
        if swap["was"] not in told:
            continue
        others = told.keys() - {each[side] for each in changes for side in ("was", "title")}
        there = told.get(swap["title"])
        alone = there is None and (len(told) > 1 or phrase("old_gone").search(text) is None)
        if others or alone or (there is not None and not _in_order(text, told[swap["was"]], there)):
            return (Violation("attribute", sentence),)
    return ()


def _in_order(text: str, was: int, new: int) -> bool:
    """Whether the words between and before the two names say that the new one is there now."""
    if new < was:
        return phrase("new_for_old").search(text[new:was]) is not None
    return phrase("old_for_new").search(text[:new]) is not None

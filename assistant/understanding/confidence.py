"""How sure a model is of the name of its call: the probability of the tokens that spell it, calibrated.

Nothing else of the call counts: what it says about arguments is checked against the catalogue.
"""

import math
import re

from assistant.llm import Written

#: What a valid call is worth where the server tells no probabilities.
UNKNOWN = 0.8

_NAME = re.compile(r'"name"\s*:\s*"([a-z_]+)"')


def confidence(raw: str) -> float:
    """0 to 1."""
    written = written_name(raw)
    if written is None:
        return UNKNOWN
    calibration = raw.calibration if isinstance(raw, Written) else None
    return calibration(written[1]) if calibration else written[1]


def written_name(raw: str) -> tuple[str, float] | None:
    """The call's name and its probability; None where the server tells none. The closing quote counts: it is
    what decides between a name and a longer one."""
    named = _NAME.search(raw)
    if not isinstance(raw, Written) or not raw.pieces or named is None:
        return None
    # White space around the answer is not in the text, but it is in the pieces.
    whole = "".join(piece.text for piece in raw.pieces)
    first = whole.find(named[0]) + named.start(1) - named.start()
    last = first + len(named[1]) + 1
    total, place = 0.0, 0
    for piece in raw.pieces:
        if place < last and place + len(piece.text) > first:
            total += piece.log_probability
        place += len(piece.text)
    return named[1], math.exp(min(total, 0.0))

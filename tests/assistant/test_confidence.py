import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm import Calibration, Piece, Written
from assistant.understanding.confidence import UNKNOWN, confidence

CALL = '{"name": "track_order", "arguments": {}}'


def written(*pieces: tuple[str, float], calibration: Calibration | None = None) -> Written:
    text = "".join(piece for piece, _ in pieces).strip()
    return Written(text, [Piece(piece, math.log(p)) for piece, p in pieces], calibration)


def test_it_is_the_probability_of_the_tokens_that_spell_the_name() -> None:
    raw = written(('{"', 0.5), ('name": "', 0.5), ("track", 0.9), ("_order", 0.8), ('",', 0.5), (' "', 0.1))
    raw = Written(CALL, raw.pieces)
    assert confidence(raw) == pytest.approx(0.9 * 0.8 * 0.5)


def test_a_token_that_the_name_shares_with_its_quote_counts() -> None:
    pieces = [('{"name": ', 0.5), ('"track', 0.9), ('_order"', 0.8), (", ", 0.1), ('"arguments": {}}', 0.1)]
    assert confidence(written(*pieces)) == pytest.approx(0.72)


def test_white_space_before_the_call_moves_nothing() -> None:
    pieces = [("  ", 0.1), ('{"name": "', 0.5), ("greet", 0.6), ('"', 0.9), (', "arguments": {}}', 0.1)]
    assert confidence(written(*pieces)) == pytest.approx(0.54)


def test_a_calibration_is_applied() -> None:
    pieces = [('{"name": "', 1.0), ("greet", 0.9), ('"', 1.0), (', "arguments": {}}', 1.0)]
    assert confidence(written(*pieces, calibration=Calibration(1.0, 0.0))) == pytest.approx(0.9)
    assert confidence(written(*pieces, calibration=Calibration(0.5, 0.0))) == pytest.approx(0.75)


def test_a_server_that_tells_no_probabilities_has_a_fixed_confidence() -> None:
    assert confidence(CALL) == UNKNOWN
    assert confidence(Written(CALL)) == UNKNOWN


@given(st.floats(0, 1), st.floats(0.01, 5), st.floats(-5, 5))
def test_a_calibrated_probability_is_one(p: float, slope: float, offset: float) -> None:
    assert 0 <= Calibration(slope, offset)(p) <= 1


@given(st.lists(st.floats(0.001, 0.999), min_size=2, max_size=2), st.floats(0.01, 5), st.floats(-5, 5))
def test_a_calibration_keeps_the_order(pair: list[float], slope: float, offset: float) -> None:
    fitted = Calibration(slope, offset)
    assert fitted(min(pair)) <= fitted(max(pair))

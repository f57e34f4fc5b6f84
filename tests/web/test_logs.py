"""What is logged names nobody, in the message and in the traceback."""

import io
import logging
from collections.abc import Iterator

import pytest

from web import logs

NUMBER = "4242 4242 4242 4242"


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    before = logging.getLogRecordFactory()
    logs.install()
    stream, logger = io.StringIO(), logging.getLogger("tests.masked")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)
    logging.setLogRecordFactory(before)


def test_a_message_and_its_arguments_are_masked(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    logger.warning("%s of %s wants %d", NUMBER, "ada@moss.example", 3)
    assert stream.getvalue() == "[card number] of [e-mail] wants 3\n"


def _fail() -> None:
    raise ValueError(f"no such customer: ada@moss.example, {NUMBER}")


def test_a_traceback_is_masked(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    try:
        _fail()
    except ValueError:
        logger.exception("a turn failed")
    assert "ValueError: no such customer: [e-mail], [card number]" in stream.getvalue()
    assert "ada@moss" not in stream.getvalue()

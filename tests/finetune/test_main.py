"""The command line of training."""

import subprocess
import sys

import pytest

from finetune.__main__ import COMMANDS, main


def test_an_unknown_command_ends_with_2_and_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == 2
    assert "usage: python -m finetune COMMAND" in capsys.readouterr().err


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "usage" in capsys.readouterr().out


def test_a_command_line_that_runs_nothing_imports_no_framework() -> None:
    code = "import sys, finetune.__main__ as m; m.main(['--help']); assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_commands_are_the_documented_ones() -> None:
    assert set(COMMANDS) == {
        *("dataset", "lora", "export", "fidelity", "calibrate", "checkpoint"),
        *("scorer", "pairs", "voice", "opinion"),
    }

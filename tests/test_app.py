"""The command line: what it says, what it imports, and what it does to a shop in an empty folder."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import app
from retrieval.chroma_index import IndexUnavailable

ROOT = Path(__file__).parents[1]
COMMANDS = ("serve", "demo", "ingest", "search", "chat", "doctor", "keys")
#: What costs seconds to import.
HEAVY = (
    "torch",
    "chromadb",
    "gradio",
    "langgraph",
    "llama_index",
    "sentence_transformers",
    "sqlalchemy",
    "fastapi",
)

HEADER = "Handle,Title,Body (HTML),Vendor,Type,Published,Variant SKU,Variant Inventory Qty,Variant Price"
FEED = f"""{HEADER}
rowan-flute,Rowan flute,<p>A wooden flute.</p>,Rowan,Flutes,true,RF-1,4,49.00
reed-whistle,Reed whistle,<p>A tin whistle.</p>,Rowan,Whistles,true,RW-1,9,12.50
broken-drum,Broken drum,<p>A drum.</p>,Rowan,Drums,true,BD-1,1,a lot
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and a terminal wide enough for every table."""
    monkeypatch.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PAIRWELL_LLM__EMBEDDED", "false")
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def feed(shop: Path) -> Path:
    path = shop / "flutes.csv"
    path.write_text(FEED)
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


def ingest(feed: Path, *options: str) -> Result:
    return run("ingest", feed, "--currency", "USD", "--no-index", *options)


def test_help_lists_every_command_and_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "sys.argv = ['app.py', '--help']\n"
        "import runpy\n"
        "try:\n    runpy.run_path('app.py', run_name='__main__')\n"
        "except SystemExit as end:\n    print('ended with', end.code)\n"
        f"print('heavy:', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "ended with 0" in told.stdout
    assert "heavy: []" in told.stdout
    assert all(command in told.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", [*COMMANDS, "keys create", "keys list", "keys revoke"])
def test_every_command_explains_itself(command: str) -> None:
    told = run(*command.split(), "--help")
    assert told.exit_code == 0
    assert len(told.output) > 100


def test_a_key_is_made_shown_once_listed_and_revoked(shop: Path) -> None:
    made = run("keys", "create", "--scope", "chat", "--scope", "support", "--name", "the desk")
    assert made.exit_code == 0
    token = made.output.splitlines()[0]
    key_id = re.search(r"id (\S+),", made.output)
    assert token.startswith("pw_key_")
    assert key_id is not None
    listed = run("keys", "list").output
    assert key_id[1] in listed
    assert "chat, support" in listed
    assert token not in listed
    assert run("keys", "revoke", key_id[1]).exit_code == 0
    again = run("keys", "revoke", "key_nobody")
    assert again.exit_code == 1
    assert "keys list" in again.output


def test_a_scope_that_does_not_exist_is_refused(shop: Path) -> None:
    refused = run("keys", "create", "--scope", "everything")
    assert refused.exit_code == 2
    assert "everything" in refused.output
    assert "pw_key_" not in refused.output


def test_ingest_takes_the_good_rows_and_names_the_bad_one(feed: Path) -> None:
    told = ingest(feed)
    assert told.exit_code == 0
    assert re.search(r"line 4, [\w ]*price[\w ]*: .*a lot", told.output, re.IGNORECASE)
    counts = [line for line in told.output.splitlines() if re.search(r"│\s*2\s*│", line)]
    assert len(counts) == 1
    assert re.findall(r"\d+", counts[0]) == ["2", "0", "0", "0", "1"]
    again = ingest(feed)
    assert re.search(r"│\s*0\s*│\s*0\s*│\s*2\s*│\s*0\s*│\s*1\s*│", again.output)


def test_more_bad_rows_than_allowed_change_nothing(feed: Path) -> None:
    told = ingest(feed, "--max-errors", "0")
    assert told.exit_code == 1
    assert "a lot" in told.output
    assert "Traceback" not in told.output
    assert "0 products" in run("search", "flute").output


@pytest.mark.parametrize("name", ["nowhere.csv", "strange.xyz", "empty.csv"])
def test_a_file_that_cannot_be_read_is_said_without_a_traceback(shop: Path, name: str) -> None:
    if name != "nowhere.csv":
        (shop / name).write_text("" if name == "empty.csv" else "what is this?")
    told = ingest(shop / name)
    assert told.exit_code == 1
    assert name in told.output
    assert told.exception is None or isinstance(told.exception, SystemExit)


def test_search_shows_products_with_price_stock_and_reason(feed: Path) -> None:
    ingest(feed)
    told = run("search", "wooden flute")
    assert told.exit_code == 0, told.output
    assert "Rowan flute" in told.output
    assert "$49.00" in told.output
    assert "in stock" in told.output
    assert re.search(r"\d products in \d+ ms", told.output)


def test_search_within_a_price_says_what_it_gave_up(feed: Path) -> None:
    ingest(feed)
    assert "Rowan flute" not in run("search", "whistle", "--max-price", "20").output
    assert "nothing under $1.00" in run("search", "flute", "--max-price", "1").output
    refused = run("search", "flute", "--max-price", "cheap")
    assert refused.exit_code == 2
    assert "--max-price" in refused.output


def test_doctor_in_an_empty_shop_says_what_to_do(shop: Path) -> None:
    told = run("doctor")
    assert told.exit_code == 1
    assert "python app.py ingest FEED" in told.output
    assert "3.11" in told.output


def test_doctor_names_a_setting_that_is_wrong(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRWELL_CUSTOMER_SECRETS", '["short"]')
    told = run("doctor")
    assert told.exit_code == 2
    assert told.output.strip() == "PAIRWELL_CUSTOMER_SECRETS: 32 bytes or more each"


def test_doctor_says_where_a_model_server_does_not_answer(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIRWELL_LLM__BASE_URL", "http://127.0.0.1:9/v1")
    told = run("doctor")
    assert told.exit_code == 1
    assert {"unset", "PAIRWELL_LLM__BASE_URL"} <= set(told.output.split())


def test_doctor_says_why_an_adapter_is_refused(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIRWELL_LLM__EMBEDDED", "true")
    monkeypatch.setenv("PAIRWELL_LLM__ADAPTER", str(tmp_path / "none"))
    told = run("doctor")
    assert told.exit_code == 1
    assert "refused" in told.output
    assert "is missing: restore" in re.sub(r"[\s│]+", " ", told.output)


def test_doctor_says_where_the_database_does_not_answer(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRWELL_DATABASE_URL", "postgresql://shop:secret@127.0.0.1:9/shop")
    told = run("doctor")
    assert told.exit_code == 1
    assert "PAIRWELL_DATABASE_URL" in told.output
    assert "secret" not in told.output


@pytest.mark.parametrize("command", ["ingest", "search", "keys list", "doctor --repair", "backup"])
def test_a_database_that_does_not_answer_is_said_without_a_traceback(
    shop: Path, feed: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("PAIRWELL_DATABASE_URL", "postgresql://shop:secret@127.0.0.1:9/shop")
    given = (feed,) if command in {"ingest", "search"} else (shop / "out.zip",) if command == "backup" else ()
    told = run(*command.split(), *given)
    assert told.exit_code == 1
    assert "refused" in told.output
    assert "secret" not in told.output
    assert isinstance(told.exception, SystemExit)


def test_a_watch_goes_on_where_the_index_cannot_be_written(
    feed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records have the new prices; what is new is found by its words until the index is mended."""
    looks: list[bool] = []

    def follow(_: object, do: Callable[[], bool], *__: object, **___: object) -> None:
        looks.extend(do() for _ in range(2))

    def broken(*_: object) -> None:
        raise IndexUnavailable("the index cannot be read")

    monkeypatch.setattr("commands.ingest.follow", follow)
    monkeypatch.setattr("commands.ingest.build_index", broken)
    told = run("ingest", feed, "--currency", "USD", "--watch")
    assert told.exit_code == 0, told.output
    assert looks == [True, True]
    assert "the records are up to date" in told.output


@pytest.mark.parametrize("command", [("serve",), ("ingest", "feed.csv"), ("search", "x"), ("keys", "list")])
def test_a_wrong_setting_is_said_without_a_traceback(
    shop: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PAIRWELL_CUSTOMER_SECRETS", '["short"]')
    told = run(*command)
    assert told.exit_code != 0
    assert "PAIRWELL_CUSTOMER_SECRETS" in told.output


def test_the_demo_is_not_for_production(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAIRWELL_ENV", "production")
    told = run("demo")
    assert told.exit_code == 2
    assert "PAIRWELL_ENV=production" in told.output


@pytest.mark.slow
def test_an_indexed_shop_is_well(feed: Path) -> None:
    assert run("ingest", feed, "--currency", "USD").exit_code == 0
    told = run("doctor")
    assert told.exit_code == 0, told.output
    assert "2 of 2 products indexed" in told.output
    assert "(scorer)" in run("search", "something to blow into").output
    assert run("doctor", "--repair").exit_code == 0

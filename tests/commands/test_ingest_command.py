"""`ingest` on the command line: looking first, and bad sources."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import app

TABLE = "ref,name,price usd,maker\nF-1,Flute,49.00,Rowan\nF-2,Whistle,12.50,Rowan\n"


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "stock.csv"
    path.write_text(TABLE.replace("ref", "sku"))
    return path


def ingest(source: str | Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["ingest", str(source), *options])


def test_an_unknown_table_is_looked_at_then_imported(table: Path) -> None:
    refused = ingest(table, "--no-index")
    assert refused.exit_code == 1
    assert "let `--inspect` write one" in refused.output

    looked = ingest(table, "--inspect")
    assert looked.exit_code == 0, looked.output
    assert all(said in looked.output for said in ("format: mapped", "Flute", "$49.00", "Whistle"))
    assert 'currency = "USD"' in table.with_suffix(".toml").read_text()

    assert ingest(table, "--no-index").exit_code == 0


def test_a_table_without_a_price_says_what_to_write(table: Path) -> None:
    table.write_text("sku,name\nF-1,Flute\n")

    looked = ingest(table, "--inspect")

    assert looked.exit_code == 1
    assert "no column looks like the price: name it in" in looked.output


def test_an_address_of_this_network_is_refused(table: Path) -> None:
    refused = ingest("http://127.0.0.1:9/feed.csv")

    assert refused.exit_code == 1
    assert "which is no public address; allow it by --allow-private" in refused.output.replace("\n", " ")

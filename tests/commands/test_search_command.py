"""`search --explain` on the command line, by words alone: no index is built here."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from app import app

TABLE = "sku,name,price usd,maker\nF-1,Wooden Flute,49.00,Rowan\nF-2,Tin Flute,12.50,Rowan\n"
MAPPING = 'currency = "USD"\n[columns]\nid = "sku"\ntitle = "name"\nprice = "price usd"\nbrand = "maker"\n'


def test_an_explained_search_shows_stages_and_features(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "220")
    (tmp_path / "stock.csv").write_text(TABLE)
    (tmp_path / "stock.toml").write_text(MAPPING)
    run = CliRunner()
    assert run.invoke(app, ["ingest", str(tmp_path / "stock.csv"), "--no-index"]).exit_code == 0

    told = run.invoke(app, ["search", "wooden flute", "--explain"])

    assert told.exit_code == 0, told.output
    assert "wooden flute" in told.output
    assert "leave 2 of 2 products" in told.output
    assert "Wooden Flute" in told.output
    assert "(x " in told.output
    assert "model numbers that it holds" in told.output
    assert "beats next in" in told.output
    assert "lacks            wooden" in told.output

"""`backup` and `restore` on the command line: a shop goes into one file and comes back."""

import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app import app
from assistant.conversations import Conversations
from shop.catalogue import Catalogue
from storage import Database

FEED = "sku,title,price\nF-1,Flute,49.00 USD\nF-2,Whistle,12.50 USD\n"
MAPPING = 'currency = "USD"\n[columns]\nid = "sku"\ntitle = "title"\nprice = "price"\n'


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments])


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("COLUMNS", "200")
    return monkeypatch


@pytest.fixture
def shop(tmp_path: Path, at: pytest.MonkeyPatch) -> Path:
    """A shop with products, a conversation and a picture; its data folder."""
    data = tmp_path / "shop"
    at.setenv("PAIRWELL_DATA_DIR", str(data))
    (tmp_path / "feed.csv").write_text(FEED)
    (tmp_path / "feed.toml").write_text(MAPPING)
    assert run("ingest", tmp_path / "feed.csv", "--no-index").exit_code == 0
    with Database(f"sqlite:///{data}/pairwell.db").begin() as work:
        talks = Conversations(work, datetime(2026, 5, 1, tzinfo=UTC))
        talks.append(talks.create("ann").id, "user", "a flute")
    (data / "media").mkdir()
    (data / "media" / "flute.svg").write_text("<svg/>")
    return data


def test_a_shop_goes_into_one_file_and_comes_back(shop: Path, tmp_path: Path, at: pytest.MonkeyPatch) -> None:
    file = tmp_path / "shop.zip"
    made = run("backup", file)
    assert made.exit_code == 0, made.output
    assert "1 pictures" in made.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600

    at.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "other"))
    back = run("restore", file)

    assert back.exit_code == 0, back.output
    with Database(f"sqlite:///{tmp_path}/other/pairwell.db").read() as work:
        assert [each.title for each in Catalogue(work).all()] == ["Flute", "Whistle"]
        (talk,) = Conversations(work, datetime(2026, 5, 1, tzinfo=UTC)).list_of("ann", 5)
    assert talk.owner == "ann"
    assert (tmp_path / "other" / "media" / "flute.svg").read_text() == "<svg/>"


@pytest.mark.usefixtures("shop")
def test_a_shop_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    run("backup", tmp_path / "shop.zip")

    refused = run("restore", tmp_path / "shop.zip")

    assert refused.exit_code == 1
    assert "the database is not empty" in refused.output


@pytest.mark.usefixtures("shop")
def test_a_backup_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    refused = run("backup", tmp_path / "none" / "shop.zip")

    assert refused.exit_code == 1
    assert "no backup was made" in refused.output
    assert not list(tmp_path.glob("**/*.part"))


@pytest.mark.parametrize("content", [b"", b"no archive", None], ids=["empty", "text", "another zip"])
def test_what_is_no_backup_is_refused(tmp_path: Path, at: pytest.MonkeyPatch, content: bytes | None) -> None:
    at.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "new"))
    file = tmp_path / "shop.zip"
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("readme.txt", "hello")
    else:
        file.write_bytes(content)

    refused = run("restore", file)

    assert refused.exit_code == 1
    assert "shop.zip is no backup, or is damaged" in refused.output


@pytest.mark.usefixtures("shop")
def test_a_backup_that_was_cut_brings_nothing_back(tmp_path: Path, at: pytest.MonkeyPatch) -> None:
    whole, cut = tmp_path / "shop.zip", tmp_path / "cut.zip"
    run("backup", whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(cut, "w") as target:
        rows = source.read("rows.jsonl")
        target.writestr("about.json", source.read("about.json"))
        target.writestr("rows.jsonl", rows[: len(rows) * 2 // 3])
    at.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "new"))

    assert run("restore", cut).exit_code == 1
    assert run("restore", whole).exit_code == 0


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("fault", ["outside", "damaged"])
def test_a_picture_that_cannot_be_brought_back_leaves_the_database_empty(
    tmp_path: Path, at: pytest.MonkeyPatch, fault: str
) -> None:
    """Else the whole backup would then be refused: the database is not empty."""
    whole, other = tmp_path / "whole.zip", tmp_path / "other.zip"
    run("backup", whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(other, "w") as target:
        for name in ("about.json", "rows.jsonl"):
            target.writestr(name, source.read(name))
        target.writestr(
            "media/../../far.svg" if fault == "outside" else "media/flute.svg", "<svg>a b c</svg>"
        )
    if fault == "damaged":
        other.write_bytes(other.read_bytes().replace(b"<svg>a b c</svg>", b"<svg>a ! c</svg>"))
    at.setenv("PAIRWELL_DATA_DIR", str(tmp_path / "new"))

    assert run("restore", other).exit_code == 1
    assert run("restore", whole).exit_code == 0
    assert not (tmp_path / "far.svg").exists()

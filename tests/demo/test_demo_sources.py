"""A merchant's slip in the sources: every one is told, by place, and nothing is written."""

from pathlib import Path

import pytest

from demo.build import build, main
from demo.tables import BadSources

TENTS = "families/camping.toml"


def _spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def _faults(sources: Path, out: Path) -> str:
    with pytest.raises(BadSources) as raised:
        build(out, sources=sources)
    assert not out.exists(), "nothing is written from faulty sources"
    return "\n".join(raised.value.problems)


def test_the_shops_own_sources_have_no_fault(sources: Path, tmp_path: Path) -> None:
    assert build(tmp_path / "out", sources=sources).counts["products"] == 300


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (TENTS, 'id = "tn-meadow-4"', 'id = "tn-harbour-4"', "product id 'tn-harbour-4' stands 2 times"),
        (
            TENTS,
            '"Meadow 4 Weekend Tent"',
            '"Harbour 4 family tent"',
            "product title 'harbour 4 family tent'",
        ),
        (TENTS, 'key = "tents"', 'key = "sleeping-bags"', "family key 'sleeping-bags' stands 2 times"),
        (
            TENTS,
            '"tent-pegs", "camp',
            '"tent-pigs", "camp',
            "family tents: complement 'tent-pigs' is no family",
        ),
        (TENTS, '"sleeping-bags", "sleeping-mats", "tent', '"tents", "tent', "family tents: is its own"),
        (TENTS, 'picture = "tent"', 'picture = "yurt"', "picture 'yurt' has no drawing in pictures/"),
        (TENTS, '"Camping > Tents"', '"Tents"', "category 'Tents' is not written as 'Department > Shelf'"),
        (TENTS, '"Camping > Tents"', '"Camps > Tents"', "department 'Camps' has no colour in colours.toml"),
        (TENTS, 'price = "79.00"', 'price = "79,00"', "tn-meadow-4: price is no amount like 149.00: '79,00'"),
        (TENTS, 'price = "79.00"', 'price = "-79.00"', "tn-meadow-4: price is no positive amount"),
        (TENTS, 'price = "79.00"', 'prize = "79.00"', "tn-meadow-4: unknown field 'prize'"),
        (TENTS, 'price = "79.00"', "price = 79", "tn-meadow-4: price is not a text: 79"),
        (
            TENTS,
            'list_price = "219.00"',
            'list_price = "9.00"',
            "tn-harbour-4: list_price is not above price",
        ),
        (TENTS, "rating = 4.1", "rating = 41", "tn-meadow-4: rating is not between 1 and 5"),
        (
            TENTS,
            'sold_out = ["sand"]',
            'sold_out = ["sandy"]',
            "tn-harbour-4: 'sandy', out of stock, is no variant",
        ),
        (TENTS, '"sky blue"', '"sky blew"', "tn-meadow-4: colour 'sky blew' stands not in colours.toml"),
        (TENTS, '"sky blue"', '"sand"', "tn-meadow-4: option 'Colour' has no value, or one twice"),
        (TENTS, '"EN417"', '"EN714"', "no other product provides gas_thread = 'EN714', which it requires"),
        ("colours.toml", '["#d3b98a"]', '["sandy"]', "colours.toml: 'sand' is not one #rrggbb or two"),
        (
            "occasions.toml",
            "camping stove",
            "camping sauna",
            "slot 'stove': no title, category or tag in the shop",
        ),
        ("occasions.toml", '"hike", ', '"camping", ', "occasion word 'camping' stands 2 times"),
        (
            "promotions.toml",
            'kind = "set"',
            'kind = "sets"',
            "stove-and-gas: kind 'sets' is none of percentage",
        ),
        ("promotions.toml", "percent = 15", 'amount = "15.00"', "autumn-camping: percentage needs percent"),
        ("promotions.toml", "Camping > Stoves", "Camping > Ovens", "'Camping > Ovens' is neither a category"),
        ("promotions.toml", "2027-03-01", "2026-03-01", "autumn-camping: ends before it starts"),
        ("hours.toml", "America/Chicago", "Chicago", "hours.toml: timezone 'Chicago' is unknown"),
        ("hours.toml", "08:00-20:00", "20:00-08:00", "monday '20:00-08:00' is not written as 09:00-18:00"),
        ("policies/shipping.md", "# Shipping", "Shipping", "policies/shipping.md: has no # title"),
        ("people.toml", 'country = "US"', "", "people.toml: country is missing"),
    ],
)
def test_a_slip_is_told_with_its_place(
    sources: Path, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    _spoil(sources / file, old, new)
    assert told in _faults(sources, tmp_path / "out")


def test_all_slips_are_told_at_once(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _spoil(sources / TENTS, 'price = "79.00"', 'price = "cheap"')
    _spoil(sources / "promotions.toml", "percent = 10", "percent = 0")
    (sources / "hours.toml").write_text("this is no TOML")
    (sources / "people.toml").unlink()
    told = _faults(sources, tmp_path / "out")
    for place in (
        "tn-meadow-4: price",
        "home-office-10: percent",
        "hours.toml: cannot be read",
        "people.toml: cannot",
    ):
        assert place in told
    monkeypatch.setattr("demo.build.build.__defaults__", (7, sources))
    assert main([str(tmp_path / "out")]) == 1
    assert "problems in the sources of the shop:\n  - camping.toml: tn-meadow-4" in capsys.readouterr().err


def test_a_department_without_products_is_a_fault(sources: Path, tmp_path: Path) -> None:
    for path in (sources / "families").glob("*.toml"):
        path.write_text("")
    assert "families: there is no product" in _faults(sources, tmp_path / "out")

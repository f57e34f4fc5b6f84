"""What the pair model is trained on: orders read, products held out, variants left out."""

import gzip
import json
from pathlib import Path

import pytest

from finetune.pairs.examples import examples, goods, lifts, parts, read_by_hand
from finetune.pairs.retail import BadOrders, Retail, before, read
from retrieval.relations.counting import count


def write(path: Path, rows: list[tuple[str, str, str, str]]) -> Path:
    """Rows of invoice, code, description and quantity."""
    names = ("InvoiceNo", "StockCode", "Description", "Quantity")
    lines = [
        json.dumps({**dict(zip(names, row, strict=True)), "InvoiceDate": row[0], "UnitPrice": "1.5"})
        for row in rows
    ]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


@pytest.fixture
def shop(tmp_path: Path) -> Retail:
    """Forty orders of teapot and milk jug, of two colours of a washbag; and orders of everything alone."""
    rows = []
    for number in range(40):
        for code, title in (("10001", "REGENCY TEAPOT"), ("10002", "REGENCY MILK JUG")):
            rows.append((f"5{number:05}", code, title, "2"))
        for code, title in (("10003", "GREEN ROSE WASHBAG"), ("10004", "PINK ROSE WASHBAG")):
            rows.append((f"6{number:05}", code, title, "1"))
    rows += [(f"7{n:05}", f"2{n % 20:04}", f"THING {n % 20} LAMP", "1") for n in range(800)]
    return read(write(tmp_path / "orders.jsonl.gz", rows))


def test_cancelled_orders_and_fees_are_no_products(tmp_path: Path) -> None:
    rows = [
        ("536365", "85123A", "WHITE HANGING HEART", "6"),
        ("C536366", "85123A", "WHITE HANGING HEART", "6"),
        ("536367", "85123a", "HEART", "1"),
        ("536368", "85123A", "WHITE HANGING HEART ", "1"),
        ("536369", "POST", "POSTAGE", "1"),
        ("536370", "22423", "CAKESTAND", "-2"),
    ]
    shop = read(write(tmp_path / "orders.jsonl.gz", rows))
    assert shop.titles == {"85123A": "WHITE HANGING HEART"}
    assert sorted(shop.lines["basket"]) == ["536365", "536367", "536368"]


def test_another_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"asin": "x"}\n')
    with pytest.raises(BadOrders, match="has no InvoiceNo"):
        read(other)
    with pytest.raises(BadOrders):
        read(tmp_path / "missing.jsonl")


def test_earlier_and_later_orders_are_all_orders(shop: Retail) -> None:
    early, late = before(shop, 0.6)
    assert len(early) + len(late) == len(shop.lines)
    assert max(early["at"].to_list()) <= min(late["at"].to_list())
    assert not set(early["basket"]) & set(late["basket"])


def test_variants_are_no_examples_and_are_counted(shop: Retail) -> None:
    known = goods(shop.titles, count(shop.lines))
    found = examples(known, shop.titles.keys(), each=1, seed=0)
    assert found.together == (("10001", "10002"),)
    assert found.variants == 1
    assert ("10003", "10004") not in lifts(known, shop.titles.keys())[0]


def test_parts_share_no_product_and_hold_out_what_was_read() -> None:
    read_codes = {pair[side] for pair in read_by_hand() for side in ("a", "b")}
    names = [*read_codes, *(f"3{n:04}" for n in range(1000))]
    part = parts(names)
    assert read_codes <= part.test
    assert not part.train & part.test
    assert not part.train & part.calibrate
    assert not part.calibrate & part.test
    assert part == parts(names[::-1])


def test_three_hundred_pairs_were_read() -> None:
    pairs = read_by_hand()
    assert len(pairs) == 300
    assert {pair["label"] for pair in pairs} == {"substitute", "complement", "unrelated"}
    assert len({pair[side] for pair in pairs for side in ("a", "b")}) == 600

"""The files of the demo shop: the same every time, whole, and small."""

import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from demo.build import SOURCES, build
from demo.catalogue import barcode, slug
from demo.pictures import tinted
from tests.demo.conftest import Shop

ROOT = SOURCES.parent
SVG = (SOURCES / "pictures" / "default.svg").read_text(encoding="utf-8")


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _build_apart(out: Path, hash_seed: str) -> subprocess.CompletedProcess[str]:
    """In a Python of its own that sees no installed package (-S)."""
    command = [sys.executable, "-S", "-m", "demo.build", str(out)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_two_builds_are_equal_to_the_byte_and_need_only_the_standard_library(
    shop: Shop, tmp_path: Path
) -> None:
    for hash_seed in ("1", "2"):
        done = _build_apart(tmp_path / hash_seed, hash_seed)
        assert done.returncode == 0, done.stderr
        assert _files(tmp_path / hash_seed) == _files(shop.folder)


def test_another_seed_is_another_shop_with_the_same_things_on_its_shelves(shop: Shop, tmp_path: Path) -> None:
    build(tmp_path, seed=8)
    same, other = _files(shop.folder), _files(tmp_path)
    assert {name for name in same if same[name] != other[name]} == {
        "products.jsonl",  # its stock
        "reviews.jsonl",
        "customers.jsonl",
        "orders.jsonl",
    }


def test_the_shop_has_what_it_promises(shop: Shop) -> None:
    families = [tomllib.loads(path.read_text()) for path in (SOURCES / "families").glob("*.toml")]
    occasions = tomllib.loads((shop.folder / "occasions.toml").read_text())["occasion"]
    assert sum(len(file["family"]) for file in families) == 150
    assert len(shop.products) == 300
    assert sum(len(product.variants) for product in shop.products) == 900
    assert len(shop.customers) == 60
    assert len(shop.orders) == 2000
    assert len(shop.promotions) == 10
    assert len(list((shop.folder / "policies").glob("*.md"))) == 8
    assert len(occasions) >= 20
    assert len(families) == 18


def test_the_shop_stays_below_4_mb(shop: Shop) -> None:
    assert sum(path.stat().st_size for path in shop.folder.rglob("*") if path.is_file()) < 4_000_000


def test_every_picture_of_a_product_is_a_drawing_in_the_media_folder(shop: Shop) -> None:
    named = {media.url for product in shop.products for media in product.media}
    assert all(product.media for product in shop.products)
    assert named | {"/media/default.svg"} == {f"/media/{p.name}" for p in (shop.folder / "media").iterdir()}
    for picture in (shop.folder / "media").iterdir():
        root = ElementTree.parse(picture).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert root.get("viewBox") == "0 0 256 256"


def test_the_same_drawing_is_tinted_by_colour(shop: Shop) -> None:
    tent = shop.product("tn-harbour-4")
    pictures = [(shop.folder / media.url.lstrip("/")).read_text() for media in tent.media]
    assert [media.alt for media in tent.media] == [
        f"{tent.title}, {v.options['Colour']}" for v in tent.variants
    ]
    assert len(set(pictures)) == len(tent.variants)


def test_a_new_build_removes_the_pictures_and_policies_that_are_gone(tmp_path: Path) -> None:
    for stale in ("media/tent-of-yesterday.svg", "policies/yesterday.md"):
        (tmp_path / stale).parent.mkdir()
        (tmp_path / stale).write_text("old")
    (tmp_path / "media" / "photo.png").write_text("the merchant's own")
    build(tmp_path)
    assert not (tmp_path / "media" / "tent-of-yesterday.svg").exists()
    assert not (tmp_path / "policies" / "yesterday.md").exists()
    assert (tmp_path / "media" / "photo.png").exists()


def test_every_policy_page_has_a_title_and_several_headed_sections(shop: Shop) -> None:
    for page in (shop.folder / "policies").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        sections = text.split("\n## ")
        assert text.startswith("# ")
        assert len(sections) > 4, page.name
        assert all(section.partition("\n")[2].strip() for section in sections[1:]), page.name


def test_policies_do_not_promise_two_different_numbers(shop: Shop) -> None:
    """The numbers that shoppers ask for stand in one page each."""
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (shop.folder / "policies").glob("*.md")}
    for promise, home in (
        (r"\$49\b", "shipping"),
        (r"\$5\.95", "shipping"),
        (r"within 30 days of the day it arrived", "returns"),
        (r"for 2 years", "warranty"),
        (r"\$3\.95", "gifts"),
    ):
        assert [name for name, text in pages.items() if re.search(promise, text)] == [home]


@given(st.text())
def test_a_barcode_is_a_valid_ean_of_the_shops_own_range(variant_id: str) -> None:
    code = barcode(variant_id)
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(code))
    assert re.fullmatch(r"200\d{10}", code)
    assert weighted % 10 == 0


@given(st.text())
def test_a_slug_is_safe_in_an_address_and_in_a_file_name(text: str) -> None:
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug(text))


@given(st.lists(st.integers(0, 0xFFFFFF).map("#{:06x}".format), min_size=1, max_size=2))
def test_a_picture_in_any_colour_is_well_formed_and_shows_its_body(swatch: list[str]) -> None:
    painted = tinted(SVG, tuple(swatch))
    fills = [element.get("fill") for element in ElementTree.fromstring(painted).iter()]
    assert swatch[0] in fills
    assert fills[1] != swatch[0], "the card behind the body has a colour of its own"


def test_ids_handles_and_barcodes_are_unique(shop: Shop) -> None:
    variants = [variant for product in shop.products for variant in product.variants]
    for names in (
        [product.id for product in shop.products],
        [product.handle for product in shop.products],
        [variant.id for variant in variants],
        [variant.sku for variant in variants],
        [variant.barcodes for variant in variants],
        [review.id for review in shop.reviews],
        [order.id for order in shop.orders],
        [customer.email for customer in shop.customers],
    ):
        assert [name for name, count in Counter(names).items() if count > 1] == []

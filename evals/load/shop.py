"""The server under load: a catalogue with an answer for every turn, keys enough, and the model asked for."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from evals.import_speed import WORDS
from evals.load.driver import GOODS
from evals.load.scripted import scripted_model
from evals.server import Server, demo_server
from storage import Database
from web.keys import ApiKeys

PRODUCTS = 400
COLUMNS = (
    *("id", "title", "description", "price", "availability", "link"),
    *("brand", "product_type", "quantity", "material", "color"),
)
#: Facts enough that there is something to tell of each.
MATERIALS = ("steel", "oak", "cotton")
COLOURS = ("red", "blue", "green", "white")
#: A key may ask for twenty turns a second: enough of them that no limit is measured in place of the server.
KEYS = 8


@contextmanager
def served(system: str, folder: Path, seed: int) -> Iterator[tuple[Server, tuple[str, ...]]]:
    """A server with its API keys. It is started twice: the first start converts the embedding model, which
    takes memory that a server in use does not have."""
    feed = folder / "things.tsv"
    _write_feed(feed, seed)
    arguments = ("--catalogue", str(feed))
    with demo_server(folder, {"PAIRWELL_LLM__EMBEDDED": "false"}, *arguments):
        pass
    keys = _keys(folder / "things" / "pairwell.db")
    if system == "scripted":
        with (
            scripted_model() as url,
            demo_server(folder, {"PAIRWELL_LLM__BASE_URL": url}, *arguments) as server,
        ):
            yield server, keys
        return
    environment = {"PAIRWELL_LLM__EMBEDDED": "true" if system == "embedded" else "false"}
    with demo_server(folder, environment, *arguments) as server:
        yield server, keys


def _write_feed(path: Path, seed: int) -> None:
    """In Google's form; each word names the same number of things, from cheap to dear."""
    chance = random.Random(seed)  # noqa: S311 - data, no secret
    lines = ["\t".join(COLUMNS)]
    for number in range(PRODUCTS):
        word, share = GOODS[number % len(GOODS)], number // len(GOODS)
        words = " ".join(chance.choices(WORDS, k=30))
        lines.append(
            f"p{number}\t{word} {number}\t{words}\t{10 + share * 20}.00 USD\tin stock"
            f"\thttps://shop.example/{number}\tMaker {number % 7}\tThings > Shelf {number % 5}\t50"
            f"\t{MATERIALS[number % len(MATERIALS)]}\t{COLOURS[share % len(COLOURS)]}"
        )
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _keys(database: Path) -> tuple[str, ...]:
    opened = Database(f"sqlite:///{database}")
    with opened.begin() as work:
        keys = ApiKeys(work, datetime.now(UTC))
        made = tuple(keys.create(f"load {number}", ["chat"])[1] for number in range(KEYS))
    opened.dispose()
    return made

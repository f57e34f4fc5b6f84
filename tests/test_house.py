"""The design's rules about the house itself, held by reading the code: arrows, borders, sizes, and whose
words stand in it."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from retrieval.locale import load_locale

ROOT = Path(__file__).parents[1]

#: From the top down: a package may import those below it, never one above.
LAYERS = ("commands", "web", "assistant", "retrieval", "shop", "storage")
LEAVES = ("prompts", "storage")
MEASURING = ("evals", "finetune")
ENTRY = ("app", "wiring", "settings")
PACKAGES = (*LAYERS, "prompts", "demo", *MEASURING)

#: A framework's packages, and the modules in which they may be imported.
BORDERS: dict[tuple[str, ...], str] = {
    ("langgraph", "langchain", "langchain_core"): r"assistant\.agent",
    ("llama_index",): r"retrieval\.policies",
    ("chromadb",): r"retrieval\.chroma_index",
    ("sentence_transformers", "torch", "openvino"): r"retrieval\.(encoder|cross_encoder|openvino_model)",
    ("sqlalchemy", "alembic"): r"(storage|shop|assistant|web)(\..+)?",
    ("fastapi", "starlette", "gradio", "uvicorn"): r"web(\..+)?|wiring|app|commands\..+",
    ("openai",): r"assistant\.llm",
    ("xllamacpp",): r"assistant\.embedded",
    ("gguf", "safetensors"): r"assistant\.adapters",
}

#: Who owns tables: modules that import SQLAlchemy besides storage's own.
STORES = re.compile(
    r"shop\.(tables|carts|catalogue|customers|events|hours|occasions|orders|policies|product_rows|profile"
    r"|promotions|records|reviews|staging)"
    r"|assistant\.(conversation_tables|conversations|handoffs|bundle_tables|bundle_store|service_tables)"
    r"|assistant\.(confirmations|guests|outbox|stock_alerts|tries)"
    r"|web\.(tables|keys|sessions|idempotency|ratelimit|housekeeping|customers|known|follow|accounts|personal)"
    r"|storage(\..+)?"
    # What measures looks behind the API where nothing else can.
    r"|evals\.(postgres|crash\.clients)"
)

MOST_LINES = 400
MOST_FUNCTION_LINES = 40


@cache
def modules() -> dict[str, Path]:
    """Every module of the house by its dotted name."""
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    files += [ROOT / f"{name}.py" for name in ENTRY]
    return {_dotted(path): path for path in sorted(files) if "__pycache__" not in path.parts}


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(modules()[name].read_text(encoding="utf-8"))


@cache
def imports(name: str) -> frozenset[str]:
    """What a module imports, wherever in it: also inside functions and for type checking."""
    found: set[str] = set()
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name} imports relatively"
            found.add(node.module or "")
    return frozenset(found)


def top(imported: str) -> str:
    return imported.split(".")[0]


def importers(packages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Pairs of a module and what it imports of some packages."""
    for name in modules():
        for imported in sorted(imports(name)):
            if top(imported) in packages:
                yield name, imported


def test_the_house_is_found() -> None:
    assert {"app", "wiring", "assistant.agent", "web.api", "shop.money"} <= modules().keys()


@pytest.mark.parametrize("layer", LAYERS)
def test_arrows_run_down(layer: str) -> None:
    above = (*LAYERS[: LAYERS.index(layer)], "app", *(() if layer == "commands" else ("wiring", "settings")))
    upward = [(name, imported) for name, imported in importers(above) if top(name) == layer]
    assert upward == []


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_leaf_imports_nothing_of_the_house(leaf: str) -> None:
    others = tuple(package for package in (*PACKAGES, *ENTRY) if package != leaf)
    assert [pair for pair in importers(others) if top(pair[0]) == leaf] == []


def test_nothing_imports_what_measures_and_trains() -> None:
    assert [pair for pair in importers(MEASURING) if top(pair[0]) not in MEASURING] == []


def test_nothing_that_serves_imports_the_demo_shop() -> None:
    outside = [name for name, _ in importers(("demo",)) if top(name) not in ("demo", *MEASURING)]
    assert set(outside) <= {"commands.demo"}


@pytest.mark.parametrize(("framework", "place"), BORDERS.items(), ids=lambda value: str(value)[:40])
def test_a_framework_stays_behind_its_border(framework: tuple[str, ...], place: str) -> None:
    strangers = [
        pair
        for pair in importers(framework)
        if not re.fullmatch(place, pair[0]) and top(pair[0]) not in MEASURING
    ]
    assert strangers == []


def test_only_stores_speak_sql() -> None:
    others = {name for name, _ in importers(("sqlalchemy",)) if not STORES.fullmatch(name)}
    assert others == set()


@pytest.mark.parametrize("name", modules())
def test_a_module_fits_a_reader(name: str) -> None:
    lines = modules()[name].read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES
    # A migration is one list of tables, not something to follow.
    if name.startswith("storage.migrations"):
        return
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1}"
        for node in ast.walk(tree(name))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


# The demo shop's words ------------------------------------------------------------------------------

#: Shelf names of the demo shop that are also words of any program or any shopper.
COMMON = re.compile(
    "accessory|anchor|arm|baby|band|base|battery|bit|board|box|camera|can|card|case|desk|door|filter"
    "|game|head|hub|home office|light|liner|lock|machine|mount|panel|party|pet|plate|plug|pod|pole|scale"
    "|seat|sensor|set|supply|switch|table|tool|tray|tube"
)


def fold(word: str) -> str:
    return load_locale("en").fold(word)


@cache
def goods() -> frozenset[str]:
    """The demo shop's own nouns: its departments, and the last word of each shelf that is a plural."""
    words: set[str] = set()
    for path in sorted((ROOT / "demo" / "families").glob("*.toml")):
        for family in tomllib.loads(path.read_text(encoding="utf-8"))["family"]:
            department, *shelves = (part.strip().lower() for part in family["category"].split(">"))
            words.add(fold(department))
            words.update(fold(shelf.split()[-1]) for shelf in shelves if shelf.endswith("s"))
    return frozenset(word for word in words if not COMMON.fullmatch(word))


def spoken(name: str) -> Iterator[str]:
    """The text that a module holds: its strings, without docstrings."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def named(text: str) -> set[str]:
    return {fold(word) for word in re.findall(r"[a-z]+", text.lower())} & goods()


def test_the_demo_shop_has_words_to_look_for() -> None:
    assert {"camping", "stove", "tent", "kettle", "rucksack"} <= goods()
    assert len(goods()) > 60


#: Where the API's description gives examples, in the words of some shop.
EXAMPLES = ("web.schemas", "web.routers")


@pytest.mark.parametrize(
    "name", [name for name in modules() if top(name) in LAYERS[1:] and not name.startswith(EXAMPLES)]
)
def test_no_code_knows_the_demo_shops_goods(name: str) -> None:
    assert {word for text in spoken(name) for word in named(text)} == set()


@pytest.mark.parametrize("path", sorted((ROOT / "prompts").glob("*/*.txt")), ids=lambda path: path.stem)
def test_no_prompt_knows_the_demo_shops_goods(path: Path) -> None:
    assert named(path.read_text(encoding="utf-8")) == set()

"""`python -m evals api`: schemathesis over the whole OpenAPI description, and what came of it.

Every operation gets requests that fit its description and requests that do not, from three callers: a key
that may do everything, a shopper, and somebody without a token. Half of the requests carry the ids of things
that are really there. Without a URL the API is a shop in this process, with its real tools and guards.

An answer fails where it is a server error, has a status, a content type or a body that is not described, or
where a wrong request is taken; schemathesis judges that, with all its checks.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from rich.console import Console
from rich.table import Table
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.openapi import from_asgi, from_url
from schemathesis.schemas import APIOperation, BaseSchema
from starlette.testclient import TestClient

from evals.charts import bars
from evals.results import Row, write
from web.keys import SCOPES, ApiKeys

Headers = dict[str, str]
Ids = dict[str, str]

CALLERS = ("key", "shopper", "nobody")
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
#: An open stream of a conversation that is there does not end.
ENDLESS = "/events"
SERVER_ERRORS = 500
UNDESCRIBED = ("Undocumented HTTP status code",)


@dataclass(slots=True)
class Tally:
    """What one operation answered one caller; `failures` counts by schemathesis' own titles."""

    caller: str
    operation: str
    statuses: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def server_errors(self) -> int:
        return sum(count for status, count in self.statuses.items() if status >= SERVER_ERRORS)


@dataclass(slots=True)
class Api:
    """The described API, and how to become one of its callers: headers, and ids of what is there."""

    schema: BaseSchema
    arrive: Callable[[str], tuple[Headers, Ids]]
    arrived: dict[str, tuple[Headers, Ids]] = field(default_factory=dict)

    def caller(self, name: str) -> tuple[Headers, Ids]:
        """The same one until `forget`: what was deleted is not there any more."""
        if name not in self.arrived:
            self.arrived[name] = self.arrive(name)
        return self.arrived[name]

    def forget(self, name: str) -> None:
        self.arrived.pop(name, None)


def measure(out: Path, seed_: int, url: str | None, key: str | None, examples: int) -> None:
    """Asks every operation, prints the table, and writes rows and a page with every status."""
    with _at_url(url, key or "") if url else _here() as api:
        tallies = [
            _asked(api, operation, caller, seed_, examples)
            for operation in _operations(api.schema)
            for caller in CALLERS
        ]
    rows = [row for caller in CALLERS for row in _rows(caller, [t for t in tallies if t.caller == caller])]
    _print(rows, tallies)
    write(out, "api", seed_, [], rows)
    shown = ("requests", "server_errors", "undocumented_statuses", "failures")
    bars(out / "api.png", rows, shown, "made-up requests")
    (out / "statuses.md").write_text(_page(tallies), encoding="utf-8")


def _operations(schema: BaseSchema) -> Iterator["APIOperation[Any, Any, Any, Any]"]:
    """All of them. Raises what is wrong with one that is not described as OpenAPI wants it."""
    for described in schema.get_all_operations():
        if not isinstance(described, Ok):
            raise described.err()
        yield described.ok()


def _asked(
    api: Api, operation: "APIOperation[Any, Any, Any, Any]", caller: str, seed_: int, examples: int
) -> Tally:
    tally = Tally(caller, operation.label)
    for mode in MODES:
        ask = _asking(tally, operation.as_strategy(generation_mode=mode), *api.caller(caller))
        limited = settings(
            max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        with suppress(Unsatisfiable):  # nothing about this request can be wrong
            seed(seed_)(limited(ask))()
        if operation.method.upper() == "DELETE":
            api.forget(caller)
    return tally


def _asking(tally: Tally, cases: st.SearchStrategy[Any], headers: Headers, ids: Ids) -> Callable[[], None]:
    """A test of hypothesis that counts and never fails."""

    @given(case=cases, real=st.booleans())
    def ask(case: Any, real: bool) -> None:
        if real and not case.path.endswith(ENDLESS):
            named = case.path_parameters or {}
            case.path_parameters = {name: ids.get(name, value) for name, value in named.items()}
        answer = case.call(headers=headers)
        tally.statuses[answer.status_code] += 1
        try:
            # Told of the headers, the check of ignored tokens sends the request again without them.
            case.validate_response(answer, headers=headers, transport_kwargs={"headers": dict(headers)})
        except FailureGroup as group:
            tally.failures.update(str(each.title) for each in group.exceptions)

    return ask


@contextmanager
def _here() -> Iterator[Api]:
    """The shop that attacks are tried on, behind its real API."""
    from evals.safety.world import open_world
    from retrieval.embedding import MiniLmEmbedder

    host = {"Host": "localhost"}
    with tempfile.TemporaryDirectory() as folder, open_world(Path(folder), MiniLmEmbedder()) as world:
        with world.database.begin() as work:
            _, key = ApiKeys(work, datetime.now(UTC)).create("schemathesis", SCOPES)
        schema = from_asgi("/openapi.json", world.client.app, headers=host)
        yield Api(schema, lambda caller: _arrived(world.client, caller, key, host))


@contextmanager
def _at_url(url: str, key: str) -> Iterator[Api]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield Api(from_url(f"{url}/openapi.json"), lambda caller: _arrived(client, caller, key, {}))


def _arrived(
    client: "httpx.Client | TestClient", caller: str, key: str, host: Headers
) -> tuple[Headers, Ids]:
    """A caller's headers, and the ids of a conversation, a product, a bundle and a cart's line of theirs."""
    if caller == "nobody":
        return host, {}
    token = key if caller == "key" else client.post("/v1/sessions").json()["token"]
    who = {"Authorization": f"Bearer {token}"}

    def posted(path: str, body: Any = None) -> Any:
        return client.post(f"/v1/{path}", json=body, headers=who).json()

    talk = posted("conversations")["id"]
    said = posted(f"conversations/{talk}/messages", {"content": "hello"})
    ids: Ids = {"conversation_id": talk, "message_id": said["id"]}
    for card in posted("search", {"query": "a jug", "limit": 1})["products"]:
        product = {name: card[name] for name in ("product_id", "variant_id")}
        posted("cart/items", {**product, "quantity": 1})
        lines = client.get("/v1/cart", headers=who).json()["lines"]
        made = posted("bundles", {"need": card["title"]})["bundles"]
        ids |= {"product_id": card["product_id"]} | ({"line": lines[0]["id"]} if lines else {})
        ids |= {"bundle_id": made[0]["id"]} if made else {}
    return who | host, ids


def _rows(caller: str, tallies: Sequence[Tally]) -> Iterator[Row]:
    """Counts; a count of everything that was asked has no interval."""
    asked = sum(tally.statuses.total() for tally in tallies)
    counts = {
        "operations": len(tallies),
        "requests": asked,
        "server_errors": sum(tally.server_errors for tally in tallies),
        "undocumented_statuses": sum(tally.failures[name] for tally in tallies for name in UNDESCRIBED),
        "failures": sum(tally.failures.total() for tally in tallies),
    }
    for metric, count in counts.items():
        yield Row(caller, metric, count, count, count, asked)


def _print(rows: Sequence[Row], tallies: Sequence[Tally]) -> None:
    console = Console()
    metrics = list(dict.fromkeys(row.metric for row in rows))
    table = Table("caller", *(metric.replace("_", " ") for metric in metrics))
    for caller in CALLERS:
        table.add_row(caller, *(f"{row.value:g}" for row in rows if row.system == caller))
    console.print(table)
    for tally in tallies:
        for title, count in tally.failures.items():
            told = f"{tally.caller}: {tally.operation}: {title} ({count})"
            console.print(told, style="red", markup=False)


def _page(tallies: Sequence[Tally]) -> str:
    """Every operation with how often it answered what, all callers together."""
    lines = ["# What each operation answered", "", "| operation | statuses | failures |", "|---|---|---|"]
    for operation in dict.fromkeys(tally.operation for tally in tallies):
        mine = [tally for tally in tallies if tally.operation == operation]
        statuses = sum((tally.statuses for tally in mine), Counter[int]())
        told = ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items()))
        lines.append(f"| `{operation}` | {told} | {sum(tally.failures.total() for tally in mine)} |")
    return "\n".join(lines) + "\n"

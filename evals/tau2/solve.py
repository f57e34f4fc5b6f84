"""How many tasks the assistant solves with a scripted customer: the honest number, however small.

The customer is signed in as the task's user, since Pairwell takes a customer from the session and never from
what is said. They say the task's reason for the call, sentence by sentence, choose what they are asked to
choose by the words of the task, and say yes to what is described. A task is solved where the records have
changed exactly as the reference changes them, amounts to the cent. `silent`, a customer who says nothing,
solves the tasks that change nothing: what is above it was done.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.agent import Assistant
from assistant.bundles import Bundles
from assistant.conversations import Conversations
from assistant.llm import ChatModel
from assistant.tools.context import ToolServices, Turn
from evals.tau2 import domain
from evals.tau2.domain import POLICY, Json
from evals.tau2.replay import Shop
from evals.tau2.tools import RetailTools, ToolError
from retrieval.embedding import Embedder
from retrieval.policies import PolicyIndex
from retrieval.relations import OrderRelations
from retrieval.search import SearchService
from shop.policies import Policies
from shop.values import Policy
from storage import Database

MOST_TURNS = 16
SENTENCE = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Domain:
    """The domain's shop on disk, ready to be copied for each task, and what never changes in it."""

    template: Path
    db: Json
    search: SearchService
    policies: PolicyIndex


def open_domain(folder: Path, data: Path, embedder: Embedder) -> Domain:
    """Loads the shop and its policy, and indexes its products."""
    db = domain.read(data)
    template = folder / "template.db"
    database = Database(f"sqlite:///{template}")
    database.upgrade()
    with database.begin() as work:
        domain.load(work, db)
        Policies(work).put([Policy("policy", "Policy", (data / "policy.md").read_text(encoding="utf-8"))])
    search = SearchService(database, folder / "index", embedder)
    search.warm()
    policies = PolicyIndex(database, folder / "index", embedder)
    policies.refresh()
    return Domain(template, db, search, policies)


def silent(tasks: Sequence[Json], expected: dict[str, Json]) -> list[bool]:
    """Solved by saying nothing."""
    return [not expected[task["id"]]["changes"] for task in tasks]


def solve(
    at: Domain,
    tasks: Sequence[Json],
    expected: dict[str, Json],
    model: ChatModel | None,
    *,
    understands: bool,
) -> Iterator[bool]:
    """Whether each task is solved."""
    for task in tasks:
        path = _copied(at.template)
        database = Database(f"sqlite:///{path}")
        try:
            shop = Shop(database, at.db, loaded=True)
            _converse(at, database, task, model, understands=understands)
            yield _same(shop.changes(database), expected[task["id"]]["changes"])
        finally:
            database.dispose()


def _copied(template: Path) -> Path:
    """A copy for one task. By SQLite itself: the newest pages may stand beside the file still."""
    path = template.with_name("task.db")
    for left in path.parent.glob("task.db*"):
        left.unlink()
    source, target = sqlite3.connect(template), sqlite3.connect(path)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return path


def user_of(task: Json, database: Database, db: Json) -> str | None:
    """The task's user: whom its calls look up, else whose order they touch."""
    with database.read() as work:
        tools = RetailTools(work, db)
        for action in task["evaluation_criteria"]["actions"]:
            name, given = action["name"], action["arguments"]
            try:
                if name.startswith("find_user"):
                    return str(tools.call(name, given))
                if "user_id" in given:
                    return str(given["user_id"])
                if "order_id" in given:
                    return str(tools.get_order_details(given["order_id"])["user_id"])
            except ToolError:
                continue
    return None


def _converse(
    at: Domain, database: Database, task: Json, model: ChatModel | None, *, understands: bool
) -> None:
    def clock() -> datetime:
        return datetime.now(UTC)

    bundles = Bundles(database, at.search, OrderRelations(database), clock)
    tools = ToolServices(database, at.search, bundles, at.policies, clock, POLICY)
    assistant = Assistant(tools, model, model_understands=understands)
    customer = user_of(task, database, at.db)
    reason = task["user_scenario"]["instructions"]["reason_for_call"]
    to_say = [each.strip() for each in SENTENCE.split(reason) if each.strip()]
    with database.begin() as work:
        talk = Conversations(work, clock()).create("sess_tau2", customer).id
    for _ in range(MOST_TURNS):
        if not to_say:
            return
        text = to_say.pop(0)
        with database.begin() as work:
            message = Conversations(work, clock()).begin_turn(talk, text)
        *_, last = assistant.respond(Turn(talk, message.id, "sess_tau2", text, customer))
        answer = _answer(last.data, reason)
        if answer is not None:
            to_say.insert(0, answer)


def _answer(reply: Any, reason: str) -> str | None:
    """A yes to what is described; of what there is to choose, what the task's words name."""
    if reply.get("confirmation"):
        return "yes"
    choices = (reply.get("question") or {}).get("choices", ())
    named = [each for each in choices if each.casefold() in reason.casefold()]
    return named[0] if len(named) == 1 else None


def _same(found: Sequence[Json], wanted: Sequence[Json]) -> bool:
    ours, theirs = ([_to_the_cent(each) for each in changes] for changes in (found, wanted))
    return len(ours) == len(theirs) and all(each in theirs for each in ours)


def _to_the_cent(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 2)
    if isinstance(value, dict):
        return {key: _to_the_cent(each) for key, each in value.items()}
    return [_to_the_cent(each) for each in value] if isinstance(value, list) else value

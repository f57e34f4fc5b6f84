"""Every task's calls through the tools, and what they changed, held against the reference.

Each task begins with the same shop: its calls run in a transaction that is undone. What they changed is the
difference of the whole database before and after, written as the reference writes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.tau2 import domain
from evals.tau2.domain import Json
from evals.tau2.tools import RetailTools, ToolError
from shop.values import Customer, Order
from storage import Database, UnitOfWork


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one task's calls: each call's outcome, and the changes in all."""

    task_id: str
    actions: tuple[Json, ...]
    changes: tuple[Json, ...]

    def problems(self, expected: Json) -> list[str]:
        """What differs from the reference; nothing where all is the same."""
        return [
            *_differences("action", self.actions, [_outcome(each) for each in expected["actions"]]),
            *_differences("change", self.changes, expected["changes"]),
        ]


class Shop:
    """The domain's shop in a database, and what it looked like before. `loaded`: it is in there already."""

    def __init__(self, database: Database, db: Json, *, loaded: bool = False) -> None:
        self.database = database
        self.db = db
        if not loaded:
            with database.begin() as work:
                domain.load(work, db)
        self._orders, self._customers = domain.records(database)

    def replay(self, task: Json) -> Replayed:
        """Runs the calls of a task one after the other; one that fails is passed over."""
        with self.database.rehearse() as work:
            tools = RetailTools(work, self.db)
            actions = [_called(tools, each) for each in task["evaluation_criteria"]["actions"]]
            changes = self.changes(work, tools.residue)
        return Replayed(task["id"], tuple(actions), tuple(changes))

    def changes(
        self, work: UnitOfWork | Database, residue: Mapping[str, Mapping[int, float]] | None = None
    ) -> list[Json]:
        """How the records differ from those at the start, as the domain writes them."""
        orders, customers = domain.records(work)
        found: list[Json] = []
        for key in self.db["orders"]:
            if orders.get(key) != self._orders[key]:
                left = (residue or {}).get(key)
                now = self._order_json(orders[key], left) if key in orders else None
                found += difference(self._order_json(self._orders[key]), now, f"/orders/{_step(key)}")
        for key, original in self.db["users"].items():
            if customers.get(key) != self._customers[key]:
                now = _customer_json(customers.get(key), original)
                before = domain.customer_json(self._customers[key], original)
                found += difference(before, now, f"/users/{_step(key)}")
        return found

    def _order_json(self, order: Order, residue: Mapping[int, float] | None = None) -> Json:
        return domain.order_json(order, self.db["orders"][order.id]["fulfillments"], residue)


def _customer_json(customer: Customer | None, original: Json) -> Json | None:
    return None if customer is None else domain.customer_json(customer, original)


def _called(tools: RetailTools, action: Json) -> Json:
    named = {"action_id": action["action_id"], "name": action["name"]}
    try:
        tools.call(action["name"], action["arguments"])
    except ToolError as error:
        return {**named, "ok": False, "kind": error.kind}
    return {**named, "ok": True}


def _outcome(action: Json) -> Json:
    named = {"action_id": action["action_id"], "name": action["name"], "ok": action["ok"]}
    return named if action["ok"] else {**named, "kind": action["error"]["kind"]}


def difference(old: Any, new: Any, path: str) -> Iterator[Json]:
    """What changed between two JSON values, by RFC 6901 paths: dictionaries by key, lists by index."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from difference(old.get(key), new.get(key), f"{path}/{_step(key)}")
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before, after = (each[index] if index < len(each) else None for each in (old, new))
            yield from difference(before, after, f"{path}/{index}")
    elif old != new:
        yield {"path": path, "old": old, "new": new}


def _step(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _differences(kind: str, found: Sequence[Json], wanted: Sequence[Json]) -> Iterator[str]:
    """The same entries in any order: what a task changes is a set, and so are its calls by their ids."""
    for each in found:
        if each not in wanted:
            yield f"unexpected {kind}: {each}"
    for each in wanted:
        if each not in found:
            yield f"missing {kind}: {each}"

"""The public retail domain by Pairwell's records: each call's outcome, and exactly what it changes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.tau2 import domain
from evals.tau2.measure import NoDomain, measure, read_tasks
from evals.tau2.replay import Shop, difference
from evals.tau2.solve import open_domain, silent, solve, user_of
from evals.tau2.tools import TOOLS, RetailTools, ToolError
from storage import Database
from tests.retrieval.goods import HashingEmbedder

DATA = Path(os.environ.get("PAIRWELL_TEST_DATA", "../shared/data")) / "service" / "tau2_retail"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not here")

#: Every so many tasks in the fast tests; all of them in the slow ones.
STEP = 6


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('tau2')}/shop.db")
    database.upgrade()
    yield Shop(database, domain.read(DATA))
    database.dispose()


@pytest.fixture
def tools(shop: Shop) -> Iterator[RetailTools]:
    with shop.database.rehearse() as work:
        yield RetailTools(work, shop.db)


def replayed(shop: Shop, step: int, first: int = 0) -> list[str]:
    tasks, expected = read_tasks(DATA)
    return [
        f"{task['id']}: {problem}"
        for task in tasks[first::step]
        for problem in shop.replay(task).problems(expected[task["id"]])
    ]


def test_replayed_calls_change_exactly_what_the_reference_changes(shop: Shop) -> None:
    assert replayed(shop, STEP) == []


@pytest.mark.slow
def test_all_tasks_replay_exactly(shop: Shop) -> None:
    assert replayed(shop, 1) == []


def test_the_records_come_back_in_the_domains_own_words(shop: Shop) -> None:
    with shop.database.read() as work:
        orders, customers = domain.records(work)
    for key, original in list(shop.db["orders"].items())[::7]:
        written = domain.order_json(orders[key], original["fulfillments"])
        # A cancelled order was refunded; the domain's own database says so and names no reason.
        assert written == original
    for key, original in list(shop.db["users"].items())[::7]:
        assert domain.customer_json(customers[key], original) == original


def test_the_tools_are_those_of_the_domain() -> None:
    described = json.loads((DATA / "tools.json").read_text())["tools"]
    assert set(TOOLS) == {tool["name"] for tool in described}


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("get_order_details", {"order_id": "W2611340"}, "order_not_found"),
        ("get_user_details", {"user_id": "nobody"}, "user_not_found"),
        ("get_product_details", {"product_id": "9612497925"}, "product_not_found"),
        ("get_item_details", {"item_id": "9523456873"}, "item_not_found"),
        ("cancel_pending_order", {"order_id": "#W2611340", "reason": ""}, "order_not_pending"),
        ("calculate", {"expression": "__import__('os')"}, "invalid_characters"),
        ("calculate", {"expression": "1/0"}, "other"),
        ("calculate", {"expression": "(1"}, "other"),
        ("calculate", {}, "other"),
        ("give_discount", {"percent": 100}, "unknown_tool"),
        ("modify_user_address", {"user_id": "james_li_5688"}, "other"),
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_names_the_domains_error(
    tools: RetailTools, name: str, arguments: dict[str, Any], kind: str
) -> None:
    with pytest.raises(ToolError) as error:
        tools.call(name, arguments)
    assert error.value.kind == kind


@pytest.mark.parametrize(
    ("expression", "value"), [("4", "4.0"), ("2 * (3.5 + 1)", "9.0"), ("-7 // 2", "-4.0"), ("2**3", "8.0")]
)
def test_arithmetic_is_read_and_never_run(tools: RetailTools, expression: str, value: str) -> None:
    assert tools.call("calculate", {"expression": expression}) == value


def test_a_difference_is_told_by_paths() -> None:
    before = {"a": [1, 2], "b/c": None, "d": {"e": 1}}
    after = {"a": [1, 3, {"f": 4}], "b/c": 5, "d": {}}
    assert list(difference(before, after, "")) == [
        {"path": "/a/1", "old": 2, "new": 3},
        {"path": "/a/2", "old": None, "new": {"f": 4}},
        {"path": "/b~1c", "old": None, "new": 5},
        {"path": "/d/e", "old": 1, "new": None},
    ]


def test_a_replay_that_differs_is_noticed(shop: Shop) -> None:
    tasks, expected = read_tasks(DATA)
    done = shop.replay(tasks[0])
    wanted = json.loads(json.dumps(expected[tasks[0]["id"]]))
    wanted["changes"][0]["new"] = "cancelled"
    assert len(done.problems(wanted)) == 2
    wanted["actions"][0]["ok"], wanted["actions"][0]["error"] = False, {"kind": "user_not_found"}
    assert len(done.problems(wanted)) == 4


def test_a_task_leaves_the_shop_as_it_was(shop: Shop) -> None:
    tasks, _ = read_tasks(DATA)
    assert shop.replay(tasks[0]).changes
    assert shop.changes(shop.database) == []


def test_a_folder_without_the_domain_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoDomain, match=r"db\.json"):
        measure(tmp_path, tmp_path / "out", 7, solves=False)


def test_the_assistant_tries_each_task_on_a_copy_of_the_shop(tmp_path: Path) -> None:
    tasks, expected = read_tasks(DATA)
    at = open_domain(tmp_path, DATA, HashingEmbedder())
    try:
        solved = list(solve(at, tasks[:2], expected, None, understands=False))
    finally:
        at.search.close()
    assert solved == [False, False]
    assert silent(tasks[:2], expected) == [False, False]


def test_the_customer_is_whom_the_task_is_about(shop: Shop) -> None:
    tasks, _ = read_tasks(DATA)
    assert user_of(tasks[0], shop.database, shop.db) == "yusuf_rossi_9620"

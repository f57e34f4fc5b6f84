"""The whole command against a real server of a small shop: what it sees, judges and writes."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from evals.chat.cases import BadCase, Case, Turn, read_cases
from evals.chat.checks import Seen
from evals.chat.client import Access, Unreachable, customer_token, talk
from evals.chat.command import Run, chosen, measure
from evals.chat.kept import Kept
from evals.chat.scoring import ScoredTurn, rejected
from evals.chat.shops import Shops
from tests.web.live import served
from tests.web.world import SECRET, World, open_world, stocked
from web.config import Limits, Rate, WebConfig

CASES = Path(__file__).parents[3] / "evals" / "cases" / "chat.jsonl"
PLENTY = Rate(1_000_000, 100_000)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    stocked(tmp_path / "shop.db")
    limits = Limits(turns_per_session=PLENTY, turns_per_address=PLENTY, sessions_per_address=PLENTY)
    world = open_world(tmp_path / "shop.db", WebConfig(customer_secrets=(SECRET,), limits=limits))
    with world.client:
        yield world
    world.database.dispose()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with served(world.app) as url:
        yield url


def written(folder: Path, *rows: Any) -> Path:
    path = folder / "chat.jsonl"
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows))
    return path


def run(url: str, folder: Path, *rows: Any, system: str = "tuned") -> dict[str, float]:
    path = written(folder, *rows)
    figures = measure(Run([path], Access(url), folder / "out", seed=7, system=system))
    return {row.metric: row.value for row in figures}


def turns(*said: tuple[str, dict[str, Any]], **case: Any) -> dict[str, Any]:
    return {"id": "c", "turns": [{"say": say, "expect": expect} for say, expect in said], **case}


def saying(*texts: str) -> tuple[Turn, ...]:
    return tuple(Turn(text, {}) for text in texts)


RIGHT = {
    "intent": "find_product",
    "products": {"min": 1, "all": {"category": "tents", "price": {"op": "le", "value": 14_900}}},
    "required": ["tent"],
    "status": "pending",
}


def test_a_conversation_as_expected_succeeds(url: str, tmp_path: Path) -> None:
    found = run(url, tmp_path, turns(("a tent", RIGHT), ("another", RIGHT)))
    assert (found["case_success"], found["check_success"], found["false_claims_shown"]) == (1.0, 1.0, 0.0)
    assert found["template_turns"] == 1.0
    assert found["total_p50_ms"] == 1.0


def test_what_is_not_as_expected_is_told(url: str, tmp_path: Path) -> None:
    wrong = {"intent": "cart", "products": {"none": {"brand": "northfell"}}}
    found = run(url, tmp_path, turns(("a tent", wrong)), turns(("a tent", RIGHT)))
    assert found["case_success"] == 0.5
    told = [json.loads(line) for line in (tmp_path / "out" / "turns_tuned.jsonl").read_text().splitlines()]
    assert [check.partition(":")[0] for check in told[0]["failed"]] == ["intent", "products none"]
    assert told[1]["failed"] == []


def test_a_lie_in_the_words_fails_a_case_whose_checks_all_hold(
    world: World, url: str, tmp_path: Path
) -> None:
    world.assistant.words = ("The Family tent costs $99.00.", " It sleeps four.")
    found = run(url, tmp_path, turns(("a tent", RIGHT)))
    assert (found["check_success"], found["case_success"], found["false_claims_shown"]) == (1.0, 0.0, 0.5)


def test_a_table_is_made_run_by_run(url: str, tmp_path: Path) -> None:
    for system in ("model_off", "tuned", "tuned"):
        run(url, tmp_path, turns(("a tent", RIGHT)), system=system)
    rows = json.loads((tmp_path / "out" / "results.json").read_text())["rows"]
    assert [row["system"] for row in rows if row["metric"] == "case_success"] == ["model_off", "tuned"]
    assert (tmp_path / "out" / "chat.png").is_file()


def test_the_records_of_what_was_shown_are_read_from_the_shop(url: str) -> None:
    seen = talk(Access(url), Case("c", saying("a tent")))[0]
    assert seen.records["tent"]["variants"][0]["availability"]["quantity"] == 5
    assert seen.conversation_status == "pending"


def test_what_was_refused_is_read_from_the_servers_own_count(world: World, url: str, tmp_path: Path) -> None:
    tally = world.services.tally
    tally.add("refused")
    assert [each.refused for each in talk(Access(url), Case("c", saying("a tent", "another")))] == [0, 0]
    assert _rejected(0, {"template": 2}) == []
    assert _rejected(1, {"repaired": 1, "template": 1}) == [True, False]
    assert _rejected(None, {"model": 1, "template": 1}) == [True, False]


def _rejected(refused: int | None, sources: dict[str, int]) -> list[bool]:
    seen = Seen(200, {"content": "words", "sources": {"text": sources}}, refused=refused)
    return rejected(ScoredTurn("say", seen, (), ()))


def test_a_key_comes_in_too_and_a_wrong_one_does_not(world: World, url: str) -> None:
    key = world.key("chat", "catalogue")["Authorization"].removeprefix("Bearer ")
    case = Case("c", saying("a tent"))
    assert talk(Access(url, key), case)[0].http_status == 200
    with pytest.raises(Unreachable, match="401"):
        talk(Access(url, "pw_key_wrong"), case)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(Unreachable, match="does not answer"):
        talk(Access("http://127.0.0.1:9"), Case("c", saying("a tent")))


def test_a_message_that_is_refused_is_part_of_the_measurement(url: str, tmp_path: Path) -> None:
    too_long = turns(("tent " * 1000, {"status": 422}), ("a tent", RIGHT))
    assert run(url, tmp_path, too_long)["case_success"] == 1.0


def test_a_customer_token_is_what_the_shop_would_sign() -> None:
    claims = jwt.decode(customer_token("cus_1", SECRET), SECRET, algorithms=["HS256"], audience="pairwell")
    assert claims["sub"] == "cus_1"
    assert claims["exp"] - claims["iat"] <= 600


def test_cases_of_other_shops_and_of_customers_without_a_token_are_left_out(tmp_path: Path) -> None:
    cases = [
        Case("any", ()),
        Case("zava", (), catalogue="zava_diy"),
        Case("demo", (), catalogue="demo"),
        Case("customer", (), customer="cus_1"),
    ]
    asked = Run([], Access(""), tmp_path, 7, "tuned", catalogue="demo")
    assert [case.id for case in chosen(cases, asked)] == ["any", "demo"]
    signed = Run([], Access("", secret=SECRET), tmp_path, 7, "tuned")
    assert len(chosen(cases, signed)) == 4
    with pytest.raises(BadCase, match="no case is for the catalogue 'icecat'"):
        chosen(cases[1:3], Run([], Access(""), tmp_path, 7, "tuned", catalogue="icecat"))


def test_our_own_cases_are_whole() -> None:
    cases = read_cases(CASES)
    assert len({case.id for case in cases}) == 300
    assert {case.catalogue for case in cases} == {"demo", "zava_diy", "retail_demo_store", "icecat_products"}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("{", "line 1: no JSON"),
        ({"id": "c"}, "a case needs turns"),
        ({"turns": [{"say": " "}]}, "turn 1: say must be a message"),
        (turns(("x", {"mood": 1})), "expect has an unknown field 'mood'"),
        (turns(("x", {"intent": 1})), "expect.intent is of another type"),
        (turns(("x", {"products": {"most": 1}})), "expect.products has an unknown field 'most'"),
        (turns(("x", {"products": {"all": {"price": {"op": "~", "value": 1}}}})), "'~' is no operator"),
        (turns(("x", {"forbidden": ["("]})), "is no regular expression"),
        ("", "holds no case"),
    ],
)
def test_a_line_that_cannot_be_used_is_named(tmp_path: Path, row: Any, says: str) -> None:
    with pytest.raises(BadCase, match=says):
        read_cases(written(tmp_path, row))


def test_a_run_that_was_broken_off_goes_on_where_it_was(world: World, url: str, tmp_path: Path) -> None:
    first, second = turns(("a tent", RIGHT), id="first"), turns(("a tent", RIGHT), id="second")
    path = written(tmp_path, first, second)
    kept = Kept(tmp_path / "out" / "unfinished_tuned.jsonl", resume=False)
    case = read_cases(path)[0]
    kept.put(case, talk(Access(url), case))
    with (tmp_path / "out" / "unfinished_tuned.jsonl").open("a") as file:
        file.write('{"case": "cut o')
    heard = len(world.assistant.heard)

    measure(Run([path], Access(url), tmp_path / "out", 7, "tuned", resume=True))

    assert len(world.assistant.heard) == heard + 1
    assert not (tmp_path / "out" / "unfinished_tuned.jsonl").exists()


def test_without_resume_nothing_kept_counts(world: World, url: str, tmp_path: Path) -> None:
    path = written(tmp_path, turns(("a tent", RIGHT)))
    case = read_cases(path)[0]
    Kept(tmp_path / "out" / "unfinished_tuned.jsonl", resume=False).put(case, talk(Access(url), case))
    heard = len(world.assistant.heard)

    measure(Run([path], Access(url), tmp_path / "out", 7, "tuned"))

    assert len(world.assistant.heard) == heard + 1


def test_a_case_that_was_changed_is_talked_through_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept.jsonl", resume=False)
    kept.put(Case("c", saying("a tent")), [])

    assert kept.of(Case("c", saying("a tent"))) == []
    assert kept.of(Case("c", saying("a stove"))) is None


def test_the_shares_of_each_shop_stand_beside_those_of_all(url: str, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        turns(("a tent", RIGHT), catalogue="demo"),
        turns(("a tent", {"intent": "cart"}), catalogue="zava_diy"),
    )
    figures = measure(Run([path], Access(url), tmp_path / "out", 7, "tuned"))

    success = {row.domain: row.value for row in figures if row.metric == "case_success"}
    assert success == {None: 0.5, "demo": 1.0, "zava_diy": 0.0}


def test_a_shop_that_there_is_no_catalogue_of_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadCase, match="atlantis"):
        Shops(tmp_path, tmp_path).feed("atlantis")

"""Pairs to be read blind: what the model tells and what the template tells of the same evidence.

`draw` asks each first message of the cases twice on one shop: of an assistant that tells by its trained
model, and of one that tells by template. Both read by the same model, so that what was found is the same.
Pairs whose text is the same, or whose cards are not, are left out and counted. The sheet has both texts in an
order drawn by the seed, and says nothing of who wrote them; the key is a file of its own, that a reader does
not open.
`score` joins the reader's verdicts with it.

Errors
    Unreadable    a verdict is missing, or says what the rubric does not know
"""

import json
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from starlette.testclient import TestClient

from assistant.agent import Assistant
from assistant.llm import ChatModel, ModelUnavailable
from assistant.telling import Voice
from assistant.tools.context import ToolServices
from evals.charts import listed
from evals.chat.cases import read_cases
from evals.patient import Patient
from evals.results import interval, write
from evals.safety.world import UNLIMITED
from settings import Settings
from shop.money import Money
from web.api import create_api
from web.config import WebConfig
from wiring import House, build

SHEET, KEY, VERDICTS = "sheet.jsonl", "key.json", "verdicts.jsonl"
CHOICES = ("A", "B", "tie")


Reply = dict[str, Any]


class Unreadable(ValueError):
    """The verdicts cannot be scored; says which and why."""


class _Silent:
    """A teller that has no words: the template tells all of it."""

    def complete(self, *_: Any, **__: Any) -> str:
        raise ModelUnavailable("the template tells")

    def stream(self, *_: Any, **__: Any) -> Iterator[str]:
        raise ModelUnavailable("the template tells")

    def healthy(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Pair:
    """One message and its two texts."""

    say: str
    shown: list[str]
    told: str
    template: str


def draw(cases: Path, catalogue: str, data_dir: Path, wanted: int, seed: int, out: Path) -> None:
    """Writes the sheet and the key of at most `wanted` pairs over the shop whose data lie in `data_dir`."""
    said = [case.turns[0].say for case in read_cases(cases) if case.catalogue == catalogue]
    chance = random.Random(seed)  # noqa: S311 -- draws an order, guards nothing
    chance.shuffle(said)
    pairs, same = [], 0
    with _asked(data_dir) as ask:
        for text in said:
            told, template = ask(text)
            if told["content"] == template["content"] or _shown(told) != _shown(template):
                same += 1
                continue
            pairs.append(Pair(text, _shown(told), told["content"], template["content"]))
            if len(pairs) == wanted:
                break
    out.mkdir(parents=True, exist_ok=True)
    key = {}
    with (out / SHEET).open("w", encoding="utf-8") as sheet:
        for number, pair in enumerate(pairs, 1):
            first = chance.random() < 0.5
            key[f"{number}"] = "A" if first else "B"
            texts = (pair.told, pair.template) if first else (pair.template, pair.told)
            line = {"id": number, "say": pair.say, "shown": pair.shown, "A": texts[0], "B": texts[1]}
            sheet.write(json.dumps(line, ensure_ascii=False) + "\n")
    (out / KEY).write_text(json.dumps({"model": key, "left_out": same}, indent=1) + "\n", encoding="utf-8")


def score(out: Path, seed: int) -> None:
    """Joins `verdicts.jsonl` (`{"id", "better": "A" | "B" | "tie"}` a line) with the key, prints and writes
    the shares. Raises `Unreadable`."""
    key = json.loads((out / KEY).read_text(encoding="utf-8"))["model"]
    verdicts = {}
    for line in (out / VERDICTS).read_text(encoding="utf-8").splitlines():
        verdict = json.loads(line)
        if verdict.get("better") not in CHOICES:
            raise Unreadable(f"{VERDICTS}: {line.strip()}: better is one of {', '.join(CHOICES)}")
        verdicts[str(verdict["id"])] = verdict["better"]
    missing = sorted(key.keys() - verdicts.keys(), key=int)
    if missing:
        raise Unreadable(f"{VERDICTS} has no verdict on {', '.join(missing)}")
    ties = np.array([verdicts[each] == "tie" for each in key])
    model = np.array([verdicts[each] == by for each, by in key.items()])
    rows = [
        interval("tuned", "preferred", model, _mean, seed),
        interval("template", "preferred", ~model & ~ties, _mean, seed),
        interval("tie", "preferred", ties, _mean, seed),
        interval("tuned - template", "preferred", model * 1.0 - (~model & ~ties), _mean, seed),
    ]
    write(out, "blind", seed, [out / SHEET, out / VERDICTS], rows)
    listed(rows)


@contextmanager
def _asked(data_dir: Path) -> Iterator[Callable[[str], tuple[Reply, Reply]]]:
    """Asks a message of both assistants, each in a conversation of its own."""
    house = build(Settings(data_dir=data_dir))
    house.warm()
    try:
        with _client(house, house.models.teller) as told, _client(house, _Silent()) as template:
            yield lambda text: (_answer(told, text), _answer(template, text))
    finally:
        house.close()


@contextmanager
def _client(house: House, teller: ChatModel | None) -> Iterator[TestClient]:
    models, services = house.models, house.services
    if models.reader is None or teller is None or not models.tells:
        raise Unreadable(f"no model here was trained to tell: {models.missing or 'it is switched off'}")
    tools = ToolServices(
        services.database, services.finder, services.bundles, services.policies, services.clock
    )
    voice = Voice(Settings().tone, trained=True, model=teller)
    assistant = Assistant(tools, Patient(models.reader), model_understands=True, voice=voice)
    config = WebConfig((secrets.token_urlsafe(32),), limits=UNLIMITED)
    app = create_api(replace(services, assistant=assistant), config)
    with TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50_000)) as client:
        yield client


def _answer(client: TestClient, text: str) -> Reply:
    token = client.post("/v1/sessions", json={}).raise_for_status().json()["token"]
    who = {"Authorization": f"Bearer {token}"}
    talk = client.post("/v1/conversations", headers=who).raise_for_status().json()["id"]
    path = f"/v1/conversations/{talk}/messages"
    reply: Reply = client.post(path, json={"content": text}, headers=who).raise_for_status().json()
    return reply


def _shown(reply: Reply) -> list[str]:
    """The cards beside the text, as a reader needs them: names and prices."""
    products = [f"{each['title']}, {_money(each['price'])}" for each in reply.get("products") or ()]
    bundles = [
        f"{each['title']}: {', '.join(item['product']['title'] for item in each['items'])}; "
        f"{_money(each['total'])} in all"
        for each in reply.get("bundles") or ()
    ]
    return [*products, *bundles, *(each["quote"] for each in reply.get("citations") or ())]


def _money(amount: dict[str, Any]) -> str:
    return str(Money(amount["amount"], amount["currency"]))


def _mean(values: np.ndarray) -> float:
    return float(values.mean())

"""Who asks a server while it is killed, and what each may count on afterwards.

Every request goes out under an `Idempotency-Key`, one at a time. `begin` asks until the server is gone and
leaves at most one request unanswered. `settle` asks that one again under its key, then looks at all that
was ever acknowledged: what is missing is `lost`, what is there twice is `doubled`.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from evals.crash.forking import Child, Nursery
from evals.crash.serving import Place
from evals.import_speed import WORDS
from storage import Database

TIMEOUT_S = 600.0
PRODUCTS = 40
FIRST = "thing-0"


@dataclass
class Toll:
    """What a run cost; `odd` are answers that no client should get."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    acknowledged: int = 0
    retried: int = 0
    #: Answers that had come in each round before its kill, and seconds that a round took.
    before_kills: list[int] = field(default_factory=list)
    rounds_s: list[float] = field(default_factory=list)

    def __add__(self, other: "Toll") -> "Toll":
        return Toll(
            **{each.name: getattr(self, each.name) + getattr(other, each.name) for each in fields(self)}
        )


class Client:
    """One caller with a session of its own."""

    def __init__(self, name: str, toll: Toll) -> None:
        self.name = name
        self.toll = toll
        self.token = ""
        self.pending: tuple[str, str, Any, str] | None = None
        self._numbers = count()

    def open(self, url: str) -> None:
        answer = httpx.post(f"{url}/v1/sessions", json={}, timeout=TIMEOUT_S).raise_for_status()
        self.token = answer.json()["token"]

    def begin(self, url: str, stop: threading.Event) -> None:
        """Asks again and again until the server is gone."""
        with httpx.Client(base_url=url, timeout=TIMEOUT_S) as http:
            while not stop.is_set():
                try:
                    self.step(http)
                except httpx.TransportError:
                    return

    def step(self, http: httpx.Client) -> None:
        """One round of requests."""
        raise NotImplementedError

    def settle(self, url: str) -> None:
        """Finishes what was cut off and looks for all that was acknowledged."""
        with httpx.Client(base_url=url, timeout=TIMEOUT_S) as http:
            if self.pending is not None:
                self.toll.retried += 1
                method, path, body, key = self.pending
                self.took(self._send(http, method, path, body, key))
                self.pending = None
            self.check(http)

    def check(self, http: httpx.Client) -> None:
        raise NotImplementedError

    def took(self, answer: httpx.Response) -> None:
        """An answer to a request that changes something."""
        raise NotImplementedError

    def do(self, http: httpx.Client, method: str, path: str, body: Any) -> None:
        """Sends a request that changes something; unanswered, it stays `pending`."""
        key = f"{self.name}-{next(self._numbers)}"
        self.pending = (method, path, body, key)
        answer = self._send(http, method, path, body, key)
        self.pending = None
        self.took(answer)

    def get(self, http: httpx.Client, path: str) -> Any:
        answer = http.get(path, headers=self._headers())
        if not answer.is_success:
            self.toll.odd.append(f"{self.name}: GET {path} gives {answer.status_code}")
            return {}
        return answer.json()

    def _send(self, http: httpx.Client, method: str, path: str, body: Any, key: str) -> httpx.Response:
        return http.request(method, path, json=body, headers={**self._headers(), "Idempotency-Key": key})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def accepted(self, answer: httpx.Response, *codes: int) -> bool:
        if answer.status_code in codes:
            self.toll.acknowledged += 1
            return True
        self.toll.odd.append(f"{self.name}: {answer.status_code} {answer.text[:200]}")
        return False


class Chat(Client):
    """Talks in one conversation, and thumbs its answers."""

    def __init__(self, name: str, toll: Toll) -> None:
        super().__init__(name, toll)
        self._conversation = ""
        self._said: list[str] = []
        self._replies: list[str] = []
        self._thumbs: dict[str, int] = {}
        self._asked: tuple[str, Any] = ("", None)

    def open(self, url: str) -> None:
        super().open(url)
        answer = httpx.post(
            f"{url}/v1/conversations", json={}, headers=self._headers(), timeout=TIMEOUT_S
        ).raise_for_status()
        self._conversation = answer.json()["id"]

    def step(self, http: httpx.Client) -> None:
        content = f"a {WORDS[len(self._said) % len(WORDS)]} under ${len(self._said) + 20}"
        self._asked = ("said", content)
        self.do(http, "POST", f"/v1/conversations/{self._conversation}/messages", {"content": content})
        if self._replies:
            value = 1 if len(self._replies) % 2 else -1
            self._asked = (self._replies[-1], value)
            self.do(http, "POST", f"/v1/messages/{self._replies[-1]}/feedback", {"value": value})

    def took(self, answer: httpx.Response) -> None:
        kind, value = self._asked
        if not self.accepted(answer, 200):
            return
        if kind == "said":
            self._said.append(value)
            self._replies.append(answer.json()["id"])
        else:
            self._thumbs[kind] = value

    def check(self, http: httpx.Client) -> None:
        messages = self.get(http, f"/v1/conversations/{self._conversation}").get("messages", [])
        said = [each["content"] for each in messages if each["role"] == "user"]
        replies = [each["id"] for each in messages if each["role"] == "assistant"]
        for name, expected, found in (("said", self._said, said), ("reply", self._replies, replies)):
            self.toll.lost += [f"{self.name} {name}: {each}" for each in expected if each not in found]
            extra = len(found) - len(set(found)) + len(set(found) - set(expected))
            self.toll.doubled += [f"{self.name} {name}"] * extra

    def thumbs(self, database: Database) -> None:
        """Feedback is read in the records: no path of the API gives it back."""
        with database.read() as work:
            rows = work.connection.execute(sa.text("SELECT message_id, value FROM message_feedback"))
            stored = {row.message_id: row.value for row in rows}
        wrong = [each for each, value in self._thumbs.items() if stored.get(each) != value]
        self.toll.lost += [f"{self.name} thumb: {each}" for each in wrong]


class Cart(Client):
    """Puts one more of the same into a cart."""

    def __init__(self, name: str, toll: Toll) -> None:
        super().__init__(name, toll)
        self._held = 0
        self._line = ""

    def step(self, http: httpx.Client) -> None:
        if self._held >= 50:
            self.do(http, "DELETE", f"/v1/cart/items/{self._line}", None)
        else:
            body = {"product_id": FIRST, "variant_id": FIRST, "quantity": 1}
            self.do(http, "POST", "/v1/cart/items", body)

    def took(self, answer: httpx.Response) -> None:
        if not self.accepted(answer, 200, 201):
            return
        lines = answer.json().get("lines", [])
        self._held = self._held + 1 if answer.status_code == 201 else 0
        self._line = lines[0]["id"] if lines else ""

    def check(self, http: httpx.Client) -> None:
        lines = self.get(http, "/v1/cart").get("lines", [])
        held = sum(line["quantity"] for line in lines)
        if held < self._held:
            self.toll.lost.append(f"{self.name}: {held} of {self._held}")
        self.toll.doubled += [f"{self.name}: {held} for {self._held}"] * max(0, held - self._held)


class Editor(Client):
    """Locks and unlocks a part of a bundle."""

    def __init__(self, name: str, toll: Toll) -> None:
        super().__init__(name, toll)
        self._bundle: dict[str, Any] = {}

    def open(self, url: str) -> None:
        super().open(url)
        body = {"slots": [{"name": name, "query": name} for name in WORDS[:2]], "count": 1}
        answer = httpx.post(f"{url}/v1/bundles", json=body, headers=self._headers(), timeout=TIMEOUT_S)
        self._bundle = answer.raise_for_status().json()["bundles"][0]

    def step(self, http: httpx.Client) -> None:
        item = self._bundle["items"][0]
        op = "unlock" if item.get("locked") else "lock"
        body = {"revision": self._bundle["revision"], "op": op, "slot": item["slot"]}
        self.do(http, "POST", f"/v1/bundles/{self._bundle['id']}/edit", body)

    def took(self, answer: httpx.Response) -> None:
        if self.accepted(answer, 200):
            self._bundle = answer.json()["bundle"]

    def check(self, http: httpx.Client) -> None:
        found = self.get(http, f"/v1/bundles/{self._bundle['id']}").get("revision", 0)
        if found < self._bundle["revision"]:
            self.toll.lost.append(f"{self.name}: revision {found} of {self._bundle['revision']}")
        if found > self._bundle["revision"]:
            self.toll.doubled.append(f"{self.name}: revision {found} for {self._bundle['revision']}")


class Browser(Client):
    """Searches, and tells what was clicked."""

    def __init__(self, name: str, toll: Toll) -> None:
        super().__init__(name, toll)
        self._events: list[dict[str, Any]] = []
        self._told: dict[str, Any] = {}

    def step(self, http: httpx.Client) -> None:
        body = {"query": WORDS[len(self._events) % len(WORDS)], "limit": 3}
        answer = http.post("/v1/search", json=body, headers=self._headers())
        if not answer.is_success or not answer.json()["products"]:
            self.toll.odd.append(f"{self.name}: search gives {answer.status_code} {answer.text[:100]}")
            return
        found = answer.json()
        self._told = {
            "id": f"{self.name}-event-{len(self._events)}",
            "type": "interaction",
            "action": "click",
            "at": "2026-05-01T09:00:00Z",
            "ranking": found["ranking_id"],
            "product_id": found["products"][0]["product_id"],
        }
        self.do(http, "POST", "/v1/events", self._told)

    def took(self, answer: httpx.Response) -> None:
        if self.accepted(answer, 200):
            self._events.append(self._told)

    def check(self, http: httpx.Client) -> None:
        for start in range(0, len(self._events), 500):
            told = self._events[start : start + 500]
            answer = http.post("/v1/events", json=told, headers=self._headers())
            stored = answer.json().get("stored", 0) if answer.is_success else 0
            self.toll.lost += [f"{self.name}: an event"] * stored


class Import:
    """Imports feeds whose prices all say which version it is, in a process that is killed too."""

    def __init__(self, place: Place, toll: Toll, nursery: Nursery | None = None) -> None:
        self._place = place
        self._toll = toll
        self._nursery = nursery
        self._version = 0
        self._whole = 0
        self._process: subprocess.Popen[bytes] | Child | None = None

    def first(self) -> None:
        self._start()
        while (code := self._process.poll() if self._process else 1) is None:
            time.sleep(0.01)
        if code:
            raise RuntimeError(f"the first import failed\n{log_of(self._place.folder)}")
        self._whole = self._version

    def begin(self) -> None:
        self._start()

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if (done := process.poll()) is None:
            process.send_signal(signal.SIGKILL)
            while process.poll() is None:
                time.sleep(0.002)
        elif done == 0:
            self._whole = self._version
            self._toll.acknowledged += 1
        else:
            self._toll.odd.append(f"import: it ends with {done}: {log_of(self._place.folder)[-300:]}")

    def check(self, database: Database) -> None:
        """All prices are of one version: the last that was acknowledged, or one that began after it."""
        with database.read() as work:
            prices = set(work.connection.execute(sa.text("SELECT price FROM variants")).scalars())
            count_of = work.connection.execute(sa.text("SELECT COUNT(*) FROM variants")).scalar_one()
        versions = {price // 100 for price in prices}
        if len(versions) != 1 or count_of != PRODUCTS:
            self._toll.lost.append(f"half an import: versions {sorted(versions)}, {count_of} products")
        elif not self._whole <= max(versions) <= self._version:
            self._toll.lost.append(f"an import: {max(versions)}, not {self._whole} to {self._version}")
        else:
            self._whole = max(versions)

    def _start(self) -> None:
        self._version += 1
        feed = self._place.folder / "feed.csv"
        feed.write_text(feed_text(self._version))
        log = self._place.folder / "import.log"
        if self._nursery is not None:
            self._process = self._nursery.bring_in(feed, self._place.database, log)
            return
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _IMPORT, str(feed), self._place.database],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self._place.environment,
            )


#: The import alone: `app.py ingest` would spend a killed run's time on its own start.
_IMPORT = """
import sys
from pathlib import Path
from shop.feeds import import_feed
from storage import Database
import_feed(Database(sys.argv[2]), Path(sys.argv[1]))
"""


def feed_text(version: int) -> str:
    """The whole shop; prices in dollars say the version, names change with every third."""
    rows = ["id,title,price,availability,link,description"]
    for number in range(PRODUCTS):
        word = WORDS[number % len(WORDS)]
        rows.append(
            f"thing-{number},{word.title()} {number} of {version // 3},{version}.00 USD,in stock,"
            f"https://shop.example/{number},A {word} for every day"
        )
    return "\n".join(rows) + "\n"


def together(calls: list[Callable[[], None]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=call, daemon=True) for call in calls]
    for thread in threads:
        thread.start()
    return threads


def log_of(folder: Path) -> str:
    path = folder / "import.log"
    return path.read_text(errors="replace")[-1000:] if path.exists() else ""

"""What else goes wrong: the disk, the index, the database, the model server.

Each fault is a server that serves while it lasts. A turn must be answered, degraded where it must; where
the store itself is gone the only other answer is 503 with `Retry-After`.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from evals import postgres as pg
from evals.crash.clients import Import, Toll
from evals.crash.forking import Nursery
from evals.crash.indexed import check_index
from evals.crash.serving import Place, Serving
from storage import Database

TURNS = 6
TIMEOUT_S = 120.0
DATABASE_AWAY_S = 30.0
DISK_MIB = 48


@dataclass
class Fault:
    """What came back while it lasted, and what was missing after it."""

    name: str
    asked: int = 0
    answered: int = 0
    told_to_come_back: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Shopper:
    """Talks to a server and remembers what was answered."""

    def __init__(self, url: str, fault: Fault) -> None:
        self._fault = fault
        # A kept connection may end by itself while the client pauses: that would count against the server.
        none_kept = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(base_url=url, timeout=TIMEOUT_S, limits=none_kept)
        token = self._http.post("/v1/sessions", json={}).raise_for_status().json()["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        made = self._http.post("/v1/conversations", json={}).raise_for_status().json()
        self._path = f"/v1/conversations/{made['id']}"
        self._replies: list[str] = []

    def ask(self, times: int = TURNS, *, degraded: bool | None = None, pause_s: float = 0.0) -> None:
        for number in range(times):
            self._fault.asked += 1
            try:
                answer = self._http.post(
                    f"{self._path}/messages", json={"content": f"amber under ${number + 20}"}
                )
            except httpx.TransportError as error:
                self._fault.wrong.append(f"no answer: {error!r}")
                continue
            self._judge(answer, degraded)
            time.sleep(pause_s)

    def _judge(self, answer: httpx.Response, degraded: bool | None) -> None:
        if answer.status_code == 200:
            reply = answer.json()
            self._replies.append(reply["id"])
            if not reply["content"]:
                self._fault.wrong.append("an empty reply")
            elif degraded is not None and reply["degraded"] is not degraded:
                self._fault.wrong.append(f"degraded is {reply['degraded']}")
            else:
                self._fault.answered += 1
        elif answer.status_code == 503 and "retry-after" in answer.headers:
            self._fault.told_to_come_back += 1
        else:
            self._fault.wrong.append(f"{answer.status_code} {answer.text[:200]}")

    def check(self) -> None:
        found = self._http.get(self._path)
        if not found.is_success:
            self._fault.lost.append(f"the conversation: {found.status_code}")
            return
        there = [message["id"] for message in found.json()["messages"] if message["role"] == "assistant"]
        self._fault.lost += [f"a reply {each}" for each in self._replies if there.count(each) != 1]


def faults(forking: Nursery, encoders: Path, only: Collection[str] = ()) -> Iterator[Fault]:
    """Every fault, one after the other; those of a disk need root, to mount one. `encoders` is where the
    embedding model lies as it was converted for this machine."""
    root, database = os.geteuid() == 0, pg.missing() is None
    for name, work, possible in (
        ("model_hangs", partial(_model, _hangs), True),
        ("model_dies", partial(_model, _dies), True),
        ("model_babbles", partial(_model, _babbles), True),
        ("corrupt_index", _corrupt_index, True),
        ("full_disk", _full_disk, root),
        ("read_only_disk", _read_only, root),
        ("database_away", _database_away, database),
    ):
        if possible and (not only or name in only):
            fault = Fault(name)
            work(World(forking, encoders), fault)
            yield fault


@dataclass(frozen=True, slots=True)
class World:
    """What every fault's server is made of."""

    forking: Nursery
    encoders: Path

    def place(self, folder: Path, database: str | None = None, **more: str) -> Place:
        self.encoders.mkdir(exist_ok=True)
        (folder / "encoders").symlink_to(self.encoders.resolve())
        return Place(folder, database or f"sqlite:///{folder / 'pairwell.db'}", more)


@contextmanager
def _served(world: World, place: Place) -> Iterator[Serving]:
    database = Database(place.database)
    database.upgrade()
    database.dispose()
    Import(place, Toll(), world.forking).first()
    with _serving(world, place) as serving:
        yield serving


@contextmanager
def _serving(world: World, place: Place) -> Iterator[Serving]:
    serving = Serving(place, nursery=world.forking)
    try:
        serving.wait()
        yield serving
    finally:
        serving.kill()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pairwell-fault-") as name:
        yield Path(name)


# The model server ---------------------------------------------------------------------------------------


def _model(behave: Callable[[socket.socket], None], world: World, fault: Fault) -> None:
    with (
        _folder() as folder,
        _faulty(behave) as url,
        _served(world, world.place(folder, PAIRWELL_LLM__BASE_URL=url)) as serving,
    ):
        shopper = Shopper(serving.url, fault)
        shopper.ask(2 if behave is _hangs else TURNS, degraded=True)
        shopper.check()


@contextmanager
def _faulty(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that takes connections and does with them what it likes."""
    listening = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=behave, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    finally:
        listening.close()


def _hangs(connection: socket.socket) -> None:
    """Takes the request and never answers."""
    with connection:
        while connection.recv(65_536):
            pass


def _dies(connection: socket.socket) -> None:
    """Breaks off in the middle of an answer."""
    with connection:
        connection.recv(65_536)
        connection.sendall(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{"id": '
        )


def _babbles(connection: socket.socket) -> None:
    """Answers with something that is no answer."""
    with connection:
        connection.recv(65_536)
        body = b'{"choices": [{"message": {"content": "\\u0000 {{{ $0.00 buy now"}}], "usage": "lots"}'
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)


# The index ----------------------------------------------------------------------------------------------


def _corrupt_index(world: World, fault: Fault) -> None:
    """Every file of the index is overwritten while the server is down; search goes on by words, and a repair
    makes the index anew from the records."""
    with _folder() as folder:
        place = world.place(folder)
        with _served(world, place) as serving:
            serving.wait("/readyz")
        for file in (folder / "index").rglob("*"):
            if file.is_file():
                file.write_bytes(b"\x00garbage" * 100)
        with _serving(world, place) as serving:
            shopper = Shopper(serving.url, fault)
            shopper.ask()
            shopper.check()
        command = [sys.executable, "app.py", "doctor", "--repair"]
        subprocess.run(command, check=False, capture_output=True, env=place.environment)
        with _serving(world, place) as serving:
            toll, database = Toll(), Database(place.database)
            check_index(serving, place, database, toll)
            database.dispose()
        fault.lost += [*toll.lost, *toll.doubled]


# The disk -----------------------------------------------------------------------------------------------


def _full_disk(world: World, fault: Fault) -> None:
    """A disk that fills up while the server serves, and is emptied again."""
    with (
        _folder() as folder,
        _mounted(folder / "disk") as disk,
        _served(world, world.place(disk)) as serving,
    ):
        shopper = Shopper(serving.url, fault)
        shopper.ask(2)
        _fill(disk)
        shopper.ask()
        (disk / "filler").unlink()
        shopper.ask(2)
        shopper.check()
    if fault.answered < 4:
        fault.lost.append("no turn is answered once there is room again")


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 65_536)
        except OSError:
            pass


def _read_only(world: World, fault: Fault) -> None:
    """A disk that takes no writes when the server starts: it says so and ends, or answers 503."""
    with _folder() as folder, _mounted(folder / "disk") as disk:
        place = world.place(disk)
        with _served(world, place) as serving:
            Shopper(serving.url, fault).ask(1)
        _mount("-o", "remount,ro", str(disk))
        serving = Serving(place, log=folder / "server.log")
        fault.asked += 1
        try:
            serving.wait(timeout_s=120)
            Shopper(serving.url, fault).ask(1)
        except (RuntimeError, httpx.HTTPStatusError) as error:
            if "Traceback" in str(error) or "cannot be used" not in str(error):
                fault.wrong.append(f"it ends without a word: {str(error)[-300:]}")
            else:
                fault.told_to_come_back += 1
        finally:
            serving.kill()
        _mount("-o", "remount,rw", str(disk))
        with _serving(world, place) as serving:
            Shopper(serving.url, fault).ask(1)


@contextmanager
def _mounted(disk: Path) -> Iterator[Path]:
    """A small disk of its own. Raises `RuntimeError` where none can be mounted."""
    disk.mkdir()
    if _mount("-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(disk)):
        raise RuntimeError("no disk could be mounted here")
    try:
        yield disk
    finally:
        subprocess.run([shutil.which("umount") or "umount", "-l", str(disk)], check=False)


def _mount(*arguments: str) -> int:
    command = [shutil.which("mount") or "mount", *arguments]
    return subprocess.run(command, check=False, capture_output=True).returncode


# The database -------------------------------------------------------------------------------------------


def _database_away(world: World, fault: Fault) -> None:
    with (
        _folder() as folder,
        pg.postgres(options=()) as server,
        _served(world, world.place(folder, server.create("shop"))) as serving,
    ):
        shopper = Shopper(serving.url, fault)
        shopper.ask(2)
        server.stop(mode="immediate")
        back = time.monotonic() + DATABASE_AWAY_S
        while time.monotonic() < back:
            shopper.ask(1, pause_s=1.0)
        server.start()
        time.sleep(2)
        shopper.ask(2)
        shopper.check()
    if fault.answered < 4:
        fault.lost.append("no turn is answered once the database is back")

"""A process that has imported what a server imports and done nothing else, and forks servers from there.

Most of a cold start is the import of modules, the same each time. A server that is forked here opens its
database, its index and its models by itself, as `python app.py serve` does; a hundred kills take minutes.

It reads one request a line: `{"do": "serve" | "import" | "poll", ...}`, and answers each in one line.
"""

import importlib
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

#: The command, and what it imports only when it needs it.
MODULES = (
    "alembic.command",
    "assistant.agent",
    "chromadb.api.shared_system_client",
    "commands.serve",
    "openvino",
    "tokenizers",
    "uvicorn.main",
    "web.api",
    "web.pages.examples",
)


class Nursery:
    """The forking process, from outside."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "evals.crash.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            text=True,
        )

    def serve(self, port: int, environment: Mapping[str, str], log: Path) -> "Child":
        return self._child(do="serve", port=port, environment=dict(environment), log=str(log))

    def bring_in(self, feed: Path, database: str, log: Path) -> "Child":
        return self._child(do="import", feed=str(feed), database=database, environment={}, log=str(log))

    def poll(self, pid: int) -> int | None:
        """The exit code of a child, as `Popen` tells it; None while it runs."""
        code: int | None = self._ask(do="poll", pid=pid)["code"]
        return code

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=60)

    def _child(self, **asked: Any) -> "Child":
        return Child(self, self._ask(**asked)["pid"])

    def _ask(self, **asked: Any) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the forking process has no pipes")
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the forking process has ended")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    try:
        yield made
    finally:
        made.close()


class Child:
    """One process that was forked, with the methods of `Popen` that are needed."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self._nursery = nursery
        self.pid = pid
        self._code: int | None = None

    def poll(self) -> int | None:
        if self._code is None:
            self._code = self._nursery.poll(self.pid)
        return self._code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def _main() -> None:
    for name in MODULES:
        importlib.import_module(name)
    codes: dict[int, int] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["do"] == "poll":
            answer: dict[str, Any] = {"code": _code(asked["pid"], codes)}
        else:
            answer = {"pid": _forked(_WORK[asked["do"]], asked)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _code(pid: int, codes: dict[int, int]) -> int | None:
    if pid not in codes:
        found, status = os.waitpid(pid, os.WNOHANG)
        if not found:
            return None
        codes[pid] = os.waitstatus_to_exitcode(status)
    return codes[pid]


def _forked(work: Callable[[dict[str, Any]], None], asked: dict[str, Any]) -> int:
    pid = os.fork()
    if not pid:
        _become(work, asked)
    return pid


def _become(work: Callable[[dict[str, Any]], None], asked: dict[str, Any]) -> NoReturn:
    log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.environ.update(asked["environment"])
    code = 1
    try:
        work(asked)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - a forked process must end here, whatever happens
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _serve(asked: dict[str, Any]) -> None:
    from assistant import language
    from commands.serve import serve_shop

    # The language detector loads when a message first needs it: three seconds a start, of nothing to lose.
    language.warm = lambda: None
    serve_shop("127.0.0.1", asked["port"])


def _import(asked: dict[str, Any]) -> None:
    from shop.feeds import import_feed
    from storage import Database

    import_feed(Database(asked["database"]), Path(asked["feed"]))


_WORK = {"serve": _serve, "import": _import}

if __name__ == "__main__":
    _main()

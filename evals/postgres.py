"""A PostgreSQL server of the machine's own binaries, for measurements and tests: on loopback, thrown away
afterwards. It refuses to run as root, so root starts it as another user.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

USER = "nobody"
BINARIES = ("initdb", "pg_ctl", "postgres")
#: Data that is thrown away is not worth the disk's time.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
TIMEOUT_S = 60


def missing() -> str | None:
    """Why no server can be started here; None where one can."""
    absent = [name for name in BINARIES if shutil.which(name) is None]
    if absent:
        return f"{', '.join(absent)} not on the PATH"
    if os.geteuid() == 0 and shutil.which("runuser") is None:
        return "no runuser, and PostgreSQL refuses to run as root"
    return None


class Postgres:
    """One server. `stop` and `start` take it away and bring it back with what was committed."""

    def __init__(self, folder: Path, options: Sequence[str] = FAST) -> None:
        self._data = folder / "data"
        self._port = _free_port()
        self._options = ("listen_addresses=127.0.0.1", f"port={self._port}", "max_connections=200", *options)
        if os.geteuid() == 0:
            shutil.chown(folder, USER)
        self._run(
            "initdb", "-D", str(self._data), "-U", "pairwell", "--auth=trust", "-E", "UTF8", "--no-sync"
        )
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://pairwell@127.0.0.1:{self._port}/{database}"

    def start(self) -> None:
        options = " ".join(
            f"-c {option}" for option in (*self._options, f"unix_socket_directories={self._data}")
        )
        self._ctl("start", "-o", options, "-l", str(self._data / "log"))

    def stop(self, *, mode: str = "fast") -> None:
        self._ctl("stop", "-m", mode)

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, empty or like `template`; its URL."""
        engine = sa.create_engine(
            self.url().replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
        )
        with engine.connect() as connection:
            connection.execute(sa.text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
        engine.dispose()
        return self.url(name)

    def _ctl(self, what: str, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self._data), "-w", "-t", str(TIMEOUT_S), what, *arguments)

    def _run(self, *command: str) -> None:
        as_user = ("runuser", "-u", USER, "--") if os.geteuid() == 0 else ()
        # The server goes on in the background: a pipe would be held open by it.
        with tempfile.TemporaryFile() as said:
            run = subprocess.run(
                [*as_user, *command], stdout=said, stderr=subprocess.STDOUT, cwd="/", check=False
            )
            said.seek(0)
            if run.returncode:
                raise RuntimeError(f"{command[0]} failed: {said.read().decode()[-1000:]}")


@contextmanager
def postgres(options: Sequence[str] = FAST) -> Iterator[Postgres]:
    """A server until the block ends. Raises `RuntimeError` where none can be started."""
    reason = missing()
    if reason is not None:
        raise RuntimeError(f"no PostgreSQL here: {reason}")
    with tempfile.TemporaryDirectory(prefix="pairwell-pg-") as folder:
        server = Postgres(Path(folder), options)
        try:
            yield server
        finally:
            server.stop(mode="immediate")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port

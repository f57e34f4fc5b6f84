"""`serve`: the shop in the database, on a port."""

from typing import TYPE_CHECKING

import typer
import uvicorn

from commands.console import console, errors
from commands.reading import read_settings
from storage import SchemaTooNew, StorageUnavailable
from web import logs
from wiring import build_app

if TYPE_CHECKING:
    from fastapi import FastAPI

#: How long open streams may go on once the server is told to stop.
SHUTDOWN_S = 5


def serve_shop(host: str, port: int) -> None:
    """Serves until it is stopped; models and index warm up after the port is open."""
    settings = read_settings()
    try:
        app = build_app(settings)
    except (StorageUnavailable, SchemaTooNew) as error:
        errors.print(f"the database cannot be used: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from error
    console.print(f"Pairwell on [link]http://{host}:{port}/[/link]  (Ctrl+C stops it)")
    listen(app, host, port)


def listen(app: "FastAPI", host: str, port: int) -> None:
    """Serves an application until the process is told to stop. What it logs names nobody."""
    logs.install()
    uvicorn.run(app, host=host, port=port, log_level="warning", timeout_graceful_shutdown=SHUTDOWN_S)

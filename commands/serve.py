"""`serve`: the shop in the database, on a port."""

import uvicorn

from commands.console import console
from commands.reading import read_settings
from wiring import build_app


def serve_shop(host: str, port: int) -> None:
    """Serves until it is stopped; models and index warm up after the port is open."""
    settings = read_settings()
    console.print(f"Pairwell on [link]http://{host}:{port}/[/link]  (Ctrl+C stops it)")
    uvicorn.run(build_app(settings), host=host, port=port, log_level="warning")

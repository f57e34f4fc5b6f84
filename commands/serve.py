"""`serve`: the shop in the database, on a port."""

import uvicorn

from commands.console import console
from settings import Settings
from wiring import build_app


def serve_shop(host: str, port: int) -> None:
    """Serves until it is stopped; models and index warm up after the port is open."""
    settings = Settings()
    console.print(f"Pairwell on [link]http://{host}:{port}/[/link]  (Ctrl+C stops it)")
    uvicorn.run(build_app(settings), host=host, port=port, log_level="warning")

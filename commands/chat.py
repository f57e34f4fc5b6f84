"""`chat`: the assistant in the terminal, over the same HTTP API as everybody."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import httpx
import typer
from rich.markup import escape

from commands.console import console, errors

TIMEOUT_S = 60.0
PAUSE_S = 0.05


def run_chat(url: str | None, key: str | None) -> None:
    """Talks to a server; without a `url` one is started in this process, on a free port."""
    opened = _local() if url is None else nullcontext(url)
    with opened as base_url, httpx.Client(base_url=base_url, timeout=TIMEOUT_S) as client:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.HTTPError as error:
            errors.print(f"no Pairwell at {base_url}: {error}")
            raise typer.Exit(1) from error
        _talk(client, key)


@contextmanager
def _local() -> Iterator[str]:
    # Imported here: a client of a running server needs neither the models nor the database.
    import uvicorn

    from commands.reading import read_settings
    from wiring import build_app

    settings = read_settings()
    listening = socket.create_server(("127.0.0.1", 0))
    with console.status("opening the shop"):
        server = uvicorn.Server(uvicorn.Config(build_app(settings, pages=False), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(PAUSE_S)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(TIMEOUT_S)


def _talk(client: httpx.Client, key: str | None) -> None:
    token = key or client.post("/v1/sessions", json={}).raise_for_status().json()["token"]
    client.headers["Authorization"] = f"Bearer {token}"
    conversation = client.post("/v1/conversations", json={}).raise_for_status().json()["id"]
    console.print("[dim]Type a message; an empty line ends.[/dim]")
    while said := console.input("[bold cyan]you[/bold cyan]  ").strip():
        for event, data in _events(client, conversation, said):
            _show(event, data)


def _events(client: httpx.Client, conversation: str, said: str) -> Iterator[tuple[str, dict[str, Any]]]:
    path = f"/v1/conversations/{conversation}/messages"
    headers = {"Accept": "text/event-stream"}
    with client.stream("POST", path, json={"content": said}, headers=headers) as answer:
        if answer.status_code != httpx.codes.OK:
            answer.read()
            errors.print(escape(answer.json()["error"]["message"]))
            return
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                yield name, json.loads(line.removeprefix("data:"))


def _show(event: str, data: dict[str, Any]) -> None:
    match event:
        case "products":
            for card in data["products"]:
                console.print(f"  [green]{escape(card['title'])}[/green]  {_money(card['price'])}")
        case "bundles":
            for bundle in data["bundles"]:
                console.print(f"  [bold]{escape(bundle['title'])}[/bold]  {_money(bundle['total'])}")
                for item in bundle["items"]:
                    product = item["product"]
                    console.print(
                        f"    {item['quantity']} x {escape(product['title'])}  {_money(product['price'])}"
                    )
        case "text.delta":
            console.print(escape(data["text"]), end="")
        case "message.completed":
            console.print(f"\n[dim]{data['timings_ms']['total']} ms[/dim]")
        case "error":
            errors.print(escape(data["error"]["message"]))


def _money(value: dict[str, Any]) -> str:
    from shop.money import Money

    return str(Money(value["amount"], value["currency"]))

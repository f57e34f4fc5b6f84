"""Whole conversations as the API returned them, warts included: nothing is scored, all of it is to be read.

Each shop is served by a process of its own with the mapping file that ships; its replies go to one Markdown
file: what was said, the words, and of each reply the intent, its sources and what was shown.
"""

import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from evals.server import Server, demo_server
from shop.money import Money

SCRIPT = Path(__file__).parent / "cases" / "conversations.toml"
TIMEOUT_S = 120.0
SHOWN = 6
#: What is said is read here, not how soon: on a busy machine rules would stand in for a model that is late.
PATIENT = {"PAIRWELL_LLM__UNDERSTAND_TIMEOUT_S": "120"}

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """A catalogue to serve, and what is said in it. `feed` is below the data folder; None: the demo shop.
    Who is `signed_in` is the demo's customer, and their order of a status stands for `{shipped}`."""

    name: str
    talks: tuple[tuple[str, ...], ...]
    feed: str | None = None
    mapping: str | None = None
    signed_in: bool = False


def record(out: Path, data: Path, var: Path | None, only: tuple[str, ...] = ()) -> Iterator[str]:
    """Writes `out/<shop>.md` for each shop whose data is there; yields a line about each.

    `var` keeps the shops between runs, so that a large one is not embedded anew; unset, none is kept.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for shop in _shops():
            if only and shop.name not in only:
                continue
            feed = data / shop.feed if shop.feed else None
            if feed is not None and not feed.is_file():
                yield f"{shop.name}: skipped, there is no {feed}"
                continue
            arguments = ["--catalogue", str(feed), "--mapping", shop.mapping or ""] if feed else []
            with demo_server(var or Path(folder), PATIENT, *arguments) as server:
                path = out / f"{shop.name}.md"
                path.write_text(_written(shop, server), encoding="utf-8")
            yield f"{shop.name}: {len(shop.talks)} conversations in {path}"


def _shops() -> Iterator[Shop]:
    for table in tomllib.loads(SCRIPT.read_text(encoding="utf-8"))["shop"]:
        talks = tuple(tuple(talk) for talk in table["talks"])
        yield Shop(
            table["name"], talks, table.get("feed"), table.get("mapping"), table.get("signed_in", False)
        )


def _written(shop: Shop, server: Server) -> str:
    lines = [f"# Conversations on {shop.name}", ""]
    lines += ["As the API returned them; written by `python -m evals conversations`.", ""]
    with httpx.Client(base_url=server.url, timeout=TIMEOUT_S) as client:
        customer = _session(client, server.customer_token) if shop.signed_in else None
        for number, talk in enumerate(shop.talks, start=1):
            lines += [f"## {number}", ""]
            headers = customer or _session(client)
            made = client.post("/v1/conversations", json={}, headers=headers).raise_for_status().json()
            path = f"/v1/conversations/{made['id']}/messages"
            for text in talk:
                said = text.format_map(server.words)
                answer = _said(client, path, said, headers)
                lines += [f"**Shopper:** {said}", "", *_told(answer.json()), ""]
    return "\n".join(lines).rstrip() + "\n"


def _said(client: httpx.Client, path: str, said: str, headers: dict[str, str]) -> httpx.Response:
    """The answer; a server that wants to be asked less often is waited for."""
    while True:
        answer = client.post(path, json={"content": said}, headers=headers)
        if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            return answer
        time.sleep(float(answer.headers["Retry-After"]))


def _session(client: httpx.Client, customer_token: str = "") -> dict[str, str]:
    body = {"customer_token": customer_token} if customer_token else {}
    token = client.post("/v1/sessions", json=body).raise_for_status().json()["token"]
    return {"Authorization": f"Bearer {token}"}


def _told(reply: Json) -> Iterator[str]:
    if "error" in reply:
        yield f"**Error:** `{reply['error']}`"
        return
    yield f"**Pairwell:** {reply['content']}"
    yield ""
    for card in reply.get("products", ())[:SHOWN]:
        yield f"- {_card(card)}"
    for bundle in reply.get("bundles", ()):
        yield f"- **{bundle['title']}**, {_money(bundle['total'])}: {bundle['explanation']}"
        for item in bundle["items"]:
            locked = ", kept" if item["locked"] else ""
            yield f"  - {item['slot']}{locked}: {item['quantity']} x {_card(item['product'])}"
    if confirmation := reply.get("confirmation"):
        yield f"- to confirm: {confirmation['summary']}"
    if handoff := reply.get("handoff"):
        yield f"- handoff: {handoff['status']}, number {handoff.get('position', '-')} in the queue"
    for citation in reply.get("citations", ()):
        yield f"- {citation['title']}: “{citation['quote']}”"
    if cart := reply.get("cart"):
        held = "; ".join(f"{each['quantity']} x {each['product']['title']}" for each in cart["lines"])
        yield f"- cart, {_money(cart['total'])}: {held or 'empty'}"
    if question := reply.get("question"):
        yield f"- asked: {question['text']} {' / '.join(question.get('choices', ()))}".rstrip()
    yield ""
    yield f"<sub>{_made(reply)}</sub>"


def _made(reply: Json) -> str:
    """Who made it: the intent and its source, the sentences by source, the time."""
    text = ", ".join(f"{count} {kind}" for kind, count in reply["sources"]["text"].items() if count)
    intent = f"{reply['intent']['name']} by {reply['sources']['intent']}"
    return f"{intent}; sentences: {text or 'none'}; {reply['timings_ms']['total']} ms"


def _card(card: Json) -> str:
    options = ", ".join(card.get("options", {}).values())
    return f"{card['title']}{f' ({options})' if options else ''}, {_money(card['price'])}"


def _money(money: Json) -> str:
    return str(Money(money["amount"], money["currency"]))

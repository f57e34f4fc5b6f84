"""Fifty whole conversations with a real Pairwell over each model server, four at once."""

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import httpx

from evals.model_servers import ModelServer
from evals.server import Server, demo_server
from evals.speed_turn import conversations

CONVERSATIONS = 50
AT_ONCE = 4
TIMEOUT_S = 300.0
ATTEMPTS = 20


def test_fifty_whole_conversations_are_held(served: ModelServer, tmp_path: Path) -> None:
    scripts = list(islice(cycle(conversations()), CONVERSATIONS))
    with demo_server(tmp_path, served.settings()) as server, ThreadPoolExecutor(AT_ONCE) as shoppers:
        talks = list(shoppers.map(lambda said: held(server, said), scripts))
    assert len(talks) == CONVERSATIONS
    replies = [reply for talk in talks for reply in talk]
    by_model = [reply["sources"]["intent"] == "model" for reply in replies]
    # A dead model looks like a fast one: most messages are read by it, however busy the machine is.
    assert sum(by_model) > len(by_model) / 2
    assert any(reply["sources"]["text"]["model"] for reply in replies)


def sent(client: httpx.Client, path: str, text: str) -> dict[str, Any]:
    """The reply to one message; a busy server is asked again when it says, as its callers are told to."""
    headers = {"Idempotency-Key": secrets.token_hex(8)}
    for _ in range(ATTEMPTS):
        answer = client.post(path, json={"content": text}, headers=headers)
        if answer.status_code not in (429, 503):
            break
        time.sleep(float(answer.headers["Retry-After"]))
    reply: dict[str, Any] = answer.raise_for_status().json()
    return reply


def held(server: Server, said: list[str]) -> list[dict[str, Any]]:
    """The replies of one conversation; every message has its own, with words, and all of them are stored."""
    headers = {"Authorization": f"Bearer {server.key}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=TIMEOUT_S) as client:
        talk = client.post("/v1/conversations", json={}).raise_for_status().json()["id"]
        path = f"/v1/conversations/{talk}"
        replies = [sent(client, f"{path}/messages", text) for text in said]
        stored = client.get(path).raise_for_status().json()["messages"]
    assert all(reply["content"].strip() for reply in replies)
    assert [each["content"] for each in stored if each["role"] == "user"] == said
    assert [each["id"] for each in stored if each["role"] == "assistant"] == [each["id"] for each in replies]
    return replies

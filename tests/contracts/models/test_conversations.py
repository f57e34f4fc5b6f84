"""Fifty whole conversations with a real Pairwell over each model server, four at once."""

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


def held(server: Server, said: list[str]) -> list[dict[str, Any]]:
    """The replies of one conversation; every message has its own, with words, and all of them are stored."""
    headers = {"Authorization": f"Bearer {server.key}"}
    with httpx.Client(base_url=server.url, headers=headers, timeout=TIMEOUT_S) as client:
        talk = client.post("/v1/conversations", json={}).raise_for_status().json()["id"]
        path = f"/v1/conversations/{talk}"
        answers = [client.post(f"{path}/messages", json={"content": text}) for text in said]
        replies = [answer.raise_for_status().json() for answer in answers]
        stored = client.get(path).raise_for_status().json()["messages"]
    assert all(reply["content"].strip() for reply in replies)
    assert [each["content"] for each in stored if each["role"] == "user"] == said
    assert [each["id"] for each in stored if each["role"] == "assistant"] == [each["id"] for each in replies]
    return replies

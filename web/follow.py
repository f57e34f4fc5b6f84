"""Following a conversation: its stored events, as they come.

The store is asked again and again, so it does not matter which process wrote an event. A stream ends
after `LONGEST_S`; the client comes back with the last event's id, and shows again who it is.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

from assistant.conversations import ConversationEvent, Conversations, UnknownConversation
from storage import StorageUnavailable
from web.auth import Caller
from web.context import Web
from web.sse import PING, written

POLL_S = 0.5
PING_S = 10.0
LONGEST_S = 15 * 60.0
BATCH = 100


async def follow(web: Web, caller: Caller, conversation_id: str, after: int) -> AsyncIterator[bytes]:
    """The events after one, then each new one; a ping where there is none for a while."""
    began = heard = time.monotonic()
    while time.monotonic() - began < LONGEST_S:
        try:
            news = await web.run(partial(_read, web, caller, conversation_id, after))
        except UnknownConversation:
            return  # erased: there is nothing left to follow
        except StorageUnavailable:
            return  # the client comes back, and is told then what is wrong
        for event in news:
            after = event.id
            yield written(event.data, event=event.kind, event_id=event.id)
        if news:
            heard = time.monotonic()
        elif time.monotonic() - heard >= PING_S:
            heard = time.monotonic()
            yield PING
        if len(news) < BATCH:
            await asyncio.sleep(POLL_S)


def _read(web: Web, caller: Caller, conversation_id: str, after: int) -> tuple[ConversationEvent, ...]:
    owner = None if "support" in caller.scopes else caller.owner
    with web.database.read() as work:
        talks = Conversations(work, web.now())
        return talks.events_after(talks.get(owner, conversation_id).id, after, BATCH)

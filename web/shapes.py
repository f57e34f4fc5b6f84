"""Conversations and messages as the API shows them."""

from assistant.conversations import Conversation, Message
from shop.serialise import Json, to_json


def conversation_json(talk: Conversation) -> dict[str, Json]:
    return {"id": talk.id, "status": talk.status, "created_at": to_json(talk.created_at)}


def message_json(message: Message) -> dict[str, Json]:
    """A message. On a user's, `reply` is there even where it is null: the turn was cut off, or still runs."""
    written: dict[str, Json] = {
        "id": message.id,
        "conversation_id": message.conversation_id,
        "role": message.role,
        "content": message.content,
        "created_at": to_json(message.created_at),
    }
    if message.role == "agent":
        # A person's message answers with cards, not with a reply of the assistant's.
        written |= {"attached": message.reply} if message.reply is not None else {}
    elif message.role == "user" or message.reply is not None:
        written["reply"] = message.reply
    return written

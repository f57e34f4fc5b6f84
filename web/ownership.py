"""Whose conversation it is: the caller's own, and not one that was held for another customer.

A server's key owns the conversations of many customers. Acting for one of them, it sees none that was held
for another: what the shop vouched for in one request opens nothing of somebody else.
"""

from datetime import datetime

from assistant.conversations import Conversation, Conversations, UnknownConversation
from assistant.handoffs import Audit
from storage import UnitOfWork
from web.auth import Caller


def own(talks: Conversations, caller: Caller, conversation_id: str) -> Conversation:
    """The caller's conversation; anybody else's is as unknown as none."""
    found = talks.get(caller.owner, conversation_id)
    if None not in (found.customer_id, caller.customer_id) and found.customer_id != caller.customer_id:
        raise UnknownConversation(conversation_id)
    return found


def visible(work: UnitOfWork, now: datetime, caller: Caller, conversation_id: str) -> Conversation:
    """The caller's own conversation; for support anybody's, written down in the audit log."""
    talks = Conversations(work, now)
    if "support" not in caller.scopes:
        return own(talks, caller, conversation_id)
    found = talks.get(None, conversation_id)
    if found.owner != caller.owner:
        Audit(work, now).record_reading(caller.owner, "conversation.read", found.id)
    return found

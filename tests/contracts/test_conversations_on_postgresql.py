"""Conversations, as they are on SQLite."""

from tests.assistant.test_conversations import *  # noqa: F403 - the suite, with this folder's `database`

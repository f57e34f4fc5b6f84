"""The audit log, as it is on SQLite."""

from tests.assistant.test_audit_log import *  # noqa: F403 - the suite, with this folder's `database`

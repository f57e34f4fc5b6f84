"""The audit log is append-only: the database itself refuses a change, whoever asks for it."""

import pytest
import sqlalchemy as sa

from assistant.conversation_tables import audit
from assistant.conversations import Conversations
from assistant.handoffs import Handoffs
from storage import Conflict, Database
from tests.assistant.pond_goods import NOW


@pytest.fixture
def written(database: Database) -> Database:
    """A log with one entry: somebody asked for a person."""
    with database.begin() as work:
        talk = Conversations(work, NOW).create("sess_1", None).id
        Handoffs(work, NOW).request(talk, "complaint", "unhappy")
    return database


def entries(database: Database) -> list[tuple[str, str]]:
    with database.read() as work:
        return [(row.who, row.what) for row in work.connection.execute(sa.select(audit)).all()]


@pytest.mark.parametrize(
    "statement",
    [
        audit.update().values(who="nobody"),
        audit.update().values(detail={}).where(audit.c.what == "handoff.requested"),
        audit.delete(),
    ],
    ids=["who", "detail", "delete"],
)
def test_what_was_written_down_can_be_neither_changed_nor_removed(
    written: Database, statement: sa.Update | sa.Delete
) -> None:
    before = entries(written)
    assert len(before) == 1

    with pytest.raises(Conflict, match="append-only"), written.begin() as work:
        work.connection.execute(statement)

    assert entries(written) == before


def test_more_can_be_written_after_a_change_was_refused(written: Database) -> None:
    with pytest.raises(Conflict), written.begin() as work:
        work.connection.execute(audit.delete())
    with written.begin() as work:
        talk = Conversations(work, NOW).create("sess_2", None).id
        Handoffs(work, NOW).request(talk, "payment_issue", "charged twice")

    assert [what for _, what in entries(written)] == ["handoff.requested"] * 2


def test_a_refused_change_takes_the_rest_of_its_transaction_with_it(written: Database) -> None:
    def change() -> None:
        with written.begin() as work:
            talk = Conversations(work, NOW).create("sess_2", None).id
            Handoffs(work, NOW).request(talk, "payment_issue", "charged twice")
            work.connection.execute(audit.update().values(who="nobody"))

    with pytest.raises(Conflict):
        change()

    assert len(entries(written)) == 1

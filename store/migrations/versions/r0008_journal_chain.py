"""Rows of a journal are tied to one another by hashes.

Revision 0008. Rows that are there are chained as they are found.
"""

from collections.abc import Callable, Iterator
from datetime import UTC
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

from store.journal.chain import link_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ROW = sa.table(
    "journal_row",
    sa.column("message", sa.Integer()),
    sa.column("number", sa.Integer()),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("kind", sa.String()),
    sa.column("person", sa.String()),
    sa.column("acting_for", sa.String()),
    sa.column("data", sa.JSON()),
    sa.column("hash", sa.String()),
)
_WRITE = (
    sa.update(_ROW)
    .where(_ROW.c.message == sa.bindparam("of_message"), _ROW.c.number == sa.bindparam("of_number"))
    .values(hash=sa.bindparam("of_row"))
)
_MESSAGES_AT_ONCE = 500

_REFUSAL = "journal rows are never changed or deleted (order 238, clause 19)"
_GUARD = (
    f"""
    CREATE TRIGGER journal_row_unchanged BEFORE UPDATE ON journal_row
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
    """,
    f"""
    CREATE TRIGGER journal_row_kept BEFORE DELETE ON journal_row
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
    """,
)


def upgrade() -> None:
    _unguarded(_add_hashes)


def downgrade() -> None:
    _unguarded(lambda: _alter(lambda journal: journal.drop_column("hash")))


def _add_hashes() -> None:
    op.add_column("journal_row", sa.Column("hash", sa.String()))
    connection = op.get_bind()
    for rows in _chained(connection):
        connection.execute(_WRITE, rows)
    _alter(lambda journal: journal.alter_column("hash", existing_type=sa.String(), nullable=False))


def _alter(change: Callable[[Any], None]) -> None:
    with op.batch_alter_table("journal_row") as journal:
        change(journal)


def _unguarded(change: Callable[[], None]) -> None:
    """Make a change that the guard of the journal would refuse; it stands again afterwards."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE journal_row DISABLE TRIGGER USER")
        change()
        op.execute("ALTER TABLE journal_row ENABLE TRIGGER USER")
        return
    for trigger in ("journal_row_unchanged", "journal_row_kept"):
        op.execute(f"DROP TRIGGER {trigger}")
    change()
    for statement in _GUARD:
        op.execute(statement)


def _chained(connection: sa.Connection) -> Iterator[list[dict[str, Any]]]:
    """The hashes of all rows, some messages at a time."""
    after = -1
    while True:
        messages = connection.scalars(
            sa.select(_ROW.c.message)
            .where(_ROW.c.message > after)
            .distinct()
            .order_by(_ROW.c.message)
            .limit(_MESSAGES_AT_ONCE)
        ).all()
        if not messages:
            return
        rows = connection.execute(
            sa.select(_ROW)
            .where(_ROW.c.message > after, _ROW.c.message <= messages[-1])
            .order_by(_ROW.c.message, _ROW.c.number)
        ).mappings()
        yield [given for _, journal in groupby(rows, lambda row: row["message"]) for given in _chain(journal)]
        after = messages[-1]


def _chain(journal: Iterator[Any]) -> Iterator[dict[str, Any]]:
    before: str | None = None
    for row in journal:
        at = row["at"] if row["at"].tzinfo else row["at"].replace(tzinfo=UTC)
        before = link_of(before, {**row, "at": at})
        yield {"of_message": row["message"], "of_number": row["number"], "of_row": before}

"""`message.recorded` counts journal rows, and no longer the records they came in: a gap can be told by it.

Revision 0003.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Rows after the last of a workflow are the API's, of messages that have ended: nothing is written after them.
_ROWS = """
UPDATE message SET recorded = coalesce(
    (SELECT max(number) FROM journal_row WHERE journal_row.message = message.number), 0
)
"""

# How many records there were is not known any more. From zero the next one is written; a count of rows, never smaller
# than that of records, would keep it out.
_RECORDS = "UPDATE message SET recorded = 0"


def upgrade() -> None:
    op.execute(_ROWS)


def downgrade() -> None:
    op.execute(_RECORDS)

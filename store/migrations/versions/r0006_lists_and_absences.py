"""What messages are listed, sorted and queued by; absences without an end, of whose beginning somebody is notified.

Revision 0006. Columns are added and dropped in place: SQLite would lose the triggers of a table that is copied.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "importance": sa.String(),
    "curator": sa.String(),
    "assignee": sa.String(),
    "repeats": sa.Integer(),
    "step_curator": sa.String(),
    "step_body": sa.String(),
    "first_due": sa.DateTime(timezone=True),
}
_LISTED_BY = (
    *("stage", "overdue", "network", "topic", "importance", "outcome", "curator", "assignee"),
    *("detected_at", "first_due", "clock_ahead"),
)
_INDEXES = {
    "message_topic": ("topic", "number"),
    "message_listed": ("number", *_LISTED_BY),
}
_INDEXES_WHERE_SET = {
    "message_assignee": ("assignee", "number"),
    "message_repeats": ("repeats",),
    "message_due": ("first_due", "number", *(name for name in _LISTED_BY if name != "first_due")),
    "message_step_curator": ("step_curator", "first_due", "number", "clock_ahead"),
    "message_step_body": ("step_body", "first_due", "number", "assignee", "clock_ahead"),
}
_NOT_NOTIFIED = sa.text("notified_at IS NULL")

_FROM_SNAPSHOT = {
    "sqlite": """
UPDATE message SET
    importance = json_extract(snapshot, '$.importance'),
    curator = coalesce(json_extract(snapshot, '$.curator'), registered_by),
    assignee = json_extract(snapshot, '$.assignee'),
    repeats = CAST(json_extract(snapshot, '$.repeats') AS INTEGER)
""",
    "postgresql": """
UPDATE message SET
    importance = snapshot ->> 'importance',
    curator = coalesce(snapshot ->> 'curator', registered_by),
    assignee = snapshot ->> 'assignee',
    repeats = CAST(snapshot ->> 'repeats' AS integer)
""",
}
_NO_REPLY_TOLD = {
    "sqlite": "json_extract(snapshot, '$.no_reply_told')",
    "postgresql": "CAST(snapshot ->> 'no_reply_told' AS boolean)",
}
_FROM_THE_REST = """
UPDATE message SET
    step_curator = CASE
        WHEN stage IN ('routing', 'approval') THEN curator
        WHEN stage = 'awaiting_author' AND {no_reply_told} THEN curator
    END,
    step_body = CASE
        WHEN stage IN ('preparation', 'rework', 'publication', 'awaiting_final') THEN current_body
    END,
    first_due = (
        SELECT min(due_at) FROM limit_run
        WHERE limit_run.message = message.number AND met_at IS NULL AND cancelled_at IS NULL
    )
"""
_NOTIFIED = "UPDATE absence SET notified_at = recorded_at WHERE starts_at <= CURRENT_TIMESTAMP"
_BOUND = "UPDATE absence SET ends_at = '2100-01-01 00:00:00.000000{utc}' WHERE ends_at IS NULL"


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    for name, kind in _COLUMNS.items():
        op.add_column("message", sa.Column(name, kind))
    op.execute(_FROM_SNAPSHOT[dialect])
    op.execute(_FROM_THE_REST.format(no_reply_told=_NO_REPLY_TOLD[dialect]))
    op.drop_index("ix_message_topic", "message")
    for name, columns in _INDEXES.items():
        op.create_index(name, "message", columns)
    for name, columns in _INDEXES_WHERE_SET.items():
        is_set = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(name, "message", columns, sqlite_where=is_set, postgresql_where=is_set)

    with op.batch_alter_table("absence") as absence:
        absence.alter_column("ends_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        absence.add_column(sa.Column("notified_at", sa.DateTime(timezone=True)))
    op.execute(_NOTIFIED)
    op.create_index(
        "absence_beginning",
        "absence",
        ["starts_at"],
        sqlite_where=_NOT_NOTIFIED,
        postgresql_where=_NOT_NOTIFIED,
    )


def downgrade() -> None:
    op.drop_index("absence_beginning", "absence")
    # An absence had to end: the latest end there can be.
    op.execute(_BOUND.format(utc="" if op.get_bind().dialect.name == "sqlite" else "+00"))
    with op.batch_alter_table("absence") as absence:
        absence.drop_column("notified_at")
        absence.alter_column("ends_at", existing_type=sa.DateTime(timezone=True), nullable=False)

    for name in (*_INDEXES, *_INDEXES_WHERE_SET):
        op.drop_index(name, "message")
    op.create_index("ix_message_topic", "message", ["topic"])
    for name in _COLUMNS:
        op.execute(f"ALTER TABLE message DROP COLUMN {name}")

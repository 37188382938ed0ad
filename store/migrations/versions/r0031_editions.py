"""By which edition of which act a message goes, for lists; and what each edition said.

Revision 0031. The column is added in place: SQLite would lose the triggers of a table that is copied.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_LISTED_BY = (
    *("stage", "overdue", "network", "topic", "importance", "outcome", "curator", "assignee"),
    *("detected_at", "first_due", "clock_ahead"),
)
_FROM_SNAPSHOT = {
    "sqlite": """
UPDATE message SET edition = json_extract(snapshot, '$.act') || ':' || json_extract(snapshot, '$.edition')
WHERE snapshot IS NOT NULL
""",
    "postgresql": """
UPDATE message SET edition = (snapshot ->> 'act') || ':' || (snapshot ->> 'edition') WHERE snapshot IS NOT NULL
""",
}


def upgrade() -> None:
    op.add_column("message", sa.Column("edition", sa.String()))
    op.execute(_FROM_SNAPSHOT[op.get_bind().dialect.name])
    _index((*_LISTED_BY, "edition"))
    op.create_table(
        "act_edition",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_act_edition"),
    )
    op.create_index("ix_act_edition_reference", "act_edition", ["reference"])


def downgrade() -> None:
    op.drop_table("act_edition")
    _index(_LISTED_BY)
    op.execute("ALTER TABLE message DROP COLUMN edition")


def _index(listed_by: tuple[str, ...]) -> None:
    """Make the indexes anew in which several filters at once are judged."""
    op.drop_index("message_listed", "message")
    op.drop_index("message_due", "message")
    op.create_index("message_listed", "message", ["number", *listed_by])
    is_set = sa.text("first_due IS NOT NULL")
    others = [name for name in listed_by if name != "first_due"]
    op.create_index(
        "message_due",
        "message",
        ["first_due", "number", *others],
        sqlite_where=is_set,
        postgresql_where=is_set,
    )

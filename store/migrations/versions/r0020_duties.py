"""Escalations that go one step further, who acknowledged them, and what was noted as done about a breach.

Revision 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_WAITING = sa.text("kind = 'escalation' AND acknowledged_at IS NULL AND judged_at IS NULL")
_UNACKNOWLEDGED = sa.text("kind IN ('escalation', 'unacknowledged') AND acknowledged_at IS NULL")
_PUBLISHED = sa.text("name = 'publication' AND met_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("notice", sa.Column("acknowledged_by", sa.String(), nullable=True))
    op.add_column("notice", sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True))
    # What was escalated before anybody could acknowledge it goes nowhere now.
    op.execute("UPDATE notice SET judged_at = at WHERE kind = 'escalation'")
    op.create_index(
        "notice_escalated",
        "notice",
        ["deliver_from", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "notice_acknowledge",
        "notice",
        ["person", "deliver_from", "id"],
        sqlite_where=_UNACKNOWLEDGED,
        postgresql_where=_UNACKNOWLEDGED,
    )
    op.create_index(
        "limit_run_published",
        "limit_run",
        ["name", "met_at", "message"],
        sqlite_where=_PUBLISHED,
        postgresql_where=_PUBLISHED,
    )
    op.create_index(
        "limit_run_shortcoming",
        "limit_run",
        ["breached_at", "message", "number", "name", "holder_body"],
        sqlite_where=sa.text("breached_at IS NOT NULL AND inherited IS 0"),
        postgresql_where=sa.text("breached_at IS NOT NULL AND inherited IS false"),
    )
    op.create_table(
        "shortcoming_measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("acting_for", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shortcoming_measure"),
        sa.ForeignKeyConstraint(
            ["message"], ["message.number"], name="fk_shortcoming_measure_message_message"
        ),
        sa.ForeignKeyConstraint(
            ["text"], ["message_text.id"], name="fk_shortcoming_measure_text_message_text"
        ),
    )
    op.create_index("shortcoming_measure_run", "shortcoming_measure", ["message", "run", "id"])


def downgrade() -> None:
    op.drop_table("shortcoming_measure")
    op.drop_index("limit_run_shortcoming", "limit_run")
    op.drop_index("limit_run_published", "limit_run")
    op.drop_index("notice_acknowledge", "notice")
    op.drop_index("notice_escalated", "notice")
    op.drop_column("notice", "judged_at")
    op.drop_column("notice", "acknowledged_by")

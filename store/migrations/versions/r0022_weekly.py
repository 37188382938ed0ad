"""Weekly summaries as they were made, and what they are counted by.

Revision 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_MET = sa.text("met_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "weekly_summary",
        sa.Column("week", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("week", "version", name="pk_weekly_summary"),
    )
    op.create_index("journal_row_kind", "journal_row", ["kind", "at"])
    # Which of what was broken was still owed is judged in the index, without the runs themselves.
    op.drop_index("limit_run_breached", "limit_run")
    _index_breached("breached_at", "met_at", "cancelled_at")
    op.create_index("limit_run_met", "limit_run", ["met_at"], sqlite_where=_MET, postgresql_where=_MET)


def downgrade() -> None:
    op.drop_index("limit_run_met", "limit_run")
    op.drop_index("limit_run_breached", "limit_run")
    _index_breached("breached_at")
    op.drop_index("journal_row_kind", "journal_row")
    op.drop_table("weekly_summary")


def _index_breached(*columns: str) -> None:
    where = sa.text("breached_at IS NOT NULL")
    op.create_index(
        "limit_run_breached", "limit_run", list(columns), sqlite_where=where, postgresql_where=where
    )

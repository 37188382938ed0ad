"""Indices by which the overview is counted for those who see some messages only.

Revision 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_JUDGED = "holder_role = 'executor' AND inherited IS {no} AND (met_at IS NOT NULL OR breached_at IS NOT NULL)"


def upgrade() -> None:
    # Whose messages what was broken is, is judged in the index too.
    op.drop_index("limit_run_breached", "limit_run")
    _index_breached("message")
    op.create_index(
        "limit_run_judged",
        "limit_run",
        ["message", "holder_body", "breached_at"],
        sqlite_where=sa.text(_JUDGED.format(no="0")),
        postgresql_where=sa.text(_JUDGED.format(no="false")),
    )


def downgrade() -> None:
    op.drop_index("limit_run_judged", "limit_run")
    op.drop_index("limit_run_breached", "limit_run")
    _index_breached()


def _index_breached(*more: str) -> None:
    where = sa.text("breached_at IS NOT NULL")
    op.create_index(
        "limit_run_breached",
        "limit_run",
        ["breached_at", "met_at", "cancelled_at", *more],
        sqlite_where=where,
        postgresql_where=where,
    )

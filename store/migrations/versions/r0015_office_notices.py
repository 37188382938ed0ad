"""Notices about no message, told once each; escalations that somebody acknowledged.

Revision 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # An index and not a constraint: SQLite would copy the whole table for one.
    op.add_column("notice", sa.Column("fact", sa.String(), nullable=True))
    op.add_column("notice", sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("notice_fact", "notice", ["fact", "kind", "person"], unique=True)


def downgrade() -> None:
    op.drop_index("notice_fact", "notice")
    op.drop_column("notice", "acknowledged_at")
    op.drop_column("notice", "fact")

"""Rises of activity among messages that are alike and have no topic yet.

Revision 0030.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("surge") as surge:
        surge.alter_column("topic", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM surge_message WHERE surge IN (SELECT id FROM surge WHERE topic IS NULL)")
    op.execute("DELETE FROM surge WHERE topic IS NULL")
    with op.batch_alter_table("surge") as surge:
        surge.alter_column("topic", existing_type=sa.String(), nullable=False)

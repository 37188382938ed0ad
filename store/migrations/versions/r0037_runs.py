"""Which run of its workflow leads a message: how often the program has started it again, and the run's id.

Revision 0037.
"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("restarts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("message", sa.Column("run_id", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("message", "run_id")
    op.drop_column("message", "restarts")

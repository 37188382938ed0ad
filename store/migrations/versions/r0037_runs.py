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
    with op.batch_alter_table("message") as message:
        message.add_column(sa.Column("restarts", sa.Integer(), nullable=False, server_default="0"))
        message.add_column(sa.Column("run_id", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("message") as message:
        message.drop_column("run_id")
        message.drop_column("restarts")

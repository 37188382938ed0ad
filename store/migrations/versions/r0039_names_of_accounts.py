"""By what numbers and names links know the pages of an account.

Revision 0039.
"""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("network_key", sa.Column("names", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column(
        "network_key", sa.Column("names_asked", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    op.drop_column("network_key", "names_asked")
    op.drop_column("network_key", "names")

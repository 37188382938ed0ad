"""What of a source could not be read.

Revision 0040.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source", sa.Column("cut", sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column("source", "cut")

"""The record of access names candidates, and a message the candidate that it was.

Revision 0038.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("access_record", sa.Column("candidates", sa.String(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("candidate", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("message", "candidate")
    op.drop_column("access_record", "candidates")

"""A picture is uploaded before its message is registered: until then it is no message's.

Revision 0034.
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("attachment") as attachment:
        attachment.alter_column("message", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    loose = "SELECT id FROM attachment WHERE message IS NULL"
    op.execute(f"DELETE FROM attachment_content WHERE attachment IN ({loose})")  # noqa: S608
    op.execute("DELETE FROM attachment WHERE message IS NULL")
    with op.batch_alter_table("attachment") as attachment:
        attachment.alter_column("message", existing_type=sa.Integer(), nullable=False)

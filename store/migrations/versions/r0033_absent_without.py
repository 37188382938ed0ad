"""Absences without a substitute.

Revision 0033.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("absence") as absence:
        absence.alter_column("substitute", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    # Who is their own substitute keeps what is theirs.
    op.execute("UPDATE absence SET substitute = person WHERE substitute IS NULL")
    with op.batch_alter_table("absence") as absence:
        absence.alter_column("substitute", existing_type=sa.String(), nullable=False)

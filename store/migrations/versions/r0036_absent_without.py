"""Absences without a substitute.

Revision 0036.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0030"
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

"""Open limits are counted by an index, and wrong passwords are.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OPEN = sa.text("met_at IS NULL AND cancelled_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "limit_run_open",
        "limit_run",
        ["name", "breached_at", "due_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "wrong_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_in", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_wrong_password"),
    )
    op.create_index("wrong_password_sign_in", "wrong_password", ["sign_in", "at"])


def downgrade() -> None:
    op.drop_table("wrong_password")
    op.drop_index("limit_run_open", "limit_run")

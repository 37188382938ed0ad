"""Whom breaches are charged to.

Revision 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "charge",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("acting_for", sa.String(), nullable=True),
        sa.Column("limit_name", sa.String(), nullable=False),
        sa.Column("over", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("message", "run", "position", name="pk_charge"),
        sa.ForeignKeyConstraint(
            ["message", "run"], ["limit_run.message", "limit_run.number"], name="fk_charge_message_limit_run"
        ),
    )
    op.create_index("charge_of_body", "charge", ["body", "message", "run"])


def downgrade() -> None:
    op.drop_table("charge")

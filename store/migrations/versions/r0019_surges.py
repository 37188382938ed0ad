"""Rises of activity on topics, with the messages behind them.

Revision 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "surge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_surge"),
    )
    op.create_index("surge_over", "surge", ["over_at", "id"])
    op.create_table(
        "surge_message",
        sa.Column("surge", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("surge", "message", name="pk_surge_message"),
        sa.ForeignKeyConstraint(["surge"], ["surge.id"], name="fk_surge_message_surge_surge"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_surge_message_message_message"),
    )
    op.create_index("ix_surge_message_message", "surge_message", ["message"])


def downgrade() -> None:
    op.drop_table("surge_message")
    op.drop_table("surge")

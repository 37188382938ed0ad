"""Channels of people, and what is delivered through them.

Revision 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "channel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=True),
        sa.Column("since", moment, nullable=False),
        sa.Column("removed_at", moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("failing_since", moment, nullable=True),
        sa.Column("next_at", moment, nullable=True),
        sa.Column("lease_until", moment, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_channel"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_channel_person_person"),
    )
    op.create_index("ix_channel_person", "channel", ["person"])
    op.create_table(
        "delivery",
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("channel", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("deliver_from", moment, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("parcel", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("notice", "channel", name="pk_delivery"),
        sa.ForeignKeyConstraint(["notice"], ["notice.id"], name="fk_delivery_notice_notice"),
        sa.ForeignKeyConstraint(["channel"], ["channel.id"], name="fk_delivery_channel_channel"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "delivery_waiting",
        "delivery",
        ["deliver_from", "channel"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("delivery_channel", "delivery", ["channel", "state", "notice"])
    op.create_index("delivery_state", "delivery", ["state", "at"])
    op.create_index("notice_written", "notice", ["written_at"])


def downgrade() -> None:
    op.drop_index("notice_written", "notice")
    op.drop_table("delivery")
    op.drop_table("channel")

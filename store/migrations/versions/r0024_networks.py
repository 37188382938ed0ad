"""Keys of accounts in networks, sources of candidates, candidates, and pushes.

Revision 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "network_key",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("credentials", sa.String(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_network_key"),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_network_key_body_body"),
    )
    op.create_index("network_key_body", "network_key", ["body", "network"])
    op.create_index("ix_network_key_expires_at", "network_key", ["expires_at"])
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("cursor", sa.JSON(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", _MOMENT, nullable=False),
        sa.Column("last_polled_at", _MOMENT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        sqlite_autoincrement=True,
    )
    _candidates()
    op.create_table(
        "push",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("account", "event", name="pk_push"),
    )
    op.create_index("ix_push_at", "push", ["at"])


def _candidates() -> None:
    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("url_key", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("parent_url", sa.String(), nullable=True),
        sa.Column("posted_at", _MOMENT, nullable=True),
        sa.Column("found_at", _MOMENT, nullable=False),
        sa.Column("source", sa.Integer(), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("message", sa.Integer(), nullable=True),
        sa.Column("suggestions", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_candidate"),
        sa.UniqueConstraint("url_key", name="uq_candidate_url_key"),
        sa.ForeignKeyConstraint(["source"], ["source.id"], name="fk_candidate_source_source"),
        sa.ForeignKeyConstraint(["reply_to"], ["message.number"], name="fk_candidate_reply_to_message"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_candidate_message_message"),
        sqlite_autoincrement=True,
    )
    _index_where("candidate_new", "id", "state = 'new'")
    op.create_index("candidate_state", "candidate", ["state", "id"])
    op.create_index("candidate_source", "candidate", ["source", "id"])
    _index_where("candidate_reply", "reply_to", "reply_to IS NOT NULL")
    _index_where("candidate_message", "message", "message IS NOT NULL")
    op.create_index("candidate_decided", "candidate", ["decided_at"])
    op.create_index("candidate_found", "candidate", ["found_at"])


def _index_where(name: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "candidate", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    op.drop_table("push")
    op.drop_table("candidate")
    op.drop_table("source")
    op.drop_table("network_key")

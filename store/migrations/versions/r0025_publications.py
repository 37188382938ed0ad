"""Publishing from accounts of bodies, and whether published texts stand.

Revision 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_UNDER_WAY = sa.text("state IN ('open', 'published')")
_TO_BE_CHECKED = sa.text("next_at IS NOT NULL")
_HAS_LINK = sa.text("url_key IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("text_only", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("first_tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsure", sa.Boolean(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("advice", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("message", "draft", name="pk_publication"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_publication_message_message"),
        sa.ForeignKeyConstraint(["url"], ["message_text.id"], name="fk_publication_url_message_text"),
    )
    op.create_index("publication_command", "publication", ["command"])
    op.create_index(
        "publication_under_way",
        "publication",
        ["looked_at"],
        sqlite_where=_UNDER_WAY,
        postgresql_where=_UNDER_WAY,
    )
    op.create_table(
        "standing",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("url_key", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("known", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.Column("stage", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("message", "draft", name="pk_standing"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_standing_message_message"),
    )
    op.create_index(
        "standing_link", "standing", ["url_key"], sqlite_where=_HAS_LINK, postgresql_where=_HAS_LINK
    )
    op.create_index(
        "standing_due", "standing", ["next_at"], sqlite_where=_TO_BE_CHECKED, postgresql_where=_TO_BE_CHECKED
    )
    op.create_table(
        "answer_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("draft", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_answer_check"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_answer_check_message_message"),
    )
    op.create_index("answer_check_draft", "answer_check", ["message", "draft", "id"])


def downgrade() -> None:
    op.drop_table("answer_check")
    op.drop_table("standing")
    op.drop_table("publication")

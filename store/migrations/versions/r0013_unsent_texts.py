"""Texts that people have typed and not sent yet, and the templates that bodies answer by.

Revision 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unsent_text",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("command", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person", "message", "command", name="pk_unsent_text"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_unsent_text_message_message"),
    )
    op.create_index("ix_unsent_text_message", "unsent_text", ["message"])
    op.create_index("ix_unsent_text_saved_at", "unsent_text", ["saved_at"])
    op.create_table(
        "answer_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answer_template"),
        sa.UniqueConstraint("body", "title", name="uq_answer_template_body_title"),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_answer_template_body_body"),
    )


def downgrade() -> None:
    op.drop_table("answer_template")
    op.drop_table("unsent_text")

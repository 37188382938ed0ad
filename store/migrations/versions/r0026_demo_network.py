"""Posts of the demo's invented network.

Revision 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demo_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post", sa.Integer(), nullable=True),
        sa.Column("reply_to", sa.Integer(), nullable=True),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demo_post"),
        sa.ForeignKeyConstraint(["post"], ["demo_post.id"], name="fk_demo_post_post_demo_post"),
        sa.ForeignKeyConstraint(["reply_to"], ["demo_post.id"], name="fk_demo_post_reply_to_demo_post"),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_demo_post_body_body"),
        sa.UniqueConstraint("name", name="uq_demo_post_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_demo_post_post", "demo_post", ["post"])
    op.create_index("ix_demo_post_body", "demo_post", ["body"])


def downgrade() -> None:
    op.drop_table("demo_post")

"""Photos and videos of answers in the demo's invented network.

Revision 0028.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "demo_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("post", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_demo_file"),
        sa.ForeignKeyConstraint(["post"], ["demo_post.id"], name="fk_demo_file_post_demo_post"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_demo_file_post", "demo_file", ["post"])


def downgrade() -> None:
    op.drop_table("demo_file")

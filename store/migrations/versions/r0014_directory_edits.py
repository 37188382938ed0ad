"""Who changed what of the directory, working hours given in the browser, and bodies that get no further messages.

Revision 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("body") as table:
        table.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("body") as table:
        table.alter_column("active", server_default=None)
    op.create_table(
        "body_hours",
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("body", name="pk_body_hours"),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_body_hours_body_body"),
    )
    op.create_table(
        "directory_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_directory_edit"),
    )
    op.create_index("directory_edit_subject", "directory_edit", ["part", "subject", "id"])


def downgrade() -> None:
    op.drop_table("directory_edit")
    op.drop_table("body_hours")
    with op.batch_alter_table("body") as table:
        table.drop_column("active")

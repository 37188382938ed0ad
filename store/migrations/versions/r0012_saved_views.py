"""Lists that people have saved under names; breaches by their moment.

Revision 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_IS_SET = sa.text("breached_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_saved_view"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_saved_view_person_person"),
        sa.UniqueConstraint("person", "name", name="uq_saved_view_person_name"),
    )
    op.create_index(
        "limit_run_breached", "limit_run", ["breached_at"], sqlite_where=_IS_SET, postgresql_where=_IS_SET
    )


def downgrade() -> None:
    op.drop_index("limit_run_breached", "limit_run")
    op.drop_table("saved_view")

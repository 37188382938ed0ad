"""From when hours, offices, and the titles of bodies and offices hold; the body that a closed one's duties go to.

What was there before is held to have been so from the beginning.

Revision 0032.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_FROM_EVER = "date('1970-01-01')"


def upgrade() -> None:
    with op.batch_alter_table("body_hours") as table:
        table.add_column(sa.Column("since", sa.Date(), nullable=False, server_default="1970-01-01"))
        table.drop_constraint("pk_body_hours", type_="primary")
        table.create_primary_key("pk_body_hours", ["body", "since"])
    with op.batch_alter_table("body_hours") as table:
        table.alter_column("since", server_default=None)
    with op.batch_alter_table("person_role") as table:
        table.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("until", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint("uq_person_role_person_role_body", type_="unique")
    op.add_column("person", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("body", sa.Column("successor", sa.String(), nullable=True))
    op.create_table(
        "body_title",
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("short_title", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("body", "since", name="pk_body_title"),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_body_title_body_body"),
    )
    op.create_table(
        "person_position",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person", "since", name="pk_person_position"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_person_position_person_person"),
    )
    op.execute(
        "INSERT INTO body_title (body, since, title, short_title) "  # noqa: S608
        f"SELECT key, {_FROM_EVER}, title, short_title FROM body"
    )
    op.execute(
        "INSERT INTO person_position (person, since, position) "  # noqa: S608
        f"SELECT key, {_FROM_EVER}, position FROM person"
    )


def downgrade() -> None:
    op.drop_table("person_position")
    op.drop_table("body_title")
    op.drop_column("body", "successor")
    op.drop_column("person", "left_at")
    op.execute("DELETE FROM person_role WHERE until IS NOT NULL")
    with op.batch_alter_table("person_role") as table:
        table.drop_column("until")
        table.drop_column("since")
        table.create_unique_constraint("uq_person_role_person_role_body", ["person", "role", "body"])
    # The hours that hold last are those of a body.
    op.execute(
        "DELETE FROM body_hours WHERE since < "
        "(SELECT MAX(later.since) FROM body_hours later WHERE later.body = body_hours.body)"
    )
    with op.batch_alter_table("body_hours") as table:
        table.drop_constraint("pk_body_hours", type_="primary")
        table.drop_column("since")
        table.create_primary_key("pk_body_hours", ["body"])

"""Where messages are about: settlement, street and house, read of place and text, by which reports count.

Revision 0035.
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "message_place",
        sa.Column("message", sa.Integer(), nullable=False),
        *(
            sa.Column(name, sa.String(), nullable=True)
            for name in ("settlement", "spelled", "district", "street", "house")
        ),
        sa.PrimaryKeyConstraint("message", name="pk_message_place"),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_message_place_message_message"),
    )
    op.create_index("message_place_settlement", "message_place", ["settlement", "message"])
    op.create_index("message_place_street", "message_place", ["street", "settlement", "message"])


def downgrade() -> None:
    op.drop_index("message_place_street", "message_place")
    op.drop_index("message_place_settlement", "message_place")
    op.drop_table("message_place")

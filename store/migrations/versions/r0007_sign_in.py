"""Sign-ins with a name of their own, second factors, accounts of an identity provider, guesses by their source.

Revision 0007. Sign-ins that are open stay so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TOKEN = sa.table("token", sa.column("digest", sa.String()), sa.column("id", sa.String()))
_ID = 16
"""Characters of a digest that serve as the name of a sign-in made before: it opens nothing."""


def upgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.add_column(
            sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        person.add_column(sa.Column("email", sa.String()))
    with op.batch_alter_table("token") as token:
        token.add_column(sa.Column("id", sa.String()))
        token.add_column(sa.Column("way", sa.String(), nullable=False, server_default="password"))
        token.add_column(sa.Column("second_factor", sa.Boolean(), nullable=False, server_default=sa.false()))
        token.add_column(sa.Column("address", sa.String(), nullable=False, server_default=""))
        token.add_column(sa.Column("agent", sa.String(), nullable=False, server_default=""))
        token.add_column(sa.Column("provider_token", sa.String()))
    op.execute(sa.update(_TOKEN).values(id=sa.func.substr(_TOKEN.c.digest, 1, _ID)))
    with op.batch_alter_table("token") as token:
        token.alter_column("id", existing_type=sa.String(), nullable=False)
        token.create_unique_constraint("uq_token_id", ["id"])
    op.drop_index("wrong_password_sign_in", "wrong_password")
    with op.batch_alter_table("wrong_password") as wrong_password:
        wrong_password.add_column(sa.Column("source", sa.String(), nullable=False, server_default=""))
    op.create_index("wrong_password_source", "wrong_password", ["source", "at"])
    _create_tables()


def _create_tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "known_source",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("person", "source", name="pk_known_source"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_known_source_person_person"),
    )
    op.create_index("ix_known_source_last_at", "known_source", ["last_at"])
    op.create_table(
        "linked_identity",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.Column("linked_by", sa.String()),
        sa.PrimaryKeyConstraint("issuer", "subject", name="pk_linked_identity"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_linked_identity_person_person"),
        sa.UniqueConstraint("issuer", "person", name="uq_linked_identity_issuer_person"),
    )
    op.create_index("ix_linked_identity_person", "linked_identity", ["person"])
    op.create_table(
        "second_factor",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("enrolled_at", moment, nullable=False),
        sa.Column("confirmed_at", moment),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_second_factor"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_second_factor_person_person"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("used_at", moment),
        sa.PrimaryKeyConstraint("digest", name="pk_recovery_code"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_recovery_code_person_person"),
    )
    op.create_index("ix_recovery_code_person", "recovery_code", ["person"])


def downgrade() -> None:
    for table in ("recovery_code", "second_factor", "linked_identity", "known_source"):
        op.drop_table(table)
    op.drop_index("wrong_password_source", "wrong_password")
    with op.batch_alter_table("wrong_password") as wrong_password:
        wrong_password.drop_column("source")
    op.create_index("wrong_password_sign_in", "wrong_password", ["sign_in", "at"])
    with op.batch_alter_table("token") as token:
        token.drop_constraint("uq_token_id", type_="unique")
        for column in ("provider_token", "agent", "address", "second_factor", "way", "id"):
            token.drop_column(column)
    with op.batch_alter_table("person") as person:
        person.drop_column("email")
        person.drop_column("must_change_password")

"""The record of access, and its guard: rows are never changed, and deleted only when they are a year old.

Revision 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_REFUSAL = "the record of access is never changed, and nothing of its last year deleted"
_SHIFT = 256
"""Of the identifiers, which begin with microseconds since 1970 (`store.access.record`)."""

_GUARD = {
    "sqlite": (
        *(
            f"""
            CREATE TRIGGER {table}_unchanged BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
            """
            for table in ("access_record", "access_block")
        ),
        f"""
        CREATE TRIGGER access_record_kept BEFORE DELETE ON access_record
        WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-1 year')
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """,
        f"""
        CREATE TRIGGER access_block_kept BEFORE DELETE ON access_block
        WHEN OLD.record > CAST(strftime('%s', 'now', '-1 year') AS INTEGER) * 1000000 * {_SHIFT}
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION refuse_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'access_record' THEN
                IF OLD.at <= now() - interval '1 year' THEN RETURN OLD; END IF;
            ELSIF TG_OP = 'DELETE' THEN
                IF OLD.record <= extract(epoch FROM now() - interval '1 year')::bigint * 1000000 * {_SHIFT}
                THEN RETURN OLD; END IF;
            END IF;
            RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation';
        END $$
        """,
        *(
            statement
            for table in ("access_record", "access_block")
            for statement in (
                f"""
                CREATE TRIGGER {table}_unchanged BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_access_change()
                """,
                f"""
                CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_access_change()
                """,
            )
        ),
    ),
}


def upgrade() -> None:
    moment = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "access_record",
        sa.Column("id", moment, nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String()),
        sa.Column("call", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("messages", sa.String(), nullable=False),
        sa.Column("details", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name="pk_access_record"),
    )
    op.create_index("access_record_person", "access_record", ["person", "id"])
    op.create_index("access_record_call", "access_record", ["call", "id"])
    op.create_table(
        "access_block",
        sa.Column("block", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("record", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("block", "record", name="pk_access_block"),
        sqlite_with_rowid=False,
    )
    for statement in _GUARD[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("access_block")
    op.drop_table("access_record")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_access_change()")

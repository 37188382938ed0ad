"""The first tables, and the guard of the journal.

Revision 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSAL = "journal rows are never changed or deleted (order 238, clause 19)"

_TABLES = (
    # as they may be dropped: what points to a table before the table itself
    "attachment_content",
    "token",
    "person_role",
    "notice",
    "message_text",
    "message_body",
    "limit_run",
    "journal_row",
    "command",
    "attachment",
    "account",
    "absence",
    "topic",
    "setting",
    "person",
    "network",
    "message",
    "body",
)

_GUARD = {
    "sqlite": (
        f"""
        CREATE TRIGGER journal_row_unchanged BEFORE UPDATE ON journal_row
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """,
        f"""
        CREATE TRIGGER journal_row_kept BEFORE DELETE ON journal_row
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """,
    ),
    "postgresql": (
        f"""
        CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$
        """,
        """
        CREATE TRIGGER journal_row_unchanged BEFORE UPDATE OR DELETE ON journal_row
        FOR EACH ROW EXECUTE FUNCTION refuse_journal_change()
        """,
        """
        CREATE TRIGGER journal_row_kept BEFORE TRUNCATE ON journal_row
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change()
        """,
    ),
}


def upgrade() -> None:
    op.create_table(
        "body",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("short_title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_body"),
    )

    op.create_table(
        "message",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("url_key", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("lemmas", sa.String(), nullable=False),
        sa.Column("detected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("current_body", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("next_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_ahead", sa.BigInteger(), nullable=False),
        sa.Column("recorded", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name="pk_message"),
        sa.UniqueConstraint("url_key", name="uq_message_url_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_detected_at", "message", ["detected_at"])
    op.create_index("ix_message_topic", "message", ["topic"])
    op.create_index("message_overdue", "message", ["overdue", "number"])
    op.create_index("message_stage", "message", ["stage", "number"])

    op.create_table(
        "network",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("publication", sa.String(), nullable=False),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("max_length", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key", name="pk_network"),
    )

    op.create_table(
        "person",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_person"),
    )

    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )

    op.create_table(
        "topic",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("topic_group", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_topic"),
    )

    op.create_table(
        "absence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("substitute", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_absence_person_person"),
        sa.ForeignKeyConstraint(["substitute"], ["person.key"], name="fk_absence_substitute_person"),
        sa.PrimaryKeyConstraint("id", name="pk_absence"),
    )
    op.create_index("ix_absence_person", "absence", ["person"])
    op.create_index("ix_absence_substitute", "absence", ["substitute"])

    op.create_table(
        "account",
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("network", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_account_body_body"),
        sa.PrimaryKeyConstraint("body", "network", name="pk_account"),
    )

    op.create_table(
        "attachment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_attachment_message_message"),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
    )
    op.create_index("ix_attachment_message", "attachment", ["message"])

    op.create_table(
        "command",
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_command_message_message"),
        sa.PrimaryKeyConstraint("sequence", name="pk_command"),
        sa.UniqueConstraint("id", name="uq_command_id"),
        sa.UniqueConstraint("person", "key", name="uq_command_person_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("command_waiting", "command", ["status", "message", "sequence"])
    op.create_index("ix_command_message", "command", ["message"])

    op.create_table(
        "journal_row",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
        sa.Column("acting_for", sa.String(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_journal_row_message_message"),
        sa.PrimaryKeyConstraint("message", "number", name="pk_journal_row"),
    )

    op.create_table(
        "limit_run",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder_role", sa.String(), nullable=False),
        sa.Column("holder_body", sa.String(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("breached_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inherited", sa.Boolean(), nullable=False),
        sa.Column("run", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_limit_run_message_message"),
        sa.PrimaryKeyConstraint("message", "number", name="pk_limit_run"),
    )
    op.create_index("limit_run_due", "limit_run", ["name", "due_at"])

    op.create_table(
        "message_body",
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_message_body_message_message"),
        sa.PrimaryKeyConstraint("message", "body", name="pk_message_body"),
    )
    op.create_index("message_body_body", "message_body", ["body", "message"])

    op.create_table(
        "message_text",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_message_text_message_message"),
        sa.PrimaryKeyConstraint("id", name="pk_message_text"),
    )
    op.create_index("ix_message_text_message", "message_text", ["message"])

    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("limit_name", sa.String(), nullable=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("acting_for", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deliver_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.number"], name="fk_notice_message_message"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("message", "row", "kind", "person", name="uq_notice_message_row_kind_person"),
    )
    op.create_index("notice_person", "notice", ["person", "id"])

    op.create_table(
        "person_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["body"], ["body.key"], name="fk_person_role_body_body"),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_person_role_person_person"),
        sa.PrimaryKeyConstraint("id", name="pk_person_role"),
        sa.UniqueConstraint("person", "role", "body", name="uq_person_role_person_role_body"),
    )
    op.create_index("ix_person_role_person", "person_role", ["person"])
    op.create_index("role_body", "person_role", ["role", "body"])

    op.create_table(
        "token",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.key"], name="fk_token_person_person"),
        sa.PrimaryKeyConstraint("digest", name="pk_token"),
    )
    op.create_index("ix_token_person", "token", ["person"])

    op.create_table(
        "attachment_content",
        sa.Column("attachment", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment"], ["attachment.id"], name="fk_attachment_content_attachment_attachment"
        ),
        sa.PrimaryKeyConstraint("attachment", name="pk_attachment_content"),
    )

    for statement in _GUARD[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for table in _TABLES:  # triggers and indexes go with their tables
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_journal_change()")

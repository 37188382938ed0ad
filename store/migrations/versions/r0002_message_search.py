"""Words of messages are sought through an index of trigrams, whatever part of a word they are.

Revision 0002. On PostgreSQL it is a table of its own: an index on the message's row would be rewritten with every
step of the message. The database keeps both up to the message by itself.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_UP = {
    "sqlite": (
        """
        CREATE VIRTUAL TABLE message_search USING fts5(
            search_text, content = 'message', content_rowid = 'number', tokenize = 'trigram', detail = 'none'
        )
        """,
        "INSERT INTO message_search(message_search) VALUES ('rebuild')",
        """
        CREATE TRIGGER message_search_added AFTER INSERT ON message BEGIN
            INSERT INTO message_search(rowid, search_text) VALUES (new.number, new.search_text);
        END
        """,
        """
        CREATE TRIGGER message_search_changed AFTER UPDATE OF search_text ON message BEGIN
            INSERT INTO message_search(message_search, rowid, search_text)
            VALUES ('delete', old.number, old.search_text);
            INSERT INTO message_search(rowid, search_text) VALUES (new.number, new.search_text);
        END
        """,
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        """
        CREATE TABLE message_search (
            message integer CONSTRAINT pk_message_search PRIMARY KEY
                CONSTRAINT fk_message_search_message_message REFERENCES message (number),
            content text NOT NULL
        )
        """,
        "INSERT INTO message_search SELECT number, search_text FROM message",
        "CREATE INDEX message_search_content ON message_search USING gin (content gin_trgm_ops)",
        """
        CREATE FUNCTION keep_message_search() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO message_search VALUES (NEW.number, NEW.search_text)
            ON CONFLICT (message) DO UPDATE SET content = EXCLUDED.content;
            RETURN NULL;
        END $$
        """,
        """
        CREATE TRIGGER message_search_kept AFTER INSERT OR UPDATE OF search_text ON message
        FOR EACH ROW EXECUTE FUNCTION keep_message_search()
        """,
    ),
}

_DOWN = {
    "sqlite": (
        "DROP TRIGGER message_search_changed",
        "DROP TRIGGER message_search_added",
        "DROP TABLE message_search",
    ),
    # The extension stays: others may use it.
    "postgresql": (
        "DROP TRIGGER message_search_kept ON message",
        "DROP FUNCTION keep_message_search()",
        "DROP TABLE message_search",
    ),
}


def upgrade() -> None:
    for statement in _UP[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in _DOWN[op.get_bind().dialect.name]:
        op.execute(statement)

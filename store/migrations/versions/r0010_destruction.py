"""Acts of destruction; and what erasures of earlier releases left to guess from is destroyed.

Revision 0010. Of erased messages go the digests of texts and files, the digests and keys of requests; what admins wrote
as the ground loses names. Nothing of it can be brought back.
"""

import sqlite3

import sqlalchemy as sa
from alembic import op

from store.commands.kept_requests import without_content
from store.personal_data.grounds import sieved

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ERASED = "[erased]"
_MESSAGE = sa.table("message", sa.column("number", sa.Integer()), sa.column("erased_at", sa.DateTime()))
_TEXT = sa.table(
    "message_text",
    *(sa.column(name, sa.String()) for name in ("id", "content", "digest", "field")),
    sa.column("message", sa.Integer()),
    sa.column("lasting", sa.Boolean()),
)
_FILE = sa.table(
    "attachment",
    sa.column("message", sa.Integer()),
    sa.column("name", sa.String()),
    sa.column("digest", sa.String()),
)
_COMMAND = sa.table(
    "command",
    sa.column("sequence", sa.Integer()),
    sa.column("message", sa.Integer()),
    *(sa.column(name, sa.String()) for name in ("person", "key", "request", "status")),
)


_SECURE_DELETE = (3, 42)
"""From this version on the index of words of SQLite overwrites what is deleted, if it is told to."""


def upgrade() -> None:
    _create_tables()
    connection = op.get_bind()
    if connection.dialect.name == "sqlite" and sqlite3.sqlite_version_info >= _SECURE_DELETE:
        op.execute("INSERT INTO message_search(message_search, rank) VALUES ('secure-delete', 1)")
    erased = sa.select(_MESSAGE.c.number).where(_MESSAGE.c.erased_at.is_not(None))
    op.execute(sa.update(_TEXT).where(_TEXT.c.content == _ERASED).values(digest=""))
    op.execute(sa.update(_FILE).where(_FILE.c.message.in_(erased), _FILE.c.name == _ERASED).values(digest=""))
    _forget_requests(erased)
    _sieve_grounds(erased)


def _forget_requests(erased: sa.Select[tuple[int]]) -> None:
    connection = op.get_bind()
    settled = sa.select(_COMMAND.c.sequence, _COMMAND.c.person, _COMMAND.c.key).where(
        _COMMAND.c.message.in_(erased), _COMMAND.c.status.in_(("accepted", "refused"))
    )
    for sequence, person, key in connection.execute(settled).all():
        connection.execute(
            sa.update(_COMMAND)
            .where(_COMMAND.c.sequence == sequence)
            .values(request=_ERASED, key=without_content(person, key))
        )


def _sieve_grounds(erased: sa.Select[tuple[int]]) -> None:
    connection = op.get_bind()
    grounds = sa.select(_TEXT.c.id, _TEXT.c.content).where(
        _TEXT.c.message.in_(erased), _TEXT.c.field == "ground", _TEXT.c.lasting.is_(True)
    )
    for text, content in connection.execute(grounds).all():
        connection.execute(
            sa.update(_TEXT).where(_TEXT.c.id == text).values(content=sieved(content), digest="")
        )


def _create_tables() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "destruction_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("person", sa.String()),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("begun_at", moment, nullable=False),
        sa.Column("ended_at", moment, nullable=False),
        sa.Column("backups_until", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_destruction_act"),
        sa.UniqueConstraint("run", name="uq_destruction_act_run"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "destruction_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("data_class", sa.String(), nullable=False),
        sa.Column("message", sa.Integer()),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_destruction_entry"),
        sa.ForeignKeyConstraint(
            ["act"], ["destruction_act.id"], name="fk_destruction_entry_act_destruction_act"
        ),
    )
    op.create_index("ix_destruction_entry_act", "destruction_entry", ["act"])
    op.create_index("ix_destruction_entry_message", "destruction_entry", ["message"])


def downgrade() -> None:
    op.drop_table("destruction_entry")
    op.drop_table("destruction_act")

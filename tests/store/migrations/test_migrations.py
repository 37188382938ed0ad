"""Migrations with data in them: from every revision to a next one nothing is lost, and guards stay.

The next one is written here, as a later release would bring it.
"""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError, IntegrityError

from calendar_rules.vocabulary import Role
from store.database.engines import Database
from store.messages.listing import Filters, page
from store.migrations import revision
from store.migrations.revision import SchemaError
from store.migrations.schema import differences, migrate
from store.processes import rows
from store.processes.rows import Kind, Process
from tests.message_row import message_row
from tests.rows import actor_of, ask, put

REVISIONS = [
    one.revision for one in ScriptDirectory(str(revision.MIGRATIONS)).walk_revisions("base", "heads")
][::-1]
ROWS = (1, 2, 3)
NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
CURATOR = actor_of("curator", Role.CURATOR)

NEXT = f'''"""A column, computed of what there is, a table, and a table that SQLite has to copy."""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{REVISIONS[-1]}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("length", sa.Integer()))
    op.execute("UPDATE message SET length = length(author)")
    op.create_index("message_length", "message", ["length"])
    op.create_table("next_table", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("body") as body:
        body.alter_column("kind", existing_type=sa.String(), nullable=True)
        body.add_column(sa.Column("floor", sa.Integer(), nullable=False, server_default="2"))
'''

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture
def revisions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has a revision of this source come after those that there are."""
    migrations = tmp_path / "migrations"
    shutil.copytree(revision.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))

    def added(source: str) -> None:
        (migrations / "versions" / "next.py").write_text(source, encoding="utf-8")
        monkeypatch.setattr(revision, "MIGRATIONS", migrations)

    return added


def tables_of(connection: sa.Connection) -> list[sa.Table]:
    """The tables as the database has them, without those that only serve an index; referred ones first."""
    metadata = sa.MetaData()
    names = [
        name for name in sa.inspect(connection).get_table_names() if not name.startswith("message_search")
    ]
    metadata.reflect(connection, only=names)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def invented(column: sa.Column[Any], number: int, dialect: str) -> object:
    """A value that fits the column: a key that points somewhere has the value of what it points to."""
    while column.foreign_keys:
        column = next(iter(column.foreign_keys)).column
    kind = column.type
    if isinstance(kind, sa.JSON):
        return {"номер": number, "список": [number, None]}
    if isinstance(kind, sa.Boolean):
        return bool(number % 2)
    if isinstance(kind, sa.Integer | sa.Float):
        return number
    if isinstance(kind, sa.DateTime):
        return NOW if dialect == "postgresql" else NOW.replace(tzinfo=None)
    if isinstance(kind, sa.Date | sa.LargeBinary):
        return date(1970, 1, 1) if isinstance(kind, sa.Date) else bytes([number, 0, 255])
    assert isinstance(kind, sa.String), kind
    return f"{column.name} № 10{number}"


def fill(connection: sa.Connection) -> None:
    """Write rows into every table."""
    for table in tables_of(connection):
        rows = [
            {column.name: invented(column, number, connection.dialect.name) for column in table.columns}
            for number in ROWS
        ]
        connection.execute(table.insert(), rows)


def everything(connection: sa.Connection) -> Rows:
    return {
        table.name: [
            dict(row) for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
        ]
        for table in tables_of(connection)
    }


async def run(database: Database, what: Callable[[sa.Connection], Any]) -> Any:
    async with database.changing_schema() as connection:
        return await connection.run_sync(what)


async def assert_guarded(database: Database) -> None:
    """The journal and the record of access are append-only."""
    for change, refusal in (
        ("UPDATE journal_row SET kind = 'declined'", "journal rows are never changed or deleted"),
        ("DELETE FROM journal_row", "journal rows are never changed or deleted"),
        ("UPDATE access_record SET call = 'queue'", "the record of access is never changed"),
    ):
        with pytest.raises(IntegrityError, match=refusal):
            async with database.write() as session:
                await (await session.connection()).execute(sa.text(change))


async def found(database: Database, words: str) -> list[int]:
    rows = await ask(database, page, CURATOR, Filters(q=words), NOW, size=10)
    return [row.number for row in rows.rows]


STOPS = NEXT.replace("depends_on = None", "depends_on = None\nneeds_stop = True")


def works(connection: sa.Connection) -> None:
    """A worker of the release before tells that it works."""
    now, nothing = rows.database_now(connection), timedelta(0)
    rows.begin(connection, Process("a", Kind.WORKER, "app-1", 17, "1.0.0", now, nothing, nothing), now)


def test_revisions_are_one_line_from_the_first_release_on() -> None:
    assert sorted(REVISIONS) == REVISIONS
    assert REVISIONS[0] == "0001"


@pytest.mark.parametrize("revision", REVISIONS)
async def test_data_stay_as_they_are_when_the_next_revision_comes_while_others_work(
    empty: Database, revisions: Callable[[str], None], revision: str
) -> None:
    revisions(NEXT)
    await migrate(empty, revision)
    await run(empty, fill)
    before: Rows = await run(empty, everything)
    assert all(len(rows) == len(ROWS) for rows in before.values()), before
    await run(empty, works)
    before = await run(empty, everything)

    await migrate(empty)
    up: Rows = await run(empty, everything)
    assert {
        name: [{key: row[key] for key in before[name][0]} for row in up[name]] for name in before
    } == before
    assert [row["length"] for row in up["message"]] == [len("author № 101")] * len(ROWS)
    assert [row["floor"] for row in up["body"]] == [2] * len(ROWS)
    assert set(up) - set(before) == {"next_table"}
    assert await found(empty, "TEXT № 102") == [2]
    await assert_guarded(empty)


async def test_a_revision_that_fails_leaves_everything_as_it_was(
    empty: Database, revisions: Callable[[str], None]
) -> None:
    await migrate(empty)
    await run(empty, fill)
    before = await run(empty, everything)
    revisions(f'{NEXT}    op.drop_table("no_such_table")\n')
    with pytest.raises(DBAPIError):
        await migrate(empty)
    assert await run(empty, everything) == before
    assert await differences(empty) == []
    await assert_guarded(empty)


async def test_a_revision_that_needs_a_stop_waits_until_nothing_is_at_work(
    empty: Database, revisions: Callable[[str], None]
) -> None:
    await migrate(empty)
    await run(empty, works)
    before = await run(empty, everything)
    revisions(STOPS)
    with pytest.raises(
        SchemaError, match=r"Редакция структуры next .*Работают: worker на app-1 \(процесс 17\)"
    ):
        await migrate(empty)
    assert await run(empty, everything) == before
    await run(empty, lambda connection: rows.end(connection, "a"))
    await migrate(empty)
    assert "next_table" in await run(empty, everything)


async def test_a_revision_that_the_code_does_not_know_of_is_told_as_a_difference(
    empty: Database, revisions: Callable[[str], None]
) -> None:
    revisions(NEXT)
    await migrate(empty)
    assert {one[0] for one in await differences(empty) if isinstance(one, tuple)} == {
        "remove_table",
        "remove_column",
        "remove_index",
    }


async def test_words_are_found_as_they_change(empty: Database) -> None:
    await migrate(empty)
    await put(empty, message_row(2, NOW))

    async def write(words: str) -> None:
        async with empty.write() as session:
            await (await session.connection()).execute(
                sa.text("UPDATE message SET search_text = :words WHERE number = 2"), {"words": words}
            )

    await write("дорога у школы")
    assert (await found(empty, "орога у шко"), await found(empty, "text № 102")) == ([2], [])
    await write("")
    assert await found(empty, "орога") == []

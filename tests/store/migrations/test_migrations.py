"""Migrations with data in them: from every revision to the newest and back nothing is lost, and guards stay."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.exc import IntegrityError

import store
from calendar_rules.vocabulary import Role
from store.database.engines import Database
from store.messages.listing import Filters, page
from store.messages.posts import key_of
from store.migrations.schema import differences, migrate, revert
from store.people.persons import Actor, RoleHeld

REVISIONS = [
    revision.revision
    for revision in ScriptDirectory(str(Path(store.__file__).parent / "migrations")).walk_revisions()
][::-1]
ROWS = (1, 2, 3)
NOW = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
WORKED_OUT = (
    *("importance", "curator", "assignee", "repeats"),
    *("step_curator", "step_body", "first_due"),
)
CURATOR = Actor("curator", "", "", (RoleHeld("curator", Role.CURATOR, None),), ())

CHANGED = {("message", "recorded"), *(("message", name) for name in WORKED_OUT), ("absence", "notified_at")}
"""What migrations compute again; their own tests are below."""

Rows = dict[str, list[dict[str, Any]]]


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
    return f"{column.name} № {number}"


_NEWEST: dict[str, list[sa.Table]] = {}
"""The tables at the newest revision, by dialect: to read them from the database takes longer than to migrate it."""


def newest_tables(connection: sa.Connection) -> list[sa.Table]:
    dialect = connection.dialect.name
    if dialect not in _NEWEST:
        _NEWEST[dialect] = tables_of(connection)
    return _NEWEST[dialect]


def fill(connection: sa.Connection) -> list[sa.Table]:
    """Rows in every table; returns the tables."""
    tables = tables_of(connection)
    for table in tables:
        rows = [
            {column.name: invented(column, number, connection.dialect.name) for column in table.columns}
            for number in ROWS
        ]
        connection.execute(table.insert(), rows)
    return tables


def everything(connection: sa.Connection, tables: list[sa.Table] | None = None) -> Rows:
    return {
        table.name: [
            {name: value for name, value in row.items() if (table.name, name) not in CHANGED}
            for row in connection.execute(table.select().order_by(*table.primary_key)).mappings()
        ]
        for table in (tables_of(connection) if tables is None else tables)
    }


def everything_at_the_newest(connection: sa.Connection) -> Rows:
    return everything(connection, newest_tables(connection))


def columns_of(row: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows without the columns that this one does not have."""
    return [{name: other[name] for name in row} for other in rows]


async def run(database: Database, what: Callable[[sa.Connection], Any]) -> Any:
    async with database.changing_schema() as connection:
        return await connection.run_sync(what)


async def assert_guarded(database: Database) -> None:
    """The journal is append-only."""
    for change in ("UPDATE journal_row SET kind = 'declined'", "DELETE FROM journal_row"):
        with pytest.raises(IntegrityError, match="journal rows are never changed or deleted"):
            async with database.write() as session:
                await (await session.connection()).execute(sa.text(change))


async def found(database: Database, words: str) -> list[int]:
    async with database.read() as session:
        connection = await session.connection()
        rows = await connection.run_sync(page, CURATOR, Filters(q=words), NOW, size=10)
    return [row.number for row in rows.rows]


def test_revisions_are_one_line() -> None:
    assert sorted(REVISIONS) == REVISIONS
    assert len(REVISIONS) > 1


@pytest.mark.parametrize("revision", REVISIONS)
async def test_data_go_up_and_down_and_up_again(empty: Database, revision: str) -> None:
    await migrate(empty, revision)
    tables = await run(empty, fill)
    before: Rows = await run(empty, lambda connection: everything(connection, tables))
    assert all(len(rows) == len(ROWS) for rows in before.values()), before

    await migrate(empty)
    up: Rows = await run(empty, everything_at_the_newest)
    assert {name: columns_of(before[name][0], up[name]) for name in before} == before
    assert await found(empty, "TEXT № 2") == [2]
    await assert_guarded(empty)

    await revert(empty, revision)
    assert await run(empty, everything) == before
    await assert_guarded(empty)

    await migrate(empty)
    assert await run(empty, everything_at_the_newest) == up
    assert await found(empty, "ext № 3") == [3]
    await assert_guarded(empty)


async def test_everything_can_be_taken_back(empty: Database) -> None:
    await migrate(empty)
    assert await differences(empty) == []
    await run(empty, fill)
    await revert(empty, "base")
    assert await run(empty, tables_of) == []


@pytest.fixture
async def before_rows_counted(empty: Database) -> Database:
    await migrate(empty, "0002")
    await run(empty, fill)
    return empty


async def recorded(database: Database) -> list[int]:
    statement = sa.text("SELECT recorded FROM message ORDER BY number")
    return list(await run(database, lambda connection: connection.execute(statement).scalars().all()))


async def test_what_is_recorded_becomes_the_last_row_of_the_journal(before_rows_counted: Database) -> None:
    database = before_rows_counted

    def more(connection: sa.Connection) -> None:
        connection.execute(
            sa.text(
                "INSERT INTO journal_row SELECT message, 7, at, kind, person, acting_for, data, "
                "written_at FROM journal_row WHERE message = 2"
            )
        )
        connection.execute(sa.text("UPDATE message SET recorded = 1"))

    await run(database, more)
    await migrate(database, "0003")
    assert await recorded(database) == [1, 7, 3]
    await revert(database, "0002")
    assert await recorded(database) == [0, 0, 0]


LINKS = {
    # number: link, outcome, keys at 0004 and 0005 as the number of the message that has them
    1: ("https://vk.com/wall-1_1", "void", 1, None),
    2: ("https://m.vk.ru/club1?w=wall-1_1", None, 2, 2),
    3: ("http://vk.com/wall-1_1/", "answered", 3, None),
    4: ("https://vk.com/wall-1_1?reply=5", None, 4, 4),
    5: ("https://vk.com/wall-1_9", "void", 5, 5),
    6: ("[erased]", None, None, None),
    7: ("", None, "table", "table"),
}


async def test_messages_of_one_post_leave_its_key_to_the_first_that_counts(empty: Database) -> None:
    await migrate(empty, "0004")

    def digest(text: str) -> str:
        return sha256(text.encode()).hexdigest()

    def write(connection: sa.Connection) -> None:
        table = next(table for table in tables_of(connection) if table.name == "message")
        for number, (link, outcome, key, _) in LINKS.items():
            row = {column.name: invented(column, number, connection.dialect.name) for column in table.columns}
            url_key = digest(link) if key == number else key
            connection.execute(table.insert(), row | {"url": link, "outcome": outcome, "url_key": url_key})

    def keys(connection: sa.Connection) -> dict[int, str | None]:
        rows = connection.execute(sa.text("SELECT number, url_key FROM message"))
        return {row.number: row.url_key for row in rows}

    await run(empty, write)
    before: dict[int, str | None] = await run(empty, keys)
    await migrate(empty, "0005")
    assert await run(empty, keys) == {
        number: digest(key_of(link)) if key == number else key for number, (link, _, _, key) in LINKS.items()
    }
    await revert(empty, "0004")
    assert await run(empty, keys) == before


HOUR = timedelta(hours=1)
MESSAGES_AT_0005: dict[int, dict[str, Any]] = {
    1: {"stage": "approval", "snapshot": {"curator": "ann", "importance": "high", "repeats": None}},
    2: {"stage": "rework", "snapshot": {"curator": "bob", "assignee": "eve", "repeats": "1"}},
    3: {"stage": "awaiting_author", "snapshot": {"curator": "ann", "no_reply_told": False}},
    4: {"stage": "awaiting_author", "snapshot": {"curator": "ann", "no_reply_told": True}},
    5: {"stage": "closed", "snapshot": {"curator": "bob"}},
    6: {"stage": "routing", "snapshot": None},
}
ENDED = {"met_at": NOW, "cancelled_at": None}
OPEN = {"met_at": None, "cancelled_at": None}
RUNS_AT_0005: tuple[dict[str, Any], ...] = (
    {"message": 2, "number": 1, "due_at": NOW - HOUR, **ENDED},
    {"message": 2, "number": 2, "due_at": NOW, **OPEN},
    {"message": 2, "number": 3, "due_at": NOW + HOUR, **OPEN},
    {"message": 5, "number": 1, "due_at": NOW, **ENDED},
)


async def test_what_lists_go_by_comes_from_snapshots_and_open_limits(empty: Database) -> None:
    await migrate(empty, "0005")

    def write(connection: sa.Connection) -> None:
        tables = {table.name: table for table in tables_of(connection)}
        is_sqlite = connection.dialect.name == "sqlite"

        def add(name: str, number: int, fields: dict[str, Any]) -> None:
            table = tables[name]
            row = {column.name: invented(column, number, connection.dialect.name) for column in table.columns}
            for key, value in fields.items():
                naive = is_sqlite and isinstance(value, datetime)
                row[key] = value.replace(tzinfo=None) if naive else value
            connection.execute(table.insert(), row)

        for number, fields in MESSAGES_AT_0005.items():
            known = {"current_body": "roads", "registered_by": "reg"} | fields
            add("message", number, known | {"snapshot": fields["snapshot"] or sa.null()})
        for run_fields in RUNS_AT_0005:
            add("limit_run", 1, run_fields)

    def filled(connection: sa.Connection) -> list[tuple[Any, ...]]:
        (table,) = (table for table in tables_of(connection) if table.name == "message")
        return [tuple(row) for row in connection.execute(sa.select(*(table.c[name] for name in WORKED_OUT)))]

    await run(empty, write)
    await migrate(empty, "0006")
    due = NOW if empty.dialect == "postgresql" else NOW.replace(tzinfo=None)
    assert await run(empty, filled) == [
        ("high", "ann", None, None, "ann", None, None),
        (None, "bob", "eve", 1, None, "roads", due),
        (None, "ann", None, None, None, None, None),
        (None, "ann", None, None, "ann", None, None),
        (None, "bob", None, None, None, None, None),
        (None, "reg", None, None, "reg", None, None),
    ]


async def test_who_stood_in_before_is_not_notified_of_it_now_and_an_end_is_put_where_it_was(
    empty: Database,
) -> None:
    await migrate(empty, "0005")
    await run(empty, fill)
    today = datetime.now(UTC) if empty.dialect == "postgresql" else datetime.now(UTC).replace(tzinfo=None)

    def absences(connection: sa.Connection) -> sa.Table:
        return next(table for table in tables_of(connection) if table.name == "absence")

    def plan(connection: sa.Connection) -> None:
        table = absences(connection)
        connection.execute(table.update().values(starts_at=today - timedelta(days=30)))
        one = table.update().where(table.c.id == "id № 1")
        connection.execute(one.values(starts_at=today + timedelta(days=30)))

    def notified(connection: sa.Connection) -> list[bool]:
        table = absences(connection)
        rows = connection.scalars(sa.select(table.c.notified_at).order_by(table.c.id))
        return [moment is not None for moment in rows]

    def without_end(connection: sa.Connection) -> None:
        connection.execute(absences(connection).update().values(ends_at=None))

    def ends(connection: sa.Connection) -> set[int]:
        return {moment.year for moment in connection.scalars(sa.select(absences(connection).c.ends_at))}

    await run(empty, plan)
    await migrate(empty)
    assert await run(empty, notified) == [False, True, True]
    await run(empty, without_end)
    await revert(empty, "0005")
    assert await run(empty, ends) == {2100}


async def test_words_are_found_as_they_change(empty: Database) -> None:
    await migrate(empty)
    await run(empty, fill)

    async def write(words: str) -> None:
        async with empty.write() as session:
            await (await session.connection()).execute(
                sa.text("UPDATE message SET search_text = :words WHERE number = 2"), {"words": words}
            )

    await write("дорога у школы")
    assert (await found(empty, "орога у шк"), await found(empty, "text № 2")) == ([2], [])
    await write("")
    assert await found(empty, "орога") == []

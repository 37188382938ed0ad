"""The migrations make the tables the code works with, on both databases."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from store.database.engines import Database
from store.database.tables import SettingRow
from store.messages.tables import JournalRow, MessageRow
from store.migrations.schema import differences, migrate
from tests.message_row import message_row
from tests.rows import put

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def test_the_migrated_schema_is_the_one_of_the_tables(database: Database) -> None:
    assert await differences(database) == []


async def indexes(database: Database) -> dict[str, str]:
    """Definitions of all by their names, but for those that the migrations alone know."""
    said = (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if database.is_sqlite
        else "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    async with database.read() as session:
        rows = (await (await session.connection()).execute(text(said))).all()
    others = ("message_search", "pk_message_search", "alembic_version")
    return {name: definition for name, definition in rows if not name.startswith(others)}


async def test_indexes_are_those_of_the_tables_to_their_conditions(new_url: Callable[[], str]) -> None:
    """Alembic compares no conditions."""
    migrated, made = Database(new_url()), Database(new_url())
    await migrate(migrated)
    async with made.changing_schema() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    found = await indexes(migrated)
    assert any("WHERE" in definition for definition in found.values())
    assert found == await indexes(made)
    for database in (migrated, made):
        await database.dispose()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    await put(database, SettingRow(key="a", value="b"))
    await migrate(database)
    async with database.read() as session:
        assert await session.get(SettingRow, "a") is not None


async def test_keys_are_checked_after_a_revision_and_not_at_every_start(new_url: Callable[[], str]) -> None:
    """The check reads the whole database."""
    database = Database(new_url())
    checks = 0

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal checks
        checks += "foreign_key_check" in statement

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await migrate(database)
        assert checks == database.is_sqlite
        await migrate(database)
        assert checks == database.is_sqlite
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        await database.dispose()


async def a_journal_row(database: Database) -> None:
    await put(
        database,
        message_row(1, NOW),
        JournalRow(message=1, number=1, at=NOW, kind="registered", data={}, written_at=NOW, hash=""),
    )


@pytest.mark.parametrize(
    "change", ["UPDATE journal_row SET kind = 'declined'", "DELETE FROM journal_row WHERE number = 1"]
)
async def test_the_database_refuses_to_change_a_journal_row(database: Database, change: str) -> None:
    await a_journal_row(database)
    with pytest.raises(IntegrityError, match="journal rows are never changed or deleted"):
        async with database.write() as session:
            await (await session.connection()).execute(text(change))


async def test_a_journal_row_is_not_replaced_or_cleared_either(database: Database) -> None:
    await a_journal_row(database)
    replace = "INSERT OR REPLACE INTO journal_row SELECT * FROM journal_row"
    with pytest.raises(IntegrityError, match="journal rows are never changed or deleted"):
        async with database.write() as session:
            await (await session.connection()).execute(
                text(replace if database.is_sqlite else "TRUNCATE journal_row")
            )


async def test_a_clock_far_ahead_is_kept_exactly(database: Database) -> None:
    await a_journal_row(database)
    ahead = 400 * 24 * 3600 * 1_000_000
    async with database.write() as session:
        message = await session.get(MessageRow, 1)
        assert message is not None
        message.clock_ahead = ahead
        session.add(message)
    async with database.read() as session:
        message = await session.get(MessageRow, 1)
        assert message is not None
        assert message.clock_ahead == ahead

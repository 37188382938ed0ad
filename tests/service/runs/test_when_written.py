"""Work that is done again only where there may be something to do."""

from datetime import UTC, datetime, timedelta

import pytest

from service.runs.when_written import WhenWritten
from store.database.engines import Database
from store.database.tables import SettingRow
from tests.databases import migrated_once  # noqa: F401 - on both
from tests.rows import put


class Done:
    """Work that counts how often it was done."""

    def __init__(self) -> None:
        self.times = 0
        self.again_at: datetime | None = None
        self.fails = False

    async def __call__(self) -> datetime | None:
        self.times += 1
        if self.fails:
            raise OSError
        return self.again_at


async def write(database: Database) -> None:
    await put(database, SettingRow(key=datetime.now(UTC).isoformat(), value="x"))


async def test_it_is_done_again_once_anybody_has_written(database: Database) -> None:
    done, other = Done(), Database(database.url)
    once = WhenWritten(database, done)
    for _ in range(3):
        await once()
    # Where the database does not tell, each time.
    assert done.times == (1 if database.is_sqlite else 3)
    before = done.times
    for writer in (database, other):
        await write(writer)
        await once()
    assert done.times == before + 2
    await other.dispose()


async def test_it_is_done_again_at_the_moment_that_it_named(database: Database) -> None:
    done = Done()
    once = WhenWritten(database, done)
    done.again_at = datetime.now(UTC)
    await once()
    done.again_at = datetime.now(UTC) + timedelta(hours=1)
    await once()
    assert done.times == 2
    await once()
    assert done.times == (2 if database.is_sqlite else 3)


async def test_what_failed_is_done_again(database: Database) -> None:
    done = Done()
    once = WhenWritten(database, done)
    done.fails = True
    for _ in range(2):
        with pytest.raises(OSError):
            await once()
    assert done.times == 2

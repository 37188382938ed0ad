"""A script that takes copies puts on record that it has."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from cli import app
from store.database import installation_settings
from store.database.engines import Database


def test_a_copy_is_put_on_record_and_an_earlier_one_changes_nothing(tmp_path: Path) -> None:
    def otklik(*command: str) -> str:
        done = CliRunner().invoke(app, [*command, "--data", str(tmp_path)])
        assert done.exit_code == 0, done.output
        return done.stdout

    async def last(earlier: datetime | None = None) -> datetime | None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/otklik.db")
        async with database.write() as session:
            if earlier is not None:
                await installation_settings.copy_taken(session, earlier)
            found = await installation_settings.last_copy(session)
        await database.dispose()
        return found

    otklik("prepare")
    assert asyncio.run(last()) is None
    before = datetime.now(UTC).replace(microsecond=0)
    assert "Записано: копия снята" in otklik("backup", "taken")
    at = asyncio.run(last())
    assert at is not None
    assert at >= before
    assert asyncio.run(last(earlier=at - timedelta(days=1))) == at


def test_where_nothing_is_prepared_it_is_said(tmp_path: Path) -> None:
    refused = CliRunner().invoke(app, ["backup", "taken", "--data", str(tmp_path)])
    assert (refused.exit_code, "otklik prepare" in refused.stderr) == (1, True), refused.output

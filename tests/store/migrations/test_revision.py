"""A process begins on the schema of its own release only, and says in words why it does not on another."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from typer.testing import CliRunner

from cli import app
from settings import Settings
from store.database.engines import Database
from store.migrations import purpose, revision
from store.migrations.revision import SchemaError, Standing
from store.migrations.schema import migrate
from tests.ports import free_port
from tests.rows import ask

LATER = f'''"""What the release after this one may bring."""

import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{revision.known()[-1]}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("body", sa.Column("floor", sa.Integer()))
'''


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Makes the program that of the next release, or this one's again."""
    folder, own = tmp_path / "later", revision.MIGRATIONS
    shutil.copytree(own, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "later.py").write_text(LATER, encoding="utf-8")
    return lambda is_later: monkeypatch.setattr(revision, "MIGRATIONS", folder if is_later else own)


def settings_of(database: Database, data: Path) -> Settings:
    return Settings.load(
        data=data,
        database_url=database.url,
        temporal_address="127.0.0.1:1",
        temporal_namespace="default",
        port=free_port(),
        worker_port=None,
    )


async def flaw(
    database: Database, judge: Callable[[sa.Connection], str | None] = revision.flaw
) -> str | None:
    return await ask(database, judge)


def test_the_revisions_are_read_without_running_them(later: Callable[[bool], None]) -> None:
    script = ScriptDirectory(str(revision.MIGRATIONS))
    assert revision.known() == [one.revision for one in script.walk_revisions("base", "heads")][::-1]
    later(True)
    assert revision.known()[-1] == "later"


async def test_a_database_of_this_release_has_no_flaw(database: Database, tmp_path: Path) -> None:
    assert await flaw(database) is None
    await purpose.check(settings_of(database, tmp_path))


async def test_one_that_nobody_has_prepared_is_told_so(empty: Database, tmp_path: Path) -> None:
    assert await flaw(empty) == revision.UNPREPARED
    with pytest.raises(SchemaError, match="otklik prepare"):
        await purpose.check(settings_of(empty, tmp_path))


async def test_an_older_one_is_to_be_prepared(
    database: Database, tmp_path: Path, later: Callable[[bool], None]
) -> None:
    later(True)
    with pytest.raises(
        SchemaError, match=rf"старее программы \({revision.known()[0]} < later\).*otklik prepare"
    ):
        await purpose.check(settings_of(database, tmp_path))


async def test_a_newer_one_is_left_alone_and_named(
    database: Database, tmp_path: Path, later: Callable[[bool], None]
) -> None:
    later(True)
    await migrate(database)
    later(False)
    for refused in (purpose.check(settings_of(database, tmp_path)), migrate(database)):
        with pytest.raises(SchemaError, match=r"База данных новее этой версии программы \(later > "):
            await refused
    assert await flaw(database) is not None
    later(True)
    assert await flaw(database) is None


async def test_who_is_at_work_goes_on_when_an_upgrade_brings_the_schema_further(
    database: Database, later: Callable[[bool], None]
) -> None:
    at_work, beginning = Standing(), Standing()
    assert await flaw(database, at_work.flaw) is None
    later(True)
    await migrate(database)
    later(False)
    assert await flaw(database, at_work.flaw) is None
    assert "новее" in (await flaw(database, beginning.flaw) or "")


@pytest.mark.parametrize("command", ["prepare", "api", "worker", "serve"])
def test_every_command_that_would_work_on_a_newer_one_ends_with_2_and_in_words(
    tmp_path: Path, later: Callable[[bool], None], command: str
) -> None:
    async def prepare() -> None:
        database = Database(f"sqlite+aiosqlite:///{tmp_path}/otklik.db")
        await migrate(database)
        await database.dispose()

    later(True)
    asyncio.run(prepare())
    later(False)
    environment = {"OTKLIK_PORT": str(free_port())}
    result = CliRunner().invoke(app, [command, "--data", str(tmp_path)], env=environment)
    assert result.exit_code == 2, result.output
    assert "База данных новее этой версии программы (later > " in result.stderr
    assert "Traceback" not in result.output

"""The command `otklik simulate`: tables, the replay and a calculation in Russian, and what it refuses."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli import app
from service.load import task
from service.load.task import AskedLoad
from settings import Settings
from store.database.engines import Database
from tests.prepared import prepare
from tests.service.load.test_figures import BODIES, RECORD, SPAN, add


def simulate(folder: Path) -> Result:
    return CliRunner().invoke(app, ["simulate", "--data", str(folder)])


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """With a week on record."""

    async def recorded() -> None:
        settings = Settings.load(data=tmp_path)
        await prepare(settings)
        database = Database(settings.database_url)
        await add(database, BODIES, *RECORD)
        await database.dispose()

    asyncio.run(recorded())
    monkeypatch.setattr(task, "RUNS", 2)
    monkeypatch.setattr(task, "last_weeks", lambda _today: AskedLoad(SPAN[1].date()))
    return tmp_path


def test_it_prints_the_record_the_replay_and_the_calculation(installation: Path) -> None:
    shown = simulate(installation)
    assert shown.exit_code == 0, shown.output
    for said in (
        "Записи с 19 октября по 15 ноября 2026 года.",
        "Срок направления",
        "Повтор моделью",
        "Кураторов 3",
        "в пределах модели",
    ):
        assert said in shown.stdout.replace("\u00a0", " ")


def test_without_a_database_there_is_nothing_to_simulate(tmp_path: Path) -> None:
    shown = simulate(tmp_path)
    assert (shown.exit_code, shown.stderr.strip()) == (2, "Базы данных ещё нет: рассчитывать не по чему.")

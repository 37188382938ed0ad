"""Everything the commands leave in the data directory is its owner's alone, whatever umask they are started under."""

import asyncio
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from tests.embedded.installation import ROOT, Installation

TABLE = "Ссылка;Текст инцидента\nhttps://vk.com/wall-1_1;Яма на улице\n"
DIRECTORY = """
bodies = []
topics = []

[department]
key = "department"
title = "Департамент внутренней политики"
short = "Внутренняя политика"

[[people]]
key = "ann"
name = "Петрова Анна Ивановна"
position = "Куратор"
roles = [{ role = "curator" }]
"""


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


async def otklik(*command: str) -> None:
    """Run the command, which begins with a mask that forbids nothing."""
    # In a thread, which runs a loop of its own; the mask is that of the process.
    run = await asyncio.to_thread(CliRunner().invoke, app, command)
    assert run.exit_code == 0, run.output
    os.umask(0)


def open_to_others(*places: Path) -> list[Path]:
    everything = [path for place in places for path in (place, *place.rglob("*"))]
    return [path for path in everything if path.lstat().st_mode & 0o077]


@pytest.mark.installation
async def test_nothing_of_the_data_is_open_to_others_and_what_was_is_closed(
    installation: Installation, tmp_path: Path
) -> None:
    data = ("--data", str(installation.data))
    table, directory = tmp_path / "table.csv", tmp_path / "directory.toml"
    table.write_text(TABLE)
    directory.write_text(DIRECTORY)
    await otklik("prepare", *data)
    await otklik("directory", "load", str(directory), *data)
    assert open_to_others(installation.data) == []

    # As a copy put back by hand may leave it.
    for path in installation.data.rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    installation.data.chmod(0o777)
    serve = await installation.start(PYTHONPATH=str(ROOT))
    await serve.until_ready()
    said = "Данные были открыты другим пользователям машины, теперь закрыты (каталоги 0700, файлы 0600)"
    assert [said in line for line in serve.said[:2]] == [True, False]
    assert (installation.data / "temporal.db").exists() and (installation.data / "logs" / "api.log").exists()
    assert open_to_others(installation.data) == []

    report = tmp_path / "table.отчёт.xlsx"
    report.touch()
    await otklik("import", str(table), "--dry-run", *data)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert await serve.stop() == 0
    assert open_to_others(installation.data) == []


async def test_a_directory_that_cannot_be_closed_is_an_error_in_russian(
    installation: Installation, tmp_path: Path
) -> None:
    installation.data.mkdir()
    (installation.data / "keys").symlink_to(tmp_path)
    serve = await installation.start()
    assert await serve.until_ended() == 2
    assert serve.said == [
        f"{installation.data / 'keys'} — ссылка, которая ведёт из каталога данных ({tmp_path}): что там лежит, от "
        "других не закрыть. Замените ссылку самими файлами."
    ]

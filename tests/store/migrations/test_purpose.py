"""A database is for work, a demo or training, and neither of the latter comes to one with work in it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel
from typer.testing import CliRunner, Result

from cli import app
from embedded.prepare import prepare
from settings import Settings
from store.database.engines import Database
from store.migrations.purpose import Found, Purpose, PurposeError, check, check_exposure, find, fitting, look
from store.people.tables import BodyRow, PersonRow
from tests.message_row import message_row
from tests.ports import free_port
from tests.store.directory.test_setup import everything

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def settings(url: str, data: Path, **given: Any) -> Settings:
    return Settings.load(
        data=data, database_url=url, temporal_address="127.0.0.1:1", temporal_namespace="default", **given
    )


async def put(url: str, *rows: SQLModel) -> None:
    database = Database(url)
    async with database.write() as session:
        for row in rows:
            session.add(row)
            await session.flush()
    await database.dispose()


async def purpose_of(url: str) -> Purpose:
    database = Database(url)
    async with database.read() as session:
        found = (await find(session)).purpose
    await database.dispose()
    return found


def a_person() -> list[SQLModel]:
    return [PersonRow(key="ann", name="Ann", position="", password_hash="")]


def a_body() -> list[SQLModel]:
    return [BodyRow(key="own", title="Own", short_title="Own", kind="executive")]


def a_message() -> list[SQLModel]:
    return [*a_person(), message_row(1, NOW, registered_by="ann")]


WORK, DEMO, TRAINING, BOTH = (
    Purpose(*of) for of in ((False, False), (True, False), (False, True), (True, True))
)
PASSWORD = {"demo_password": "pass word"}


@pytest.mark.parametrize(
    ("before", "directory", "messages", "asked", "becomes"),
    [
        # None: refused
        (WORK, False, False, DEMO, DEMO),
        (WORK, False, False, BOTH, BOTH),
        (WORK, True, False, DEMO, None),
        (WORK, True, False, TRAINING, TRAINING),
        (WORK, True, True, TRAINING, None),
        (WORK, True, True, WORK, WORK),
        (TRAINING, True, True, TRAINING, TRAINING),
        (TRAINING, True, True, WORK, TRAINING),
        (TRAINING, True, True, DEMO, None),
        (DEMO, True, True, DEMO, DEMO),
        (DEMO, True, True, TRAINING, BOTH),
        (DEMO, True, True, WORK, DEMO),
    ],
)
def test_what_a_database_may_become(
    before: Purpose, directory: bool, messages: bool, asked: Purpose, becomes: Purpose | None
) -> None:
    found = Found(before, directory, messages)
    if becomes is None:
        with pytest.raises(PurposeError, match="Ничего не изменено"):
            fitting(found, demo=asked.demo, training=asked.training)
    else:
        assert fitting(found, demo=asked.demo, training=asked.training) == becomes


@pytest.mark.parametrize(("rows", "asked"), [(a_person, DEMO), (a_body, DEMO), (a_message, TRAINING)])
async def test_a_database_with_work_in_it_is_refused_before_anything_changes(
    new_url: Callable[[], str], tmp_path: Path, rows: Callable[[], list[SQLModel]], asked: Purpose
) -> None:
    url = new_url()
    await prepare(settings(url, tmp_path))
    await put(url, *rows())
    before = await everything(url)
    with pytest.raises(PurposeError, match="Ничего не изменено"):
        await prepare(settings(url, tmp_path, **asked._asdict(), **PASSWORD))
    assert await everything(url) == before


async def test_an_empty_database_becomes_what_is_asked_for_and_stays_that(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    for asked, becomes in ((WORK, WORK), (DEMO, DEMO), (WORK, DEMO), (TRAINING, BOTH), (WORK, BOTH)):
        await prepare(settings(url, tmp_path, **asked._asdict(), **PASSWORD))
        assert await purpose_of(url) == becomes


async def test_a_process_with_training_on_does_not_run_on_a_database_without(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    training = settings(url, tmp_path, training=True)
    if training.sqlite_file is not None:
        assert await look(training) is None
        assert not training.sqlite_file.exists()
    await prepare(settings(url, tmp_path))
    await check(settings(url, tmp_path))
    with pytest.raises(PurposeError, match="не учебная"):
        await check(training)
    await put(url, *a_message())
    with pytest.raises(PurposeError, match="переводить их часы нельзя"):
        await check(training)


async def test_training_does_not_begin_on_a_database_that_does_not_answer(tmp_path: Path) -> None:
    away = "postgresql://otklik@127.0.0.1:1/otklik"
    await check(settings(away, tmp_path))
    with pytest.raises(PurposeError, match="не отвечает"):
        await check(settings(away, tmp_path, training=True))


@pytest.mark.parametrize(
    ("exposed", "refused"),
    [
        ({}, False),
        ({"host": "0.0.0.0"}, True),
        ({"public_url": "https://otklik.example"}, True),
        ({"host": "0.0.0.0", "demo": True}, False),
    ],
)
def test_the_demos_people_are_not_open_to_other_machines_unawares(
    tmp_path: Path, exposed: dict[str, Any], refused: bool
) -> None:
    given = settings("sqlite:///x", tmp_path, **exposed)
    check_exposure(given, WORK)
    if refused:
        with pytest.raises(PurposeError, match="запустите с --demo"):
            check_exposure(given, DEMO)
    else:
        check_exposure(given, DEMO)


async def test_a_worker_serves_nobody_pages(new_url: Callable[[], str], tmp_path: Path) -> None:
    """So it may run on a demo whose pages only this machine has."""
    url = new_url()
    await prepare(settings(url, tmp_path, demo=True, demo_password="p"))
    exposed = settings(url, tmp_path, host="0.0.0.0")
    await check(exposed, serves=False)
    with pytest.raises(PurposeError, match="запустите с --demo"):
        await check(exposed)


def otklik(data: Path, *command: str, **environment: str) -> Result:
    return CliRunner().invoke(
        app, [*command, "--data", str(data)], env={"OTKLIK_PORT": str(free_port()), **environment}
    )


def test_every_command_refuses_in_russian_with_code_two(tmp_path: Path) -> None:
    assert otklik(tmp_path, "prepare").exit_code == 0
    asyncio.run(put(f"sqlite+aiosqlite:///{tmp_path}/otklik.db", *a_message()))
    demo, training = {"OTKLIK_DEMO": "true", "OTKLIK_DEMO_PASSWORD": "p"}, {"OTKLIK_TRAINING": "true"}
    for command, variables, says in (
        ("prepare", demo, "не тайна"),
        ("prepare", demo | {"OTKLIK_DEMO_PASSWORD": ""}, "OTKLIK_DEMO_PASSWORD"),
        ("prepare", training, "часы нельзя"),
        ("api", training, "часы нельзя"),
        ("worker", training, "часы нельзя"),
        ("seed-demo", {}, "не демонстрационная"),
    ):
        done = otklik(tmp_path, command, **variables)
        assert (done.exit_code, says in done.stderr) == (2, True), done.output

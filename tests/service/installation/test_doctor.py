"""`otklik doctor` tells of each thing of an installation how it stands, and what to do about it."""

import asyncio
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from temporalio import activity, workflow
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.client import Client
from temporalio.worker import Worker
from typer.testing import CliRunner, Result

from cli import app
from service.installation import of_database, of_machine, of_temporal
from service.installation.condition import Line, State
from service.journal.anchors import Anchor
from service.keys import certificates
from service.runs import schedules
from service.runs.pollers import ACTIVITIES, SILENT_LOOKS, STEPS, StepsWatch, described
from settings import Settings
from store.commands.tables import CommandRow
from store.database import installation_settings
from store.database.engines import Database
from store.messages.tables import LimitRunRow
from store.networks.tables import SourceRow
from store.people.tables import BodyRow
from store.processes.rows import Kind
from store.processes.tables import ProcessRow
from telemetry.heartbeat import RELEASE
from tests.api.messages.office import open_namespace
from tests.databases import on_both
from tests.message_row import message_row
from tests.patience import PATIENCE
from tests.rows import network_key_row, put, source_row
from workflows.identity import TASK_QUEUE

ZONE = ZoneInfo("Europe/Moscow")
NO_TIME = timedelta(0)


def now() -> datetime:
    return datetime.now(UTC)


async def of(database: Database) -> dict[str, Line]:
    return {line.name: line for line in await of_database.lines(database, ZONE, now())}


def process(kind: Kind, **given: Any) -> ProcessRow:
    at = now()
    fields: dict[str, Any] = {
        "id": f"{kind}-{given}",
        "kind": kind,
        "host": "srv1",
        "pid": 17,
        "version": RELEASE,
        "started_at": at,
        "seen_at": at,
        "clock_offset": 0.0,
    }
    return ProcessRow(**fields | given)


async def test_without_processes_nothing_works(database: Database) -> None:
    found = await of(database)
    assert found["schema"].state is State.OK
    assert {name for name, line in found.items() if line.state is State.WRONG} == {"api", "worker"}
    assert "otklik worker" in found["worker"].cure


async def test_processes_are_told_with_their_releases(database: Database) -> None:
    await put(database, process(Kind.API), process(Kind.WORKER, version="0.9.0", host="srv2"))
    found = await of(database)
    assert (found["api"].state, found["worker"].state) == (State.OK, State.OK)
    assert "srv2, процесс 17, версия 0.9.0" in found["worker"].says
    assert found["versions"].state is State.SOON
    assert f"0.9.0, {RELEASE}" in found["versions"].says


async def test_one_that_ended_without_a_word_is_named(database: Database) -> None:
    await put(
        database,
        process(Kind.API),
        process(Kind.WORKER),
        process(Kind.WORKER, host="srv2", pid=5, seen_at=now() - timedelta(minutes=7)),
    )
    line = (await of(database))["worker"]
    assert line.state is State.SOON
    assert "рабочий процесс на srv2 (процесс 5) молчит 7 мин" in line.says


@pytest.mark.parametrize(
    ("offset", "state"), [(1.5, State.OK), (2.5, State.SOON), (-2400.0, State.WRONG), (45.0, State.WRONG)]
)
async def test_clocks_of_all_processes_are_judged(database: Database, offset: float, state: State) -> None:
    await put(database, process(Kind.API, clock_offset=offset), process(Kind.WORKER))
    line = (await of(database))["clocks"]
    assert line.state is state
    assert ("веб-сервис на srv1" in line.says) is (state is not State.OK)
    assert ("спешат на 40 мин" in line.says) is (offset == -2400)


@on_both
async def test_what_waits_for_long_is_wrong(database: Database) -> None:
    at = now() - timedelta(minutes=3)
    command = CommandRow(
        id="c", person="curator", key="k", request="", message=1, name="route", payload={}, taken_at=at
    )
    limit = LimitRunRow(
        message=1, number=1, name="draft", holder_role="executor", started_at=at, due_at=at, run={}
    )
    await put(database, message_row(1, at), command, limit)
    found = await of(database)
    assert (found["outbox"].state, found["limits"].state) == (State.WRONG, State.WRONG)
    assert "ждут: 1, дольше всех 3 мин" in found["outbox"].says
    assert "3 мин" in found["limits"].says


@pytest.mark.parametrize(
    ("age", "state"),
    [(timedelta(hours=5), State.OK), (timedelta(days=2), State.SOON), (timedelta(days=8), State.WRONG)],
)
async def test_the_last_copy_grows_old(database: Database, age: timedelta, state: State) -> None:
    assert (await of(database))["copy"].state is State.SOON, "none is on record"
    async with database.write() as session:
        await installation_settings.copy_taken(session, now() - age)
    assert (await of(database))["copy"].state is state


@on_both
async def test_keys_that_end_and_networks_that_do_not_answer_are_named(database: Database) -> None:
    key = network_key_row("k", "https://vk.com/roads", now(), expires_at=now() + timedelta(days=3))
    await put(
        database,
        BodyRow(key="roads", title="Дороги", short_title="Дороги", kind="executive"),
        key,
        _source("Подслушано", failures=4, last_error="страница закрыта"),
        _source("Новости", failures=1),
    )
    found = await of(database)
    assert found["account_keys"].state is State.SOON
    assert "https://vk.com/roads" in found["account_keys"].says
    assert found["sources"].state is State.SOON
    assert "не отвечают 1 из 2: «Подслушано»: страница закрыта" in found["sources"].says


def _source(title: str, **given: Any) -> SourceRow:
    return source_row(title, now(), title=title, **given)


# ---- this machine


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path, temporal_address="127.0.0.1:1", temporal_namespace="default")


def of_files(settings: Settings, at: datetime | None = None) -> dict[str, Line]:
    return {line.name: line for line in of_machine.lines(settings, ZONE, at or now())}


@pytest.mark.parametrize(
    ("free", "state"), [(50 * 2**30, State.OK), (2**29, State.SOON), (2**25, State.WRONG)]
)
def test_room_on_the_disk_is_judged(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, state: State
) -> None:
    usage = shutil.disk_usage(settings.data)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(total=100 * 2**30, free=free))
    assert of_files(settings)["disk"].state is state


def test_the_last_anchor_is_of_last_night(settings: Settings) -> None:
    assert of_files(settings)["anchors"].state is State.SOON
    settings.anchors.mkdir()
    last = Anchor(day=now().date(), made_at=now(), journals=0, highest=0, root="", before=None)
    settings.anchors_file.write_text(f"{last.model_dump_json()}\n", encoding="utf-8")
    assert of_files(settings)["anchors"].state is State.OK
    assert of_files(settings, now() + timedelta(days=2))["anchors"].state is State.WRONG


def test_certificates_are_told_before_they_end(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "certificates" not in of_files(settings)
    certificates.make(settings.data / "tls")
    monkeypatch.setenv("PGSSLCERT", str(settings.data / "tls" / "otklik" / "cert.pem"))
    for after, state in (
        (NO_TIME, State.OK),
        (certificates.LASTS - timedelta(days=20), State.SOON),
        (certificates.LASTS + timedelta(days=1), State.WRONG),
    ):
        assert of_files(settings, now() + after)["certificates"].state is state
    monkeypatch.setenv("PGSSLCERT", str(settings.data / "none.pem"))
    assert "не читается" in of_files(settings)["certificates"].says


def test_the_calendar_is_told(settings: Settings) -> None:
    found = of_files(settings, datetime(2026, 11, 30, tzinfo=UTC))
    assert found["calendar"].state is State.OK
    assert of_files(settings, datetime(2027, 12, 1, tzinfo=UTC))["calendar"].state is State.SOON
    later = of_files(settings, datetime(2031, 1, 1, tzinfo=UTC))
    assert later["calendar"].state is State.WRONG

    broken = settings.data / "calendar.json"
    broken.write_text("{}", encoding="utf-8")
    line = of_files(settings.model_copy(update={"calendar": broken}))["calendar"]
    assert (line.state, "OTKLIK_CALENDAR" in line.cure) == (State.WRONG, True)


# ---- Temporal


async def test_queues_that_nobody_serves_and_nightly_work_that_is_not_done_are_wrong(
    temporal: Client,
) -> None:
    namespace = await open_namespace(temporal, "doctor")
    client = await Client.connect(temporal.service_client.config.target_host, namespace=namespace)

    async def found() -> dict[str, Line]:
        return {line.name: line for line in await of_temporal.lines(client, client, ZONE, now())}

    before = await found()
    assert before["temporal"].state is State.OK
    assert namespace in before["temporal"].says
    assert all(before[f"queue_{name}"].state is State.WRONG for name in of_temporal.QUEUES)
    assert before["nightly"].state is State.WRONG
    assert "anchors: расписания нет" in before["nightly"].says

    nightly = tuple(item for item in schedules.DECLARED if item.id != "anchors")
    await schedules.ensure(client, "Europe/Moscow", nightly)
    await client.get_schedule_handle("retention").pause()
    says = (await found())["nightly"].says
    assert says == "anchors: расписания нет; retention: расписание приостановлено"


async def test_a_queue_whose_steps_nobody_takes_is_wrong_and_a_process_that_takes_none_ends(
    temporal: Client,
) -> None:
    namespace = await open_namespace(temporal, "steps")
    client = await Client.connect(temporal.service_client.config.target_host, namespace=namespace)
    ended: list[int] = []
    watch = StepsWatch({TASK_QUEUE: client}, ended.append)

    async def line() -> Line:
        lines = await of_temporal.lines(client, client, ZONE, now())
        return next(line for line in lines if line.name == f"queue_{TASK_QUEUE}")

    async with Worker(client, task_queue=TASK_QUEUE, activities=[nothing]):
        await polled(client, ACTIVITIES)
        assert (await line()).state is State.WRONG
        assert "шаги процессов (workflow) никто не выполняет" in (await line()).says
        async with Worker(client, task_queue=TASK_QUEUE, workflows=[Nothing]):
            await polled(client, STEPS)
            assert (await line()).state is State.OK
            for _ in range(SILENT_LOOKS + 1):
                await client.execute_workflow(Nothing.run, id=f"nothing-{uuid4()}", task_queue=TASK_QUEUE)
                await watch.look()
            assert not ended
        for _ in range(SILENT_LOOKS + 1):
            await watch.look()
    assert ended
    assert set(ended) == {1}


async def polled(client: Client, kind: "TaskQueueType.ValueType") -> None:
    """Wait until somebody asks for work of this kind."""
    async with asyncio.timeout(PATIENCE):
        while not (await described(client, TASK_QUEUE, kind)).pollers:  # noqa: ASYNC110  the server knows
            await asyncio.sleep(0.05)


@activity.defn
async def nothing() -> None:
    """Does nothing."""


@workflow.defn(sandboxed=False)
class Nothing:
    """Takes one step."""

    @workflow.run
    async def run(self) -> None:
        """Does nothing."""


# ---- the command


def otklik(data: Path, *command: str) -> Result:
    return CliRunner().invoke(app, [*command, "--data", str(data)], env={"TEMPORAL_ADDRESS": "127.0.0.1:1"})


def test_the_command_tells_all_and_ends_with_the_worst(tmp_path: Path) -> None:
    unprepared = otklik(tmp_path, "doctor")
    assert unprepared.exit_code == 2
    assert (
        "Структура базы данных: База данных не подготовлена: выполните otklik prepare." in unprepared.stdout
    )
    assert not (tmp_path / "otklik.db").exists(), "looking makes nothing"

    otklik(tmp_path, "prepare")
    told = otklik(tmp_path, "doctor")
    assert told.exit_code == 2
    lines = told.stdout.splitlines()
    assert any(line.startswith("в порядке") and "Структура базы данных" in line for line in lines)
    assert any(line.startswith("НЕВЕРНО") and "Temporal" in line for line in lines)
    is_wrong = [number for number, line in enumerate(lines) if line.startswith(("НЕВЕРНО", "скоро"))]
    assert all("→" in lines[number + 1] for number in is_wrong)


def test_a_database_that_is_away_is_a_line(tmp_path: Path) -> None:
    away = {"TEMPORAL_ADDRESS": "127.0.0.1:1", "OTKLIK_DATABASE_URL": "postgresql://o@127.0.0.1:1/o"}
    told = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path)], env=away)
    assert told.exit_code == 2, told.output
    assert "База данных: не отвечает" in told.stdout
    assert "Temporal: не отвечает" in told.stdout


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(app, ["--version"]).stdout == f"otklik {RELEASE}\n"

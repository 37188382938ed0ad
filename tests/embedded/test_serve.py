"""`otklik serve` as a person meets it: a real Temporal server, stand-ins for worker, API and database."""

import asyncio
import json
import os
import signal
import socket
import sqlite3
import stat
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from embedded.data_directory import temporal_of
from embedded.http_probe import until_answers
from embedded.left_running import command_line
from embedded.supervisor import Supervisor
from embedded.temporal_server import SEARCH_ATTRIBUTES, TemporalPorts
from settings import Settings
from store.database.engines import Database
from store.people.tables import PersonRow
from telemetry import machine
from tests.embedded.installation import ROOT, Installation, until_gone
from tests.embedded.stand_ins.worker import Waiting
from tests.message_row import message_row
from tests.patience import PATIENCE
from tests.prepared import prepare

PARTS = ("temporal", "worker", "api")


async def begin(installation: Installation) -> str:
    """Start a workflow; its id."""
    client = await installation.client()
    return (await client.start_workflow(Waiting.run, id=f"message-{uuid4()}", task_queue="messages")).id


async def waiting(installation: Installation, workflow: str) -> WorkflowHandle[Waiting, str]:
    """The workflow that was begun, found running in the listing as well."""
    client = await installation.client()
    running = f"ExecutionStatus = 'Running' AND WorkflowId = '{workflow}'"
    async with asyncio.timeout(PATIENCE):
        # Listings follow a little later.
        while not [w async for w in client.list_workflows(running)]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return client.get_workflow_handle_for(Waiting.run, workflow)


async def finishes(handle: WorkflowHandle[Waiting, str]) -> bool:
    await handle.signal(Waiting.release)
    async with asyncio.timeout(PATIENCE):
        return await handle.result() == "released"


async def search_attributes(installation: Installation) -> set[str]:
    client = await installation.client()
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace="default")
    )
    return set(listed.custom_attributes)


async def test_it_says_one_line_when_ready_and_stops_with_code_zero(installation: Installation) -> None:
    serve = await installation.start()
    line = await serve.until_ready()
    assert f"http://127.0.0.1:{installation.port} " in line
    assert f"http://127.0.0.1:{installation.port}/docs" in line
    assert f"http://127.0.0.1:{installation.ui_port}" in line
    for port, path in ((installation.port, "/docs"), (installation.ui_port, "/")):
        async with asyncio.timeout(PATIENCE):
            await until_answers("127.0.0.1", port, path)
    assert SEARCH_ATTRIBUTES.keys() <= await search_attributes(installation)
    pids = [installation.pid(part) for part in PARTS]

    assert await serve.stop() == 0
    assert serve.printed == [line]
    assert not [pid for pid in pids if command_line(pid)]
    assert not list((installation.data / "run").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_nothing_listens_but_on_the_loopback_address(running: Installation) -> None:
    listening = [address for part in PARTS for address in listening_addresses(running.pid(part))]
    assert len(listening) >= 3
    assert set(listening) == {"127.0.0.1"}
    assert temporal_of(running.data) == f"127.0.0.1:{running.temporal_port}", "which commands are told"


def listening_addresses(pid: int) -> list[str]:
    links = [link.readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    found = []
    for table in ("tcp", "tcp6"):
        for row in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            local, state, inode = (row.split()[column] for column in (1, 3, 9))
            if state == "0A" and f"socket:[{inode}]" in links:
                raw = bytes.fromhex(local.split(":")[0])
                found.append(socket.inet_ntoa(raw[::-1]) if len(raw) == 4 else raw.hex())
    return found


async def test_a_second_start_on_the_same_data_is_refused(running: Installation) -> None:
    first = running.serve.process.pid
    second = await Installation(running.data).start()
    assert await second.until_ended() == 2
    assert second.said == [
        f"Каталог данных {running.data} уже занят: otklik serve запущен процессом с номером {first}. "
        f"Остановите его (kill {first}) или укажите другой каталог: --data КАТАЛОГ."
    ]


async def test_it_goes_on_where_it_was_after_a_clean_stop(running: Installation) -> None:
    workflow = await begin(running)
    assert await running.serve.stop() == 0

    serve = await running.start()
    await serve.until_ready()
    assert await finishes(await waiting(running, workflow))
    assert SEARCH_ATTRIBUTES.keys() <= await search_attributes(running)


@pytest.mark.installation
async def test_after_kill_9_no_child_lives_on_and_the_next_start_goes_on_where_it_was(
    running: Installation,
) -> None:
    workflow = await begin(running)
    pids = [running.pid(part) for part in PARTS]
    await running.serve.kill()
    for pid in pids:
        await until_gone(pid)

    serve = await running.start()
    await serve.until_ready()
    assert await finishes(await waiting(running, workflow))


@pytest.mark.installation
async def test_a_start_right_after_kill_9_does_not_wait_for_anybody(running: Installation) -> None:
    await running.serve.kill()
    serve = await running.start()
    await serve.until_ready()
    assert await serve.stop() == 0


@pytest.mark.installation
async def test_a_worker_that_hangs_does_not_outlive_its_supervisor(installation: Installation) -> None:
    serve = await installation.start(fault="worker hangs")
    await serve.until_ready()
    worker = installation.pid("worker")
    await serve.kill()
    await until_gone(worker)


@pytest.mark.installation
async def test_a_temporal_server_left_by_an_earlier_run_is_ended(running: Installation) -> None:
    command = command_line(running.pid("temporal"))
    await running.serve.stop()
    left = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    (running.data / "run" / "temporal.pid").write_text(json.dumps({"pid": left.pid, "command": command}))

    serve = await running.start()
    await serve.until_ready()
    assert any("Завершены процессы прошлого запуска: temporal." in line for line in serve.said)
    assert await left.wait() == 0


@pytest.mark.parametrize(
    ("option", "attribute"),
    [("--port", "port"), ("--temporal-port", "temporal_port"), ("--ui-port", "ui_port")],
)
async def test_a_taken_port_is_refused_with_the_option_to_change(
    installation: Installation, capsys: pytest.CaptureFixture[str], option: str, attribute: str
) -> None:
    number = getattr(installation, attribute)
    with socket.create_server(("127.0.0.1", number)):
        assert (
            await refusing(installation, Settings.load(data=installation.data, port=installation.port)) == 2
        )
    printed, said = capsys.readouterr()
    assert len(said.splitlines()) == 1
    assert f"Порт {number} " in said
    assert f"назовите другой: {option} " in said
    assert not printed


async def refusing(installation: Installation, settings: Settings) -> int:
    """The exit code of a supervisor that refuses to start, in this process: how a refusal ends the program is seen
    above.
    """
    ports = TemporalPorts(grpc=installation.temporal_port, ui=installation.ui_port)
    # In a thread, where it can run no loop that minds signals: it must end before that.
    return await asyncio.to_thread(Supervisor(settings, ports).run)


def restarts(installation: Installation, part: str) -> float:
    """How often `serve` has started the part again, as its API would tell it."""
    settings = Settings.load(data=installation.data, temporal_namespace="default")
    [value] = [
        sample.value
        for family in text_string_to_metric_families(machine.measures(settings).decode())
        for sample in family.samples
        if (sample.name, sample.labels) == ("otklik_restarts_total", {"part": part})
    ]
    return value


@pytest.mark.parametrize(
    ("part", "title"), [("worker", "Рабочий процесс"), ("api", "Веб-сервис"), ("temporal", "Сервер Temporal")]
)
async def test_a_killed_process_is_started_again_and_that_is_said(
    running: Installation, part: str, title: str
) -> None:
    killed, before = running.pid(part), restarts(running, part)
    os.kill(killed, signal.SIGKILL)
    await running.serve.until_said(f"{title} завершился (сигнал 9), запускаю снова.")
    await running.serve.until_said(f"{title} снова работает.")

    assert running.pid(part) != killed
    assert restarts(running, part) == before + 1
    # Begun only now: a task for a killed worker waits ten seconds for it before another may take it.
    assert await finishes(await waiting(running, await begin(running)))


@pytest.mark.installation
async def test_parts_that_hang_are_ended_and_started_again_and_that_is_said(running: Installation) -> None:
    hung = {part: running.pid(part) for part in PARTS}
    for pid in hung.values():
        os.kill(pid, signal.SIGSTOP)
    for title in ("Сервер Temporal", "Рабочий процесс", "Веб-сервис"):
        await running.serve.until_said(f"{title} не отвечает 20 с, завершён, запускаю снова.")
        await running.serve.until_said(f"{title} снова работает.")

    assert all(running.pid(part) != pid for part, pid in hung.items())
    assert await finishes(await waiting(running, await begin(running)))


@pytest.mark.installation
async def test_a_database_held_by_another_program_ends_the_start_and_is_named(
    installation: Installation,
) -> None:
    installation.data.mkdir()
    with closing(sqlite3.connect(installation.data / "otklik.db", isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        serve = await installation.start(PYTHONPATH=str(ROOT))
        assert await serve.until_ended() == 1
    said = "\n".join(serve.said)
    assert "Базу данных подготовить не удалось (код 1)" in said
    assert f"Файл базы данных {installation.data / 'otklik.db'} заблокирован другой программой" in said
    assert not serve.printed
    assert not list((installation.data / "run").iterdir())


@pytest.mark.installation
async def test_a_stop_while_starting_is_a_clean_stop(installation: Installation) -> None:
    serve = await installation.start()
    await serve.until_said("Запускаю рабочий процесс")
    serve.process.send_signal(signal.SIGINT)
    assert await serve.until_ended() == 0
    assert not list((installation.data / "run").iterdir())


@pytest.mark.installation
async def test_a_second_signal_does_not_wait_for_a_worker_that_hangs(installation: Installation) -> None:
    serve = await installation.start(fault="worker hangs")
    await serve.until_ready()
    worker = installation.pid("worker")
    serve.process.send_signal(signal.SIGINT)
    await serve.until_said("Останавливаюсь")
    serve.process.send_signal(signal.SIGINT)
    async with asyncio.timeout(20):  # of the thirty seconds the worker would have had
        assert await serve.until_ended() == 0
    assert not command_line(worker)


@pytest.mark.installation
async def test_a_generated_demo_password_is_printed_and_kept(installation: Installation) -> None:
    serve = await installation.start("--demo")
    password = (await serve.until_ready()).rpartition("пароль демонстрационных входов: ")[2]
    kept = installation.data / "demo-password"
    assert password == kept.read_text().strip()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (installation.data / "prepared").read_text() == password
    assert (installation.data / "seeded").exists()


@pytest.mark.installation
async def test_demo_messages_that_cannot_be_added_end_nothing(installation: Installation) -> None:
    serve = await installation.start("--demo", fault="seeding fails")
    await serve.until_ready()
    assert any("Всё остальное работает" in line for line in serve.said)
    assert not (installation.data / "seeded").exists()
    serve.process.send_signal(signal.SIGTERM)
    assert await serve.until_ended() == 0


async def moves(installation: Installation, workflow: str) -> bool:
    """Whether the server moves the clock of a workflow."""
    from temporalio.testing import TimeSkipper

    client = await installation.client()
    with suppress(RPCError):
        await TimeSkipper(client).fast_forward(client.get_workflow_handle(workflow), timedelta(hours=1))
        return True
    return False


async def test_clocks_cannot_be_moved_outside_training(running: Installation) -> None:
    workflow = await begin(running)
    assert not await moves(running, workflow)
    assert await finishes(await waiting(running, workflow))


async def prepared(installation: Installation, *, demo: bool = False, training: bool = False) -> Settings:
    """The database of an installation, as `otklik prepare` leaves it."""
    settings = Settings.load(
        data=installation.data, demo=demo, demo_password="pass word" if demo else None, training=training
    )
    before = os.umask(0o077)  # as the command does
    await prepare(settings)
    os.umask(before)
    return settings


async def with_a_message(settings: Settings) -> None:
    database = Database(settings.database_url)
    async with database.write() as session:
        session.add(PersonRow(key="ann", name="Ann", position="", password_hash=""))
        await session.flush()
        session.add(message_row(1, datetime.now(UTC), registered_by="ann"))
    await database.dispose()


@pytest.mark.installation
async def test_clocks_moved_in_training_stay_so_without_the_option(installation: Installation) -> None:
    await prepared(installation, training=True)
    serve = await installation.start("--training")
    await serve.until_ready()
    workflow = await begin(installation)
    assert await moves(installation, workflow)
    await serve.stop()

    serve = await installation.start()
    await serve.until_ready()
    assert "База данных учебная, но --training не указан" in serve.said[0]
    handle = await waiting(installation, workflow)
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert await finishes(handle)


@pytest.mark.installation
@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--training", "переводить их часы нельзя"),
        ("--demo", "демонстрационный справочник, пароль к которому не тайна, в неё не добавляется"),
    ],
)
async def test_a_database_with_work_in_it_is_left_as_it_is(
    installation: Installation, option: str, says: str
) -> None:
    await with_a_message(await prepared(installation))
    before = sorted(installation.data.rglob("*"))
    serve = await installation.start(option)
    assert await serve.until_ended() == 2
    [line] = serve.said
    assert says in line and "Ничего не изменено" in line and "--data КАТАЛОГ" in line
    assert [path for path in sorted(installation.data.rglob("*")) if path not in before] == [
        installation.data / name for name in ("anchors", "logs", "otklik.lock", "run")
    ]


@pytest.mark.installation
async def test_a_demo_may_become_training_with_a_password_that_is_not_printed(
    installation: Installation,
) -> None:
    await with_a_message(await prepared(installation, demo=True))
    await prepared(installation, demo=True, training=True)  # as the stand-in does not
    serve = await installation.start("--demo", "--training", OTKLIK_DEMO_PASSWORD="pass word")
    assert "pass word" not in await serve.until_ready()
    assert (installation.data / "prepared").read_text() == "pass word"
    assert not (installation.data / "demo-password").exists()
    assert await moves(installation, await begin(installation))


@pytest.mark.installation
async def test_a_demo_without_the_option_runs_with_a_word(installation: Installation) -> None:
    await prepared(installation, demo=True)
    serve = await installation.start()
    await serve.until_ready()
    assert "База данных демонстрационная, но --demo не указан" in serve.said[0]


@pytest.mark.parametrize("exposed", [{"host": "0.0.0.0"}, {"public_url": "https://otklik.example"}])
async def test_a_demo_without_the_option_is_for_this_machine_only(
    installation: Installation, capsys: pytest.CaptureFixture[str], exposed: dict[str, str]
) -> None:
    await prepared(installation, demo=True)
    settings = Settings.load(data=installation.data, port=installation.port, **exposed)
    assert await refusing(installation, settings) == 2
    said = capsys.readouterr().err.splitlines()
    assert "База данных демонстрационная" in said[0] and "запустите с --demo" in said[0]

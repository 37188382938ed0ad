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

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowHandle
from temporalio.service import RPCError

from embedded.http_probe import until_answers
from embedded.left_running import command_line
from embedded.temporal_server import SEARCH_ATTRIBUTES
from settings import Settings
from store.database.engines import Database
from store.people.tables import PersonRow
from tests.embedded.installation import ROOT, Installation, until_gone
from tests.embedded.stand_ins.worker import Waiting
from tests.message_row import message_row
from tests.patience import PATIENCE
from tests.prepared import prepare

PARTS = ("temporal", "worker", "api")
WORKFLOW = "message-1"


async def begin(installation: Installation) -> None:
    client = await installation.client()
    await client.start_workflow(Waiting.run, id=WORKFLOW, task_queue="messages")


async def waiting(installation: Installation) -> WorkflowHandle[Waiting, str]:
    """The workflow that was begun, found running in the listing as well."""
    client = await installation.client()
    async with asyncio.timeout(PATIENCE):
        # Listings follow a little later.
        while not [w async for w in client.list_workflows("ExecutionStatus = 'Running'")]:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return client.get_workflow_handle_for(Waiting.run, WORKFLOW)


async def finishes(handle: WorkflowHandle[Waiting, str]) -> bool:
    await handle.signal(Waiting.release)
    async with asyncio.timeout(PATIENCE):
        return await handle.result() == "released"


async def test_it_says_one_line_when_ready_and_stops_with_code_zero(installation: Installation) -> None:
    serve = await installation.start()
    line = await serve.until_ready()
    assert f"http://127.0.0.1:{installation.port} " in line
    assert f"http://127.0.0.1:{installation.port}/docs" in line
    assert f"http://127.0.0.1:{installation.ui_port}" in line
    for port, path in ((installation.port, "/docs"), (installation.ui_port, "/")):
        async with asyncio.timeout(5):
            await until_answers("127.0.0.1", port, path)
    pids = [installation.pid(part) for part in PARTS]

    assert await serve.stop() == 0
    assert serve.printed == [line]
    assert not [pid for pid in pids if command_line(pid)]
    assert not list((installation.data / "run").iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_nothing_listens_but_on_the_loopback_address(installation: Installation) -> None:
    serve = await installation.start()
    await serve.until_ready()
    listening = [address for part in PARTS for address in listening_addresses(installation.pid(part))]
    assert len(listening) >= 3
    assert set(listening) == {"127.0.0.1"}


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


async def test_a_second_start_on_the_same_data_is_refused(installation: Installation) -> None:
    first = await installation.start()
    await first.until_ready()
    other = Installation(installation.data)

    second = await other.start()
    assert await second.until_ended() == 2
    assert second.said == [
        f"Каталог данных {installation.data} уже занят: otklik serve запущен процессом с номером "
        f"{first.process.pid}. Остановите его (kill {first.process.pid}) или укажите другой каталог: "
        "--data КАТАЛОГ."
    ]
    assert await first.stop() == 0


async def test_it_goes_on_where_it_was_after_a_clean_stop(installation: Installation) -> None:
    serve = await installation.start()
    await serve.until_ready()
    await begin(installation)
    await serve.stop()

    serve = await installation.start()
    await serve.until_ready()
    assert await finishes(await waiting(installation))
    assert await serve.stop() == 0


async def test_after_kill_9_no_child_lives_on_and_the_next_start_goes_on_where_it_was(
    installation: Installation,
) -> None:
    serve = await installation.start()
    await serve.until_ready()
    await begin(installation)
    pids = [installation.pid(part) for part in PARTS]
    await serve.kill()
    for pid in pids:
        await until_gone(pid)

    serve = await installation.start()
    await serve.until_ready()
    assert await finishes(await waiting(installation))
    assert await serve.stop() == 0


async def test_a_start_right_after_kill_9_does_not_wait_for_anybody(installation: Installation) -> None:
    for _ in range(2):
        serve = await installation.start()
        await serve.until_ready()
        await serve.kill()
    serve = await installation.start()
    await serve.until_ready()
    assert await serve.stop() == 0


async def test_a_worker_that_hangs_does_not_outlive_its_supervisor(installation: Installation) -> None:
    serve = await installation.start(fault="worker hangs")
    await serve.until_ready()
    worker = installation.pid("worker")
    await serve.kill()
    await until_gone(worker)


async def test_a_temporal_server_left_by_an_earlier_run_is_ended(installation: Installation) -> None:
    serve = await installation.start()
    await serve.until_ready()
    command = command_line(installation.pid("temporal"))
    await serve.stop()
    left = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    (installation.data / "run" / "temporal.pid").write_text(json.dumps({"pid": left.pid, "command": command}))

    serve = await installation.start()
    await serve.until_ready()
    assert any("Завершены процессы прошлого запуска: temporal." in line for line in serve.said)
    assert await left.wait() == 0
    assert await serve.stop() == 0


@pytest.mark.parametrize(
    ("option", "attribute"),
    [("--port", "port"), ("--temporal-port", "temporal_port"), ("--ui-port", "ui_port")],
)
async def test_a_taken_port_is_refused_with_the_option_to_change(
    installation: Installation, option: str, attribute: str
) -> None:
    number = getattr(installation, attribute)
    with socket.create_server(("127.0.0.1", number)):
        serve = await installation.start()
        assert await serve.until_ended() == 2
    assert len(serve.said) == 1
    assert f"Порт {number} " in serve.said[0]
    assert f"назовите другой: {option} " in serve.said[0]
    assert not serve.printed


@pytest.mark.parametrize(
    ("part", "title"), [("worker", "Рабочий процесс"), ("api", "Веб-сервис"), ("temporal", "Сервер Temporal")]
)
async def test_a_killed_process_is_started_again_and_that_is_said(
    installation: Installation, part: str, title: str
) -> None:
    serve = await installation.start()
    await serve.until_ready()
    killed = installation.pid(part)
    os.kill(killed, signal.SIGKILL)
    await serve.until_said(f"{title} завершился (сигнал 9), запускаю снова.")
    await serve.until_said(f"{title} снова работает.")

    assert installation.pid(part) != killed
    # Begun only now: a task for a killed worker waits ten seconds for it before another may take it.
    await begin(installation)
    assert await finishes(await waiting(installation))
    assert await serve.stop() == 0


async def test_parts_that_hang_are_ended_and_started_again_and_that_is_said(
    installation: Installation,
) -> None:
    serve = await installation.start()
    await serve.until_ready()
    hung = {part: installation.pid(part) for part in PARTS}
    for pid in hung.values():
        os.kill(pid, signal.SIGSTOP)
    for title in ("Сервер Temporal", "Рабочий процесс", "Веб-сервис"):
        await serve.until_said(f"{title} не отвечает 20 с, завершён, запускаю снова.")
        await serve.until_said(f"{title} снова работает.")

    assert all(installation.pid(part) != pid for part, pid in hung.items())
    await begin(installation)
    assert await finishes(await waiting(installation))
    assert await serve.stop() == 0


async def test_parts_that_hang_for_a_moment_are_left_alone(installation: Installation) -> None:
    serve = await installation.start()
    await serve.until_ready()
    hung = {part: installation.pid(part) for part in PARTS}
    for number in (signal.SIGSTOP, signal.SIGCONT):
        for pid in hung.values():
            os.kill(pid, number)
        await asyncio.sleep(4.5)
    assert {part: installation.pid(part) for part in PARTS} == hung
    assert await serve.stop() == 0


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


async def test_a_process_that_always_dies_is_given_up_with_the_end_of_its_log(
    installation: Installation,
) -> None:
    serve = await installation.start(fault="worker dies")
    assert await serve.until_ended() == 1
    said = "\n".join(serve.said)
    assert "Рабочий процесс завершился (код 1), это 5-й раз за 30 с работы. Больше не запускаю." in said
    assert "Нет связи с прошлым" in "\n".join(serve.said[-12:])
    assert not serve.printed
    assert not list((installation.data / "run").iterdir())


async def test_a_database_that_cannot_be_prepared_ends_the_start(installation: Installation) -> None:
    serve = await installation.start(fault="prepare fails")
    assert await serve.until_ended() == 1
    said = "\n".join(serve.said)
    assert "Базу данных подготовить не удалось (код 1)" in said
    assert "Таблица не на месте" in said


async def test_a_stop_while_starting_is_a_clean_stop(installation: Installation) -> None:
    serve = await installation.start()
    await serve.until_said("Запускаю рабочий процесс")
    serve.process.send_signal(signal.SIGINT)
    assert await serve.until_ended() == 0
    assert not list((installation.data / "run").iterdir())


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


async def test_search_attributes_are_registered_at_the_first_and_the_second_start(
    installation: Installation,
) -> None:
    for _ in range(2):
        serve = await installation.start()
        await serve.until_ready()
        client = await installation.client()
        listed = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
        assert SEARCH_ATTRIBUTES.keys() <= listed.custom_attributes.keys()
        await serve.stop()


async def test_a_generated_demo_password_is_printed_and_stays(installation: Installation) -> None:
    passwords = []
    for _ in range(2):
        serve = await installation.start("--demo")
        passwords.append((await serve.until_ready()).rpartition("пароль демонстрационных входов: ")[2])
        await serve.stop()
    kept = installation.data / "demo-password"
    assert passwords == [kept.read_text().strip()] * 2
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert (installation.data / "prepared").read_text() == passwords[0]
    assert (installation.data / "seeded").exists()


async def test_a_demo_password_that_was_given_is_used_and_not_printed(installation: Installation) -> None:
    serve = await installation.start("--demo", OTKLIK_DEMO_PASSWORD="given-by-hand")
    assert "given-by-hand" not in await serve.until_ready()
    await serve.stop()
    assert (installation.data / "prepared").read_text() == "given-by-hand"


async def moves(installation: Installation) -> bool:
    """Whether the server moves the clock of a workflow."""
    from temporalio.testing import TimeSkipper

    client = await installation.client()
    handle = await client.start_workflow(Waiting.run, id=WORKFLOW, task_queue="messages")
    with suppress(RPCError):
        await TimeSkipper(client).fast_forward(handle, timedelta(hours=1))
        return True
    return False


@pytest.mark.parametrize("options", [["--training"], []])
async def test_clocks_can_be_moved_only_in_training(installation: Installation, options: list[str]) -> None:
    serve = await installation.start(*options)
    await serve.until_ready()
    assert await moves(installation) == (options == ["--training"])


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


async def test_a_training_database_keeps_running_without_the_option(installation: Installation) -> None:
    await prepared(installation, training=True)
    serve = await installation.start("--training")
    await serve.until_ready()
    await moves(installation)
    await serve.stop()

    serve = await installation.start()
    await serve.until_ready()
    assert "База данных учебная, но --training не указан" in serve.said[0]
    handle = await waiting(installation)
    assert (await handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert await finishes(handle)


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
        installation.data / name for name in ("logs", "otklik.lock", "run")
    ]


async def test_a_demo_may_become_training(installation: Installation) -> None:
    await with_a_message(await prepared(installation, demo=True))
    await prepared(installation, demo=True, training=True)  # as the stand-in does not
    serve = await installation.start("--demo", "--training", OTKLIK_DEMO_PASSWORD="pass word")
    await serve.until_ready()
    assert await moves(installation)


async def test_a_demo_without_the_option_runs_for_this_machine_only(installation: Installation) -> None:
    await prepared(installation, demo=True)
    serve = await installation.start()
    await serve.until_ready()
    assert "База данных демонстрационная, но --demo не указан" in serve.said[0]
    await serve.stop()

    for exposed in ({"OTKLIK_HOST": "0.0.0.0"}, {"OTKLIK_PUBLIC_URL": "https://otklik.example"}):
        serve = await installation.start(**exposed)
        assert await serve.until_ended() == 2
        assert "База данных демонстрационная" in serve.said[0] and "запустите с --demo" in serve.said[0]

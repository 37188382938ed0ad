"""Schedules of the office: there as declared whoever starts when, and healed; triggered, they do the office's work."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from temporalio.client import Client, ScheduleActionExecutionStartWorkflow, ScheduleOverlapPolicy

import service.runs.connection
from activities.networks import NetworkSteps
from activities.office import ChannelTasks, OfficeTasks
from api.main import create_app
from service.runs.connection import in_namespace
from service.runs.due_work import LOOKED_FOR, SOURCES
from service.runs.schedules import DECLARED, Daily, ensure
from settings import Settings
from store.database.engines import Database
from store.people.tables import WrongPasswordRow
from tests.api.messages.office import open_namespace
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.prepared import prepare
from tests.rows import put
from tests.temporal_server import connect, temporal_server
from worker import office_worker
from workflows.office import OfficeTask

ZONE = "Europe/Moscow"
NIGHTLY = Daily(OfficeTask.RETENTION, 3, 20, "Для проверки")


@pytest.fixture(scope="module")
async def own_namespace(temporal: Client) -> Client:
    """A client of a namespace that no other test uses."""
    config = temporal.config()
    config["namespace"] = await open_namespace(temporal, "schedules")
    return Client(**config)


@pytest.fixture
async def client(own_namespace: Client) -> AsyncIterator[Client]:
    """A client of a namespace in which the schedules of the test are the only ones."""
    yield own_namespace
    await own_namespace.get_schedule_handle(NIGHTLY.id).delete()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - what is waited for is on a server
            await asyncio.sleep(0.05)


async def test_a_schedule_is_made_in_the_zone_of_the_department(client: Client) -> None:
    assert await ensure(client, ZONE, (NIGHTLY,)) == ["retention"]
    described = await client.get_schedule_handle("retention").describe()
    assert described.schedule.spec.time_zone_name == ZONE
    assert described.schedule.policy.overlap is ScheduleOverlapPolicy.SKIP
    assert described.schedule.policy.catchup_window == timedelta(hours=23)
    first = described.info.next_action_times[0]
    assert (first.hour, first.minute, first.utcoffset()) == (0, 20, timedelta(0))  # 03:20 of Moscow


async def test_a_schedule_of_one_day_of_the_week_comes_on_that_day(client: Client) -> None:
    await ensure(client, ZONE, (replace(NIGHTLY, weekday=1),))
    described = await client.get_schedule_handle("retention").describe()
    comes = [moment.astimezone(ZoneInfo(ZONE)) for moment in described.info.next_action_times[:3]]
    assert {(moment.isoweekday(), moment.hour, moment.minute) for moment in comes} == {(1, 3, 20)}


async def test_processes_that_start_at_once_make_one_and_a_later_start_changes_nothing(
    client: Client,
) -> None:
    changed = await asyncio.gather(*(ensure(client, ZONE, (NIGHTLY,)) for _ in range(4)))
    assert sorted(changed) == [[], [], [], ["retention"]]
    assert await ensure(client, ZONE, (NIGHTLY,)) == []


@pytest.mark.parametrize(
    "other",
    [replace(NIGHTLY, hour=5), replace(NIGHTLY, note="Иначе"), replace(NIGHTLY, catch_up=timedelta(1))],
)
async def test_a_schedule_declared_otherwise_is_brought_up(client: Client, other: Daily) -> None:
    await ensure(client, ZONE, (NIGHTLY,))
    assert await ensure(client, ZONE, (other,)) == ["retention"]
    assert await ensure(client, ZONE, (other,)) == []


async def test_another_zone_moves_a_schedule(client: Client) -> None:
    await ensure(client, ZONE, (NIGHTLY,))
    assert await ensure(client, "Asia/Omsk", (NIGHTLY,)) == ["retention"]


async def test_a_schedule_that_somebody_paused_runs_again(client: Client) -> None:
    await ensure(client, ZONE, (NIGHTLY,))
    handle = client.get_schedule_handle("retention")
    await handle.pause()
    assert await ensure(client, ZONE, (NIGHTLY,)) == ["retention"]
    assert not (await handle.describe()).schedule.state.paused


async def test_every_task_has_an_activity_of_its_name_and_a_schedule_or_is_looked_for(
    settings: Settings, temporal: Client
) -> None:
    database = Database(settings.database_url)
    office, channels = OfficeTasks(database, settings), ChannelTasks(database, settings)
    networks = NetworkSteps(temporal, database, settings)
    activities = {
        activity.__temporal_activity_definition.name  # type: ignore[attr-defined]
        for activity in (*office.all, *networks.all, channels.channels)
    }
    watched = [watch.name for part in (office, channels, networks) for watch in part.watches]
    channels.close()
    await database.dispose()
    assert sorted(watched) == sorted(LOOKED_FOR)
    assert sorted([*watched, *(item.task for item in DECLARED)]) == sorted([*OfficeTask, SOURCES])
    assert set(OfficeTask) <= activities


async def test_a_triggered_schedule_does_its_work_and_what_is_left_in_further_portions(
    client: Client, tmp_path: Path
) -> None:
    address = client.service_client.config.target_host
    settings = Settings.load(data=tmp_path, temporal_address=address, temporal_namespace=client.namespace)
    await prepare(settings)
    database = Database(settings.database_url)
    long_ago = datetime.now(UTC) - timedelta(days=400)
    await put(
        database,
        *(WrongPasswordRow(source="192.0.2.1", sign_in="-", at=long_ago) for _ in range(450)),
        WrongPasswordRow(source="192.0.2.1", sign_in="-", at=datetime.now(UTC)),
    )
    await database.dispose()
    await ensure(client, ZONE, (NIGHTLY,))
    handle = client.get_schedule_handle("retention")
    async with office_worker(client, settings):
        await handle.trigger()

        async def ran() -> bool:
            return bool((await handle.describe()).info.recent_actions)

        await until(ran)
        action = (await handle.describe()).info.recent_actions[0].action
        assert isinstance(action, ScheduleActionExecutionStartWorkflow)
        run = client.get_workflow_handle(action.workflow_id)
        assert action.workflow_id.startswith("office-retention-")
        assert await run.result() == 450


async def test_an_api_that_starts_without_temporal_makes_the_schedules_once_it_is_there(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.runs.connection, "_AT_START", 0.1)
    port = free_port()
    settings = settings.model_copy(
        update={"temporal_address": f"127.0.0.1:{port}", "office_namespace": "office"}
    )
    await prepare(settings)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        assert app.state.service.runs.temporal.client_or_none is None
        async with temporal_server("--namespace", "office", port=port) as address:
            client = in_namespace(await connect(address), "office")

            async def there() -> bool:
                return {item.id async for item in await client.list_schedules()} == {
                    item.id for item in DECLARED
                }

            await until(there)

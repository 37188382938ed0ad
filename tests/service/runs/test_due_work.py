"""Work that is due: begun once, whoever finds it, and whatever stands in its place; at rest nothing is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from temporalio.client import Client, WorkflowExecution
from temporalio.common import WorkflowIDConflictPolicy

from service.runs import background, due_work
from service.runs.background import Background
from service.runs.due_work import LOOKED_FOR, Run, Watch, begin, of_source, of_task
from store.database.engines import Database
from tests.api.messages.office import Installation, open_namespace
from tests.patience import PATIENCE
from worker import channels_worker, networks_worker, office_worker
from workflows.office import OfficeTask

STANDING = of_task(OfficeTask.STANDING)


@pytest.fixture(scope="module")
async def alone(temporal: Client) -> Client:
    """A client of a namespace in which nobody works."""
    config = temporal.config()
    config["namespace"] = await open_namespace(temporal, "due-work")
    return Client(**config)


async def runs_of(client: Client, run: Run) -> list[WorkflowExecution]:
    """The runs under this id, the last first, once the last of them is listed."""
    async with asyncio.timeout(PATIENCE):
        last = (await client.get_workflow_handle(run.id).describe()).run_id
        while True:
            found = [it async for it in client.list_workflows(f"WorkflowId = '{run.id}'")]
            if last in {it.run_id for it in found}:
                return sorted(found, key=lambda it: it.start_time, reverse=True)
            await asyncio.sleep(0.05)


async def test_of_many_who_find_the_same_one_begins_it(alone: Client) -> None:
    begun = await asyncio.gather(*(begin(alone, STANDING) for _ in range(5)))
    assert sorted(begun) == [False] * 4 + [True]
    (run,) = await runs_of(alone, STANDING)
    assert (run.workflow_type, run.task_queue) == ("OfficeWork", "networks")


async def test_what_is_found_again_after_its_run_has_ended_is_begun_again(alone: Client) -> None:
    source = of_source(7)
    for times in (1, 2):
        assert await begin(alone, source)
        assert not await begin(alone, source)
        await alone.get_workflow_handle(source.id).terminate()
        assert len(await runs_of(alone, source)) == times


@pytest.mark.parametrize(
    ("workflow", "queue"), [("Strange", "networks"), ("PollSource", "theirs")], ids=["another", "elsewhere"]
)
async def test_whoever_stands_in_the_place_of_a_run_keeps_nothing_from_being_done(
    alone: Client, workflow: str, queue: str
) -> None:
    source = of_source(8)
    await alone.start_workflow(
        workflow,
        id=source.id,
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
    )
    assert await begin(alone, source)
    last = (await runs_of(alone, source))[0]
    assert (last.workflow_type, last.task_queue) == ("PollSource", "networks")


async def test_a_run_that_waits_for_longer_than_any_may_is_ended(
    alone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = of_source(9)
    await alone.start_workflow(
        source.workflow, 9, id=source.id, task_queue=source.queue, start_delay=timedelta(days=900)
    )
    assert not await begin(alone, source)
    monkeypatch.setattr(due_work, "_ENDS_WITHIN", timedelta(0))
    assert await begin(alone, source)


async def test_one_that_cannot_be_looked_for_holds_up_no_other(alone: Client) -> None:
    begun = asyncio.Event()

    async def fails() -> list[Run]:
        raise RuntimeError

    async def finds() -> list[Run]:
        if await begin(alone, of_source(10)):
            return [of_source(10)]
        begun.set()
        return []

    loops = [due_work.background(alone, Watch("x", 0.05, due)) for due in (fails, finds)]
    for loop in loops:
        loop.start()
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        assert await runs_of(alone, of_source(10))
    for loop in loops:
        await loop.stop()


async def test_a_run_that_goes_on_is_not_tried_again_at_each_look(
    alone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, tried, looks = of_source(11), 0, asyncio.Semaphore(0)
    begun = due_work.begin

    async def counted(client: Client, run: Run) -> bool:
        nonlocal tried
        tried += 1
        return await begun(client, run)

    async def finds() -> list[Run]:
        looks.release()
        return [source]

    monkeypatch.setattr(due_work, "begin", counted)
    loop = due_work.background(alone, Watch("x", 0.01, finds, again=PATIENCE))
    loop.start()
    async with asyncio.timeout(PATIENCE):
        for _ in range(6):
            await looks.acquire()
    await loop.stop()
    assert tried == 2  # it was begun, and found to go on


# ---- at rest


class Rounds:
    """Every loop of the program, each of which can be let go round."""

    def __init__(self) -> None:
        self.loops: list[Background] = []
        self.made: dict[Background, int] = {}

    async def go(self, times: int) -> None:
        """Let each go round so many times, at once and not when its time has come."""
        for _ in range(times):
            before = dict(self.made)
            for loop in self.loops:
                loop.wake()
            async with asyncio.timeout(PATIENCE):
                while any(self.made.get(loop, 0) <= before.get(loop, 0) for loop in self.loops):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Rounds:
    rounds = Rounds()
    start, tried = Background.start, Background._tried

    def started(loop: Background) -> None:
        rounds.loops.append(loop)
        start(loop)

    async def counted(loop: Background) -> bool:
        done = await tried(loop)
        rounds.made[loop] = rounds.made.get(loop, 0) + 1
        return done

    monkeypatch.setattr(background.Background, "start", started)
    monkeypatch.setattr(background.Background, "_tried", counted)
    return rounds


@pytest.fixture
async def installation(temporal: Client, temporal_address: str, tmp_path: Any) -> AsyncIterator[Installation]:
    """One with people and without messages, its worker and its API at work."""
    namespace = await open_namespace(temporal, "at-rest")
    installation = Installation(tmp_path, temporal_address, namespace)
    installation.runs_by_the_clock = False
    await installation.prepare()
    yield installation


async def test_at_rest_nothing_is_written_and_nothing_begins(
    installation: Installation, rounds: Rounds
) -> None:
    client, settings = await installation.client(), installation.settings
    async with AsyncExitStack() as living:
        for worker in (office_worker, channels_worker, networks_worker):
            await living.enter_async_context(worker(client, settings, looks_for=LOOKED_FOR))
        await living.enter_async_context(installation.office())
        names = {loop._name for loop in rounds.loops}
        assert names >= {f"looking for {name}" for name in LOOKED_FOR}
        # What follows changes goes round as long as nothing fails.
        rounds.loops = [loop for loop in rounds.loops if loop._name != "changes for open pages"]
        await rounds.go(2)

        database = Database(settings.database_url)
        said: list[str] = []

        def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            said.append(statement.split(maxsplit=1)[0] if statement != "BEGIN IMMEDIATE" else statement)

        event.listen(Engine, "before_cursor_execute", hear)
        try:
            async with asyncio.timeout(PATIENCE):
                # A machine at work for others may need another round for what a process begins with.
                while True:
                    said.clear()
                    written = database.written()
                    await rounds.go(5)
                    if set(said) <= {"BEGIN", "SELECT"} and database.written() == written:
                        break
        finally:
            event.remove(Engine, "before_cursor_execute", hear)
        assert written is not None
        await database.dispose()
    assert [run.id async for run in client.list_workflows()] == []

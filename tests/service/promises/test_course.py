"""Workflows of promises as the office begins and nudges them: nothing is asked twice, whatever dies in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import Worker

from service.promises import course
from service.promises.course import PromiseCourse
from service.runs.due_work import Run, begin
from settings import Settings
from store.database.engines import Database
from tests.api.messages.office import open_namespace
from tests.patience import PATIENCE
from tests.rules_given import RulesGiven
from tests.service.promises.case import DAY, RULES, WEDNESDAY_18, Promising
from workflows.office import OFFICE_QUEUE
from workflows.promise import LOOK_AT_PROMISE, Look, Promise, promise_id
from workflows.runner import runner

THURSDAY_18 = WEDNESDAY_18 + DAY


@pytest.fixture(scope="module")
async def alone(temporal: Client) -> Client:
    """A client of a namespace in which only these workers work."""
    config = temporal.config()
    config["namespace"] = await open_namespace(temporal, "promises")
    return Client(**config)


class Office:
    """The office of one promise: what it looks for, and a worker that may die right after it has written."""

    def __init__(self, client: Client, case: Promising, settings: Settings) -> None:
        self.client, self.case, self.dies = client, case, 0
        self.course = PromiseCourse(case.database, settings, RulesGiven(RULES), lambda: case.now)

    @activity.defn(name=LOOK_AT_PROMISE)
    async def look(self, promise: int) -> Look:
        look = await self.course.look(promise)
        if self.dies:
            self.dies -= 1
            raise RuntimeError("the worker is gone before it could say what it did")
        return look

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        async with Worker(
            self.client,
            task_queue=OFFICE_QUEUE,
            workflows=[Promise],
            activities=[self.look],
            workflow_runner=runner(),
            max_cached_workflows=0,  # else a worker that is gone is waited for
        ):
            yield

    async def begin(self, at: datetime) -> list[Run]:
        """Begin and nudge what there is to at a moment."""
        self.case.now = at
        runs = list(await self.course.runs())
        for run in runs:
            await begin(self.client, run)
        return runs

    async def until(self, state: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while (row := await self.case.row()).state != state or row.to_look:  # noqa: ASYNC110  the database's
                await asyncio.sleep(0.02)


@pytest.fixture
async def office(alone: Client, database: Database, settings: Settings) -> AsyncIterator[Office]:
    office = Office(alone, await Promising.made(database), settings)
    yield office
    handle = alone.get_workflow_handle(promise_id(office.case.id))
    if (await handle.describe()).status is WorkflowExecutionStatus.RUNNING:
        await handle.terminate()


async def test_a_worker_that_dies_at_the_moment_has_the_question_asked_once(office: Office) -> None:
    async with office.at_work():
        [run] = await office.begin(office.case.now)
        assert (run.id, run.summary) == ("promise-1", "Обещание по сообщению № 1")
        await office.until("given")
        assert await office.begin(office.case.now) == []
    # Nobody works at the moment itself; whoever comes back dies right after it has asked.
    office.dies = 1
    assert await office.begin(WEDNESDAY_18 + 2 * course._LATE)
    async with office.at_work():
        await office.until("asked")
        async with asyncio.timeout(PATIENCE):
            while office.dies:  # noqa: ASYNC110  the worker is in this process
                await asyncio.sleep(0.02)
    assert await office.case.told() == [("promise_question", "executor")]
    assert (await office.case.row()).asked_at == WEDNESDAY_18


async def test_a_workflow_that_is_lost_is_begun_again_and_ends_with_its_promise(office: Office) -> None:
    handle = office.client.get_workflow_handle(promise_id(office.case.id))
    async with office.at_work():
        await office.begin(office.case.now)
        await office.until("given")
        await handle.terminate("lost with the data of Temporal")
        assert await office.begin(WEDNESDAY_18 + 2 * course._LATE)
        await office.until("asked")
        assert await office.begin(THURSDAY_18 + 2 * course._LATE)
        await office.until("broken")
        async with asyncio.timeout(PATIENCE):
            await handle.result()
    assert await office.begin(THURSDAY_18 + DAY) == []
    assert [kind for kind, _ in await office.case.told()] == ["promise_question", *["promise_broken"] * 2]


async def test_what_stands_in_its_place_and_does_not_look_is_ended(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(course, "_HEEDS_WITHIN", -1.0)
    await office.client.start_workflow("Strange", id=promise_id(office.case.id), task_queue="theirs")
    async with office.at_work():
        await office.begin(datetime.now(UTC))
        await office.until("asked")

"""A run of the office: portion by portion, until what it is for is due; in training as of a moment given by hand."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from workflows.office import OFFICE_WORK, OfficeTask, OfficeWork, Portion
from workflows.runner import runner

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


class Task:
    """The activity of a task, which answers what the test says and remembers what it was asked."""

    def __init__(self, *portions: Portion) -> None:
        self._left = list(portions)
        self.asked: list[tuple[datetime | None, datetime]] = []

    @activity.defn(name=OfficeTask.RETENTION)
    async def portion(self, at: datetime | None = None) -> Portion:
        self.asked.append((at, datetime.now(UTC)))
        return self._left.pop(0)


async def run(client: Client, task: Task, at: datetime | None = None) -> int:
    queue = f"office-{uuid4().hex}"
    async with Worker(
        client,
        task_queue=queue,
        workflows=[OfficeWork],
        activities=[task.portion],
        workflow_runner=runner(),
    ):
        done: int = await client.execute_workflow(
            OFFICE_WORK,
            args=[OfficeTask.RETENTION, 0, at],
            id=f"office-{uuid4().hex}",
            task_queue=queue,
            result_type=int,
        )
    return done


async def test_a_run_goes_on_while_something_is_left(temporal: Client) -> None:
    task = Task(Portion(done=2, more=True), Portion(done=1))
    assert await run(temporal, task) == 3
    assert [at for at, _ in task.asked] == [None, None]


async def test_a_run_waits_for_the_moment_at_which_its_work_is_due(temporal: Client) -> None:
    due = datetime.now(UTC) + timedelta(seconds=0.7)
    task = Task(Portion(again_at=due), Portion(done=1))
    assert await run(temporal, task) == 1
    assert task.asked[1][1] >= due


async def test_in_training_a_run_works_as_of_the_moment_given_and_waits_for_nothing(temporal: Client) -> None:
    task = Task(Portion(done=1, more=True), Portion(done=1, again_at=datetime.now(UTC) + timedelta(days=9)))
    assert await run(temporal, task, AT) == 2
    assert [at for at, _ in task.asked] == [AT, AT]

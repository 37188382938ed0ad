"""Letting what runs by the clock run as of a moment given by hand, in training only."""

import asyncio
from datetime import datetime
from uuid import uuid4

from service.access import wording
from service.access.deadline import lift_deadline
from service.access.errors import InvalidInputError
from service.runs.connection import TemporalAwayError, TemporalConnection
from store.database.engines import Database
from store.networks import sources
from workflows.office import DRIVEN_IN_TRAINING, NETWORKS_QUEUE, OFFICE_WORK, queue_of, work_id
from workflows.polling import POLL_SOURCE, poll_id

_WITHIN = 120.0  # seconds
POLL = "poll"
"""What looks at every source of candidates."""
_TASKS = {task.value: task for task in DRIVEN_IN_TRAINING}


class DrivenSchedules:
    """Runs tasks of the office, by the same workflow that their schedules start."""

    def __init__(self, temporal: TemporalConnection, database: Database) -> None:
        self._temporal = temporal
        self._db = database

    async def run(self, task: str, at: datetime) -> int:
        """Do what this task would have done by `at`; returns how many things that were.

        Raises InvalidInputError for an unknown task, and TemporalAwayError while it cannot be done.
        """
        known = _TASKS.get(task)
        if known is None and task != POLL:
            raise InvalidInputError("schedule", wording.one_of_schedules(sorted((*_TASKS, POLL))))
        lift_deadline()
        if known is None:
            return await self._poll(at)
        try:
            async with asyncio.timeout(_WITHIN):
                done: int = await self._temporal.office.execute_workflow(
                    OFFICE_WORK,
                    args=[known, 0, at],
                    id=f"{work_id(known)}-training-{uuid4().hex}",
                    task_queue=queue_of(known),
                    result_type=int,
                )
        except TimeoutError:
            raise TemporalAwayError from None
        return done

    async def _poll(self, at: datetime) -> int:
        """Look at every source that is due by `at`; returns how many candidates were new."""
        async with self._db.read() as session:
            due = await sources.due(session, at)
        try:
            async with asyncio.timeout(_WITHIN):
                found = await asyncio.gather(*(self._look(source, at) for source in due))
        except TimeoutError:
            raise TemporalAwayError from None
        return sum(found)

    async def _look(self, source: int, at: datetime) -> int:
        found: int = await self._temporal.office.execute_workflow(
            POLL_SOURCE,
            args=[source, at],
            id=f"{poll_id(source)}-training-{uuid4().hex}",
            task_queue=NETWORKS_QUEUE,
            result_type=int,
        )
        return found

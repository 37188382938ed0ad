"""Who asks Temporal for work of a queue, by the kind of work: a worker may ask for activities and not for steps."""

import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, DescribeTaskQueueResponse
from temporalio.client import Client
from temporalio.service import RPCError

from service.runs.background import Background

log = structlog.get_logger(__name__)

STEPS: Final = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
ACTIVITIES: Final = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
LOOK_EVERY = 20.0  # seconds
SILENT_LOOKS = 9
"""Looks in a row that find no new question for steps: a worker asks again at least once a minute."""


async def described(client: Client, queue: str, kind: "TaskQueueType.ValueType") -> DescribeTaskQueueResponse:
    """Pollers and backlog of a queue of the client's namespace, of one kind of work. Raises RPCError."""
    return await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=kind,
            report_stats=True,
        )
    )


def asked_at(found: DescribeTaskQueueResponse) -> dict[str, datetime]:
    """When each poller has asked last, by its identity, in UTC by the clock of Temporal."""
    return {poller.identity: poller.last_access_time.ToDatetime(UTC) for poller in found.pollers}


class StepsWatch:
    """Ends this process once it asks for no steps of one of its queues, though Temporal answers.

    The threads of the SDK that ask may stand still while the event loop turns, so that nothing else notices. What ends
    it waits for nothing: steps that hang would hold up every other way to stop.
    """

    def __init__(self, queues: Mapping[str, Client], end: Callable[[int], object] = os._exit) -> None:
        """`queues`: the queues that this process serves, each with a client of its namespace."""
        self._queues = queues
        self._end = end
        self._last: dict[str, datetime | None] = {}
        self._silent = Counter[str]()

    def background(self) -> Background:
        """Looks as long as it runs."""
        return Background(
            "steps watch",
            self.look,
            every=LOOK_EVERY,
            away=(RPCError,),
            warning="Temporal cannot say who asks for steps",
            fault="who asks for steps could not be looked at",
        )

    async def look(self) -> None:
        """One look at every queue. Raises RPCError, which counts as no look."""
        for queue, client in self._queues.items():
            last = asked_at(await described(client, queue, STEPS)).get(client.identity)
            self._silent[queue] = self._silent[queue] + 1 if last == self._last.get(queue) else 0
            self._last[queue] = last
            if self._silent[queue] >= SILENT_LOOKS:
                log.error("this process asks for no steps any more, and ends", queue=queue)
                self._end(1)

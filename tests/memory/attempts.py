"""Activities of a run: attempts by a worker until one succeeds, as their retry policy says."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol

from temporalio.api.common.v1 import ActivityType, WorkflowExecution
from temporalio.api.enums.v1 import RetryState, TimeoutType
from temporalio.api.failure.v1 import (
    ActivityFailureInfo,
    CanceledFailureInfo,
    Failure,
    TimeoutFailureInfo,
)
from temporalio.bridge.proto import activity_result
from temporalio.bridge.proto.activity_result import ActivityExecutionResult, ActivityResolution
from temporalio.bridge.proto.activity_task import Start
from temporalio.bridge.proto.workflow_commands import ScheduleActivity, ScheduleLocalActivity

from tests.memory.clock import Clock
from tests.memory.sdk import MemoryWorker

Scheduled = ScheduleActivity | ScheduleLocalActivity


class Origin(Protocol):
    """The run that schedules activities."""

    namespace: str
    workflow_id: str
    workflow_type: str
    id: str
    clock: Clock


class Attempts:
    """One activity: `under_way` is its attempt by a worker; between attempts it waits by the run's clock."""

    def __init__(
        self, run: Origin, scheduled: Scheduled, worker: Callable[[], Awaitable[MemoryWorker]]
    ) -> None:
        self._run, self._scheduled, self._worker = run, scheduled, worker
        self.under_way: asyncio.Future[ActivityExecutionResult] | None = None

    async def resolution(self) -> ActivityResolution:
        """What came of it in the end."""
        begun, number = self._run.clock.now(), 0
        while True:
            number += 1
            failure = await self._attempt(number)
            if isinstance(failure, ActivityResolution):
                return failure
            pause = self._pause(number, failure)
            if pause is None or self._is_over(begun, pause):
                return ActivityResolution(failed=activity_result.Failure(failure=self._told(failure)))
            await self._run.clock.sleep(pause)

    def cancelled(self) -> ActivityResolution:
        failure = Failure(message="cancelled", canceled_failure_info=CanceledFailureInfo())
        return ActivityResolution(cancelled=activity_result.Cancellation(failure=self._told(failure)))

    async def _attempt(self, number: int) -> ActivityResolution | Failure:
        worker = await self._worker()
        self.under_way = asyncio.ensure_future(worker.perform(self._start(number)))
        try:
            async with asyncio.timeout(self._within()):
                result = await self.under_way
        except TimeoutError:
            kind = TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE
            return Failure(
                message="activity timed out", timeout_failure_info=TimeoutFailureInfo(timeout_type=kind)
            )
        finally:
            self.under_way = None
        if result.HasField("completed"):
            return ActivityResolution(completed=result.completed)
        return _failure(result)

    def _within(self) -> float | None:
        """Seconds, which pass as they do: the tests of it have activities that hang."""
        limits = [self._scheduled.start_to_close_timeout, self._scheduled.schedule_to_close_timeout]
        return min(
            (limit.ToTimedelta().total_seconds() for limit in limits if limit.ToNanoseconds()), default=None
        )

    def _start(self, number: int) -> Start:
        run, given = self._run, self._scheduled
        start = Start(
            workflow_namespace=run.namespace,
            workflow_type=run.workflow_type,
            workflow_execution=WorkflowExecution(workflow_id=run.workflow_id, run_id=run.id),
            activity_id=given.activity_id,
            activity_type=given.activity_type,
            header_fields=given.headers,
            input=given.arguments,
            attempt=number,
            is_local=isinstance(given, ScheduleLocalActivity),
            retry_policy=given.retry_policy,
            start_to_close_timeout=given.start_to_close_timeout,
            schedule_to_close_timeout=given.schedule_to_close_timeout,
        )
        for moment in (start.scheduled_time, start.current_attempt_scheduled_time, start.started_time):
            moment.FromDatetime(run.clock.now())
        return start

    def _pause(self, number: int, failure: Failure) -> timedelta | None:
        """Until the next attempt; None if there is none."""
        policy, told = self._scheduled.retry_policy, failure.application_failure_info
        if told.non_retryable or told.type in policy.non_retryable_error_types:
            return None
        if policy.maximum_attempts and number >= policy.maximum_attempts:
            return None
        first = policy.initial_interval.ToTimedelta() or timedelta(seconds=1)
        longest = policy.maximum_interval.ToTimedelta() or 100 * first
        return min(longest, first * (policy.backoff_coefficient or 2.0) ** min(number - 1, 20))

    def _is_over(self, begun: datetime, pause: timedelta) -> bool:
        limit = self._scheduled.schedule_to_close_timeout.ToTimedelta()
        return bool(limit) and self._run.clock.now() + pause - begun > limit

    def _told(self, cause: Failure) -> Failure:
        return Failure(
            message="Activity task failed",
            cause=cause,
            activity_failure_info=ActivityFailureInfo(
                activity_id=self._scheduled.activity_id,
                activity_type=ActivityType(name=self._scheduled.activity_type),
                retry_state=RetryState.RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED,
            ),
        )


def _failure(result: ActivityExecutionResult) -> Failure:
    return result.failed.failure if result.HasField("failed") else result.cancelled.failure

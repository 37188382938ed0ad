"""The queue of records: what steps leave behind goes to the database in order, for as long as it takes.

A record is written at once, within the step that left it, where it can be; that costs Temporal a fifth of an activity.
But then the database has it before the history has the step. Should the worker end between the two, the step is done
once more, later and with whatever has come since: what it leaves must begin with the very rows that are there. So what
hangs on the clock (a limit that was served, a command that a machine held up) is written by an activity, behind its
step, and so is whatever the database does not take at once.
"""

from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy
from temporalio.exceptions import ActivityError, FailureError

from workflows import wording
from workflows.alarms import AlarmKind, raise_alarm
from workflows.case import Case
from workflows.containment import Retries, nothing, succeeds
from workflows.identity import WRITE_RECORD
from workflows.sealing import ForgedResultError
from workflows.state import MessageInput, Record, Run
from workflows.vocabulary import Duty

_WITHIN = timedelta(seconds=20)
_AT_ONCE_WITHIN = timedelta(seconds=1)
"""How long a step is held up for its record: commands and timers that come meanwhile wait."""
_ONCE = RetryPolicy(maximum_attempts=1)
# As long as it takes: a record is never given up, and the database back is noticed within seconds.
_AS_LONG_AS_IT_TAKES = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=5)
)


class Recording:
    """What brings the journal of a message into the database; its road waits for none of it."""

    def __init__(self, case: Case, start: MessageInput) -> None:
        self._case, self._journal = case, case.journal
        self._records_before = case.journal.records
        self._retries = Retries()
        self._is_under_way = False
        self.run = Run(restarts=start.restarts, id=workflow.info().run_id, after=start.after)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be written."""
        return self._journal.is_empty and not self._is_under_way

    @property
    def last_run(self) -> str | None:
        """The id of the run whose records are in the database last; None of the first, while it has left none."""
        return self.run.id if self._journal.records > self._records_before else self.run.after

    async def drain(self) -> None:
        """Write whatever comes, until it is cancelled."""
        while True:
            await workflow.wait_condition(lambda: not self._journal.is_empty)
            self._is_under_way = True
            hangs_on_clock = self._journal.hangs_on_clock
            if (record := self._next()) is None:
                await workflow.sleep(self._pause())
                continue
            if hangs_on_clock or not await self._is_written_at_once(record):
                await self._write(record)
            self._is_under_way = False

    async def _is_written_at_once(self, record: Record) -> bool:
        """Write it within the step; False where that did not succeed, or may not have.

        The record comes back, so that the history has it.
        """
        try:
            await workflow.execute_local_activity(
                WRITE_RECORD,
                record,
                result_type=RawValue,
                schedule_to_close_timeout=_AT_ONCE_WITHIN,
                retry_policy=_ONCE,
                summary=wording.recording(record.rows[0].number, record.rows[-1].number),
            )
        except FailureError:
            # Whatever it was, the activity meets it again, and says so.
            return False
        return True

    def _next(self) -> Record | None:
        """Everything noted so far; None where making a record of it failed, and nothing is lost."""
        record: Record | None = None

        def look() -> None:
            nonlocal record
            record = self._journal.look(self.run)

        if not succeeds(self._retries.attempt(Duty.RECORD), look, nothing, alarm=Duty.RECORD):
            return None
        self._retries.done(Duty.RECORD)
        self._journal.taken()
        return record

    async def _write(self, record: Record) -> None:
        while True:
            try:
                await workflow.execute_activity(
                    WRITE_RECORD,
                    record,
                    start_to_close_timeout=_WITHIN,
                    retry_policy=_AS_LONG_AS_IT_TAKES,
                    summary=wording.recording(record.rows[0].number, record.rows[-1].number),
                )
            except (ActivityError, ForgedResultError) as error:
                # The program's own goes on for as long as it takes: somebody has ended it in a worker's name, or
                # another run leads the message.
                if isinstance(error, ActivityError):
                    raise_alarm(AlarmKind.FAILED_STEP, type(error.cause or error).__name__, Duty.RECORD)
                await workflow.sleep(self._pause())
            else:
                self._retries.done(Duty.RECORD)
                return

    def _pause(self) -> timedelta:
        now: datetime = self._case.now
        return self._retries.failed(Duty.RECORD, at=now) - now

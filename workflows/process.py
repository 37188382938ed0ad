"""Process that keeps a message running: the inbox of commands, timers, the drain of records, continuing as new.

The road itself, clause by clause, is in `message`.
"""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import JsonValue, TypeAdapter
from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from calendar_rules import CalendarError, CalendarRangeError
from calendar_rules.schedules import Schedule
from calendar_rules.vocabulary import Stage
from workflows import wording
from workflows.admissible import admissible, capacity
from workflows.alarms import AlarmKind, raise_alarm
from workflows.commands import (
    AnyCommand,
    ChangeCalendar,
    CorrectLink,
    RecordErasure,
    Redact,
    Refer,
    Reopen,
    Split,
    Transfer,
    texts_of,
)
from workflows.containment import succeeds
from workflows.duties import RECORD, Before, Duties, nothing
from workflows.identity import (
    WRITE_RECORD,
)
from workflows.journal import Journal
from workflows.limits import MessageLimits
from workflows.sealing import ForgedResultError
from workflows.state import (
    Calendars,
    Carried,
    CommandOutcome,
    MessageInput,
    MessageState,
    OutcomeAnswer,
    Record,
    Run,
)
from workflows.vocabulary import Fact
from workflows.working_time import WorkingTime

_AFTER_THE_END = (Reopen, CorrectLink, RecordErasure, Split, Refer, Redact)
"""The commands that a closed message may take."""

_RECORD_TIMEOUT = timedelta(seconds=20)
# As long as it takes: a record is never given up, and the database back is noticed within seconds.
_AS_LONG_AS_IT_TAKES = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), maximum_interval=timedelta(seconds=5)
)
_DURATION: TypeAdapter[timedelta] = TypeAdapter(timedelta)


class Refusal(Exception):  # noqa: N818  a refusal is an outcome, not an error
    """A command the message does not take now; the text says why, in Russian."""


class CommandMoment(NamedTuple):
    """When a command counts, and when it reached the next holder, which a machine may have delayed."""

    at: datetime
    reached: datetime


class MessageProcess(Duties):
    """The running part of a message's workflow; the road is its subclass."""

    unreadable: Exception | None = None
    """Why what the run was started with cannot be read; then it has no state and takes no command."""

    def __init__(self, start: MessageInput) -> None:
        super().__init__(start)
        self.regulation = start.regulation
        carried = start.carried
        self.calendars = carried.calendars if carried else start.calendars
        self.working_time = WorkingTime(self.calendars, start.regulation)
        self.state = carried.state if carried else self._new_state(start)
        self.journal = Journal(self.state, start.regulation, self.working_time)
        self.journal.records = self._records_before = carried.records if carried else 0
        self.limits = MessageLimits(self.state, start.regulation, self.working_time, self.journal)
        self._outcomes = dict(carried.outcomes) if carried else {}
        self._inbox: deque[AnyCommand] = deque()
        self._recording = False
        self._provisional_beyond = False
        self.acting_for: str | None = None

    def _new_state(self, start: MessageInput) -> MessageState:
        return MessageState(
            id=start.id,
            network=start.network,
            detected_at=self._local(start.detected_at),
            registered_at=self._local(start.registered_at),
            curator=start.acting_for or start.registered_by,
            act=start.regulation.act.key,
            edition=start.regulation.act.edition.isoformat(),
            last_moment=self._local(start.registered_at),
        )

    # ---- what the road provides

    def begin(self, start: MessageInput) -> None:
        """The first step of the road."""
        raise NotImplementedError

    def perform(self, command: AnyCommand, moment: CommandMoment) -> None:
        """One step of the road; raises Refusal or CalendarError, and is then undone whole."""
        raise NotImplementedError

    # ---- the main loop

    async def keep_running(self) -> str:
        """Apply commands in order until the message is closed and recorded; returns the outcome."""
        if self._start.carried is None:
            try:
                self.begin(self._start)
            except CalendarError as error:
                # Left to itself this retries the workflow task for ever, and the message looks alive.
                raise ApplicationError(str(error), type="CalendarError", non_retryable=True) from error
            await self._past_has_come()
        # Commands that came with the start are applied before a limit that is past already fires.
        self._empty_inbox()
        self._settle()
        drain = asyncio.create_task(self._drain())
        while True:
            await workflow.wait_condition(
                lambda: bool(self._inbox) or self._is_done() or self._may_continue()
            )
            self._empty_inbox()
            if self._is_done():
                break
            if self._may_continue():
                self._timers.stop()
                workflow.continue_as_new(self._carry_over())
        drain.cancel()
        assert self.state.outcome is not None  # noqa: S101
        return self.state.outcome

    async def _past_has_come(self) -> None:
        missing = set(self._start.past)
        if missing:
            await workflow.wait_condition(lambda: missing <= {command.id for command in self._inbox})

    def _empty_inbox(self) -> None:
        while self._inbox:
            self._apply(self._inbox.popleft())

    def _is_done(self) -> bool:
        return self.state.stage is Stage.CLOSED and self._is_quiet()

    def _may_continue(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() and self._is_quiet()

    def _is_quiet(self) -> bool:
        """Whether nothing is under way, and nothing is owed that has failed."""
        return not self._inbox and self.journal.is_empty and not self._recording and not self._owes_a_breach()

    def _carry_over(self) -> MessageInput:
        carried = Carried(
            state=self.state,
            calendars=self.calendars,
            outcomes=self._outcomes,
            records=self.journal.records,
        )
        # Of a run that has left no record the database knows nothing.
        after = self._run.id if self.journal.records > self._records_before else self._start.after
        return self._start.model_copy(update={"carried": carried, "after": after})

    @property
    def _run(self) -> Run:
        return Run(restarts=self._start.restarts, id=workflow.info().run_id, after=self._start.after)

    async def _drain(self) -> None:
        while True:
            await workflow.wait_condition(lambda: not self.journal.is_empty)
            self._recording = True
            if (record := self._next_record()) is None:
                await workflow.sleep(self._pause_of(RECORD))
                continue
            await self._write(record)
            self._recording = False

    def _next_record(self) -> Record | None:
        """Everything noted so far; None where making a record of it failed, and nothing is lost."""
        record: Record | None = None

        def take() -> None:
            nonlocal record
            record = self.journal.look(self._run)

        if not succeeds(self._retries.attempt(RECORD), take, nothing, alarm=RECORD):
            return None
        self._retries.done(RECORD)
        self.journal.taken()
        return record

    async def _write(self, record: Record) -> None:
        while True:
            try:
                await workflow.execute_activity(
                    WRITE_RECORD,
                    record,
                    start_to_close_timeout=_RECORD_TIMEOUT,
                    retry_policy=_AS_LONG_AS_IT_TAKES,
                    summary=wording.recording(record.rows[0].number, record.rows[-1].number),
                )
            except (ActivityError, ForgedResultError) as error:
                # The program's own goes on for as long as it takes: somebody has ended it in a worker's name, or
                # another run leads the message.
                if isinstance(error, ActivityError):
                    raise_alarm(AlarmKind.FAILED_STEP, type(error.cause or error).__name__, RECORD)
                await workflow.sleep(self._pause_of(RECORD))
            else:
                self._retries.done(RECORD)
                return

    # ---- commands

    def take(self, command: AnyCommand) -> None:
        """Put a command in the inbox; a signal handler does no more."""
        self._inbox.append(command)

    def answer(self, command: str | None) -> OutcomeAnswer:
        """The outcome of a command and the state after it."""
        outcome = self._outcomes.get(command) if command else None
        return OutcomeAnswer(run=self._run, outcome=outcome, state=self.state)

    def enter(
        self, command: AnyCommand, moment: CommandMoment, kind: str | None = None, /, **data: JsonValue
    ) -> int:
        """Write the journal row of a command, of the command's own kind unless named; returns its number."""
        data["id"] = command.id
        if texts := texts_of(command):
            data["texts"] = dict(texts)
        self.journal.last_command = kind or command.name
        return self.journal.enter(
            kind or command.name, moment.at, person=command.person, acting_for=self.acting_for, **data
        )

    @staticmethod
    def duration(amount: timedelta | None) -> str | None:
        """ISO 8601, for the journal."""
        return None if amount is None else str(_DURATION.dump_python(amount, mode="json"))

    def _apply(self, command: AnyCommand) -> None:
        if command.id in self._outcomes:
            return
        moment = self._moment_of(command)
        self._catch_up(moment.at)
        self.state.last_moment = moment.at
        outcome = self._try(command, moment)
        if not outcome.accepted:
            self.journal.enter(
                Fact.REFUSED,
                moment.at,
                person=command.person,
                command=command.name,
                id=command.id,
                reason=outcome.detail,
            )
        self._outcomes[command.id] = outcome
        self._settle()

    def _catch_up(self, moment: datetime) -> None:
        """Bring the message to the command's own moment, so that it finds the limits as they stood then.

        A limit that cannot be served does not hold up the command: it is owed, and served when it can be.
        """
        until = self._silent_until
        if until is not None and until < moment:
            self._expire(self.limits.due_before(until))
            self._end_silence(until)
        self._expire([*self.limits.due_before(moment), *self._owed()])

    def _moment_of(self, command: AnyCommand) -> CommandMoment:
        """A command counts from when it was taken: not before the previous one, not after now."""
        now = self._local(workflow.now())
        taken = self._local(command.taken_at) if command.taken_at else now
        at = max(min(taken, now), self._local(self.state.last_moment))
        prompt = command.id in self._start.past or now - at <= self._start.prompt_within
        return CommandMoment(at, at if prompt else now)

    def _try(self, command: AnyCommand, moment: CommandMoment) -> CommandOutcome:
        outcome = CommandOutcome(accepted=False, detail=wording.STEP_FAILED)
        before = self._before()

        def work() -> None:
            nonlocal outcome
            outcome = self._judge(command, moment, before)

        # Each command has one outcome, so none other is tried under the same number.
        if succeeds(f"command-{len(self._outcomes) + 1}", work, before.restore, alarm=command.name):
            return outcome
        return CommandOutcome(accepted=False, detail=wording.STEP_FAILED)

    def _judge(self, command: AnyCommand, moment: CommandMoment, before: Before) -> CommandOutcome:
        self.state.allowed = admissible(self.state)
        by_machine = (
            isinstance(command, ChangeCalendar)
            or (isinstance(command, RecordErasure) and not command.grants)
            or (isinstance(command, Transfer) and command.with_directory)
        )
        grant = capacity(self.state, command.name, command.grants)
        closed = self.state.stage is Stage.CLOSED and not isinstance(command, _AFTER_THE_END)
        if closed or (grant is None and not by_machine):
            return CommandOutcome(accepted=False, detail=wording.refusal(self.state, command.name))
        self.acting_for = grant.acting_for if grant else None
        while True:
            try:
                self.perform(command, moment)
                self.limits.notify_again(moment.at)
            except (Refusal, CalendarError) as refusal:
                before.restore()
                if isinstance(refusal, CalendarRangeError) and self._counts_on():
                    continue
                return CommandOutcome(accepted=False, detail=str(refusal))
            return CommandOutcome(accepted=True)

    def _counts_on(self) -> bool:
        """Count past the loaded years from now on; False where that does not help."""
        if self._provisional_beyond:
            return False
        self._provisional_beyond = True
        self.use(self.calendars)
        return True

    # ---- calendars

    def learn_schedules(self, schedules: dict[str, Schedule]) -> None:
        """The hours of the bodies just routed."""
        self.use(self.calendars.model_copy(update={"bodies": {**self.calendars.bodies, **schedules}}))

    def replace_calendars(self, command: ChangeCalendar) -> None:
        """Other working time for everyone the message knows."""
        known = {body: command.bodies.get(body, hours) for body, hours in self.calendars.bodies.items()}
        self.use(Calendars(production=command.production, department=command.department, bodies=known))

    def use(self, calendars: Calendars) -> None:
        """Count by these calendars from now on."""
        if self._provisional_beyond and not calendars.production.provisional_beyond:
            production = calendars.production.model_copy(update={"provisional_beyond": True})
            calendars = calendars.model_copy(update={"production": production})
        self.calendars = calendars
        self.working_time.change(calendars)

    def no_reply_due(self, start: datetime) -> datetime:
        """Until when the author's reply is waited for."""
        term = self.regulation.readings.clarification.no_reply
        return term.due(self.working_time[None], start, self.regulation.readings.counting)

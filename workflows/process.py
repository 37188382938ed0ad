"""What keeps a message running: the inbox of commands, timers, the drain of records, continuing as new.

The road itself, clause by clause, is in `message`.
"""

import asyncio
from collections import deque
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic import JsonValue, TypeAdapter
from temporalio import workflow
from temporalio.common import RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ApplicationError

from calendar_rules import CalendarError, CalendarRangeError
from calendar_rules.schedules import Schedule
from calendar_rules.vocabulary import Stage
from workflows import wording
from workflows.admissible import admissible, capacity
from workflows.commands import (
    AnyCommand,
    ChangeCalendar,
    CorrectLink,
    RecordErasure,
    Reopen,
    texts_of,
)
from workflows.identity import (
    BODY,
    IMPORTANCE,
    NETWORK,
    NEXT_DUE,
    OVERDUE,
    STAGE,
    WRITE_RECORD,
)
from workflows.journal import Journal
from workflows.limits import MessageLimits
from workflows.state import (
    Calendars,
    Carried,
    CommandOutcome,
    LimitRun,
    MessageInput,
    MessageState,
    OutcomeAnswer,
)
from workflows.timers import Timers
from workflows.vocabulary import Fact
from workflows.working_time import WorkingTime

_AFTER_THE_END = (Reopen, CorrectLink, RecordErasure)
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


class MessageProcess:
    """The running part of a message's workflow; the road is its subclass."""

    def __init__(self, start: MessageInput) -> None:
        self._start = start
        self.regulation = start.regulation
        carried = start.carried
        self.calendars = carried.calendars if carried else start.calendars
        self.working_time = WorkingTime(self.calendars, start.regulation)
        self.state = carried.state if carried else self._new_state(start)
        self.journal = Journal(self.state, start.regulation, self.working_time)
        self.journal.records = carried.records if carried else 0
        self.limits = MessageLimits(self.state, start.regulation, self.working_time, self.journal)
        self._outcomes = dict(carried.outcomes) if carried else {}
        self._inbox: deque[AnyCommand] = deque()
        self._timers = Timers(self._on_moment)
        self._recording = False
        self._provisional_beyond = False
        self.acting_for: str | None = None
        # An earlier run's are set once more: what it had set may not hold any longer.
        self._attributes = {} if carried else _given_attributes()

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

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.calendars.department.timezone))

    # ---- what the road provides

    def begin(self, start: MessageInput) -> None:
        """The first step of the road."""
        raise NotImplementedError

    def perform(self, command: AnyCommand, moment: CommandMoment) -> None:
        """One step of the road; raises Refusal or CalendarError, and is then undone whole."""
        raise NotImplementedError

    def nobody_replied(self, at: datetime) -> None:
        """The author was silent for too long."""
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
        return not self._inbox and self.journal.is_empty and not self._recording

    def _carry_over(self) -> MessageInput:
        carried = Carried(
            state=self.state,
            calendars=self.calendars,
            outcomes=self._outcomes,
            records=self.journal.records,
        )
        return self._start.model_copy(update={"carried": carried})

    async def _drain(self) -> None:
        while True:
            await workflow.wait_condition(lambda: not self.journal.is_empty)
            record = self.journal.take()
            self._recording = True
            await workflow.execute_activity(
                WRITE_RECORD,
                record,
                start_to_close_timeout=_RECORD_TIMEOUT,
                retry_policy=_AS_LONG_AS_IT_TAKES,
                summary=wording.recording(record.rows[0].number, record.rows[-1].number),
            )
            self._recording = False

    # ---- commands

    def take(self, command: AnyCommand) -> None:
        """Put a command in the inbox; a signal handler does no more."""
        self._inbox.append(command)

    def answer(self, command: str | None) -> OutcomeAnswer:
        """The outcome of a command and the state after it."""
        return OutcomeAnswer(outcome=self._outcomes.get(command) if command else None, state=self.state)

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
        self.state.allowed = admissible(self.state)
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
        """Bring the message to the command's own moment, so that it finds the limits as they stood then."""
        until = self._silent_until
        if until is not None and until < moment:
            self.limits.expire_before(until)
            self.nobody_replied(max(until, self.state.last_moment))
        self.limits.expire_before(moment)

    @property
    def _silent_until(self) -> datetime | None:
        """Until when the author's reply is waited for; None if it is not, or no longer."""
        waiting = self.state.stage is Stage.AWAITING_AUTHOR and not self.state.no_reply_told
        return self.state.no_reply_at if waiting else None

    def _moment_of(self, command: AnyCommand) -> CommandMoment:
        """A command counts from when it was taken: not before the previous one, not after now."""
        now = self._local(workflow.now())
        taken = self._local(command.taken_at) if command.taken_at else now
        at = max(min(taken, now), self._local(self.state.last_moment))
        prompt = command.id in self._start.past or now - at <= self._start.prompt_within
        return CommandMoment(at, at if prompt else now)

    def _try(self, command: AnyCommand, moment: CommandMoment) -> CommandOutcome:
        by_machine = isinstance(command, ChangeCalendar | RecordErasure)
        grant = capacity(self.state, command.name, command.grants)
        closed = self.state.stage is Stage.CLOSED and not isinstance(command, _AFTER_THE_END)
        if closed or (grant is None and not by_machine):
            return CommandOutcome(accepted=False, detail=wording.refusal(self.state, command.name))
        self.acting_for = grant.acting_for if grant else None
        before, calendars, mark = (
            self.state.model_dump_json(by_alias=True),
            self.calendars,
            self.journal.mark(),
        )
        while True:
            try:
                self.perform(command, moment)
                self.limits.notify_again(moment.at)
            except (Refusal, CalendarError) as refusal:
                self._undo(before, calendars)
                self.journal.forget(mark)
                if isinstance(refusal, CalendarRangeError) and self._counts_on():
                    continue
                return CommandOutcome(accepted=False, detail=str(refusal))
            return CommandOutcome(accepted=True)

    def _counts_on(self) -> bool:
        """Count past the loaded years from now on; False where that does not help.

        Calendars of messages begun by earlier releases end with their years, and steps they refused are on record.
        """
        if self._provisional_beyond or not workflow.patched("count-past-the-calendar"):
            return False
        self._provisional_beyond = True
        self._use(self.calendars)
        return True

    def _undo(self, before: str, calendars: Calendars) -> None:
        for name, value in MessageState.model_validate_json(before):
            setattr(self.state, name, value)
        self._use(calendars)

    # ---- calendars

    def learn_schedules(self, schedules: dict[str, Schedule]) -> None:
        """The hours of the bodies just routed."""
        self._use(self.calendars.model_copy(update={"bodies": {**self.calendars.bodies, **schedules}}))

    def replace_calendars(self, command: ChangeCalendar) -> None:
        """Other working time for everyone the message knows."""
        known = {body: command.bodies.get(body, hours) for body, hours in self.calendars.bodies.items()}
        self._use(Calendars(production=command.production, department=command.department, bodies=known))

    def _use(self, calendars: Calendars) -> None:
        if self._provisional_beyond and not calendars.production.provisional_beyond:
            production = calendars.production.model_copy(update={"provisional_beyond": True})
            calendars = calendars.model_copy(update={"production": production})
        self.calendars = calendars
        self.working_time.change(calendars)

    def no_reply_due(self, start: datetime) -> datetime:
        """Until when the author's reply is waited for."""
        term = self.regulation.readings.clarification.no_reply
        return term.due(self.working_time[None], start, self.regulation.readings.counting)

    # ---- timers and what the Web UI shows

    def _on_moment(self, run: LimitRun) -> None:
        now = self._local(workflow.now())
        self.limits.expire_until(now)
        if run.is_open and run.breached_at is None and run.warn_at is not None and run.warn_at <= now:
            self.limits.warn(run, now)
        self._settle()

    def _on_silence(self) -> None:
        if (until := self._silent_until) is not None:
            self.nobody_replied(max(until, self.state.last_moment))
            self._settle()

    def _settle(self) -> None:
        """Bring everything that follows from the state up to it."""
        state = self.state
        state.allowed = admissible(state)
        self._timers.align(state)
        self._timers.expect_reply(self._silent_until, self._on_silence)
        workflow.set_current_details(wording.details(state))
        self._upsert(
            {
                NETWORK.name: NETWORK.value_set(state.network.value),
                STAGE.name: STAGE.value_set(state.stage.value),
                OVERDUE.name: OVERDUE.value_set(state.overdue),
                BODY.name: BODY.value_set(state.current_body) if state.current_body else BODY.value_unset(),
                IMPORTANCE.name: IMPORTANCE.value_set(state.importance) if state.importance else None,
                NEXT_DUE.name: NEXT_DUE.value_set(state.next_due)
                if state.next_due
                else NEXT_DUE.value_unset(),
            }
        )

    def _upsert(self, attributes: dict[str, SearchAttributeUpdate[Any] | None]) -> None:
        known, carried = self._attributes, self._start.carried is not None
        changed = {
            name: update
            for name, update in attributes.items()
            # What an earlier run has set goes over, and is unset where it no longer holds.
            if update is not None
            and (update != known[name] if name in known else carried or update.value is not None)
        }
        if changed:
            known.update(changed)
            workflow.upsert_search_attributes(list(changed.values()))


def _given_attributes() -> dict[str, SearchAttributeUpdate[Any]]:
    """Those the workflow was started with."""
    return {pair.key.name: pair.key.value_set(pair.value) for pair in workflow.info().typed_search_attributes}

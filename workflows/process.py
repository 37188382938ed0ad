"""Process that keeps a message running: its commands in order, records, duties; long histories go on in new runs.

The road itself, clause by clause, is in `message`.
"""

import asyncio
from collections.abc import Callable

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from calendar_rules import CalendarError
from calendar_rules.vocabulary import Stage
from workflows import wording
from workflows.admissible import admissible, capacity
from workflows.case import Case, CommandMoment, Refusal
from workflows.commands import (
    AnyCommand,
    ChangeCalendar,
    CorrectCharge,
    RecordErasure,
    RecordPromise,
    Transfer,
)
from workflows.containment import succeeds
from workflows.duties import Duties
from workflows.mailbox import Mailbox
from workflows.message import MessageRoad
from workflows.recording import Recording
from workflows.stages import AFTER_THE_END
from workflows.state import Carried, CommandOutcome, MessageInput, OutcomeAnswer, Settled
from workflows.vocabulary import Command, Fact

SETTLED_WITH_WORDS = frozenset({Command.ROUTE, Command.CORRECT})
"""What changes the words by which a message is found: the API, which has the dictionary, settles these itself."""


class MessageProcess:
    """One message with the road it is on, and what runs beside that."""

    def __init__(self, start: MessageInput) -> None:
        self._start = start
        self._case = Case(start)
        self._state, self._journal = self._case.state, self._case.journal
        self._road = MessageRoad(self._case)
        self._duties = Duties(self._case, self._road, is_first_run=start.carried is None)
        self._recording = Recording(self._case, start)
        self._past = {command.id for command in start.past}
        self.mailbox = Mailbox(start.carried.outcomes if start.carried else {}, start.past)
        self._settled: set[str] = set()
        """Commands that records of this run settle."""

    def answer(self, command: str | None) -> OutcomeAnswer:
        """The outcome of a command and the state after it."""
        outcome = self.mailbox.outcomes.get(command) if command else None
        recorded = self._state.rows > 0 and self._recording.is_done
        return OutcomeAnswer(
            run=self._recording.run,
            outcome=outcome,
            state=self._state,
            recorded=recorded and (command is None or command in self._settled),
        )

    # ---- the main loop

    async def keep_running(self) -> str:
        """Apply commands in order until the message is closed and recorded; returns the outcome."""
        if self._start.carried is None:
            try:
                self._road.begin(self._start)
            except CalendarError as error:
                # Left to itself this retries the workflow task for ever, and the message looks alive.
                raise ApplicationError(str(error), type="CalendarError", non_retryable=True) from error
        # Commands that came with the start are applied before a limit that is past already fires.
        self._empty_mailbox()
        self._duties.settle()
        drain = asyncio.create_task(self._recording.drain())
        while True:
            await workflow.wait_condition(
                lambda: not self.mailbox.is_empty or self._is_done() or self._may_continue()
            )
            self._empty_mailbox()
            if self._is_done():
                break
            if self._may_continue():
                self._duties.stop()
                workflow.continue_as_new(self._carry_over())
        drain.cancel()
        assert self._state.outcome is not None  # noqa: S101
        return self._state.outcome

    def _empty_mailbox(self) -> None:
        for command in self.mailbox.emptied():
            self._apply(command)

    def _is_done(self) -> bool:
        return self._state.stage is Stage.CLOSED and self._is_quiet()

    def _may_continue(self) -> bool:
        return workflow.info().is_continue_as_new_suggested() and self._is_quiet()

    def _is_quiet(self) -> bool:
        """Whether nothing is under way, and nothing is owed that has failed."""
        return self.mailbox.is_empty and self._recording.is_done and not self._duties.owe_a_breach()

    def _carry_over(self) -> MessageInput:
        carried = Carried(
            state=self._state,
            calendars=self._case.working_time.calendars,
            outcomes=self.mailbox.outcomes,
            records=self._journal.records,
        )
        return self._start.model_copy(
            update={"past": (), "carried": carried, "after": self._recording.last_run}
        )

    # ---- commands

    def _apply(self, command: AnyCommand) -> None:
        moment = self._moment_of(command)
        self._duties.catch_up(moment.at)
        self._state.last_moment = moment.at
        outcome = self._try(command, moment)
        if not outcome.accepted:
            self._journal.enter(
                Fact.REFUSED,
                moment.at,
                person=command.person,
                command=command.name,
                id=command.id,
                reason=outcome.detail,
            )
        self.mailbox.outcomes[command.id] = outcome
        if command.name not in SETTLED_WITH_WORDS:
            self._settled.add(command.id)
            self._journal.settle(
                Settled(
                    command=command.id,
                    name=command.name,
                    person=command.person,
                    accepted=outcome.accepted,
                    detail=outcome.detail,
                )
            )
        self._duties.settle()

    def _moment_of(self, command: AnyCommand) -> CommandMoment:
        """A command counts from when it was taken: not before the previous one, not after now."""
        now, local = self._case.now, self._case.working_time.local
        taken = local(command.taken_at) if command.taken_at else now
        at = max(min(taken, now), local(self._state.last_moment))
        prompt = command.id in self._past or now - at <= self._start.prompt_within
        if taken > now or command.taken_at is None or not prompt:
            self._journal.hangs_on_clock = True
        return CommandMoment(at, at if prompt else now)

    def _try(self, command: AnyCommand, moment: CommandMoment) -> CommandOutcome:
        outcome = failed = CommandOutcome(accepted=False, detail=wording.STEP_FAILED)
        undo = self._case.before()

        def work() -> None:
            nonlocal outcome
            outcome = self._judge(command, moment, undo)

        # Each command has one outcome, so none other is tried under the same number.
        number = len(self.mailbox.outcomes) + 1
        if succeeds(f"command-{number}", work, undo, alarm=command.name):
            return outcome
        self._journal.hangs_on_clock = True
        return failed

    def _judge(self, command: AnyCommand, moment: CommandMoment, undo: Callable[[], None]) -> CommandOutcome:
        self._state.allowed = admissible(self._state)
        grant = capacity(self._state, command.name, command.grants)
        closed = self._state.stage is Stage.CLOSED and command.name not in AFTER_THE_END
        if closed or (grant is None and not _is_the_machines(command)):
            return CommandOutcome(
                accepted=False,
                detail=wording.refusal(self._state, self._case.regulation.limits, command.name),
            )
        moment = moment._replace(acting_for=grant.acting_for if grant else None)
        try:
            self._road.perform(command, moment)
            self._case.limits.notify_again(moment.at)
        except (Refusal, CalendarError) as refusal:
            undo()
            return CommandOutcome(accepted=False, detail=str(refusal))
        return CommandOutcome(accepted=True)


def _is_the_machines(command: AnyCommand) -> bool:
    """Whether the command is given by nobody in a role of theirs."""
    match command:
        case ChangeCalendar() | CorrectCharge() | RecordPromise():
            return True
        case RecordErasure(grants=()) | Transfer(with_directory=True):
            return True
    return False

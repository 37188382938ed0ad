"""Moving a message's clock, in training only."""

import asyncio
from datetime import date, datetime, timedelta
from enum import StrEnum

from calendar_rules.vocabulary import Stage
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError
from service.messages.outcome_writer import keep_head
from service.messages.reader import MessageReader
from service.messages.targets import Target
from service.messages.view import MessageView
from service.runs.rules import Rules
from service.runs.training_clock import LONGEST
from service.runs.workflows import Workflows
from store.database.engines import Database
from store.messages import finding
from workflows.state import MessageState

_SETTLE_WITHIN = 10.0  # seconds
_PAUSE = 0.02
_HALF_HOUR = timedelta(minutes=30)
_DAYS_AHEAD = 40
"""Days among which there is one that works, however long the holidays."""


class Step(StrEnum):
    """How far a newcomer lets the clock of a message run."""

    HALF_HOUR = "half_hour"
    NEXT_DUE = "next_due"
    CLOSING = "closing"


class MessageClock:
    """Moves the clocks of messages."""

    def __init__(self, database: Database, workflows: Workflows, reader: MessageReader, rules: Rules) -> None:
        self._db = database
        self._workflows = workflows
        self._reader = reader
        self._rules = rules

    async def take(self, target: Target, step: Step) -> MessageView:
        """Let the message's clock run by a step.

        Raises ConflictError for a closed message, and where no limit is running that could come next.
        """
        match step:
            case Step.HALF_HOUR:
                return await self.fast_forward(target, by=_HALF_HOUR)
            case Step.NEXT_DUE:
                return await self.fast_forward(target, to=await self._next_due(target))
            case Step.CLOSING:
                return await self.fast_forward(target, to=self._closing(target.now))

    async def _next_due(self, target: Target) -> datetime:
        state, now = await self._reader.state(target.row), target.now
        if state.stage is Stage.CLOSED:
            raise ConflictError(wording.CLOSED_CLOCK)
        moments = [run.due_at for run in state.open_limits()]
        if state.silent_until is not None:
            moments.append(state.silent_until)
        ahead = [moment for moment in moments if moment > now]
        if not ahead:
            raise ConflictError(wording.NO_LIMIT_AHEAD)
        return min(ahead)

    def _closing(self, now: datetime) -> datetime:
        """When the Department closes next."""
        local = now.astimezone(self._rules.zone).date()
        days: list[date] = [local + timedelta(days=ahead) for ahead in range(_DAYS_AHEAD)]
        closings = (self._rules.department.closing(day) for day in days)
        return next(moment for moment in closings if moment is not None and moment > now)

    async def fast_forward(
        self, target: Target, *, by: timedelta | None = None, to: datetime | None = None
    ) -> MessageView:
        """Let the message's clock run by a duration above zero, or to a moment; every limit on the way fires.

        Raises InvalidInputError for a moment that is past or too far, ConflictError for a closed message.
        """
        training = self._workflows.training
        assert training is not None  # noqa: S101
        now = target.now
        if to is not None and to <= now:
            raise InvalidInputError("to", wording.LATER_THAN_NOW)
        if to is not None and to - now > LONGEST:
            raise InvalidInputError("to", wording.TOO_FAR)
        if (await self._reader.state(target.row)).stage is Stage.CLOSED:
            raise ConflictError(wording.CLOSED_CLOCK)
        handle = self._workflows.handle(target.number)
        moved = await (
            training.forward_to(handle, to) if to else training.forward_by(handle, by or timedelta(0))
        )
        state = await self._settled(target, moved.goal)
        async with self._db.write() as session:
            await finding.set_clock(session, target.number, moved.ahead)
            await keep_head(session, state, self._db.dialect)
        return await self._reader.view(target, state)

    async def _settled(self, target: Target, goal: datetime) -> MessageState:
        """The state once everything due by `goal` has fired: timers are served a moment after their time."""
        deadline = asyncio.get_running_loop().time() + _SETTLE_WITHIN
        while True:
            state = await self._reader.state(target.row)
            if not _fires_by(state, goal) or asyncio.get_running_loop().time() > deadline:
                return state
            await asyncio.sleep(_PAUSE)


def _fires_by(state: MessageState, goal: datetime) -> bool:
    for run in state.open_limits():
        if run.breached_at is None and run.due_at <= goal:
            return True
        if run.breached_at is None and not run.warned and run.warn_at is not None and run.warn_at <= goal:
            return True
    return state.silent_until is not None and state.silent_until <= goal

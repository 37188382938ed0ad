"""Moving a message's clock, in training only."""

import asyncio
from datetime import datetime, timedelta

from calendar_rules.vocabulary import Stage
from service import wording
from service.errors import ConflictError, InvalidInputError
from service.message_reader import MessageReader
from service.message_view import MessageView
from service.outcome_writer import keep_head
from service.targets import Target
from service.training_clock import LONGEST
from service.workflow_access import Workflows
from store import messages
from store.database import Database
from workflows.state import MessageState

_SETTLE_WITHIN = 10.0  # seconds
_PAUSE = 0.02


class Training:
    """Moves the clocks of messages."""

    def __init__(self, database: Database, workflows: Workflows, reader: MessageReader) -> None:
        self._db = database
        self._workflows = workflows
        self._reader = reader

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
            await messages.set_clock(session, target.number, moved.ahead)
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
    silent = state.stage is Stage.AWAITING_AUTHOR and not state.no_reply_told
    return silent and state.no_reply_at is not None and state.no_reply_at <= goal

"""Moving a message's clock, in training only."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated, Self

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api import wording
from api.deps import Db
from api.errors import FieldError, ProblemError, problems
from api.message_view import MessageView, response
from api.router import Router
from api.settling import keep_head
from api.targets import Flows, Reading, Visible
from api.times import Duration, Instant
from calendar_rules.vocabulary import Stage
from store import messages
from workflows.state import MessageState

router = Router("Учебный режим")

_NOTHING = timedelta(0)
_LONGEST = timedelta(days=3660)
_SETTLE_WITHIN = 10.0  # seconds
_PAUSE = 0.02


class FastForward(BaseModel):
    """How far, or until when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Annotated[Duration, Field(gt=_NOTHING, examples=["PT2H"])] | None = None
    to: Instant | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.by is None) == (self.to is None):
            raise PydanticCustomError(
                "russian", "укажите одно из двух: by (на сколько) или to (до какого момента)."
            )
        return self


@router.post(
    "/api/training/messages/{message}/fast-forward",
    summary="Перевести часы сообщения вперёд",
    operation_id="fast_forward",
    response_model=MessageView,
    responses=problems(401, 404, 409, 422, 503),
)
async def fast_forward(
    body: FastForward, target: Visible, db: Db, workflows: Flows, reader: Reading
) -> Response:
    """Все сроки до этого момента включительно срабатывают."""
    training = workflows.training
    assert training is not None  # noqa: S101
    handle = workflows.handle(target.number)
    now = target.now
    if body.to is not None and body.to <= now:
        raise FieldError("to", wording.LATER_THAN_NOW)
    if body.to is not None and body.to - now > _LONGEST:
        raise FieldError("to", wording.TOO_FAR)
    if (await reader.state(target.row)).stage is Stage.CLOSED:
        raise ProblemError(409, wording.CLOSED_CLOCK)
    moved = await (
        training.forward_to(handle, body.to) if body.to else training.forward_by(handle, body.by or _NOTHING)
    )
    state = await _settled(reader, target, moved.goal)
    async with db.write() as session:
        await messages.set_clock(session, target.number, moved.ahead)
        await keep_head(session, state, db.dialect)
    return response(await reader.view(target, state))


async def _settled(reader: Reading, target: Visible, goal: datetime) -> MessageState:
    """The state once everything due by `goal` has fired: timers are served a moment after their time."""
    deadline = asyncio.get_running_loop().time() + _SETTLE_WITHIN
    while True:
        state = await reader.state(target.row)
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

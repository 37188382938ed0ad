"""Moving a message's clock, in training only."""

from datetime import timedelta
from typing import Annotated, Self

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from api.answers import response
from api.deps import Messages, Runs
from api.errors import problems
from api.router import Router, Who
from api.targets import Visible
from service.access.recorded_calls import Call
from service.access.values import Duration, Instant
from service.messages.view import MessageView

router = Router("Учебный режим")

_NOTHING = timedelta(0)


class FastForward(BaseModel):
    """На сколько или до какого момента перевести часы."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Annotated[Duration, Field(gt=_NOTHING, examples=["PT2H"])] | None = Field(
        default=None, description="На сколько перевести часы."
    )
    to: Instant | None = Field(default=None, description="До какого момента перевести часы.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.by is None) == (self.to is None):
            raise PydanticCustomError(
                "russian", "Укажите одно из двух: by (на сколько) или to (до какого момента)."
            )
        return self


@router.post(
    "/api/training/messages/{message}/fast-forward",
    recorded=Call.MESSAGE_FAST_FORWARD,
    by=Who.SEEING_IT,
    summary="Перевести часы сообщения вперёд",
    operation_id="fast_forward",
    response_model=MessageView,
    responses=problems(401, 403, 404, 409, 422, 503),
)
async def fast_forward(body: FastForward, target: Visible, messages: Messages) -> Response:
    """Истекают все сроки до этого момента включительно."""
    return response(await messages.clock.fast_forward(target, by=body.by, to=body.to))


class Moment(BaseModel):
    """Момент, к которому расписание должно отработать."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: Instant = Field(description="Момент, к которому расписание должно отработать.")


class Done(BaseModel):
    """Что сделано по расписанию."""

    done: int = Field(description="Сколько дел сделано.")


@router.post(
    "/api/training/schedules/{schedule}",
    recorded=Call.SCHEDULE_RUN,
    by=Who.SIGNED_IN,
    summary="Выполнить то, что делается по часам",
    operation_id="run_schedule",
    responses=problems(401, 403, 422, 503),
)
async def run_schedule(schedule: str, body: Moment, messages: Messages, runs: Runs) -> Done:
    """Выполняется всё, что к этому моменту сделало бы расписание; ответ приходит, когда оно сделано."""
    # What was answered before counts, though it may be written only behind the answer.
    await messages.outcomes.settled()
    return Done(done=await runs.driven.run(schedule, body.at))

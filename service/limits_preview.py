"""A preview of the first limits of a message, before it is registered."""

from datetime import datetime, timedelta

from pydantic import BaseModel, Field, ValidationError

from calendar_rules import CalendarError, Step
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Network
from service.errors import InvalidInputError
from service.rules import Rules
from workflows.journal import Journal
from workflows.limits import MessageLimits
from workflows.state import CURATOR, LimitRun, MessageState
from workflows.working_time import WorkingTime


class PreviewedLimit(BaseModel):
    """Когда истечёт срок и почему."""

    name: LimitName
    clause: int = Field(description="Пункт порядка, которым установлен срок.")
    due_at: datetime
    explanation: list[Step] = Field(
        description="Отрезки времени подряд: какие засчитаны, а какие нет и почему."
    )


class Preview(BaseModel):
    """Первые сроки сообщения, выявленного в указанный момент."""

    detected_at: datetime
    limits: list[PreviewedLimit]


def preview(rules: Rules, detected_at: datetime, reduced_term: timedelta | None) -> Preview:
    """Limits `routing`, `draft` and `answer` of a message detected then, by the Department's calendar.

    Raises InvalidInputError for a moment or a reduced term that cannot be.
    """
    if reduced_term is not None and not timedelta(0) < reduced_term < rules.regulation.ordinary_term:
        raise InvalidInputError(
            "reduced_term",
            f"срок должен быть больше нуля и короче обычного ({rules.regulation.limits.answer.term}).",
        )
    try:
        runs = _runs(rules, detected_at, reduced_term)
    except CalendarError as error:
        raise InvalidInputError("detected_at", str(error)) from error
    except ValidationError as error:  # so short that nothing is left for the draft
        raise InvalidInputError(
            "reduced_term", "срок слишком короткий: на подготовку проекта ответа времени не остаётся."
        ) from error
    return Preview(
        detected_at=detected_at,
        limits=[
            PreviewedLimit(
                name=run.name, clause=run.clause, due_at=run.due_at, explanation=list(run.explanation)
            )
            for run in runs
        ],
    )


def _runs(rules: Rules, detected_at: datetime, reduced_term: timedelta | None) -> tuple[LimitRun, ...]:
    """The limits as the message itself would open them: on a state of a message that does not exist."""
    regulation = rules.regulation
    working_time = WorkingTime(rules.calendars(detected_at), regulation)
    state = MessageState(
        id="preview",
        network=Network.FORUM,
        detected_at=detected_at,
        registered_at=detected_at,
        last_moment=detected_at,
        curator=None,
        act=regulation.act.key,
        edition=regulation.act.edition.isoformat(),
    )
    limits = MessageLimits(state, regulation, working_time, Journal(state, regulation, working_time))
    limits.open(LimitName.ROUTING, CURATOR, detected_at, term=regulation.routing_term(repeated=False))
    limits.open(LimitName.ANSWER, CURATOR, detected_at, term=regulation.answer_term(None, reduced_term))
    limits.open_draft("department", detected_at)
    order = (LimitName.ROUTING, LimitName.DRAFT, LimitName.ANSWER)
    return tuple(sorted(state.limits, key=lambda run: order.index(run.name)))

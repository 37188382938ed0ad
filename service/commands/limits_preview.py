"""A preview of the first limits of a message, before it is registered."""

from datetime import datetime, timedelta

from pydantic import BaseModel, Field, ValidationError

from calendar_rules import CalendarError, Step
from calendar_rules.due_moments import AnswerDue, DueMoment, due_moment, explanation
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Importance
from service.access import wording
from service.access.errors import InvalidInputError
from service.commands import checks
from service.runs.rules import Rules


class PreviewedLimit(BaseModel):
    """Когда истечёт срок и почему."""

    name: LimitName
    clause: int = Field(description="Пункт порядка, которым установлен срок.")
    due_at: datetime
    provisional: bool = Field(
        description="Предварительный: производственный календарь на этот год ещё не загружен, срок может измениться."
    )
    explanation: list[Step] = Field(
        description="Отрезки времени подряд: какие засчитаны, а какие нет и почему."
    )


class Preview(BaseModel):
    """Первые сроки сообщения, выявленного в указанный момент."""

    detected_at: datetime
    limits: list[PreviewedLimit]


def preview(
    rules: Rules,
    detected_at: datetime,
    *,
    routed_at: datetime | None = None,
    reduced_term: timedelta | None = None,
    importance: Importance | None = None,
) -> Preview:
    """Limits `routing`, `draft` and `answer` of a message detected and routed then, by the Department's calendar.

    What the act counts from the routing counts from the detection where `routed_at` is None. Raises
    InvalidInputError for a moment or a reduced term that cannot be.
    """
    if routed_at is not None and routed_at < detected_at:
        raise InvalidInputError("routed_at", wording.ROUTED_BEFORE_DETECTED)
    checks.reduced_term(reduced_term, rules.regulation)
    try:
        limits = _limits(rules, detected_at, routed_at or detected_at, reduced_term, importance)
    except CalendarError as error:
        raise InvalidInputError("detected_at", str(error)) from error
    except ValidationError as error:  # so short that nothing is left for the draft
        raise InvalidInputError("reduced_term", wording.TERM_TOO_SHORT) from error
    return Preview(detected_at=detected_at, limits=limits)


def _limits(
    rules: Rules,
    detected_at: datetime,
    routed_at: datetime,
    reduced_term: timedelta | None,
    importance: Importance | None,
) -> list[PreviewedLimit]:
    act = rules.regulation
    start = detected_at if act.limits.answer.starts == ("detection",) else routed_at
    answer = rules.answer(start, reduced_term=reduced_term, importance=importance)
    counted_from = AnswerDue(answer.term.amount, answer.due_at, detected_at)
    draft = due_moment(act, rules.department, LimitName.DRAFT, routed_at, answer=counted_from)
    return [
        _limit(rules, LimitName.ROUTING, detected_at, rules.routing(detected_at)),
        _limit(rules, LimitName.DRAFT, routed_at, draft),
        _limit(rules, LimitName.ANSWER, start, answer),
    ]


def _limit(rules: Rules, name: LimitName, start: datetime, found: DueMoment) -> PreviewedLimit:
    steps = explanation(
        rules.department,
        rules.readings.counting,
        found.term,
        start,
        found.due_at,
        back_from=found.back_from,
    )
    return PreviewedLimit(
        name=name,
        clause=rules.regulation.limits[name].clause,
        due_at=found.due_at,
        provisional=found.provisional,
        explanation=list(steps),
    )

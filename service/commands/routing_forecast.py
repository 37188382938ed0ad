"""Forecast of a routing: what would be due if the message were routed now, beside the form (cl. 7, 9, 10, 15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calendar_rules import CalendarError
from calendar_rules.due_moments import AnswerDue, due_moment
from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Importance
from service.access import wording
from service.access.errors import InvalidInputError
from service.commands import checks
from service.messages.view import LimitView, MessageView
from service.runs.rules import Rules


@dataclass(frozen=True, slots=True)
class Due:
    """When a limit would be due, by which clause; in the Department's zone."""

    at: datetime
    clause: int
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class EarlierPart:
    """By when a body of a joint answer that is not the last would have given its part, at the limits."""

    body: str
    due: Due


@dataclass(frozen=True, slots=True)
class RoutingForecast:
    """The due moments of draft and answer; `parts` are those of a joint answer's earlier bodies, in their order."""

    draft: Due
    answer: Due
    parts: tuple[EarlierPart, ...]
    is_past: bool
    """Whether the answer would be due already."""

    @property
    def fits(self) -> bool:
        """Whether the last body gets its turn before its draft is due."""
        return not self.parts or self.parts[-1].due.at <= self.draft.at


def forecast(
    rules: Rules,
    message: MessageView,
    now: datetime,
    *,
    bodies: Sequence[str],
    reduced_term: timedelta | None = None,
    importance: Importance | None = None,
) -> RoutingForecast:
    """What routing the message at `now` of its own clock would bring. Raises InvalidInputError for a term too long."""
    act = rules.regulation
    checks.reduced_term(reduced_term, act)
    running = next((run for run in message.limits if run.name is LimitName.ANSWER and _is_open(run)), None)
    by_detection = act.limits.answer.starts == ("detection",)
    start = running.started_at if running else message.detected_at if by_detection else now
    try:
        answer = rules.answer(start, reduced_term=reduced_term, importance=importance)
        counted_from = AnswerDue(answer.term.amount, answer.due_at, message.detected_at)
        draft = due_moment(act, rules.department, LimitName.DRAFT, now, answer=counted_from).due_at
        parts = _parts(rules, bodies, now)
    except (CalendarError, ValueError) as error:
        raise InvalidInputError("reduced_term", wording.TERM_TOO_SHORT) from error
    zone = rules.zone
    return RoutingForecast(
        draft=Due(draft.astimezone(zone), act.limits.draft.clause),
        answer=Due(answer.due_at.astimezone(zone), act.limits.answer.clause, answer.provisional),
        parts=parts,
        is_past=answer.due_at <= now,
    )


def _parts(rules: Rules, bodies: Sequence[str], now: datetime) -> tuple[EarlierPart, ...]:
    """As the message itself forecasts its sequence: one body after the other, each at its limit."""
    limit, counting = rules.regulation.limits.contribution, rules.regulation.readings.counting
    found: list[EarlierPart] = []
    moment = now
    for body in bodies[:-1]:
        moment = limit.term.due(rules.calendar_of(body), moment, counting)
        found.append(EarlierPart(body, Due(moment.astimezone(rules.zone), limit.clause)))
    return tuple(found)


def _is_open(run: LimitView) -> bool:
    return run.met_at is None and run.cancelled_at is None

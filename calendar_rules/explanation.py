"""Explanation of a due moment: the stretches that counted, and the reason for each that did not."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules import labour_code
from calendar_rules.day_hours import MICROSECOND, Span, date_of
from calendar_rules.timeline import Piece, Timeline

if TYPE_CHECKING:
    from calendar_rules.work_calendar import WorkCalendar

WORKING = "рабочее время"
WORKING_DAY = "рабочий день"
STARTING_DAY = "день начала срока не считается"
BEFORE_OPENING = "до начала рабочего дня"
AFTER_CLOSING = "после окончания рабочего дня"
SHORTENED = "сокращённый день: окончание на час раньше"
LUNCH = "обед"
BREAK = "перерыв"
BETWEEN_SHIFTS = "перерыв между сменами"
CLOSED = "выходной"
CLOSED_BY_SCHEDULE = "нерабочий день по графику"

# Names that need no «праздник:» before them.
_SPEAKING_FOR_THEMSELVES = ("Выходной день", "Праздник ")

_HOUR = timedelta(hours=1) // MICROSECOND
_NOTHING = timedelta()
_ONE_DAY = timedelta(days=1)


class Step(BaseModel):
    """One stretch of an explanation, from `start` to `end` in the calendar's zone.

    `counted` is what the stretch adds to the term: its whole length or zero; where working days are counted,
    a day counts `P1D` however long it is. In JSON the ends are `from` and `to`, and `counted` is an ISO 8601
    duration.
    """

    model_config = ConfigDict(
        frozen=True, validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )

    start: datetime = Field(alias="from")
    end: datetime = Field(alias="to")
    counted: timedelta
    reason: str


class _Stretch(NamedTuple):
    """A step to be, its ends in microseconds."""

    start: int
    end: int
    counted: timedelta
    reason: str


def holiday_reason(name: str) -> str:
    """The name of a day off, worded for an explanation."""
    return uncapitalised(name) if name.startswith(_SPEAKING_FOR_THEMSELVES) else f"праздник: {name}"


def uncapitalised(name: str) -> str:
    """The name as it stands within a sentence."""
    return name[:1].lower() + name[1:]


def with_caveat(reason: str, year: int) -> str:
    """The reason of a step in a year that is counted by the Labour Code alone."""
    return f"{reason} (предварительно: производственный календарь на {year} год не загружен)"


def steps_of_hours(calendar: "WorkCalendar", timeline: Timeline, start: int, end: int) -> list[Step]:
    """Steps from `start` to `end` that count working time."""
    stretches = (
        _Stretch(
            piece.start,
            piece.end,
            (piece.end - piece.start) * MICROSECOND if piece.working else _NOTHING,
            _marked(timeline, piece.day, _reason(calendar, timeline, piece)),
        )
        for piece in timeline.pieces(start, end)
    )
    return _steps(timeline, _merged(stretches))


def steps_of_days(calendar: "WorkCalendar", timeline: Timeline, start: int, last: int) -> list[Step]:
    """Steps from `start` to the closing of the local day `last`; working days after the first one count."""
    return _steps(timeline, _merged(_days(calendar, timeline, start, last), each_day=True))


def _days(calendar: "WorkCalendar", timeline: Timeline, start: int, last: int) -> Iterator[_Stretch]:
    first = timeline.day_of(start)
    for day in range(first, last + 1):
        span = timeline.day_span(day)
        begins = max(start, timeline.day_start(day))
        until = span[1] if span and day == last else timeline.day_start(day + 1)
        if begins >= until:
            continue
        if span is None:
            counted, reason = _NOTHING, reason_of_closed_day(calendar, timeline, day)
        elif day == first:
            counted, reason = _NOTHING, STARTING_DAY
        else:
            counted, reason = _ONE_DAY, _with_name(calendar, WORKING_DAY, day)
        yield _Stretch(begins, until, counted, _marked(timeline, day, reason))


def _merged(stretches: Iterable[_Stretch], *, each_day: bool = False) -> Iterator[_Stretch]:
    """Neighbours of one reason as one; with `each_day` what counts stays apart, a step for each day."""
    held: _Stretch | None = None
    for stretch in stretches:
        if held and held.reason == stretch.reason and not (each_day and stretch.counted):
            held = _Stretch(held.start, stretch.end, held.counted + stretch.counted, held.reason)
            continue
        if held:
            yield held
        held = stretch
    if held:
        yield held


def _steps(timeline: Timeline, stretches: Iterable[_Stretch]) -> list[Step]:
    return [
        Step(
            start=timeline.local(stretch.start),
            end=timeline.local(stretch.end),
            counted=stretch.counted,
            reason=stretch.reason,
        )
        for stretch in stretches
    ]


def _marked(timeline: Timeline, day: int, reason: str) -> str:
    return with_caveat(reason, date_of(day).year) if timeline.is_provisional_day(day) else reason


def _reason(calendar: "WorkCalendar", timeline: Timeline, piece: Piece) -> str:
    if piece.working:
        return _with_name(calendar, WORKING, piece.day)
    hours = timeline.hours(piece.day)
    if not hours:
        return reason_of_closed_day(calendar, timeline, piece.day)
    if piece.since_midnight < hours[0][0]:
        return BEFORE_OPENING
    if piece.since_midnight >= hours[-1][1]:
        day = date_of(piece.day)
        by_code = _by_labour_code(calendar, timeline, piece.day) and labour_code.is_shortened(day)
        return SHORTENED if by_code or day in calendar.shortened else AFTER_CLOSING
    return _reason_of_break(hours, piece.since_midnight)


def _reason_of_break(hours: tuple[Span, ...], since_midnight: int) -> str:
    start = max(end for _, end in hours if end <= since_midnight)
    end = min(start for start, _ in hours if start > since_midnight)
    # A meal break lasts from 30 minutes to two hours (Labour Code, art. 108); one about noon is called lunch.
    if end - start > 2 * _HOUR:
        return BETWEEN_SHIFTS
    return LUNCH if end - start >= _HOUR // 2 and 11 * _HOUR <= start < 15 * _HOUR else BREAK


def reason_of_closed_day(calendar: "WorkCalendar", timeline: Timeline, day: int) -> str:
    """Why the local day is closed: its holiday, the schedule, or the weekend."""
    name = calendar.names.get(date_of(day))
    if name:
        return name
    if _by_labour_code(calendar, timeline, day) and (holiday := labour_code.holiday(date_of(day))):
        return holiday_reason(holiday)
    return CLOSED_BY_SCHEDULE if timeline.usual_hours(day) else CLOSED


def _by_labour_code(calendar: "WorkCalendar", timeline: Timeline, day: int) -> bool:
    """Whether the hours of the local day come from the Labour Code alone, and not from the schedule itself."""
    return timeline.is_provisional_day(day) and date_of(day) not in calendar.exceptions


def _with_name(calendar: "WorkCalendar", reason: str, day: int) -> str:
    """An open day may be named too: a working Saturday, a decree day."""
    name = calendar.names.get(date_of(day))
    return f"{reason}: {name}" if name else reason

"""The working calendar of one body: from a moment and an amount of working time to a due moment, and back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic_core import PydanticCustomError

from calendar_rules import working_hours
from calendar_rules.day_hours import EPOCH, MICROSECOND, Content, FormerWeek, date_of, day_number
from calendar_rules.errors import CalendarError
from calendar_rules.explanation import Step, reason_of_closed_day, steps_of_days, steps_of_hours
from calendar_rules.timeline import SUPPORTED_YEARS, Timeline, timeline_of
from calendar_rules.working_hours import WEEKDAYS, Hours, Intervals, Week, Weekday


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # answers to a wrong name, a path, a directory
        raise PydanticCustomError(
            "timezone",
            "неизвестный часовой пояс «{name}»: нужно имя из базы IANA, например Europe/Moscow",
            {"name": name},
        ) from error
    return name


def _ordered_years(years: tuple[int, int]) -> tuple[int, int]:
    first, last = years
    if not SUPPORTED_YEARS[0] <= first <= last <= SUPPORTED_YEARS[1]:
        raise PydanticCustomError(
            "years", "годы {first}–{last} заданы неверно", {"first": first, "last": last}
        )
    return years


class WeekBefore(BaseModel):
    """The hours that held before a day: `until` is the first day without them. Exceptions are the calendar's own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    until: date
    timezone: Annotated[str, AfterValidator(_known_zone)]
    week: Week


class WorkCalendar(BaseModel):
    """When a body works. Frozen, hashable, and small enough in JSON to travel in every payload.

    `timezone` is an IANA name. `week` holds the intervals of
    a weekday as local `HH:MM`, "24:00" ending a day; a missing weekday is closed. `exceptions` replaces the hours of
    single days. `names` says why a day is exceptional, worded as it should stand in an explanation; `shortened` are the
    days that end an hour earlier, as `exceptions` already say. `years`, first and last, are those whose production
    calendar is loaded: a moment or a result before them raises CalendarRangeError. Later years are counted by the
    Labour Code alone: its holidays are closed, the day before one ends an hour earlier, and the week holds for the rest
    (see `labour_code`); `exceptions` win there too. `former` are the weeks that held before this one, each until a day,
    in order (see `preceded_by`); their zones may be others.

    An instant is working if its local time of day lies in an interval of its local date; amounts are real
    elapsed time, exact to the microsecond and right across changes of the clock. A closing moment is inside
    working hours. Moments must carry a time zone, any; what comes out is in the calendar's zone. Whatever
    cannot be answered raises CalendarError with a Russian text.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    timezone: Annotated[str, AfterValidator(_known_zone)]
    week: Week
    exceptions: dict[date, Hours] = Field(default={})
    names: dict[date, str] = Field(default={})
    shortened: Annotated[frozenset[date], PlainSerializer(sorted, return_type=list[date])] = frozenset()
    years: Annotated[tuple[int, int], AfterValidator(_ordered_years)] | None = None
    former: tuple[WeekBefore, ...] = ()

    def add(self, moment: datetime, worked: timedelta) -> datetime:
        """The earliest instant at which `worked` is used up; zero from a closed moment is the next opening.

        Due exactly at closing is due then, not at the next opening (order, cl. 9).
        """
        timeline = self._timeline
        return timeline.local(timeline.advance(_instant(moment), _amount(worked)))

    def subtract(self, moment: datetime, worked: timedelta) -> datetime:
        """The latest instant with `worked` left before `moment`; zero when closed is the last closing.

        As "not later than 4 hours before" reads (order, cl. 10).
        """
        timeline = self._timeline
        return timeline.local(timeline.retreat(_instant(moment), _amount(worked)))

    def between(self, a: datetime, b: datetime) -> timedelta:
        """Working time from `a` to `b`; zero if `b` is not later than `a`."""
        return self._timeline.between(_instant(a), _instant(b)) * MICROSECOND

    def add_days(self, day: date, n: int) -> date:
        """The `n`-th working day after `day`, which does not count itself (Civil Code, art. 191)."""
        timeline = self._timeline
        number = _day(day)
        if n < 0:
            raise CalendarError(f"Число рабочих дней не может быть отрицательным: {n}.")
        for _ in range(n):
            number = timeline.next_working_day(number)
        return date_of(number)

    def explain(self, moment: datetime, worked: timedelta) -> list[Step]:
        """The steps from `moment` to `add(moment, worked)`."""
        return self.explain_span(moment, self.add(moment, worked))

    def explain_span(self, start: datetime, end: datetime) -> list[Step]:
        """Steps from `start` to `end` without gaps; the counted ones add up to `between(start, end)`."""
        return steps_of_hours(self, self._timeline, _instant(start), _instant(end))

    def explain_days(self, moment: datetime, n: int) -> list[Step]:
        """Steps from `moment` to the closing of the `n`-th working day after its local date.

        `n` is at least one. Every working day counts `P1D`; the rest of the starting day and closed days
        count nothing (order, cl. 14).
        """
        if n < 1:
            raise CalendarError(f"Число рабочих дней должно быть не меньше одного: {n}.")
        start = _instant(moment)
        last = self.add_days(self._timeline.local(start).date(), n)
        return steps_of_days(self, self._timeline, start, day_number(last))

    def stretches(self, first: date, last: date) -> list[tuple[tuple[datetime, datetime], ...]]:
        """The working time of the local days from `first` to `last`, both whole: a tuple for each working day.

        Each stretch is an opening with its closing, or with the midnight or change of the clock before that.
        """
        timeline = self._timeline
        for day in (first, last):
            timeline.refuse_outside(_day(day))
        start, end = timeline.day_start(_day(first)), timeline.day_start(_day(last) + 1)
        days: dict[int, list[tuple[datetime, datetime]]] = {}
        for piece in timeline.pieces(start, end):
            if piece.working:
                stretch = timeline.local(piece.start), timeline.local(piece.end)
                days.setdefault(piece.day, []).append(stretch)
        return [tuple(found) for found in days.values()]

    def is_working_day(self, day: date) -> bool:
        """Whether any instant of the local day is working."""
        return self._timeline.day_span(_day(day)) is not None

    def why_closed(self, day: date) -> str | None:
        """Why the local day is closed, worded for an explanation; none if it has a working instant."""
        number = _day(day)
        return None if self._timeline.day_span(number) else reason_of_closed_day(self, self._timeline, number)

    def opening(self, day: date) -> datetime | None:
        """The first opening of the local day; none if it is closed."""
        span = self._timeline.day_span(_day(day))
        return self._timeline.local(span[0]) if span else None

    def closing(self, day: date) -> datetime | None:
        """The last closing of the local day, its midnight if it works through; none if it is closed."""
        span = self._timeline.day_span(_day(day))
        return self._timeline.local(span[1]) if span else None

    def is_open(self, moment: datetime) -> bool:
        """Whether the moment is working time or closing time itself."""
        return self._timeline.is_open(_instant(moment))

    def is_provisional(self, moment: datetime) -> bool:
        """Whether the local date of the moment is past the last loaded year; never where `years` is none.

        Raises CalendarError for a moment without a zone.
        """
        return self._timeline.is_past_loaded_years(_instant(moment))

    def preceded_by(self, former: Sequence[tuple[date, "WorkCalendar"]]) -> "WorkCalendar":
        """The same with other hours before some days: each calendar holds until its day, in order, and this from the
        last of them on. What a calendar says of days on which it does not hold is left out."""
        bounds = [date.min, *(until for until, _ in former), date.max]
        held = list(zip(pairwise(bounds), [*(calendar for _, calendar in former), self], strict=True))
        return self.model_copy(
            update={
                "exceptions": {
                    day: hours
                    for (since, until), one in held
                    for day, hours in one.exceptions.items()
                    if since <= day < until
                },
                "names": {
                    day: name
                    for (since, until), one in held
                    for day, name in one.names.items()
                    if since <= day < until
                },
                "shortened": frozenset(
                    day for (since, until), one in held for day in one.shortened if since <= day < until
                ),
                "former": tuple(
                    WeekBefore(until=until, timezone=one.timezone, week=one.week) for until, one in former
                ),
            }
        )

    def without_breaks(self) -> "WorkCalendar":
        """The same calendar with one interval a day, from first opening to last closing."""
        return _without_breaks(self)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A checked copy: pydantic's own would keep the timeline of the calendar it was copied from."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**fields, **(update or {})})

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self._content)

    @cached_property
    def _content(self) -> Content:
        return Content(
            self.timezone,
            _days_of(self.week),
            tuple(sorted(self.exceptions.items())),
            self.years,
            tuple(FormerWeek(one.until, one.timezone, _days_of(one.week)) for one in self.former),
        )

    @cached_property
    def _timeline(self) -> Timeline:
        return timeline_of(self._content)

    @property
    def timeline(self) -> Timeline:
        """Its arithmetic without datetimes, for whoever asks millions of times: microseconds since 1970, UTC."""
        return self._timeline

    @model_serializer(mode="wrap")
    def _compact(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {
            name: value for name, value in serialize(self).items() if value or name in ("timezone", "week")
        }


@lru_cache(maxsize=512)
def _without_breaks(calendar: WorkCalendar) -> WorkCalendar:
    return calendar.model_copy(
        update={
            "week": {
                weekday: working_hours.without_breaks(hours) for weekday, hours in calendar.week.items()
            },
            "exceptions": {
                day: working_hours.without_breaks(hours) for day, hours in calendar.exceptions.items()
            },
            "former": tuple(
                one.model_copy(
                    update={
                        "week": {
                            weekday: working_hours.without_breaks(hours)
                            for weekday, hours in one.week.items()
                        }
                    }
                )
                for one in calendar.former
            ),
        }
    )


def _days_of(week: Mapping[Weekday, Intervals]) -> tuple[Intervals, ...]:
    return tuple(week.get(weekday, ()) for weekday in WEEKDAYS)


def _instant(moment: datetime) -> int:
    try:
        return (moment - EPOCH) // MICROSECOND
    except TypeError as error:
        if isinstance(moment, datetime):
            raise CalendarError(f"У момента {moment} не указан часовой пояс.") from error
        raise


def _amount(worked: timedelta) -> int:
    amount = worked // MICROSECOND
    if amount < 0:
        raise CalendarError(f"Рабочее время не может быть отрицательным: {worked}.")
    return amount


def _day(day: date) -> int:
    if isinstance(day, datetime):
        raise CalendarError(f"Нужен день, а не момент {day}: день момента зависит от часового пояса.")
    return day_number(day)

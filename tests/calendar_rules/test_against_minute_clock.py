"""The calendar agrees with a clock that steps through every minute of UTC: any zone, week, change of time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calendar_rules import WorkCalendar
from tests.calendar_rules.minute_clock import DAYS, MINUTE, MINUTES_A_DAY, MinuteClock, OutOfSightError
from tests.calendar_rules.schedules import HOURS, WEEKS, ZONES, days_of_change

Case = tuple[WorkCalendar, MinuteClock]

every_zone = pytest.mark.parametrize("zone", ZONES)

# Built once: making strategies takes Hypothesis longer than trying a case.
AMOUNTS = st.one_of(
    st.just(timedelta()),
    st.integers(1, 60 * 60).map(lambda minutes: minutes * MINUTE),
    st.timedeltas(timedelta(), timedelta(hours=60)),
)
EXCEPTIONS = st.dictionaries(st.integers(0, DAYS), HOURS, max_size=3)
PLACES = st.integers(1, DAYS * MINUTES_A_DAY - 2)
AT_AN_EDGE = st.booleans()
SECONDS = st.one_of(st.just(timedelta()), st.timedeltas(timedelta(), MINUTE - timedelta(microseconds=1)))
INNER_DAYS = st.integers(1, DAYS - 2).map(lambda n: timedelta(days=n))


def draw_case(data: st.DataObject, zone: str) -> Case:
    """A calendar with exceptional days, and the clock that walks around a change of the zone's offset."""
    first_day = data.draw(days_of_change(zone)) - timedelta(days=DAYS // 2)
    exceptions = {first_day + timedelta(days=n): hours for n, hours in data.draw(EXCEPTIONS).items()}
    calendar = WorkCalendar(timezone=zone, week=data.draw(WEEKS), exceptions=exceptions)
    return calendar, MinuteClock(calendar, first_day)


def utc(moment: datetime | None) -> datetime | None:
    """In UTC, since Python holds a repeated hour unequal to any moment of another zone (PEP 495)."""
    return moment.astimezone(UTC) if moment else None


def draw_moment(data: st.DataObject, clock: MinuteClock) -> datetime:
    """A moment the clock sees both sides of: at or right after an edge of working time, or anywhere."""
    minute = data.draw(PLACES)
    if data.draw(AT_AN_EDGE) and clock.edges:
        minute = clock.edges[minute % len(clock.edges)]
    return clock.start + minute * MINUTE + data.draw(SECONDS)


@every_zone
@given(data=st.data())
def test_every_answer_is_what_the_clock_counts(zone: str, data: st.DataObject) -> None:
    """Ask all questions of one case: drawing a case costs more than asking."""
    calendar, clock = draw_case(data, zone)
    moment, other = draw_moment(data, clock), draw_moment(data, clock)
    assert calendar.is_open(moment) == clock.is_open(moment)
    assert calendar.between(moment, other) == clock.between(moment, other)
    day = clock.start.date() + data.draw(INNER_DAYS)
    spans = clock.spans(day)
    assert calendar.is_working_day(day) == bool(spans)
    assert utc(calendar.opening(day)) == (spans[0][0] if spans else None)
    assert utc(calendar.closing(day)) == (spans[-1][1] if spans else None)
    # An explanation covers the span, and counts exactly the working minutes.
    at, end = sorted((moment, other))
    for step in calendar.explain_span(at, end):
        since, until = step.start.astimezone(UTC), step.end.astimezone(UTC)
        assert since == at
        assert step.counted == clock.between(since, until)
        assert step.counted in (timedelta(), until - since)
        at = until
    assert at == end
    amount = data.draw(AMOUNTS)
    added, subtracted = in_sight(clock.add, moment, amount), in_sight(clock.subtract, moment, amount)
    assume(added or subtracted)
    assert added is None or utc(calendar.add(moment, amount)) == added
    assert subtracted is None or utc(calendar.subtract(moment, amount)) == subtracted


def in_sight(
    count: Callable[[datetime, timedelta], datetime], moment: datetime, amount: timedelta
) -> datetime | None:
    """The moment at which the clock has counted enough, if it walked as far."""
    try:
        return count(moment, amount)
    except OutOfSightError:
        return None


def test_a_day_the_zone_leapt_over_is_not_a_working_day() -> None:
    apia = WorkCalendar(
        timezone="Pacific/Apia", week={"thu": [["09:00", "18:00"]], "fri": [["09:00", "18:00"]]}
    )
    skipped = date(2011, 12, 30)
    assert not apia.is_working_day(skipped)
    assert apia.closing(skipped) is None
    assert apia.add_days(date(2011, 12, 29), 1) == date(2012, 1, 5)

"""Laws that hold for any calendar, moment and amount, to the microsecond."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from calendar_rules import Step, WorkCalendar, production_calendar
from tests.calendar_rules.schedules import DEFAULT_WEEK, WEEKS, ZONES

TICK = timedelta(microseconds=1)

calendars = st.one_of(
    st.builds(WorkCalendar, timezone=st.sampled_from(ZONES), week=WEEKS),
    st.builds(
        lambda zone: production_calendar.current().work_calendar(zone, DEFAULT_WEEK), st.sampled_from(ZONES)
    ),
)
moments = st.one_of(
    st.datetimes(datetime(2021, 6, 1), datetime(2025, 6, 1), timezones=st.just(UTC)),
    # Across the end of the loaded years, and past it.
    st.datetimes(datetime(2027, 6, 1), datetime(2030, 12, 31), timezones=st.just(UTC)),
)
amounts = st.one_of(
    st.sampled_from([timedelta(), TICK, timedelta(minutes=30), timedelta(hours=9)]),
    st.timedeltas(timedelta(), timedelta(hours=200)),
)


@given(calendars, moments, amounts)
def test_what_is_added_lies_between_and_is_the_earliest_moment_and_open_and_explained(
    calendar: WorkCalendar, moment: datetime, amount: timedelta
) -> None:
    due = calendar.add(moment, amount)
    assert calendar.between(moment, due) == amount
    assert calendar.is_open(due)
    if amount:
        assert calendar.between(moment, due.astimezone(UTC) - TICK) == amount - TICK
    steps = calendar.explain(moment, amount)
    assert sum((step.counted for step in steps), timedelta()) == amount
    assert_without_gaps(steps, moment, due)


@given(calendars, moments, amounts)
def test_what_is_subtracted_lies_between_and_is_the_latest_moment_and_open(
    calendar: WorkCalendar, moment: datetime, amount: timedelta
) -> None:
    since = calendar.subtract(moment, amount)
    assert calendar.between(since, moment) == amount
    assert calendar.is_open(since)
    if amount:
        assert calendar.between(since.astimezone(UTC) + TICK, moment) == amount - TICK


@given(calendars, moments, moments, moments)
def test_working_time_adds_up(calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)
    assert calendar.between(b, a) == timedelta()


@given(calendars, moments, st.integers(1, 15))
def test_an_explanation_in_days_counts_them_and_ends_at_closing(
    calendar: WorkCalendar, moment: datetime, n: int
) -> None:
    steps = calendar.explain_days(moment, n)
    closing = calendar.closing(calendar.add_days(moment.astimezone(ZoneInfo(calendar.timezone)).date(), n))
    assert closing
    assert [step.counted for step in steps if step.counted] == [timedelta(days=1)] * n
    assert_without_gaps(steps, moment, closing)


@given(calendars, st.dates(date(2021, 6, 1), date(2025, 6, 1)), st.integers(1, 15))
def test_counting_days_passes_exactly_that_many_working_days(
    calendar: WorkCalendar, day: date, n: int
) -> None:
    last = calendar.add_days(day, n)
    passed = [day + timedelta(days=k) for k in range(1, (last - day).days + 1)]
    assert sum(map(calendar.is_working_day, passed)) == n
    assert calendar.is_working_day(last)


@given(calendars, moments, amounts)
def test_a_calendar_is_the_same_after_travelling_as_json(
    calendar: WorkCalendar, moment: datetime, amount: timedelta
) -> None:
    arrived = WorkCalendar.model_validate_json(calendar.model_dump_json())
    assert arrived == calendar
    assert hash(arrived) == hash(calendar)
    assert arrived.explain(moment, amount) == calendar.explain(moment, amount)


def assert_without_gaps(steps: list[Step], start: datetime, end: datetime) -> None:
    ends = [start.astimezone(UTC), *(step.end.astimezone(UTC) for step in steps)]
    assert [step.start.astimezone(UTC) for step in steps] == ends[:-1]
    assert ends[-1] == end.astimezone(UTC)

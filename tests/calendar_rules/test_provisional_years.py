"""Years after the loaded ones count by the Labour Code alone, and say so."""

from datetime import UTC, date, datetime, timedelta
from time import thread_time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calendar_rules import CalendarError, CalendarRangeError, WorkCalendar, labour_code, production_calendar
from calendar_rules.production_calendar import ProductionCalendar, current
from calendar_rules.terms import Counting, Term, Unit
from calendar_rules.working_hours import WEEKDAYS
from tests.calendar_rules.minute_clock import DAYS, MINUTE, MINUTES_A_DAY, MinuteClock, OutOfSightError
from tests.calendar_rules.schedules import DEFAULT_WEEK, WEEKS, ZONES, Week, changes, default_calendar, moscow

HOUR = timedelta(hours=1)
YEARS = (2028, 2029, 2030)

# By hand from articles 95 and 112 of the Labour Code and a calendar on the wall.
CLOSED_WEEKDAYS = {
    2028: ["01-03", "01-04", "01-05", "01-06", "01-07", "02-23", "03-08", "05-01", "05-09", "06-12"],
    2029: ["01-01", "01-02", "01-03", "01-04", "01-05", "01-08"],
    2030: ["01-01", "01-02", "01-03", "01-04", "01-07", "01-08", "11-04"],
}
for later in (2029, 2030):
    CLOSED_WEEKDAYS[later] += ["03-08", "05-01", "05-09", "06-12"]
CLOSED_WEEKDAYS[2029] += ["02-23"]
CLOSED_WEEKENDS = {
    2028: ["01-01", "01-02", "01-08", "11-04"],
    2029: ["01-06", "01-07", "11-04"],
    2030: ["01-05", "01-06", "02-23"],
}
SHORTENED = {
    2028: ["02-22", "03-07", "05-08", "11-03"],
    2029: ["02-22", "03-07", "04-30", "05-08", "06-11", "12-31"],
    2030: ["02-22", "03-07", "04-30", "05-08", "06-11", "12-31"],
}
HOURS_40 = {2028: 1996, 2029: 1994, 2030: 1994}

every_year = pytest.mark.parametrize("year", YEARS)
every_zone = pytest.mark.parametrize("zone", ZONES)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def dates(year: int, days: list[str]) -> list[date]:
    return [date.fromisoformat(f"{year}-{day}") for day in days]


def hour_earlier(hours: list[list[str]]) -> list[list[str]]:
    """The hours of a day without those of its last sixty minutes, as a pupil would write them."""
    if not hours:
        return []
    *rest, last = sorted(hours)
    end = int(last[1][:2]) * 60 + int(last[1][3:]) - 60
    closing = f"{max(end, 0) // 60:02}:{max(end, 0) % 60:02}"
    return [[start, min(until, closing)] for start, until in [*rest, last] if start < closing]


def by_hand(zone: str, week: Week) -> WorkCalendar:
    """The same calendar with every day of 2028 to 2030 written out, and not a year loaded."""
    exceptions: dict[date, list[list[str]]] = {}
    for year in YEARS:
        exceptions.update({day: [] for day in dates(year, CLOSED_WEEKDAYS[year] + CLOSED_WEEKENDS[year])})
        for day in dates(year, SHORTENED[year]):
            exceptions[day] = hour_earlier(week.get(WEEKDAYS[day.weekday()], []))
    return WorkCalendar(timezone=zone, week=week, exceptions=exceptions)


class TestDays:
    @every_year
    def test_weekends_and_the_holidays_of_article_112_are_closed_and_no_other_day(self, year: int) -> None:
        closed = [
            day for day in days_of(year) if day.weekday() < 5 and not production_calendar.is_working_day(day)
        ]
        assert closed == sorted(dates(year, CLOSED_WEEKDAYS[year]))
        assert not any(production_calendar.is_working_day(day) for day in days_of(year) if day.weekday() > 4)

    @every_year
    def test_the_working_day_right_before_a_holiday_is_shortened_and_no_other(self, year: int) -> None:
        shortened = [day for day in days_of(year) if production_calendar.is_shortened(day)]
        assert shortened == dates(year, SHORTENED[year])

    @every_year
    def test_hours_of_an_even_forty_hour_week_add_up(self, year: int) -> None:
        week = {str(day): [["09:00", "13:00"], ["14:00", "18:00"]] for day in WEEKDAYS[:5]}
        calendar = current().work_calendar("Europe/Moscow", week)
        assert calendar.between(moscow(1, 1, year), moscow(1, 1, year + 1)) == HOURS_40[year] * HOUR

    def test_a_holiday_on_a_weekend_moves_no_day_off(self) -> None:
        assert production_calendar.name(date(2028, 11, 4)) == "День народного единства"  # a Saturday
        assert production_calendar.is_working_day(date(2028, 11, 6))

    def test_holidays_and_shortened_days_are_named(self) -> None:
        assert production_calendar.name(date(2028, 1, 3)) == "Новогодние каникулы"
        assert production_calendar.name(date(2028, 1, 7)) == "Рождество Христово"
        assert production_calendar.name(date(2028, 2, 23)) == "День защитника Отечества"
        assert production_calendar.name(date(2028, 2, 22)) == "Сокращённый день"
        assert production_calendar.name(date(2028, 2, 21)) is None
        assert production_calendar.name(date(2028, 2, 26)) is None

    def test_the_last_day_of_all_is_answered(self) -> None:
        assert production_calendar.is_working_day(date.max)
        assert production_calendar.is_shortened(date.max)

    def test_loaded_years_keep_their_transfers(self) -> None:
        assert production_calendar.name(date(2027, 12, 31)) == "Выходной день (перенос с 3 января)"
        assert not labour_code.is_shortened(date(2027, 12, 24))


class TestDueMoments:
    @pytest.mark.parametrize(
        ("detected", "due"),
        [
            (moscow(10, 1, 2028, "09:00"), moscow(11, 1, 2028, "09:45")),
            (moscow(30, 12, 2027, "17:00"), moscow(10, 1, 2028, "17:45")),  # ten closed days between
            (moscow(22, 2, 2028, "15:00"), moscow(24, 2, 2028, "16:45")),  # a shortened day, then a holiday
            (moscow(3, 11, 2028, "14:00"), moscow(6, 11, 2028, "17:00")),  # a shortened Friday ends at 15:45
            (moscow(29, 12, 2028, "16:00"), moscow(9, 1, 2029, "18:00")),  # Friday; 8 January is a Monday
            (moscow(31, 12, 2029, "16:00"), moscow(9, 1, 2030, "17:45")),  # shortened: ends at 17:00
        ],
    )
    def test_nine_working_hours_are_counted(self, detected: datetime, due: datetime) -> None:
        assert default_calendar().add(detected, 9 * HOUR) == due
        assert default_calendar().subtract(due, 9 * HOUR) == detected

    @pytest.mark.parametrize(
        ("start", "due"),
        [
            (moscow(24, 12, 2027, "11:00"), moscow(17, 1, 2028, "18:00")),
            (moscow(21, 2, 2028, "11:00"), moscow(7, 3, 2028, "17:00")),  # the tenth day is a shortened one
            (moscow(27, 4, 2029, "11:00"), moscow(15, 5, 2029, "18:00")),
        ],
    )
    def test_ten_working_days_are_counted(self, start: datetime, due: datetime) -> None:
        counting = Counting(
            ends_at_closing="due_then", days_count_from="next_working_day", outside_hours="next_opening"
        )
        term = Term(amount=timedelta(days=10), unit=Unit.WORKING_DAYS)
        assert term.due(default_calendar(), start, counting) == due

    def test_own_exceptions_win(self) -> None:
        calendar = current().work_calendar(
            "Europe/Moscow",
            DEFAULT_WEEK,
            exceptions={date(2028, 2, 23): [["10:00", "12:00"]], date(2028, 2, 24): []},
        )
        assert calendar.closing(date(2028, 2, 23)) == moscow(23, 2, 2028, "12:00")
        assert not calendar.is_working_day(date(2028, 2, 24))
        steps = calendar.explain_span(moscow(23, 2, 2028, "10:00"), moscow(24, 2, 2028, "12:00"))
        assert [step.reason.split(" (")[0] for step in steps] == [
            "рабочее время",
            "после окончания рабочего дня",
            "нерабочий день по графику",
        ]

    def test_without_breaks_a_shortened_day_is_one_interval(self) -> None:
        whole = default_calendar().without_breaks()
        assert whole.between(moscow(3, 11, 2028), moscow(4, 11, 2028)) == 6.75 * HOUR

    def test_dates_that_end_are_refused_as_what_they_are(self) -> None:
        with pytest.raises(CalendarRangeError, match="вне поддерживаемых дат: год 9999"):
            default_calendar().add(datetime(9999, 6, 1, tzinfo=UTC), HOUR)

    def test_a_moment_thousands_of_years_away_is_answered_at_once_and_changes_no_answer(self) -> None:
        calendar = current().work_calendar("Europe/Moscow", {**DEFAULT_WEEK, "mon": [["09:00", "12:00"]]})
        near, far = moscow(10, 1, 2028, "09:00"), moscow(11, 1, 9998, "09:00")
        first = calendar.add(near, 9 * HOUR)
        started = thread_time()
        assert calendar.add(far, HOUR) > far
        assert calendar.add(near, 9 * HOUR) == first
        # Laying out the eight thousand years between takes seconds.
        assert thread_time() - started < 1


class TestMinuteClock:
    @every_zone
    @given(data=st.data())
    def test_the_calendar_agrees_with_days_written_by_hand(self, zone: str, data: st.DataObject) -> None:
        week = data.draw(WEEKS)
        around = data.draw(st.sampled_from(changes(zone, 2028, 2030) + HAND_PICKED))
        calendar = current().work_calendar(zone, week)
        clock = MinuteClock(by_hand(zone, week), around - timedelta(days=DAYS // 2))
        moment = clock.start + data.draw(st.integers(1, DAYS * MINUTES_A_DAY - 2)) * MINUTE
        amount = data.draw(st.integers(0, 40 * 60)) * MINUTE
        assert calendar.is_open(moment) == clock.is_open(moment)
        end = clock.start + data.draw(st.integers(1, DAYS * MINUTES_A_DAY - 2)) * MINUTE
        assert calendar.between(moment, end) == clock.between(moment, end)
        try:
            due = clock.add(moment, amount)
        except OutOfSightError:
            assume(False)
        assert calendar.add(moment, amount).astimezone(UTC) == due


HAND_PICKED = [date(2028, 2, 22), date(2028, 11, 4), date(2029, 1, 2), date(2030, 1, 1), date(2030, 6, 11)]


class TestExplanation:
    def test_steps_of_such_a_year_say_that_they_are_provisional_and_holidays_keep_their_names(self) -> None:
        caveat = "предварительно: производственный календарь на 2028 год не загружен"
        steps = default_calendar().explain(moscow(30, 12, 2027, "17:00"), 2 * HOUR)
        assert [step.reason for step in steps] == [
            "рабочее время",
            "после окончания рабочего дня",
            "выходной день (перенос с 3 января)",
            f"праздник: Новогодние каникулы ({caveat})",
            f"праздник: Рождество Христово ({caveat})",
            f"праздник: Новогодние каникулы ({caveat})",
            f"выходной ({caveat})",
            f"до начала рабочего дня ({caveat})",
            f"рабочее время ({caveat})",
        ]
        steps = default_calendar().explain(moscow(22, 2, 2028, "16:00"), 2 * HOUR)
        assert steps[1].reason.startswith("сокращённый день: окончание на час раньше (предварительно")

    def test_working_days_say_so_too(self) -> None:
        steps = default_calendar().explain_days(moscow(30, 4, 2029, "11:00"), 1)
        assert [step.reason.split(" (")[0] for step in steps] == [
            "день начала срока не считается",
            "праздник Весны и Труда",
            "рабочий день",
        ]
        assert all("на 2029 год не загружен" in step.reason for step in steps)

    @pytest.mark.parametrize("unit", [Unit.WORKING_DAYS, Unit.CALENDAR_DAYS])
    def test_days_that_count_from_the_event_say_so_too(self, unit: Unit) -> None:
        counting = Counting(
            ends_at_closing="due_then", days_count_from="same_day", outside_hours="next_opening"
        )
        term = Term(amount=timedelta(days=3), unit=unit)
        start = moscow(22, 2, 2028, "11:00")
        steps = term.explain(
            default_calendar(), start, term.due(default_calendar(), start, counting), counting
        )
        assert sum((step.counted for step in steps), timedelta()) == timedelta(days=3)
        assert all("на 2028 год не загружен" in step.reason for step in steps)


class TestProvisional:
    @pytest.mark.parametrize(
        ("moment", "provisional"),
        [
            (moscow(31, 12, 2027, "23:59"), False),
            (moscow(1, 1, 2028), True),
            (datetime(2027, 12, 31, 21, tzinfo=UTC), True),
            (moscow(31, 12, 2018), False),
            (datetime.min.replace(tzinfo=UTC), False),
            (datetime.max.replace(tzinfo=UTC), True),
        ],
    )
    def test_a_moment_is_provisional_from_the_midnight_after_the_last_loaded_year(
        self, moment: datetime, provisional: bool
    ) -> None:
        assert default_calendar().is_provisional(moment) is provisional
        # Without loaded years nothing is.
        assert not WorkCalendar(timezone="Europe/Moscow", week=DEFAULT_WEEK).is_provisional(moment)

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        with pytest.raises(CalendarError, match="не указан часовой пояс"):
            default_calendar().is_provisional(datetime(2028, 1, 1))


class TestTravelling:
    def test_a_message_carries_its_provisional_years(self) -> None:
        carried = ProductionCalendar.model_validate_json(current().only(2026, 2026).model_dump_json())
        calendar = carried.work_calendar("Europe/Moscow", DEFAULT_WEEK)
        assert calendar.add(moscow(30, 12, 2026, "17:00"), 2 * HOUR) == moscow(11, 1, 2027, "10:00")
        # The program knows that this day off was transferred; the message does not.
        assert (
            calendar.is_working_day(date(2027, 12, 31)),
            default_calendar().is_working_day(date(2027, 12, 31)),
        ) == (
            True,
            False,
        )
        assert WorkCalendar.model_validate_json(calendar.model_dump_json()) == calendar

    @pytest.mark.parametrize(
        ("year", "carried"),
        [(2019, (2019, 2027)), (2026, (2025, 2027)), (2028, (2027, 2027)), (2090, (2027, 2027))],
    )
    def test_a_message_takes_the_year_before_its_own_and_all_later_ones(
        self, year: int, carried: tuple[int, int]
    ) -> None:
        taken = current().carried_from(date(year, 3, 1))
        assert (taken.first_year, taken.last_year) == carried
        assert taken.is_working_day(date(2029, 1, 9))

    def test_a_message_of_a_year_before_the_loaded_ones_takes_none(self) -> None:
        with pytest.raises(CalendarRangeError, match="на 2018 год"):
            current().carried_from(date(2018, 3, 1))

    def test_the_version_of_loaded_years_stays_what_it_is(self) -> None:
        assert current().only(2026, 2027).version == "2026-2027-e6342476639d"

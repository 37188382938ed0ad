"""The production calendar of Russia, and what it makes of a schedule."""

from collections import Counter
from datetime import date, datetime, timedelta

import holidays
import pytest

from calendar_rules import CalendarError, CalendarRangeError, production_calendar
from calendar_rules.production_calendar import ProductionCalendar, current
from calendar_rules.production_year import ProductionYear, read_years
from tests.calendar_rules.schedules import DEFAULT_WEEK, NIGHT_SHIFTS, default_calendar, moscow

HOUR = timedelta(hours=1)
DAYS = [date(2019, 1, 1) + timedelta(days=n) for n in range((date(2028, 1, 1) - date(2019, 1, 1)).days)]

years = read_years(production_calendar.DATA_FILE)
every_year = pytest.mark.parametrize(("number", "year"), years.items(), ids=map(str, years))


class TestDays:
    def test_every_day_agrees_with_an_independent_list(self) -> None:
        independent = holidays.country_holidays("RU", years=range(2019, 2028))
        disagreed = [
            day for day in DAYS if production_calendar.is_working_day(day) != independent.is_working_day(day)
        ]
        assert disagreed == []

    @every_year
    def test_working_days_add_up_to_the_published_totals(self, number: int, year: ProductionYear) -> None:
        working = [day for day in DAYS if day.year == number and production_calendar.is_working_day(day)]
        by_month = Counter(f"{day:%m}" for day in working)
        assert len(working) == year.totals.working_days
        assert by_month == {month: days for month, (days, _) in year.totals.months.items()}

    @every_year
    def test_shortened_days_make_up_the_published_hours(self, number: int, year: ProductionYear) -> None:
        for month, (days, hours) in year.totals.months.items():
            shortened = [
                day
                for day in DAYS
                if f"{day:%Y-%m}" == f"{number}-{month}" and production_calendar.is_shortened(day)
            ]
            assert 8 * days - len(shortened) == hours

    @pytest.mark.parametrize(
        ("day", "is_working", "name"),
        [
            *((date(2026, 1, day), False, "Новогодние каникулы") for day in (1, 2, 3, 4, 5, 6, 8)),
            (date(2026, 1, 7), False, "Рождество Христово"),
            (date(2026, 1, 12), True, None),
            (date(2024, 4, 27), True, "Рабочая суббота (перенос на 29.04.2024)"),
            (date(2026, 5, 7), True, None),
            (date(2026, 5, 8), True, "Сокращённый день"),
            (date(2026, 5, 10), False, None),
            (date(2021, 11, 3), True, "Нерабочие дни (COVID-19)"),
            (date(2020, 7, 1), True, "День общероссийского голосования по поправкам к Конституции РФ"),
        ],
    )
    def test_days_are_named(self, day: date, is_working: bool, name: str | None) -> None:
        assert (production_calendar.is_working_day(day), production_calendar.name(day)) == (is_working, name)

    def test_a_day_before_a_holiday_is_shortened_where_both_are_ordinary(self) -> None:
        assert production_calendar.is_shortened(date(2026, 11, 3))
        assert not production_calendar.is_shortened(date(2026, 11, 2))

    def test_decree_days_are_working(self) -> None:
        decreed = [day for day in DAYS if (production_calendar.name(day) or "").startswith("Нерабочи")]
        assert len(decreed) == 35
        assert all(map(production_calendar.is_working_day, decreed))

    def test_a_day_before_the_loaded_years_is_refused(self) -> None:
        for ask in (
            production_calendar.is_working_day,
            production_calendar.is_shortened,
            production_calendar.name,
        ):
            with pytest.raises(CalendarRangeError, match="загрузите производственный календарь на 2018 год"):
                ask(date(2018, 12, 31))

    def test_a_moment_is_not_taken_for_a_day(self) -> None:
        with pytest.raises(CalendarError, match="Нужен день"):
            production_calendar.is_working_day(moscow(1, 1, 2026))

    def test_it_knows_how_soon_it_runs_out(self) -> None:
        assert production_calendar.runs_out_in(date(2027, 11, 1)) == 60
        assert production_calendar.runs_out_in(date(2028, 1, 2)) == -2


class TestTravelling:
    def test_it_is_the_same_after_travelling_as_json(self) -> None:
        two_years = current().only(2026, 2027)
        arrived = ProductionCalendar.model_validate_json(two_years.model_dump_json())
        assert arrived == two_years
        assert arrived.version == two_years.version
        assert hash(arrived) == hash(two_years)

    def test_two_years_take_less_than_three_kilobytes(self) -> None:
        assert len(current().only(2026, 2027).model_dump_json().encode()) < 3000

    def test_fewer_years_answer_for_themselves_only(self) -> None:
        one_year = current().only(2026, 2026)
        assert one_year.years == range(2026, 2027)
        assert not one_year.is_working_day(date(2026, 1, 1))
        with pytest.raises(CalendarRangeError):
            one_year.is_working_day(date(2025, 1, 1))

    def test_years_that_are_not_loaded_cannot_be_kept(self) -> None:
        with pytest.raises(CalendarRangeError, match="на 2028 год"):
            current().only(2027, 2028)
        with pytest.raises(CalendarError, match="заданы неверно"):
            current().only(2027, 2026)

    def test_other_days_make_another_version(self) -> None:
        one_year = current().only(2026, 2026)
        changed = one_year.model_copy(update={"shortened": one_year.shortened | {date(2026, 12, 30)}})
        assert ProductionCalendar.model_validate_json(changed.model_dump_json()).version != one_year.version


class TestSchedules:
    def test_a_shortened_friday_ends_at_1545(self) -> None:
        assert default_calendar().closing(date(2026, 5, 8)) == moscow(8, 5, 2026, "15:45")

    def test_a_shortened_day_ends_an_hour_earlier_on_every_schedule(self) -> None:
        for week, closing in (
            ({"tue": [["08:00", "12:00"]]}, "11:00"),
            ({"tue": [["08:00", "16:00"], ["16:30", "17:00"]]}, "16:00"),
            (NIGHT_SHIFTS, "23:00"),
        ):
            calendar = current().work_calendar("Europe/Moscow", week)
            assert calendar.closing(date(2026, 11, 3)) == moscow(3, 11, 2026, closing)

    @pytest.mark.parametrize(
        ("saturday", "closing"),
        [
            ((2, 11, 2024), "17:00"),  # for a Tuesday, shortened
            ((28, 12, 2024), "18:00"),  # for a Monday
            ((20, 2, 2027), "17:00"),  # for a Monday, shortened
        ],
    )
    def test_a_working_saturday_has_the_hours_of_the_weekday_it_was_exchanged_for(
        self, saturday: tuple[int, int, int], closing: str
    ) -> None:
        day, month, year = saturday
        assert default_calendar().closing(date(year, month, day)) == moscow(day, month, year, closing)

    def test_a_working_saturday_follows_the_weekday_of_the_bodys_own_week(self) -> None:
        calendar = current().work_calendar("Europe/Moscow", {**DEFAULT_WEEK, "mon": [["10:00", "15:00"]]})
        assert calendar.opening(date(2024, 12, 28)) == moscow(28, 12, 2024, "10:00")

    def test_a_body_closed_on_that_weekday_keeps_its_saturday(self) -> None:
        calendar = current().work_calendar(
            "Europe/Moscow", {"tue": [["09:00", "18:00"]], "sat": [["10:00", "14:00"]]}
        )
        assert calendar.closing(date(2024, 12, 28)) == moscow(28, 12, 2024, "14:00")

    def test_a_body_that_works_on_saturdays_keeps_holidays_on_saturdays(self) -> None:
        calendar = current().work_calendar("Europe/Moscow", {**DEFAULT_WEEK, "sat": [["10:00", "14:00"]]})
        assert not calendar.is_working_day(date(2026, 5, 9))
        assert calendar.is_working_day(date(2026, 5, 16))

    def test_a_day_that_is_closed_anyway_is_not_an_exception(self) -> None:
        assert date(2026, 5, 9) not in default_calendar().exceptions
        assert default_calendar().names[date(2026, 5, 9)] == "праздник: День Победы"

    def test_own_exceptions_win_over_the_production_calendar(self) -> None:
        calendar = current().work_calendar(
            "Europe/Moscow",
            DEFAULT_WEEK,
            exceptions={date(2026, 1, 1): [["10:00", "12:00"]], date(2026, 5, 8): []},
        )
        assert calendar.closing(date(2026, 1, 1)) == moscow(1, 1, 2026, "12:00")
        assert not calendar.is_working_day(date(2026, 5, 8))
        assert date(2026, 1, 1) not in calendar.names
        assert date(2026, 5, 8) not in calendar.shortened

    def test_a_schedule_covers_no_year_before_the_loaded_ones(self) -> None:
        calendar = current().only(2026, 2026).work_calendar("Europe/Moscow", DEFAULT_WEEK)
        assert calendar.years == (2026, 2026)
        with pytest.raises(CalendarRangeError, match="загрузите производственный календарь на 2025 год"):
            calendar.subtract(moscow(12, 1, 2026, "10:00"), 2 * HOUR)

    def test_a_schedule_works_on_exactly_the_working_days(self) -> None:
        calendar = default_calendar()
        assert [day for day in DAYS if calendar.is_working_day(day)] == [
            day for day in DAYS if production_calendar.is_working_day(day)
        ]

    def test_hours_of_an_even_forty_hour_week_are_the_published_ones(self) -> None:
        even = {
            weekday: [["09:00", "13:00"], ["14:00", "18:00"]]
            for weekday in ("mon", "tue", "wed", "thu", "fri")
        }
        calendar = current().work_calendar("Europe/Moscow", even)
        for number, year in years.items():
            start, end = (
                moscow(1, 1, number),
                datetime(number, 12, 31, 23, tzinfo=moscow(1, 1, number).tzinfo),
            )
            assert calendar.between(start, end) == year.totals.hours_40 * HOUR


def test_the_end_of_the_loaded_years_is_announced_sixty_days_before() -> None:
    last = date(production_calendar.years[-1], 12, 31)
    assert production_calendar.ending(last - timedelta(days=61)) is None
    assert "через 60 дней" in (production_calendar.ending(last - timedelta(days=60)) or "")
    assert "заканчивается сегодня" in (production_calendar.ending(last) or "")
    assert "через 1 день:" in (production_calendar.ending(last - timedelta(days=1)) or "")
    assert "закончился 5 дней назад" in (production_calendar.ending(last + timedelta(days=5)) or "")


def test_the_warning_says_how_the_years_after_the_loaded_ones_count() -> None:
    warning = production_calendar.ending(date(production_calendar.years[-1], 12, 31)) or ""
    assert "сроки за его пределами считаются предварительно, по Трудовому кодексу." in warning

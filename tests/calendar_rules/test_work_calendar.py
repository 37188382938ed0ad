"""Answers of a working calendar, case by case."""

import pickle
import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone
from time import thread_time
from typing import Any

import pytest
from pydantic import ValidationError

from calendar_rules import CalendarError, CalendarRangeError, WorkCalendar
from tests.calendar_rules.schedules import (
    DEFAULT_WEEK,
    NIGHT_SHIFTS,
    ROUND_THE_CLOCK,
    default_calendar,
    moscow,
)

HOUR = timedelta(hours=1)
NOTHING = timedelta()

plain = WorkCalendar(timezone="Europe/Moscow", week=DEFAULT_WEEK)


class TestClosingAndOpening:
    def test_nothing_from_a_closed_moment_is_due_at_the_next_opening(self) -> None:
        assert plain.add(moscow(23, 11, 2026, "18:01"), NOTHING) == moscow(24, 11, 2026, "09:00")
        assert plain.add(moscow(23, 11, 2026, "13:20"), NOTHING) == moscow(23, 11, 2026, "13:45")

    def test_nothing_before_a_closed_moment_is_the_last_closing(self) -> None:
        assert plain.subtract(moscow(24, 11, 2026, "08:59"), NOTHING) == moscow(23, 11, 2026, "18:00")
        assert plain.subtract(moscow(23, 11, 2026, "13:20"), NOTHING) == moscow(23, 11, 2026, "13:00")

    def test_closing_time_is_open_and_a_moment_later_is_not(self) -> None:
        assert plain.is_open(moscow(23, 11, 2026, "18:00"))
        assert not plain.is_open(moscow(23, 11, 2026, "18:00") + timedelta(microseconds=1))

    def test_a_night_shift_does_not_close_at_midnight(self) -> None:
        nights = WorkCalendar(timezone="Europe/Moscow", week=NIGHT_SHIFTS)
        assert nights.add(moscow(24, 11, 2026, "00:00"), NOTHING) == moscow(24, 11, 2026, "00:00")
        assert nights.add(moscow(23, 11, 2026, "23:00"), 4 * HOUR) == moscow(24, 11, 2026, "03:00")
        assert nights.subtract(moscow(24, 11, 2026, "03:00"), 4 * HOUR) == moscow(23, 11, 2026, "23:00")

    def test_a_shift_over_new_year_is_one_shift(self) -> None:
        nights = WorkCalendar(timezone="Europe/Moscow", week=NIGHT_SHIFTS)
        assert nights.add(moscow(31, 12, 2026, "23:00"), 2 * HOUR) == moscow(1, 1, 2027, "01:00")

    def test_a_duty_that_never_closes_counts_real_time(self) -> None:
        duty = WorkCalendar(timezone="Europe/Berlin", week=ROUND_THE_CLOCK)
        moment = datetime(2026, 3, 28, 12, tzinfo=UTC)
        assert duty.add(moment, timedelta(days=800)) == moment + timedelta(days=800)
        assert duty.subtract(moment, timedelta(days=800)) == moment - timedelta(days=800)


class TestMoments:
    def test_a_moment_of_another_zone_is_understood_and_answered_in_the_calendars(self) -> None:
        tokyo = datetime(2026, 11, 23, 16, tzinfo=timezone(9 * HOUR))
        due = plain.add(tokyo, HOUR)
        assert due == moscow(23, 11, 2026, "11:00")
        assert str(due.tzinfo) == "Europe/Moscow"

    def test_a_moment_without_a_zone_is_refused(self) -> None:
        naive = datetime(2026, 11, 23, 9)
        for ask in (plain.is_open, lambda moment: plain.add(moment, HOUR), lambda m: plain.between(m, m)):
            with pytest.raises(CalendarError, match="не указан часовой пояс"):
                ask(naive)

    def test_a_negative_amount_is_refused(self) -> None:
        moment = moscow(23, 11, 2026, "09:00")
        for ask in (plain.add, plain.subtract, plain.explain):
            with pytest.raises(CalendarError, match="не может быть отрицательным"):
                ask(moment, -HOUR)

    def test_a_moment_is_not_taken_for_a_day(self) -> None:
        with pytest.raises(CalendarError, match="Нужен день"):
            plain.is_working_day(moscow(23, 11, 2026, "09:00"))


class TestDaylightSaving:
    berlin = WorkCalendar(timezone="Europe/Berlin", week={"sun": [["01:00", "04:00"]]})

    def test_a_due_moment_in_the_repeated_hour_says_which_of_the_two(self) -> None:
        one_o_clock = datetime(2026, 10, 24, 23, tzinfo=UTC)
        first, second = (self.berlin.add(one_o_clock, amount) for amount in (1.5 * HOUR, 2.5 * HOUR))
        assert first.replace(tzinfo=None) == second.replace(tzinfo=None)
        assert (first.fold, second.fold) == (0, 1)


class TestDays:
    def test_days_are_counted_from_the_next_working_day(self) -> None:
        assert plain.add_days(date(2026, 11, 27), 1) == date(2026, 11, 30)
        assert plain.add_days(date(2026, 11, 28), 1) == date(2026, 11, 30)
        assert plain.add_days(date(2026, 11, 28), 0) == date(2026, 11, 28)
        with pytest.raises(CalendarError, match="не может быть отрицательным"):
            plain.add_days(date(2026, 11, 28), -1)

    def test_without_breaks_a_day_is_one_interval(self) -> None:
        whole = default_calendar().without_breaks()
        assert whole.week["fri"] == (("09:00", "16:45"),)
        assert whole.exceptions[date(2026, 5, 8)] == (("09:00", "15:45"),)
        assert whole.years == default_calendar().years


class TestNoWorkingTime:
    closed = WorkCalendar(timezone="Europe/Moscow", week={})
    moment = moscow(23, 11, 2026, "09:00")

    def test_a_due_moment_is_refused_and_not_sought_for_ever(self) -> None:
        for ask in (self.closed.add, self.closed.subtract):
            for amount in (NOTHING, HOUR):
                with pytest.raises(CalendarError, match="нет рабочего времени"):
                    ask(self.moment, amount)
        with pytest.raises(CalendarError, match="нет рабочего времени"):
            self.closed.add_days(self.moment.date(), 1)

    def test_nothing_lies_between(self) -> None:
        assert self.closed.between(self.moment, self.moment + timedelta(days=30)) == NOTHING

    def test_days_opened_by_exception_are_used_up_and_then_refused(self) -> None:
        once = WorkCalendar(
            timezone="Europe/Moscow", week={}, exceptions={"2031-05-05": [["09:00", "12:00"]]}
        )
        assert once.add(self.moment, 3 * HOUR) == moscow(5, 5, 2031, "12:00")
        assert once.add_days(self.moment.date(), 1) == date(2031, 5, 5)
        with pytest.raises(CalendarError, match="нет рабочего времени"):
            once.add(self.moment, 4 * HOUR)

    def test_an_endless_amount_is_refused_at_once(self) -> None:
        started = thread_time()
        with pytest.raises(CalendarRangeError):
            plain.add(self.moment, timedelta.max)
        with pytest.raises(CalendarRangeError):
            plain.subtract(self.moment, timedelta.max)
        # Laying out the eight thousand years between takes seconds.
        assert thread_time() - started < 1


class TestLoadedYears:
    calendar = WorkCalendar(timezone="Europe/Moscow", week=DEFAULT_WEEK, years=(2026, 2026))

    def test_what_lies_before_is_refused_with_what_to_do(self) -> None:
        with pytest.raises(CalendarRangeError, match="загрузите производственный календарь на 2025 год"):
            self.calendar.is_open(moscow(11, 1, 2025, "10:00"))
        with pytest.raises(CalendarRangeError, match="на 2025 год"):
            self.calendar.subtract(moscow(1, 1, 2026, "10:00"), 2 * HOUR)
        with pytest.raises(CalendarRangeError, match=r"День 31\.12\.2025.*на 2025 год"):
            self.calendar.is_working_day(date(2025, 12, 31))

    @pytest.mark.parametrize("moment", [datetime.min, datetime.max])
    @pytest.mark.parametrize("offset", [-23 * HOUR, NOTHING, 23 * HOUR])
    def test_the_ends_of_time_are_refused_as_any_other_moment(
        self, moment: datetime, offset: timedelta
    ) -> None:
        for calendar in (self.calendar, plain):
            with pytest.raises(CalendarRangeError):
                calendar.add(moment.replace(tzinfo=timezone(offset)), HOUR)

    def test_the_first_and_the_last_loaded_day_are_answered(self) -> None:
        assert self.calendar.add(moscow(31, 12, 2026, "17:00"), HOUR) == moscow(31, 12, 2026, "18:00")
        assert self.calendar.subtract(moscow(1, 1, 2026, "10:00"), HOUR) == moscow(1, 1, 2026, "09:00")
        assert self.calendar.opening(date(2026, 1, 1)) == moscow(1, 1, 2026, "09:00")
        assert self.calendar.closing(date(2026, 12, 31)) == moscow(31, 12, 2026, "18:00")
        steps = self.calendar.explain_days(moscow(30, 12, 2026, "10:00"), 1)
        assert steps[-1].end == moscow(31, 12, 2026, "18:00")

    def test_the_year_is_that_of_the_calendars_zone(self) -> None:
        assert not self.calendar.is_open(datetime(2025, 12, 31, 21, tzinfo=UTC))
        with pytest.raises(CalendarRangeError):
            self.calendar.is_open(datetime(2025, 12, 31, 20, tzinfo=UTC))


class TestRefusedData:
    @pytest.mark.parametrize(
        ("fields", "reason"),
        [
            *(
                ({"timezone": zone}, "неизвестный часовой пояс")
                for zone in ("Europe/Ivanovo", "", "../etc/passwd", "Europe", "MSK+3:77")
            ),
            ({"exceptions": {"2026-01-01": [["18:00", "09:00"]]}}, "кончается не позже"),
            ({"years": (2027, 2026)}, "2027–2026"),
            ({"holidays": []}, "holidays"),
            ({"week": {"mon": [["09:00", "13:00"], ["12:00", "18:00"]]}}, "пересекаются"),
            ({"week": {"mon": [["18:00", "09:00"]]}}, "кончается не позже, чем начался"),
            ({"week": {"mon": [["09:00", "09:00"]]}}, "кончается не позже, чем начался"),
            ({"week": {"mon": [["9:00", "18:00"]]}}, "время '9:00' не понятно"),
            ({"week": {"mon": [["09:00", "24:30"]]}}, "время '24:30' не понятно"),
            ({"week": {"mon": [["09:60", "18:00"]]}}, "время '09:60' не понятно"),
            ({"week": {"mon": [["09:00"]]}}, "пара «начало, окончание»"),
            ({"week": {"mon": [[9, 18]]}}, "время 9 не понятно"),
            ({"week": {"mon": "09:00-18:00"}}, "список интервалов"),
            ({"week": {"monday": []}}, "неизвестный день недели 'monday'"),
            ({"week": {"{mon}": []}}, "неизвестный день недели '{mon}'"),
        ],
    )
    def test_bad_data_is_refused_with_the_reason(self, fields: dict[str, Any], reason: str) -> None:
        with pytest.raises(ValidationError, match=reason):
            WorkCalendar(**{"timezone": "Europe/Moscow", "week": {}} | fields)


class TestValue:
    def test_intervals_are_put_in_order(self) -> None:
        calendar = WorkCalendar(timezone="UTC", week={"mon": [["13:45", "18:00"], ["09:00", "13:00"]]})
        assert calendar.week["mon"] == (("09:00", "13:00"), ("13:45", "18:00"))

    def test_intervals_that_touch_are_one_stretch_of_work(self) -> None:
        calendar = WorkCalendar(
            timezone="Europe/Moscow", week={"mon": [["09:00", "12:00"], ["12:00", "18:00"]]}
        )
        start, end = moscow(23, 11, 2026, "09:00"), moscow(23, 11, 2026, "18:00")
        assert [(step.start, step.end) for step in calendar.explain_span(start, end)] == [(start, end)]

    def test_json_leaves_out_what_is_not_said(self) -> None:
        calendar = WorkCalendar(timezone="UTC", week={"mon": [["09:00", "24:00"]]})
        assert calendar.model_dump_json() == '{"timezone":"UTC","week":{"mon":[["09:00","24:00"]]}}'

    def test_equal_calendars_are_equal_in_sets(self) -> None:
        again = WorkCalendar(timezone="Europe/Moscow", week=dict(sorted(DEFAULT_WEEK.items())))
        assert {plain, again} == {plain}

    def test_a_changed_copy_counts_by_its_own_hours(self) -> None:
        moment = moscow(23, 11, 2026, "09:00")
        plain.add(moment, HOUR)
        later = plain.model_copy(update={"week": {"mon": [["12:00", "18:00"]]}})
        assert later.add(moment, HOUR) == moscow(23, 11, 2026, "13:00")

    def test_a_calendar_survives_pickling(self) -> None:
        moment = moscow(23, 11, 2026, "09:00")
        due = plain.add(moment, HOUR)
        assert pickle.loads(pickle.dumps(plain)).add(moment, HOUR) == due

    def test_the_answer_does_not_depend_on_what_was_asked_before(self) -> None:
        moments = [moscow(1, 7, year, "12:00") for year in (2026, 1999, 2031, 1980)]
        asked_together = [plain.add(moment, 100 * HOUR) for moment in moments]
        for moment, due in zip(moments, asked_together, strict=True):
            alone = WorkCalendar(timezone="Europe/Moscow", week=DEFAULT_WEEK, exceptions={"1970-01-01": []})
            assert alone.add(moment, 100 * HOUR) == due


def test_stretches_are_whole_working_days_cut_at_midnight() -> None:
    calendar = WorkCalendar(
        timezone="Europe/Moscow",
        week={"mon": [["09:00", "13:00"], ["22:00", "24:00"]], "tue": [["00:00", "02:00"]]},
        years=(2026, 2026),
    )
    found = calendar.stretches(date(2026, 11, 2), date(2026, 11, 4))
    hours = [[(start.isoformat(), end.isoformat()) for start, end in day] for day in found]
    assert hours == [
        [
            ("2026-11-02T09:00:00+03:00", "2026-11-02T13:00:00+03:00"),
            ("2026-11-02T22:00:00+03:00", "2026-11-03T00:00:00+03:00"),
        ],
        [("2026-11-03T00:00:00+03:00", "2026-11-03T02:00:00+03:00")],
    ]
    assert calendar.stretches(date(2026, 12, 31), date(2026, 12, 31)) == []
    with pytest.raises(CalendarRangeError):
        calendar.stretches(date(2025, 12, 31), date(2026, 1, 1))


def test_zones_are_those_of_the_pinned_package_and_never_the_machines() -> None:
    assert zoneinfo.TZPATH == ()

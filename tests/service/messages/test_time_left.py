"""Time left beside what the pages show of an ordinary limit: hours of the clock, other calendars, their end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from calendar_rules import production_calendar, regulation, schedules
from calendar_rules.due_moments import Stood
from calendar_rules.regulation import HolderRole, LimitName
from calendar_rules.terms import Term, Unit
from calendar_rules.work_calendar import WorkCalendar
from service.messages.time_left import DaysLeft, OpenDuty, duty, first_due
from service.runs.rules import Rules
from tests.working_seconds import at, worked
from workflows.state import Holder, LimitRun

_SECOND = timedelta(seconds=1)


def run(due: str, unit: Unit = Unit.WORKING_HOURS, **fields: Any) -> LimitRun:
    holder = Holder(role=HolderRole.EXECUTOR, body="roads")
    usual: dict[str, Any] = {
        **{"number": 1, "name": LimitName.ANSWER, "clause": 9, "holder": holder, "calendar": None},
        **{
            "term": Term(amount=timedelta(hours=24), unit=unit),
            "started_at": at("2 09:00"),
            "due_at": at(due),
        },
    }
    return LimitRun(**(usual | fields))


def calendar() -> WorkCalendar:
    return schedules.assumed().of(None).calendar(production_calendar.current(), breaks_stop_the_clock=True)


def ticked(duty: OpenDuty, moment: datetime) -> timedelta:
    """What a page counts at a later moment."""
    passed = sum(max(min(span.end, moment.timestamp()) - span.start, 0) for day in duty.days for span in day)
    return timedelta(seconds=duty.left_at_first - passed)


def test_a_limit_in_hours_of_the_clock_is_left_by_the_clock_and_late_by_working_time() -> None:
    found = duty(run("6 18:30", Unit.CLOCK_HOURS), calendar(), at("5 20:00"))
    assert (found.left, found.days_left) == (timedelta(hours=22, minutes=30), None)
    assert ticked(found, at("6 12:00")) == timedelta(hours=6, minutes=30)
    assert ticked(found, at("7 12:00")) == timedelta(0)
    assert ticked(found, at("9 10:00")) == -timedelta(hours=1)
    late = duty(run("6 18:30", Unit.CLOCK_HOURS), calendar(), at("9 10:00:10"))
    assert late.left == -worked(at("6 18:30"), at("9 10:00:10")) * _SECOND == -timedelta(hours=1, seconds=10)


def test_a_limit_in_calendar_days_is_left_in_working_time() -> None:
    found = duty(run("9 18:00", Unit.CALENDAR_DAYS), calendar(), at("6 15:45"))
    assert found.left == worked(at("6 15:45"), at("9 18:00")) * _SECOND
    assert found.days_left == DaysLeft(1, timedelta(hours=2, minutes=15))


def test_a_duty_due_at_closing_time_is_late_in_the_night_though_no_time_was_worked() -> None:
    found = duty(run("5 18:00"), calendar(), at("5 21:00"))
    assert (found.left, found.is_late) == (timedelta(0), True)
    assert not duty(run("5 18:00"), calendar(), at("5 18:00")).is_late


def test_a_duty_runs_out_from_its_warning_until_it_is_due() -> None:
    for warned, now, soon in (
        ("5 11:30", "5 11:29:59", False),
        ("5 11:30", "5 11:30", True),
        ("5 11:30", "5 12:00", True),
        ("5 11:30", "5 12:00:01", False),
        (None, "5 11:59", False),
    ):
        found = duty(run("5 12:00", warn_at=warned and at(warned)), calendar(), at(now))
        assert found.is_soon is soon, now


def test_working_days_run_from_a_time_of_day_to_the_same() -> None:
    for now, due, days in (
        ("2 09:00", "2 18:00", DaysLeft(1, timedelta(0))),
        ("2 09:01", "2 18:00", None),
        ("2 10:00", "5 16:15", DaysLeft(2, timedelta(hours=5, minutes=30))),
        ("2 16:00", "5 09:30", DaysLeft(1, timedelta(hours=1, minutes=30))),
        ("3 19:00", "5 18:00", DaysLeft(1, timedelta(0))),
        ("4 12:00", "6 09:00", DaysLeft(1, timedelta(0))),
    ):
        assert duty(run(due), calendar(), at(now)).days_left == days


def test_time_in_which_nobody_could_work_makes_nobody_later() -> None:
    pause = Stood(start=at("5 10:30"), end=at("5 11:30"), reason="сообщение было закрыто ошибочно")
    late = duty(run("5 10:00", stood=(pause,)), calendar(), at("5 12:00"))
    assert late.left == -timedelta(hours=1)
    assert ticked(late, at("5 12:10")) == -timedelta(hours=1, minutes=10)


def test_past_the_loaded_years_working_time_is_left_all_the_same() -> None:
    week = {day: [["09:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    bare = WorkCalendar(timezone="Europe/Moscow", week=week, years=(2025, 2025))
    found = duty(run("5 12:00"), bare, at("5 10:00"))
    assert (found.left, found.by_clock) == (timedelta(hours=2), False)
    assert duty(run("5 12:00"), bare, at("5 14:00")).left == -timedelta(hours=2)


def test_a_change_of_the_clock_adds_nothing() -> None:
    berlin = WorkCalendar(timezone="Europe/Berlin", week={"sun": [["00:00", "12:00"]]})
    night = datetime(2026, 10, 24, 22, tzinfo=UTC)  # midnight of a night of thirteen hours until noon
    due = datetime(2026, 10, 25, 11, tzinfo=UTC)
    assert duty(run("5 12:00", due_at=due), berlin, night).left == timedelta(hours=13)


def test_the_window_of_clause_8_is_no_duty() -> None:
    window, answer = run("2 10:00", name=LimitName.RETURN), run("3 09:45", number=2)
    assert first_due([window, answer]) is answer
    assert first_due([answer.model_copy(update={"met_at": at("2 12:00")})]) is None


def test_limits_of_a_body_run_by_the_calendar_that_the_act_names() -> None:
    act, hours = regulation.order_238(), schedules.assumed()
    own = {"bodies": {"roads": {"week": {"mon": [["06:00", "14:00"]]}}}}
    given = schedules.Schedules.model_validate(hours.model_dump(exclude_none=True) | own)
    readings = act.readings.model_copy(update={"calendars": "department"})
    of_holder = Rules(act, given, production_calendar.current())
    of_department = Rules(act.model_copy(update={"readings": readings}), given, production_calendar.current())
    monday = date(2026, 11, 2)
    assert str(of_holder.calendar_of("roads").opening(monday)).endswith("06:00:00+03:00")
    assert str(of_department.calendar_of("roads").opening(monday)).endswith("09:00:00+03:00")


def test_the_share_that_is_spent_grows_from_the_start_to_the_due_moment() -> None:
    limit = run("2 11:00", started_at=at("2 09:00"))
    moments = ("2 09:00", "2 10:00", "2 11:00", "2 11:01")
    assert [duty(limit, calendar(), at(now)).spent for now in moments] == [0, 0.5, 1, 1]
    by_clock = run("3 09:00", Unit.CLOCK_HOURS, started_at=at("2 09:00"))
    assert duty(by_clock, calendar(), at("2 21:00")).spent == 0.5

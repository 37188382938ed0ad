"""Explanations computed from what due moments were counted from, whatever is loaded by then."""

from datetime import date
from typing import Any

from sqlmodel import update

from calendar_rules import Step, due_moments, production_calendar
from calendar_rules.due_moments import due_moment
from calendar_rules.regulation import HolderRole, LimitName, order_238
from calendar_rules.schedules import assumed
from service.messages.explanations import Explanations
from service.runs.working_times import WorkingTimes, of_calendars
from store.database.engines import Database
from store.messages.tables import WorkingTimeRow
from tests.rows import all_of, ask
from tests.working_seconds import at
from workflows.state import Calendars, Counted, CountedBy, Holder, LimitRun
from workflows.working_time import WorkingTime, contents

_ACT = order_238()


def calendars(**changes: Any) -> Calendars:
    production = production_calendar.current().only(2025, 2027).model_copy(update=changes)
    return Calendars(production=production, department=assumed().of(None))


def run_of(known: WorkingTime) -> LimitRun:
    """An answer whose term begins on Tuesday the third at 15:00, the day before a holiday."""
    start = at("3 15:00")
    found = due_moment(_ACT, known[None], LimitName.ANSWER, start)
    return LimitRun(
        number=1,
        name=LimitName.ANSWER,
        clause=9,
        holder=Holder(role=HolderRole.CURATOR),
        calendar=None,
        term=found.term,
        started_at=start,
        due_at=found.due_at,
        counted=Counted(calendar=known.named(None), back_from=found.back_from),
    )


async def learnt(database: Database, *runs: LimitRun) -> Explanations:
    found = Explanations()
    await ask(database, found.learn, found.unknown(runs))
    return found


def steps(known: WorkingTime, run: LimitRun) -> list[Step]:
    calendar, counting = known[None], _ACT.readings.counting
    return list(due_moments.explanation(calendar, counting, run.term, run.started_at, run.due_at))


async def test_each_run_is_explained_by_what_it_was_counted_by(database: Database) -> None:
    then = WorkingTime(calendars(), _ACT)
    now = WorkingTime(calendars(days_off={date(2026, 11, 4): "Указ № 1"}), _ACT)
    before, after = run_of(then), run_of(now)
    kept = WorkingTimes(database)
    for known in (then, now):
        await kept.keep(of_calendars(known.calendars))
    explanations = await learnt(database, before, after)
    for run, by in ((before, then), (after, now)):
        read = LimitRun.model_validate_json(run.model_dump_json(exclude_defaults=True))
        assert list(explanations.of(read, by.reading)) == steps(by, run)
    assert "День народного единства" in " ".join(
        step.reason for step in explanations.of(before, then.reading)
    )
    assert "Указ № 1" in " ".join(step.reason for step in explanations.of(after, now.reading))


async def test_what_is_not_there_or_was_changed_past_the_program_explains_nothing(database: Database) -> None:
    known = WorkingTime(calendars(), _ACT)
    run = run_of(known)
    assert list((await learnt(database, run)).of(run, known.reading)) == []
    await WorkingTimes(database).keep(of_calendars(known.calendars))
    assert list((await learnt(database, run)).of(run, known.reading)) != []
    async with database.write() as session:
        forged = calendars(days_off={date(2026, 11, 4): "Указ № 1"}).production.model_dump_json()
        await session.exec(update(WorkingTimeRow).values(content=forged))
    assert list((await learnt(database, run)).of(run, known.reading)) == []


async def test_what_is_on_record_is_written_once(database: Database) -> None:
    given, kept = of_calendars(calendars()), WorkingTimes(database)
    for one in (kept, kept, WorkingTimes(database)):
        await one.keep(given)
    rows = await all_of(database, WorkingTimeRow)
    assert sorted(row.name for row in rows) == sorted(contents(given))


def test_equal_content_has_one_name_in_whatever_order_it_is_written() -> None:
    production = calendars().production
    # A copy would have the version that was computed for the first one.
    days_off = dict(reversed(production.days_off.items()))
    turned = type(production)(**(dict(production) | {"days_off": days_off}))
    assert production.model_dump_json() != turned.model_dump_json()
    assert contents([production]).keys() == contents([turned]).keys()
    other = production.model_copy(update={"days_off": {}})
    assert contents([production]).keys() != contents([other]).keys()


def test_a_run_that_counts_from_nothing_has_no_explanation() -> None:
    known = WorkingTime(calendars(), _ACT)
    run = run_of(known).model_copy(update={"counted": None})
    assert list(Explanations(contents(of_calendars(known.calendars))).of(run, known.reading)) == []
    unread = run_of(known).model_copy(
        update={"counted": Counted(calendar=CountedBy(production="?", hours="?"))}
    )
    assert list(Explanations().of(unread, known.reading)) == []

"""Weekly summaries by the clock: over a New Year, once each, told to whom the act says (cl. 21)."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete
from sqlmodel import col, select
from temporalio.client import Client
from temporalio.worker import Worker

from activities.office import OfficeTasks
from calendar_rules.vocabulary import Outcome
from service.access.errors import ConflictError, InvalidInputError, NotFoundError
from service.reports.weekly import contents, making, notice_text
from service.reports.weekly.documents import WeeklyDocuments
from service.reports.weekly.making import WeeklyMaking
from service.reports.weekly.period import Week
from service.reports.weekly.reports import WeeklyReports
from service.reports.weekly.summary import Compared
from service.runs import rules
from service.runs.rules import RulesInForce
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.messages.tables import MessageRow
from store.notices.tables import NoticeRow
from store.people.tables import PersonRoleRow
from store.reports.tables import WeeklySummaryRow
from tests.databases import on_both, without_files
from tests.message_row import message_row
from tests.rows import add_office, put
from tests.service.reports.weekly.summaries import full
from workflows.office import OFFICE_WORK, OfficeTask, OfficeWork
from workflows.runner import runner

MOSCOW = ZoneInfo("Europe/Moscow")
DAY = timedelta(days=1)
RULES = rules.load(None, None)


def moscow(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=MOSCOW)  # type: ignore[arg-type,misc]


@pytest.fixture(autouse=True)
def no_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of each summary would be pressed behind these tests, and hold up what follows."""
    monkeypatch.setattr(WeeklyDocuments, "begin", lambda *_: None)


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.write() as session:
        await add_office(session, {role: [(role, None)] for role in ("head", "deputy-policy")})
        for number, day in enumerate((14, 15, 22, 29), 1):
            session.add(message_row(number, moscow(2026, 12, day, 12), topic="water" if number > 1 else None))
    return database


def office(database: Database, now: datetime, *, training: bool = False) -> WeeklyMaking:
    settings = without_files(database, training=training)
    return WeeklyMaking(database, settings, RulesInForce(settings, database), lambda: now)


def reports(database: Database, now: datetime) -> WeeklyReports:
    return WeeklyReports(BlockingDatabase(database.url, 2), RULES, training=False, clock=lambda: now)


async def made(database: Database) -> list[tuple[str, int, str | None]]:
    async with database.read() as session:
        rows = await session.exec(select(WeeklySummaryRow))
        return sorted((row.week, row.version, row.made_by) for row in rows)


async def told(database: Database) -> list[NoticeRow]:
    async with database.read() as session:
        return sorted(await session.exec(select(NoticeRow)), key=lambda notice: notice.fact or "")


def test_a_summary_is_due_on_the_first_working_day_at_eight() -> None:
    due = {
        "2026-W47": (2026, 11, 23),
        "2026-W44": (2026, 11, 2),
        "2026-W08": (2026, 2, 24),  # Monday the 23rd is a holiday
        "2025-W18": (2025, 5, 5),
        "2026-W18": (2026, 5, 4),
        "2026-W53": (2027, 1, 11),
        "2027-W01": (2027, 1, 11),
    }
    for name, day in due.items():
        week = Week.named(name)
        assert week is not None
        assert making.moment_of(week, RULES) == moscow(*day, 8), name


@pytest.mark.parametrize("name", ["2026-W00", "2025-W53", "2026-47", "٢٠٢٦-W47", "", "0001-W01"])
def test_what_names_no_week(name: str) -> None:
    assert Week.named(name) is None


async def test_over_a_new_year_through_temporal(database: Database, temporal: Client) -> None:
    """By the workflow that the schedule starts, as of moments given by hand."""
    tasks = OfficeTasks(database, without_files(database, training=True))
    queue = f"office-{uuid4().hex}"

    async def run(*at: int) -> int:
        done: int = await temporal.execute_workflow(
            OFFICE_WORK,
            args=[OfficeTask.WEEKLY, 0, moscow(*at)],
            id=f"office-{uuid4().hex}",
            task_queue=queue,
            result_type=int,
        )
        return done

    async with Worker(
        temporal,
        task_queue=queue,
        workflows=[OfficeWork],
        activities=[tasks.weekly],
        workflow_runner=runner(),
    ):
        # None was made before: of all the weeks that are over the last one is.
        assert await run(2026, 12, 28, 7, 59) == 1
        assert await run(2026, 12, 28, 8) == 1
        assert await run(2026, 12, 28, 8) == 0
        assert await run(2027, 1, 4, 8) == 0
        assert await run(2027, 1, 11, 7, 59) == 0
        assert await run(2027, 1, 11, 8) == 2
        assert await run(2027, 1, 11, 9) == 0
    assert [week for week, *_ in await made(database)] == ["2026-W51", "2026-W52", "2026-W53", "2027-W01"]
    notices = await told(database)
    assert [(it.person, it.fact) for it in notices] == [
        ("deputy-policy", f"weekly-{week}") for week, *_ in await made(database)
    ]
    assert {it.deliver_from.astimezone(MOSCOW) for it in notices[2:]} == {moscow(2027, 1, 11, 8)}
    assert notices[2].text.startswith(
        "Составлена сводка за неделю 28.12–03.01.2027 (2026-W53): поступило 1 сообщение (неделей раньше 1), "
        "отвечено на 0, осталось в работе 4"
    )


async def test_the_run_of_a_monday_that_is_off_waits(database: Database) -> None:
    """Where nobody holds the office that the act names, the head is told."""
    async with database.write() as session:
        await session.exec(delete(PersonRoleRow).where(col(PersonRoleRow.role) == "deputy-policy"))
    before = office(database, moscow(2027, 1, 4, 8))
    assert (await office(database, moscow(2026, 12, 28, 8)).portion()).done == 1
    portion = await before.portion()
    assert (portion.done, portion.more, portion.again_at) == (0, False, moscow(2027, 1, 11, 8))
    # Nothing that comes from Temporal decides the moment.
    assert (await before.portion(moscow(2027, 1, 11, 8))).done == 0
    after = await office(database, moscow(2027, 1, 11, 8)).portion()
    assert (after.done, after.more) == (1, True)
    assert {it.person for it in await told(database)} == {"head"}


@on_both
async def test_what_was_missed_is_made_later_and_once(database: Database) -> None:
    assert (await office(database, moscow(2026, 12, 21, 8)).portion()).done == 1
    late = [office(database, moscow(2027, 1, 20, 15)) for _ in range(3)]
    for _ in range(4):
        await asyncio.gather(*(one.portion() for one in late))
    assert [week for week, *_ in await made(database)] == [
        *("2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"),
    ]
    assert len(await told(database)) == 5


async def test_in_training_an_earlier_moment_may_come_after_a_later_one(database: Database) -> None:
    work = office(database, moscow(2026, 12, 1), training=True)
    assert (await work.portion(moscow(2027, 1, 11, 8))).more
    assert (await work.portion(moscow(2027, 1, 11, 8))).done == 1
    assert (await work.portion(moscow(2026, 12, 28, 8))).done == 1
    assert (await work.portion(moscow(2026, 12, 28, 8))).done == 0
    assert [week for week, *_ in await made(database)] == ["2026-W52", "2026-W53", "2027-W01"]


@on_both
async def test_versions_by_hand_are_kept_beside_that_of_the_schedule(database: Database) -> None:
    by_hand = reports(database, moscow(2026, 12, 21, 7))
    first = await by_hand.make("2026-W51", "head")
    assert (first.version, first.made_by, first.totals.received) == (1, "head", 2)
    await put(database, message_row(9, moscow(2026, 12, 20, 23, 59)), message_row(10, moscow(2026, 12, 21)))
    assert (await by_hand.read("2026-W51")).totals.received == 2
    # The schedule's own is made and told although somebody was quicker.
    assert (await office(database, moscow(2026, 12, 21, 8)).portion()).done == 1
    assert (await office(database, moscow(2026, 12, 21, 8)).portion()).done == 0
    assert len(await told(database)) == 1
    again = await asyncio.gather(*(by_hand.make("2026-W51", "deputy-policy") for _ in range(3)))
    assert sorted(it.version for it in again) == [3, 4, 5]
    assert [(version, by) for _, version, by in await made(database)] == [
        *((1, "head"), (2, None), *((number, "deputy-policy") for number in (3, 4, 5))),
    ]
    last = await by_hand.read("2026-W51")
    assert (last.version, last.totals.received, last.totals.previous.received) == (5, 3, 0)
    listed = await by_hand.weeks()
    assert [(it.week, it.version, it.made_by) for it in listed.items] == [("2026-W51", 5, "deputy-policy")]
    assert listed.next is None
    by_hand.close()


async def test_weeks_that_have_no_summary(database: Database) -> None:
    reading = reports(database, moscow(2026, 12, 31, 12))
    going_on = await reading.read("2026-W53")
    assert (going_on.version, going_on.totals.received) == (0, 1)
    assert going_on.gaps[0] == "Неделя не закончилась: числа предварительные."
    # Over and not made yet: as it is.
    assert (await reading.read("2026-W52")).version == 0
    with pytest.raises(NotFoundError, match="ещё не началась"):
        await reading.read("2027-W01")
    with pytest.raises(NotFoundError, match="на неделе 2026-W51"):
        await reading.read("2026-W50")
    with pytest.raises(InvalidInputError, match="2026-W47"):
        await reading.read("2026-W54")
    with pytest.raises(ConflictError, match=r"последний её день 03\.01\.2027"):
        await reading.make("2026-W53", "head")
    async with database.write() as session:
        for number in range(1, 5):
            row = await session.get(type(message_row(1, datetime.now(UTC))), number)
            assert row is not None
            row.outcome = Outcome.VOID
            session.add(row)
    with pytest.raises(NotFoundError, match="ещё нет"):
        await reading.read("2026-W53")
    reading.close()


async def test_pages_of_weeks(database: Database) -> None:
    async with database.write() as session:
        for number in range(30):
            week = Week(datetime(2026, 1, 5).date() + 7 * number * DAY)
            session.add(WeeklySummaryRow(week=week.name, version=1, made_at=moscow(2026, 12, 1), summary={}))
    reading = reports(database, moscow(2026, 12, 31))
    page = await reading.weeks()
    assert page.next is not None
    rest = await reading.weeks(before=page.next)
    weeks = [it.week for it in (*page.items, *rest.items)]
    assert weeks == sorted(weeks, reverse=True)
    assert (len(weeks), rest.next) == (30, None)
    reading.close()


async def test_a_number_counted_anew_beside_a_signed_one_says_so(database: Database) -> None:
    await office(database, moscow(2026, 12, 21, 8)).portion()
    reading = reports(database, moscow(2026, 12, 28, 8))
    assert (await reading.read("2026-W52")).as_made is None
    await put(database, message_row(9, moscow(2026, 12, 20, 23, 59)))
    beside = await reading.read("2026-W52")
    assert beside.as_made is not None
    assert (beside.as_made.totals.received, beside.totals.previous.received) == (2, 3)
    notes = {table.key: table.note for table in contents.of(beside).tables()}
    assert notes["totals"] is not None
    assert notes["totals"].endswith(
        "в сводке, составленной 21.12.2026\u00a008:00, указано: поступило 2, в работе 2."
    )
    assert "отличается от сводки" in (notes["topics"] or "")
    reading.close()


def test_a_share_in_the_notice_is_never_all_of_what_is_less() -> None:
    totals = Compared(in_time=249, breached=1)
    assert "(в срок 99\u00a0%)" in notice_text.made(full(totals=totals))


async def test_what_was_closed_without_a_routing_waits_for_none(database: Database) -> None:
    async with database.write() as session:
        row = await session.get_one(MessageRow, 1)
        row.outcome, row.stage = Outcome.DECLINED, "closed"
        session.add(row)
    reading = reports(database, moscow(2026, 12, 21, 8))
    summary = await reading.read("2026-W51")
    assert {(it.topic, it.ended, it.title) for it in summary.topics} == {
        ("water", False, "water"),
        (None, True, "Завершены без направления"),
    }
    assert not any("ещё не направлены" in gap for gap in summary.gaps)
    reading.close()

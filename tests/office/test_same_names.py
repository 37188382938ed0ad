"""Roads of chance: whose each breach is, is the same wherever it is told, and as told a second time."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings
from sqlmodel import col, select
from temporalio.client import Client

from calendar_rules.regulation import LimitName
from store.database.engines import Database
from store.messages.tables import JournalRow
from store.notices.tables import NoticeRow
from store.people.tables import PersonRoleRow, PersonRow
from tests import profiles
from tests.api.messages.case import View
from tests.api.messages.office import Office, taken, working_installation
from tests.message_row import message_row
from tests.office import absences, whose_checks
from tests.office.chance_road import ChanceRoad
from tests.office.month import Month
from tests.office.offices import Offices
from tests.office.whose_checks import Telling
from tests.patience import PATIENCE

ROADS = 200 if settings.get_current_profile_name() == profiles.LONG else 80
AT_ONCE, SEED = 12, 238
SEVERAL = ("culture",)
"""Bodies with more than one executor."""


# Many messages walk their roads: a busy machine may take its time.
@pytest.mark.installation
@pytest.mark.timeout(900)
async def test_whose_a_breach_is_is_told_alike_everywhere(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> None:
    async with (
        working_installation(tmp_path, temporal_address, temporal) as installation,
        installation.office() as office,
    ):
        month = Month.after(datetime.now(UTC).date())
        offices = Offices(month, SEVERAL)
        await absences.record(office, month)
        moments = [_moment(month, Random(f"{SEED}-{number}")) for number in range(ROADS)]
        await _prepared(office.database, moments, month.at(20, "18:00"))
        places, client = asyncio.Semaphore(AT_ONCE), await installation.client()

        async def walked(number: int, moment: datetime) -> Telling:
            async with places:
                chance = Random(f"{SEED} {number}")
                road = await ChanceRoad.open(client, office.database, month, number, moment, chance)
                await road.walk()
                return await _told(office.database, road)

        told = await asyncio.gather(*(walked(number, at) for number, at in enumerate(moments, 1)))
        _check_what_was_tried(told)
        await _check_messages(office, offices, told)
        await _check_notices(office.database, offices, told)
        await whose_checks.check_register(office, offices, told)
        await whose_checks.check_overview(office.database, offices, told)
        await whose_checks.check_weeks(office.service, told)


def _moment(month: Month, chance: Random) -> datetime:
    """Detected while some of the office are away."""
    return month.at(chance.randint(7, 17), f"{chance.randint(8, 17):02}:{chance.randint(0, 59):02}")


async def _prepared(database: Database, moments: Sequence[datetime], now: datetime) -> None:
    """Rows of the messages, which say that it is `now` for them: else their weeks would be to come."""
    ahead = (now - datetime.now(UTC)) // timedelta(microseconds=1)
    async with database.write() as session:
        for number, moment in enumerate(moments, 1):
            session.add(message_row(number, moment, clock_ahead=ahead))
        for body in SEVERAL:
            session.add(PersonRoleRow(person="executor-ecology", role="executor", body=body))


async def _told(database: Database, road: ChanceRoad) -> Telling:
    """The journal, once it is all there, and the order told from it."""
    state, rows = await road.look(), list[View]()
    async with asyncio.timeout(PATIENCE):
        while len(rows) < state.rows:
            async with database.read() as session:
                found = await session.exec(
                    select(JournalRow)
                    .where(JournalRow.message == int(road.message))
                    .order_by(col(JournalRow.number))
                )
                rows = [row.model_dump() | {"at": row.at.isoformat()} for row in found]
            await asyncio.sleep(0.02)
    return Telling.of(road.message, rows, await road.now())


def _check_what_was_tried(told: Sequence[Telling]) -> None:
    """Every limit but the one that runs for days was broken, by one and by several; so is all that changes whose."""
    late = [run for telling in told for _, run in telling.late()]
    assert len(late) > len(told)
    assert {run.name for run in late} >= {*LimitName} - {LimitName.FINAL_DRAFT}
    assert {1, 2} <= {len(run.blamed) for run in late}
    assert any(run.inherited for telling in told for run in telling.order.runs)
    kinds = {row["kind"] for telling in told for row in telling.rows}
    assert kinds >= {"breach_withdrawn", "return_to_curator", "assign", "hand_over", "reopened"}
    assert any(row["acting_for"] for telling in told for row in telling.rows)


async def _check_messages(office: Office, offices: Offices, told: Sequence[Telling]) -> None:
    for telling in told:
        view = taken(await office.get("head", f"/messages/{telling.number}"))
        try:
            whose_checks.check_message(offices, telling, view)
        except AssertionError as error:
            error.add_note(str(telling))
            raise


async def _check_notices(database: Database, offices: Offices, told: Sequence[Telling]) -> None:
    """Each breach reached the superiors of those charged and nobody else above, and names all of them by name."""
    async with database.read() as session:
        names = dict((await session.exec(select(PersonRow.key, PersonRow.name))).all())
        kinds = ("breach", "escalation")
        notices = (await session.exec(select(NoticeRow).where(col(NoticeRow.kind).in_(kinds)))).all()
    of_row: dict[tuple[int | None, int], list[NoticeRow]] = defaultdict(list)
    for notice in notices:
        of_row[notice.message, notice.row].append(notice)
    for telling in told:
        for run, row in telling.standing():
            sent = of_row[telling.number, row["number"]]
            escalated = {notice.person for notice in sent if notice.kind == "escalation"}
            assert escalated == offices.above(run.charged, run.due), (run, str(telling))
            for notice in sent:
                whose_checks.check_names(notice.text, offices.named(run.charged), names)

"""Looks for surges on both databases: at once in two processes, repeated, given a moment that nobody may give."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from activities.surges import Surges, Watching
from calendar_rules.regulation import order_238
from calendar_rules.vocabulary import Outcome
from settings import Settings
from store.database import Database
from store.tables import MessageTextRow, NoticeRow, PersonRoleRow, PersonRow, SurgeMessageRow, SurgeRow
from tests.message_row import message_row

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.write() as session:
        for person in ("head", "governor"):
            session.add(PersonRow(key=person, name=person, position=person, password_hash=""))
            await session.flush()
            session.add(PersonRoleRow(person=person, role=person))
    return database


def watch(database: Database, tmp_path: Path, *, training: bool = False, now: datetime = NOW) -> Surges:
    settings = Settings.load(data=tmp_path, database_url=database.url, training=training)
    watching = Watching(order_238().readings.surge, UTC, lambda at: at + HOUR)
    return Surges(database, settings, lambda: watching, lambda: now)


async def add(database: Database, *numbers: int, at: datetime = NOW - HOUR, **fields: Any) -> None:
    """Messages in Кинешма, each detected at the same moment."""
    async with database.write() as session:
        session.add_all(
            message_row(
                number, at, **({"topic": "water", "snapshot": {"location": f"place-{number}"}} | fields)
            )
            for number in numbers
        )
        await session.flush()
        session.add_all(
            MessageTextRow(
                id=f"place-{number}",
                message=number,
                field="location",
                content=f"г. Кинешма, ул. Советская, д. {number}",
                digest="",
                written_at=at,
            )
            for number in numbers
        )


async def rows(database: Database, table: type[Any]) -> list[Any]:
    async with database.read() as session:
        return list((await session.exec(select(table))).all())


async def test_two_looks_at_once_tell_once(database: Database, tmp_path: Path) -> None:
    await add(database, *range(1, 8))
    await asyncio.gather(*(watch(database, tmp_path).portion() for _ in range(4)))
    surges = await rows(database, SurgeRow)
    assert sorted((row.location or "", row.count, row.told_at is None) for row in surges) == [
        ("", 7, True),
        ("Кинешма", 7, False),
    ]
    assert len(await rows(database, SurgeMessageRow)) == 14
    notices = await rows(database, NoticeRow)
    assert sorted(notice.person for notice in notices) == ["governor", "head"]
    assert {notice.deliver_from for notice in notices} == {NOW}
    assert "Советская" not in notices[0].text


async def test_nothing_that_comes_from_temporal_decides_the_moment(
    database: Database, tmp_path: Path
) -> None:
    await add(database, *range(1, 8), at=NOW - 3 * DAY)
    assert (await watch(database, tmp_path).portion(NOW - 3 * DAY)).done == 0
    assert (await watch(database, tmp_path, training=True).portion(NOW - 3 * DAY)).done == 2


async def test_a_surge_registered_late_is_told_though_it_has_passed(
    database: Database, tmp_path: Path
) -> None:
    await add(database, *range(1, 8), at=NOW - DAY - 2 * HOUR)
    await watch(database, tmp_path).portion()
    assert len(await rows(database, NoticeRow)) == 2
    # And it is not told again once it is over.
    for hours in range(1, 80):
        await watch(database, tmp_path, now=NOW + hours * HOUR).portion()
    assert [row.over_at for row in await rows(database, SurgeRow)] == [NOW + 22 * HOUR] * 2
    assert sorted(notice.fact.partition("-2026")[0] for notice in await rows(database, NoticeRow)) == sorted(
        ["surge-1", "surge-1", "surge-1-over", "surge-1-over"]
    )


async def test_a_second_surge_is_another_one(database: Database, tmp_path: Path) -> None:
    await add(database, *range(1, 6), at=NOW)
    await watch(database, tmp_path, now=NOW).portion()
    await watch(database, tmp_path, now=NOW + 2 * DAY).portion()
    await add(database, *range(11, 21), at=NOW + 4 * DAY)
    await watch(database, tmp_path, now=NOW + 4 * DAY).portion()
    found = [(row.location, row.count, row.over_at is None) for row in await rows(database, SurgeRow)]
    assert sorted(found, key=str) == sorted(
        [("Кинешма", 5, False), (None, 5, False), ("Кинешма", 10, True), (None, 10, True)], key=str
    )


async def test_mistakes_and_what_has_no_topic_do_not_count(database: Database, tmp_path: Path) -> None:
    await add(database, *range(1, 5))
    await add(database, 5, outcome=Outcome.VOID)
    await add(database, 6, topic=None)
    assert (await watch(database, tmp_path).portion()).done == 0
    await add(database, 7, outcome=Outcome.ANSWERED, repeats=1)
    assert (await watch(database, tmp_path).portion()).done == 2


async def test_an_erased_place_names_no_settlement(database: Database, tmp_path: Path) -> None:
    await add(database, *range(1, 8))
    async with database.write() as session:
        for place in await session.exec(select(MessageTextRow)):
            place.content = "[erased]"
            session.add(place)
    await watch(database, tmp_path).portion()
    assert [row.location for row in await rows(database, SurgeRow)] == [None]

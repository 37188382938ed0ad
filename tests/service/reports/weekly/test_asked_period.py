"""Long periods on both databases: counted by a worker, in parts, for all who may read them, and kept for an hour."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service.access.errors import ConflictError, UnderWayError
from service.messages.lists import MessageLists
from service.reports import list_workbook, workbook_making, workbooks
from service.reports.list_workbook import AskedList
from service.reports.weekly import asked_period, pace
from service.reports.weekly.period import Days, Month
from service.reports.weekly.reports import WeeklyReports
from service.reports.weekly.summary import WeeklySummary
from service.reports.workbook_making import WorkbookMaking
from service.reports.workbooks import KEPT, MOST_OF_PERSON, Hands, Workbooks
from service.runs import rules
from service.runs.connection import TemporalConnection
from service.runs.rules import RulesInForce
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.messages import finding
from store.messages.listing import Filters, Sort
from store.people import persons
from store.personal_data import erasure
from tests.message_row import message_row
from tests.reader import HEAD
from tests.service.reports.processes import Processes, add_readers

RULES = rules.load(None, None)
OCTOBER = Month(date(2026, 10, 1))
CURATOR = replace(HEAD, key="curator")


class Installation(Processes):
    """Those that count periods."""

    def api(self) -> WeeklyReports:
        """Of a further process."""
        return WeeklyReports(self._blocking(), RULES, self.books(), training=False)

    def books(self) -> Workbooks:
        lists = MessageLists(self._blocking(), RULES)
        self.closes.append(lists.close)
        return Workbooks(Hands(self.database, lists, RULES), TemporalConnection(self.settings))

    def _blocking(self) -> BlockingDatabase:
        database = BlockingDatabase(self.database.url, 2)
        self.closes.append(database.dispose)
        return database

    def worker(self) -> WorkbookMaking:
        """The task in a process of its own."""
        makers = list_workbook.MAKER, asked_period.MAKER
        return WorkbookMaking(
            self.database, self.settings, RulesInForce(self.settings, self.database), makers
        )


@pytest.fixture(autouse=True)
def all_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "PATIENCE", 0)
    monkeypatch.setattr(workbooks, "AT_ONCE", 2)
    monkeypatch.setattr(pace, "PART", 1)


@pytest.fixture
async def here(database: Database, tmp_path: Path) -> AsyncIterator[Installation]:
    async with database.write() as session:
        await add_readers(session)
        days = [datetime(2026, month, 20, 9, tzinfo=UTC) for month in (9, 10, 10)]
        session.add_all(message_row(number, day, text="Яма") for number, day in enumerate(days, 1))
    installation = Installation(database, tmp_path)
    yield installation
    installation.close()


async def made(here: Installation) -> WeeklySummary:
    with pytest.raises(UnderWayError):
        await here.api().report(HEAD, OCTOBER)
    await here.worker().portion()
    return await here.api().report(HEAD, OCTOBER)


async def test_a_short_one_is_the_answer_and_leaves_no_row(here: Installation) -> None:
    assert (await here.api().report(HEAD, Month(date(2026, 11, 1)))).totals.previous.received == 2
    assert await here.rows() == []


async def test_a_long_one_is_made_by_a_worker_for_all_and_is_as_it_would_have_been_at_once(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await made(here)
    assert (found.totals.received, found.totals.previous.received) == (2, 1)
    assert await here.api().report(CURATOR, OCTOBER) == found
    (row,) = await here.rows()
    assert row.made_at is not None
    assert row.expires_at - row.made_at == KEPT
    await here.set(expires_at=datetime.now(UTC))
    monkeypatch.setattr(workbooks, "AT_ONCE", 3)
    at_once = await here.api().report(HEAD, OCTOBER)
    assert at_once.made_at > found.made_at
    assert at_once.model_copy(update={"made_at": found.made_at}) == found


async def test_it_says_how_far_it_is(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []
    tell = workbook_making._Progress.__call__

    def noted(progress: Any, share: float) -> None:
        told.append(share)
        tell(progress, share)

    monkeypatch.setattr(workbook_making._Progress, "__call__", noted)
    await made(here)
    assert told == sorted(told)
    assert len(set(told)) == len(told) > 10
    assert told[-1] == 1.0
    await here.set(made_at=None, share=40)
    with pytest.raises(UnderWayError, match="Готово 40 %"):
        await here.api().report(CURATOR, OCTOBER)


async def test_one_that_is_called_off_leaves_its_thread_and_another_worker_makes_it(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnderWayError):
        await here.api().report(HEAD, OCTOBER)
    begun, ended = asyncio.Event(), asyncio.Event()
    loop, progress = asyncio.get_running_loop(), workbook_making._Progress.__call__

    def told(it: Any, share: float) -> None:
        loop.call_soon_threadsafe(begun.set)
        try:
            while True:
                progress(it, share)
        finally:
            loop.call_soon_threadsafe(ended.set)

    monkeypatch.setattr(workbook_making._Progress, "__call__", told)
    working = asyncio.create_task(here.worker().portion())
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    await ended.wait()
    monkeypatch.setattr(workbook_making._Progress, "__call__", progress)
    await here.worker().portion()
    assert (await here.api().report(HEAD, OCTOBER)).totals.received == 2


async def test_lists_are_made_beside_a_long_period(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_making, "_LISTS_EVERY", 0.01)
    monkeypatch.setattr(workbooks, "AT_ONCE", 0)
    with pytest.raises(UnderWayError):
        await here.api().report(HEAD, OCTOBER)
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def held_up(*_: Any) -> bytes:
        begun.set()
        await may_end.wait()
        return b"{}"

    monkeypatch.setattr(asked_period, "MAKER", replace(asked_period.MAKER, make=held_up))
    working = asyncio.create_task(here.worker().portion())
    await begun.wait()
    wanted = AskedList(Filters(), Sort.REGISTERED)
    async with here.database.read() as session:
        head = await persons.actor(session, "head")
    assert head is not None
    book = await here.books().made_or_asked(head, list_workbook.MAKER, wanted)
    while not next(row for row in await here.rows() if row.id == book).made_at:
        assert not working.done()
    may_end.set()
    assert (await working).done == 2


async def test_one_that_cannot_be_made_says_so_and_is_tried_again_a_minute_later(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnderWayError):
        await here.api().report(HEAD, OCTOBER)

    async def fails(*_: Any) -> bytes:
        raise ValueError("no")

    whole = asked_period.MAKER
    monkeypatch.setattr(asked_period, "MAKER", replace(whole, make=fails))
    await here.worker().portion()
    monkeypatch.setattr(asked_period, "MAKER", whole)
    with pytest.raises(ConflictError, match="не удалось"):
        await here.api().report(CURATOR, OCTOBER)
    (row,) = await here.rows()
    assert row.expires_at - datetime.now(UTC) <= timedelta(minutes=1)
    await here.set(expires_at=datetime.now(UTC))
    assert (await made(here)).totals.received == 2


async def test_a_person_has_a_few_under_way(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "AT_ONCE", -1)
    days = [Days(date(2026, 10, day), date(2026, 10, 31)) for day in range(1, MOST_OF_PERSON + 2)]
    for period in days[:-1]:
        with pytest.raises(UnderWayError):
            await here.api().report(HEAD, period)
    with pytest.raises(ConflictError, match=f"не более {MOST_OF_PERSON}"):
        await here.api().report(HEAD, days[-1])
    with pytest.raises(UnderWayError):
        await here.api().report(CURATOR, days[-1])


async def test_so_many_are_kept_of_who_asks_and_the_first_gives_way(
    here: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "MOST_FOR_ALL", 2)
    monkeypatch.setattr(workbooks, "AT_ONCE", -1)
    days = [Days(date(2026, 10, day), date(2026, 10, 31)) for day in (1, 2, 3)]
    for period in days:
        with pytest.raises(UnderWayError):
            await here.api().report(HEAD, period)
        await here.worker().portion()
    assert {row.asked["name"] for row in await here.rows()} == {period.name for period in days[1:]}


async def test_an_erasure_takes_it_along(here: Installation) -> None:
    await made(here)
    async with here.database.write() as session:
        await erasure.erase(session, await finding.locked(session, 1))
    assert await here.rows() == []
    with pytest.raises(UnderWayError):
        await here.api().report(HEAD, OCTOBER)

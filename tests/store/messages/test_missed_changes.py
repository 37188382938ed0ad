"""Changes that open pages hear of: also those between the making of a page and its beginning to listen."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from calendar_rules.vocabulary import Role
from service.messages.live import Event, Live
from store.database.engines import Database
from tests.patience import PATIENCE
from tests.rows import actor_of
from tests.store.messages.test_changes import note

CURATOR = actor_of("curator", Role.CURATOR)
EXECUTOR = actor_of("executor", Role.EXECUTOR, "roads")


async def moved(live: Live, before: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            if live.mark != before:
                return
            await asyncio.sleep(0.02)


@asynccontextmanager
async def following(database: Database) -> AsyncIterator[Live]:
    live = Live(database)
    before = live.mark
    live.start()
    await moved(live, before)
    try:
        # Where nobody listens nothing is passed on at once.
        async with live.subscribed(CURATOR):
            yield live
    finally:
        await live.stop()


@pytest.fixture
async def live(database: Database) -> AsyncIterator[Live]:
    async with following(database) as live:
        yield live


async def change(database: Database, live: Live, message: int, body: str = "roads") -> None:
    """A message changes, and that is passed on."""
    before = live.mark
    await note(database, message, body=body)
    await moved(live, before)


async def test_a_page_is_told_what_it_missed_and_nothing_else(database: Database, live: Live) -> None:
    await change(database, live, 1)
    mark = live.mark
    assert live.missed(CURATOR, mark) == []
    await change(database, live, 2)
    await change(database, live, 3, "housing")
    assert [event.message for event in live.missed(CURATOR, mark) or ()] == [2, 3]
    assert live.missed(EXECUTOR, mark) == [Event(2, queue=True, told=False)]


async def test_a_mark_that_says_nothing_here_has_the_page_renew_itself(
    database: Database, live: Live
) -> None:
    await change(database, live, 1)
    own = live.mark.partition("-")[0]
    for mark in ("", "another-0", f"{own}-2", f"{own}--1", f"{own}-²"):
        assert live.missed(CURATOR, mark) is None, mark


async def test_of_what_is_too_long_ago_the_page_renews_itself(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.messages.live._RECENT", 1)
    async with following(database) as live:
        mark = live.mark
        await change(database, live, 1)
        assert live.missed(CURATOR, mark) == [Event(1, queue=True, told=False)]
        await change(database, live, 2)
        assert live.missed(CURATOR, mark) is None


async def test_a_page_that_begins_to_listen_hears_of_what_nobody_was_there_to_hear(
    database: Database,
) -> None:
    live = Live(database)
    before = live.mark
    live.start()
    await moved(live, before)
    mark = live.mark
    await note(database, 1)
    assert live.missed(CURATOR, mark) == []  # not passed on: nobody listens
    async with live.subscribed(CURATOR) as page, asyncio.timeout(PATIENCE):
        assert await page.events.get() == Event(1, queue=True, told=False)
    await live.stop()

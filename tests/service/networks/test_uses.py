"""Rates of keys are held by all workers together: two are as good as one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from service.networks.platforms.port import Rate
from service.networks.platforms.rates import Rates
from store.database.engines import Database
from tests.databases import migrated_once  # noqa: F401 - on both

THREE_A_SECOND = Rate(3, timedelta(seconds=1))
SECOND = timedelta(seconds=1)
NONE = timedelta(0)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def two_workers(migrated_url: Callable[[], str]) -> AsyncIterator[tuple[Database, Database]]:
    """What two workers of one installation have: a database, each by connections of its own."""
    url = migrated_url()
    one, other = Database(url), Database(url)
    yield one, other
    await one.dispose()
    await other.dispose()


def near(found: timedelta, wanted: timedelta) -> bool:
    return abs(found - wanted) <= timedelta(milliseconds=2)


async def test_two_workers_make_no_more_calls_than_one(two_workers: tuple[Database, Database]) -> None:
    clock = Clock()
    workers = [Rates(database, clock) for database in two_workers]

    async def calls_made() -> int:
        waits = await asyncio.gather(*(it.take("k", THREE_A_SECOND) for it in workers for _ in range(4)))
        assert all(NONE <= wait <= SECOND / 3 + SECOND / 500 for wait in waits)
        return waits.count(NONE)

    assert await calls_made() == 3
    assert await calls_made() == 0
    clock.now += 1 / 3
    assert await calls_made() == 1
    clock.now += 60
    assert await calls_made() == 3, "a rest is no reason for more at once than the rate allows"
    assert await workers[0].take("another", THREE_A_SECOND) == NONE


async def test_calls_for_which_there_was_no_room_keep_the_next_caller_waiting(
    two_workers: tuple[Database, Database],
) -> None:
    clock = Clock()
    one, other = (Rates(database, clock) for database in two_workers)
    a_second = Rate(1, SECOND)
    assert await one.take("k", a_second, 2) == NONE
    wait = await other.take("k", a_second)
    assert near(wait, 2 * SECOND)
    clock.now += wait.total_seconds()
    assert await other.take("k", a_second) == NONE


async def test_a_pause_that_one_worker_was_asked_for_is_kept_by_the_other(
    two_workers: tuple[Database, Database],
) -> None:
    clock = Clock()
    one, other = (Rates(database, clock) for database in two_workers)
    await one.pause("k", timedelta(minutes=5))
    await other.pause("k", timedelta(minutes=1))
    assert near(await other.take("k", THREE_A_SECOND), timedelta(minutes=5))
    clock.now += 300.01
    assert [await it.take("k", THREE_A_SECOND) for it in (one, other, one)] == [NONE] * 3
    assert await other.take("k", THREE_A_SECOND) > NONE


async def test_without_a_clock_of_its_own_a_rate_goes_by_that_of_the_database(
    two_workers: tuple[Database, Database],
) -> None:
    one, other = (Rates(database) for database in two_workers)
    an_hour = Rate(1, timedelta(hours=1))
    assert await one.take("k", an_hour) == NONE
    assert timedelta(minutes=59) < await other.take("k", an_hour) <= timedelta(hours=1)

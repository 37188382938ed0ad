"""Changes just made are noticed by every process, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from calendar_rules.vocabulary import Role
from service.messages.live import Event, Live, Subscription
from store.database import statements
from store.database.engines import Database
from store.messages import changes
from store.messages.tables import ChangeRow
from store.people.persons import Actor, RoleHeld
from tests.patience import PATIENCE

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


async def note(
    database: Database,
    message: int,
    *,
    body: str = "roads",
    at: datetime | None = None,
    persons: tuple[str, ...] = (),
) -> None:
    """As the activity does that writes a record."""
    async with database.write() as session:
        noted = changes.noted(
            message,
            curator="curator",
            bodies=[body],
            persons=persons,
            at=at or datetime.now(UTC),
            dialect=database.dialect,
        )
        await statements.run(session, noted)


async def test_whoever_watches_is_woken_by_a_change(database: Database) -> None:
    async with changes.watching(database) as watch:
        woken = asyncio.create_task(watch.moved(2 * PATIENCE))
        await asyncio.sleep(0)
        await note(database, 7)
        async with asyncio.timeout(PATIENCE):
            await woken
    async with database.lookup() as session:
        [row] = await changes.after(session, 0, 10)
        assert (row.message, row.bodies) == (7, ["roads"])
        assert await changes.last(session) == row.id


async def test_without_a_change_it_is_looked_after_a_while(database: Database) -> None:
    async with changes.watching(database) as watch, asyncio.timeout(PATIENCE):
        await watch.moved(0.1)


async def test_what_is_known_is_not_read_again(database: Database) -> None:
    for message in range(1, 5):
        await note(database, message)
    async with database.lookup() as session:
        first, second, third, fourth = await changes.after(session, 0, 10)
        # The second is committed late: its number is behind those that were passed on.
        known = {row.id for row in (first, third, fourth) if row.id is not None}
        assert [row.message for row in await changes.new_after(session, 0, known, 10)] == [2]
        assert second.message == 2
        assert await changes.new_after(session, first.id or 0, {*known, second.id or 0}, 10) == ()


async def test_what_is_old_is_forgotten(database: Database) -> None:
    await note(database, 1, at=NOW - timedelta(hours=2))
    await note(database, 2, at=NOW)
    async with database.write() as session:
        await changes.forget(session, NOW - timedelta(hours=1))
    async with database.lookup() as session:
        assert [row.message for row in await changes.after(session, 0, 10)] == [2]


async def test_open_pages_hear_of_each_change_once(database: Database) -> None:
    live = Live(database)
    live.start()
    try:
        async with live.subscribed(person(Role.CURATOR)) as page:
            # The first round of a follower has every page begin again.
            async with asyncio.timeout(PATIENCE):
                assert await page.events.get() is None
        async with live.subscribed(person(Role.CURATOR)) as page, asyncio.timeout(PATIENCE):
            for number in (1, 2, 3):
                await note(database, number)
            assert [(await heard(page)).message for _ in range(3)] == [1, 2, 3]
            assert page.events.empty()
    finally:
        await live.stop()


async def heard(page: Subscription) -> Event:
    event = await page.events.get()
    assert event is not None
    return event


def person(role: Role, body: str | None = None) -> Actor:
    return Actor("somebody", "Имя", "должность", (RoleHeld("somebody", role, body),), ())


@pytest.mark.parametrize(
    ("role", "body", "told", "event"),
    [
        (Role.CURATOR, None, (), Event(1, queue=True, told=False)),
        (Role.EXECUTOR, "roads", (), Event(1, queue=True, told=False)),
        (Role.EXECUTOR, "health", (), None),
        (Role.EXECUTOR, "health", ("somebody",), Event(1, queue=False, told=True)),
        (Role.DEPUTY, "roads", (), Event(1, queue=False, told=False)),
        (Role.GOVERNOR, None, (), Event(1, queue=False, told=False)),
        (Role.DEPUTY, "health", (), None),
    ],
)
def test_each_hears_of_what_they_may_see(
    role: Role, body: str | None, told: tuple[str, ...], event: Event | None
) -> None:
    page = Subscription(person(role, body))
    page.offer(ChangeRow(id=1, message=1, curator="c", bodies=["roads"], persons=list(told), at=NOW), NOW)
    assert (page.events.get_nowait() if not page.events.empty() else None) == event


def test_somebody_who_begins_to_write_moves_no_queue() -> None:
    page = Subscription(person(Role.CURATOR))
    page.offer(ChangeRow(id=1, message=1, curator=None, bodies=[], persons=[], at=NOW), NOW)
    assert page.events.get_nowait() == Event(1, queue=False, told=False)


def test_a_page_that_takes_nothing_begins_again() -> None:
    page = Subscription(person(Role.CURATOR))
    for number in range(2000):
        page.offer(ChangeRow(id=number, message=1, bodies=[], persons=[], at=NOW), NOW)
    waiting = [page.events.get_nowait() for _ in range(page.events.qsize())]
    assert waiting[0] is None
    assert len(waiting) <= 1000

"""Works that threads bring at the same time are committed together on SQLite, and each is told of its own."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Connection, text

from store.database.blocking import BlockingDatabase
from store.database.group_commit import GroupCommit
from store.database.session import OperationalError
from tests.patience import PATIENCE


class Place:
    """A table of numbers, with its transactions counted."""

    def __init__(self, database: BlockingDatabase) -> None:
        self.database, self.transactions = database, 0
        with database.write() as connection:
            connection.execute(text("CREATE TABLE found (number INTEGER PRIMARY KEY)"))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.transactions += 1
        with self.database.write() as connection:
            yield connection

    def numbers(self) -> list[int]:
        with self.database.read() as connection:
            return list(connection.execute(text("SELECT number FROM found ORDER BY number")).scalars())


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    database = BlockingDatabase(f"sqlite:///{tmp_path}/found.db", connections=2)
    yield Place(database)
    database.dispose()


@pytest.fixture
def group(place: Place) -> Iterator[GroupCommit]:
    group = GroupCommit(place.write)
    yield group
    group.close()


def adding(number: int) -> Callable[[Connection], int]:
    def add(connection: Connection) -> int:
        connection.execute(text("INSERT INTO found VALUES (:number)"), {"number": number})
        return number

    return add


def failing(number: int) -> Callable[[Connection], int]:
    def fail(connection: Connection) -> int:
        adding(number)(connection)
        raise ValueError(number)

    return fail


def losing_everything(connection: Connection) -> int:
    """As SQLite does by itself where the disk is full."""
    connection.connection.execute("ROLLBACK")
    raise ValueError("disk full")


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not happened():  # noqa: ASYNC110  nobody tells of threads that wait
            await asyncio.sleep(0.01)


async def together(group: GroupCommit, *works: Callable[[Connection], int]) -> list[Future[int]]:
    """What became of works that all came while another was written."""
    begun, others_wait = Event(), Event()

    def first(connection: Connection) -> int:
        begun.set()
        assert others_wait.wait(PATIENCE)
        return adding(0)(connection)

    with ThreadPoolExecutor(len(works) + 1) as threads:
        before = threads.submit(group.write, first)
        await until(begun.is_set)
        found = [threads.submit(group.write, work) for work in works]
        await until(lambda: group.waiting == len(works))
        others_wait.set()
    assert before.result() == 0
    return found


async def test_those_who_come_together_are_written_together(place: Place, group: GroupCommit) -> None:
    found = await together(group, *map(adding, range(1, 9)))
    assert [one.result() for one in found] == list(range(1, 9))
    assert (place.numbers(), place.transactions) == (list(range(9)), 2)


async def test_one_that_fails_is_undone_alone_and_told_alone(place: Place, group: GroupCommit) -> None:
    found = await together(group, adding(1), failing(2), adding(3))
    assert [type(one.exception()) for one in found] == [type(None), ValueError, type(None)]
    assert (place.numbers(), place.transactions) == ([0, 1, 3], 2)


async def test_where_the_whole_transaction_is_lost_nobody_is_told_otherwise(
    place: Place, group: GroupCommit
) -> None:
    found = await together(group, adding(1), losing_everything, adding(3))
    assert all(one.exception() for one in found)
    assert place.numbers() == [0]
    assert group.write(adding(4)) == 4


async def test_work_is_done_in_the_context_of_whoever_brings_it(group: GroupCommit) -> None:
    number = ContextVar("number", default=0)
    number.set(7)
    assert group.write(lambda _: number.get()) == 7


def test_a_database_that_is_away_is_told_to_all(tmp_path: Path) -> None:
    database = BlockingDatabase(f"sqlite:///{tmp_path}/nowhere/found.db", connections=1)
    with pytest.raises(OperationalError):
        database.write_after(lambda _: None, lambda connection, _: adding(1)(connection))
    database.dispose()

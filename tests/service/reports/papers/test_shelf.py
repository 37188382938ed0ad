"""A document is made once, by one maker, however many ask and however long it takes."""

import asyncio
from datetime import UTC, datetime

import pytest

from service.access.errors import ConflictError, NotFoundError, TooBusyError
from service.reports.papers.shelf import Shelf
from store.database.engines import Database
from store.reports import papers
from tests.databases import on_both
from tests.message_row import message_row


class Maker:
    """Makes a document once it is let."""

    def __init__(self, made: bytes = b"made") -> None:
        self.begun, self._made = 0, made
        self.is_at_work = asyncio.Event()
        self.may_end = asyncio.Event()

    async def __call__(self) -> bytes:
        self.begun += 1
        self.is_at_work.set()
        await self.may_end.wait()
        return self._made


async def test_whoever_asks_meanwhile_waits_for_the_one_that_is_made(database: Database) -> None:
    shelf, make = Shelf(database), Maker()
    asked = [asyncio.create_task(shelf.kept("weekly/1", make)) for _ in range(5)]
    await make.is_at_work.wait()
    make.may_end.set()
    assert await asyncio.gather(*asked) == [b"made"] * 5
    assert make.begun == 1


async def test_who_waits_too_long_is_told_to_come_again_and_the_work_goes_on(database: Database) -> None:
    shelf, make = Shelf(database, patience=0.01), Maker()
    for _ in range(3):
        with pytest.raises(TooBusyError, match="составление продолжается"):
            await shelf.kept("weekly/1", make)
    make.may_end.set()
    await shelf.soon("weekly/1", make)
    assert await shelf.kept("weekly/1", make) == b"made"
    assert make.begun == 1


@on_both
async def test_of_two_processes_the_quicker_makes_what_is_kept(database: Database) -> None:
    quick, slow = Maker(), Maker(b"too late")
    second = asyncio.create_task(Shelf(database).kept("weekly/1", slow))
    await slow.is_at_work.wait()
    quick.may_end.set()
    assert await Shelf(database).kept("weekly/1", quick) == b"made"
    slow.may_end.set()
    assert await second == b"made"


async def test_what_could_not_be_made_is_tried_again_by_the_next(database: Database) -> None:
    async def fault() -> bytes:
        raise ConflictError("шаблон")

    shelf, make = Shelf(database), Maker()
    make.may_end.set()
    with pytest.raises(ConflictError):
        await shelf.kept("weekly/1", fault)
    await shelf.soon("weekly/1", fault)
    assert await shelf.kept("weekly/1", make) == b"made"


@on_both
async def test_nothing_is_kept_of_texts_that_were_erased_while_it_was_made(database: Database) -> None:
    async with database.write() as session:
        row = message_row(1, datetime.now(UTC))
        session.add(row)
        await session.flush()
        shelf, make = Shelf(database), Maker()
    asked = asyncio.create_task(shelf.kept("note/1", make, message=1))
    await make.is_at_work.wait()
    async with database.write() as session:
        assert await papers.forget(session, 1) == 1
    make.may_end.set()
    with pytest.raises(NotFoundError):
        await asked
    assert await shelf.kept("note/1", make, message=1) == b"made"
    assert make.begun == 2


async def test_what_is_not_final_is_made_once_for_all_who_ask(database: Database) -> None:
    shelf, make = Shelf(database), Maker()
    asked = [asyncio.create_task(shelf.passing("draft", make)) for _ in range(3)]
    make.may_end.set()
    assert await asyncio.gather(*asked) == [b"made"] * 3
    assert await shelf.passing("draft", make) == b"made"
    assert make.begun == 1

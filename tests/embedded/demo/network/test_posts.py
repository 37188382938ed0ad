"""Posts and files of the invented network, in their own database."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from embedded.demo.network import posts
from embedded.demo.network.posts import DemoFileRow, DemoPostRow, Posts
from store.database.engines import Database
from store.database.session import DatabaseError
from store.migrations import schema

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Posts]:
    made = Posts(tmp_path)
    await made.make()
    yield made
    await made.dispose()


async def test_its_tables_are_made_once_and_what_is_in_them_stays(database: Posts, tmp_path: Path) -> None:
    async with database.write() as session:
        session.add(DemoPostRow(author="Сосед", text="Яма", at=NOW))
    again = Posts(tmp_path)
    await again.make()
    async with again.read() as session:
        assert await posts.count(session) == 1
    await again.dispose()


async def test_a_place_that_cannot_be_written_is_a_database_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError):
        await Posts(tmp_path / "file").make()


async def test_no_table_of_it_is_among_those_of_work(tmp_path: Path) -> None:
    work = Database(f"sqlite+aiosqlite:///{tmp_path / 'otklik.db'}")
    await schema.migrate(work)
    async with work.read() as session:
        names = (await (await session.connection()).exec_driver_sql("SELECT name FROM sqlite_master")).all()
    await work.dispose()
    assert not [name for (name,) in names if "demo" in name]


async def test_files_are_told_by_answer_in_their_order_counted_and_removed_with_it(
    database: Posts,
) -> None:
    async with database.write() as session:
        assert await posts.size_of_files(session) == 0
        for number, post in ((1, None), (2, 1), (3, 1), (4, None), (5, 4)):
            session.add(DemoPostRow(id=number, post=post, author="Сосед", text="Яма", at=NOW))
            await session.flush()
        for answer, position, name in ((3, 0, "а.png"), (2, 1, "в.mp4"), (2, 0, "б.png"), (5, 0, "г.png")):
            session.add(
                DemoFileRow(post=answer, position=position, name=name, type="image/png", content=b"\0\xff")
            )
    async with database.write() as session:
        found = await posts.files_under(session, 1)
        assert {answer: [file.name for file in files] for answer, files in found.items()} == {
            2: ["б.png", "в.mp4"],
            3: ["а.png"],
        }
        stored = await posts.file(session, found[3][0].id)
        assert stored is not None
        assert stored.content == b"\0\xff"
        assert await posts.size_of_files(session) == 8
        await posts.remove_files(session, 2)
        assert set(await posts.files_under(session, 1)) == {3}

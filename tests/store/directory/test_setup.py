"""State of a database after its first start, and after the next ones."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col, func, select

from calendar_rules.vocabulary import Network, Role
from embedded.demo.data import directory
from embedded.prepare import DemoPasswordError, prepare
from service.messages import networks
from service.people import passwords
from settings import Settings
from store.database.engines import Database
from store.database.tables import SettingRow
from store.directory.tables import AccountRow
from store.messages.tables import NetworkRow, TopicRow
from store.people.persons import holders
from store.people.tables import BodyRow, PersonRow

Rows = dict[str, list[tuple[Any, ...]]]


def demo(url: str, data: Path, password: str | None = "pass word") -> Settings:
    return settings_of(url, data).model_copy(update={"demo": True, "demo_password": password})


def settings_of(url: str, data: Path) -> Settings:
    return Settings.load(
        data=data, database_url=url, temporal_address="127.0.0.1:1", temporal_namespace="default"
    )


async def everything(url: str) -> Rows:
    """Every row of every table."""
    database = Database(url)
    async with database.changing_schema() as connection:
        rows: Rows = {}
        for table in SQLModel.metadata.sorted_tables:
            found = await connection.execute(sa.select(table).order_by(*table.primary_key.columns))
            rows[table.name] = [tuple(row) for row in found]
    await database.dispose()
    return rows


async def test_without_the_demo_there_are_networks_and_nothing_else(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    await prepare(settings_of(url, tmp_path))
    rows = await everything(url)
    assert {row[0] for row in rows["network"]} == {network.value for network in Network}
    assert [row[0] for row in rows["setting"]] == ["appeal_notice", "purpose"]
    assert {name for name, found in rows.items() if found} == {"network", "setting"}


async def test_the_demo_directory_is_filled_whole(new_url: Callable[[], str], tmp_path: Path) -> None:
    url = new_url()
    await prepare(demo(url, tmp_path))
    database, given = Database(url), directory()
    async with database.read() as session:
        for table, number in (
            (BodyRow, len(given.bodies) + 1),
            (AccountRow, sum(len(body.accounts) for body in given.bodies)),
            (TopicRow, len(given.topics)),
            (NetworkRow, len(Network)),
            (PersonRow, len(given.people)),
        ):
            assert (await session.exec(select(func.count()).select_from(table))).one() == number, table
        assert await holders(session, Role.EXECUTOR, "roads") == ["executor-roads"]
        notice = await session.get(SettingRow, "appeal_notice")
        assert notice is not None
        assert notice.value == networks.given().appeal_notice
        topics = list(await session.exec(select(TopicRow.key).order_by(col(TopicRow.position))))
        assert topics == [topic.key for topic in given.topics]
    await database.dispose()


async def test_a_second_start_changes_nothing_and_hashes_no_password_again(
    new_url: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    hash_it = passwords.hashed

    async def count(password: str) -> str:
        hashed.append(password)
        return await hash_it(password)

    monkeypatch.setattr(passwords, "hashed", count)
    url = new_url()
    await prepare(demo(url, tmp_path))
    before = await everything(url)
    await prepare(demo(url, tmp_path))
    assert await everything(url) == before
    assert hashed == ["pass word"]


async def test_another_password_replaces_the_old_one(new_url: Callable[[], str], tmp_path: Path) -> None:
    url = new_url()
    await prepare(demo(url, tmp_path, "old"))
    await prepare(demo(url, tmp_path, "new"))
    database = Database(url)
    async with database.read() as session:
        kept = set(await session.exec(select(PersonRow.password_hash)))
    await database.dispose()
    assert len(kept) == 1
    assert await passwords.matches("new", next(iter(kept)))
    assert not await passwords.matches("old", next(iter(kept)))


async def test_the_demo_leaves_the_networks_as_the_installation_has_them(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    url = new_url()
    await prepare(settings_of(url, tmp_path))
    database = Database(url)
    async with database.write() as session:
        rules = await session.get(NetworkRow, "forum")
        assert rules is not None
        rules.max_length = 7
        session.add(rules)
    await prepare(demo(url, tmp_path))
    async with database.read() as session:
        rules = await session.get(NetworkRow, "forum")
        assert rules is not None
        assert rules.max_length == 7
        assert await session.get(PersonRow, "curator") is not None
    await database.dispose()


async def test_a_demo_without_a_password_is_refused_in_russian(
    new_url: Callable[[], str], tmp_path: Path
) -> None:
    with pytest.raises(DemoPasswordError, match="OTKLIK_DEMO_PASSWORD"):
        await prepare(demo(new_url(), tmp_path, None))


async def test_the_folder_of_the_data_is_made(tmp_path: Path) -> None:
    data = tmp_path / "новая папка" / "50%"
    await prepare(Settings.load(data=data, temporal_address="127.0.0.1:1", temporal_namespace="default"))
    with sqlite3.connect(data / "otklik.db") as connection:
        assert connection.execute("SELECT count(*) FROM network").fetchone() == (len(Network),)
    connection.close()


async def test_processes_that_start_together_take_turns(tmp_path: Path, new_url: Callable[[], str]) -> None:
    url = new_url()
    await asyncio.gather(*(prepare(demo(url, tmp_path)) for _ in range(3)))
    assert len((await everything(url))["person"]) == len(directory().people)

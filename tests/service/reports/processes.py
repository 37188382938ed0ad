"""Processes over one database, in which lists and periods are asked for and made."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import select

from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.people.tables import PersonRoleRow, PersonRow
from store.reports.tables import WorkbookRow


class Processes:
    """Of the API as many as are asked for, and a worker; Temporal is nowhere."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.settings = Settings.load(data=folder, database_url=database.url, temporal_address="127.0.0.1:1")
        self.closes: list[Callable[[], None]] = []

    async def rows(self) -> list[WorkbookRow]:
        """What is waited for, or kept."""
        async with self.database.read() as session:
            return list(await session.exec(select(WorkbookRow)))

    async def set(self, **values: Any) -> None:
        """Change all of it."""
        async with self.database.write() as session:
            await session.exec(update(WorkbookRow).values(**values))

    def close(self) -> None:
        """End what was opened."""
        for close in self.closes:
            close()


async def add_readers(session: Session) -> None:
    """A head and a curator, by these sign-ins."""
    keys = ("head", "curator")
    session.add_all(PersonRow(key=key, name=key, position="-", password_hash="-") for key in keys)
    await session.flush()
    session.add_all(PersonRoleRow(person=key, role=key) for key in keys)

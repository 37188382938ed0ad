"""Copies of a database that is in use, as an operator makes them (docs/run/backup.md), restored into an empty place."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

from tests.postgresql import new_database, tool


class SqliteCopy:
    """`VACUUM INTO`, and the copy put where a database is looked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._copy = folder / "copy.db"
        self._places = 0

    def new_place(self) -> str:
        self._places += 1
        return f"sqlite:///{self._folder}/place-{self._places}.db"

    async def make(self, url: str) -> None:
        file = url.rpartition("///")[2]
        with contextlib.closing(sqlite3.connect(f"/{file.lstrip('/')}")) as connection:
            connection.execute("VACUUM INTO ?", (str(self._copy),))

    async def restore(self) -> str:
        """The address of a new place that has what the copy has."""
        place = self.new_place()
        self._copy.rename(place.removeprefix("sqlite:///"))
        return place


class PostgresqlCopy:
    """`pg_dump` and `pg_restore`."""

    def __init__(self, folder: Path, server: str) -> None:
        self._server = server
        self._copy = folder / "otklik.dump"

    def new_place(self) -> str:
        return new_database(self._server)

    async def make(self, url: str) -> None:
        await _run("pg_dump", "--format=custom", f"--file={self._copy}", _plain(url))

    async def restore(self) -> str:
        """The address of a new place that has what the copy has."""
        place = self.new_place()
        await _run(
            "pg_restore", "--exit-on-error", "--no-owner", f"--dbname={_plain(place)}", str(self._copy)
        )
        return place


Copy = SqliteCopy | PostgresqlCopy


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


async def _run(program: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(tool(program)), *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    assert process.returncode == 0, said.decode()

"""Installations that a table is imported into, and the import as an operator runs it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from service.commands.imports import run
from settings import Settings
from store.database.engines import Database
from tests.api.conftest import NO_TEMPORAL, fill
from tests.prepared import prepare
from tests.service.commands.imports.tables import HEADER, Values, csv_file

REPORT = "incidents.отчёт.xlsx"
Sheet = list[tuple[Any, ...]]


class Place:
    """An installation whose database has a directory, and imports into it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def prepare(self) -> "Place":
        await prepare(self.settings)
        database = Database(self.settings.database_url)
        await fill(database, "no password")
        await database.dispose()
        return self

    async def run(self, file: Path, **options: Any) -> int:
        """The exit code."""
        given = {"curator": None, "dry_run": False} | options
        return await run.import_table(self.settings, run.Options(file=file, **given))

    async def take(
        self, *lines: Values, header: Values = HEADER, encoding: str = "utf-8", **options: Any
    ) -> int:
        """The exit code for a CSV of these lines, beside the data."""
        file = csv_file(self.settings.data.parent, *lines, header=header, encoding=encoding)
        return await self.run(file, **options)

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.settings.data / "otklik.db")) as connection:
            return connection.execute(statement, values).fetchall()

    def count(self, table: str, where: str = "1") -> int:
        number: int = self.rows(f"SELECT count(*) FROM {table} WHERE {where}")[0][0]
        return number

    def report(self, title: str) -> Sheet:
        """The rows of a sheet of the report, without its header."""
        with closing(load_workbook(self.settings.data.parent / REPORT, read_only=True)) as book:
            return list(book[title].iter_rows(values_only=True))[1:]

    def everything(self) -> list[str]:
        """Every row of every table."""
        with closing(sqlite3.connect(self.settings.data / "otklik.db")) as connection:
            return list(connection.iterdump())


@pytest.fixture
def deserted_settings(tmp_path: Path) -> Settings:
    return Settings.load(data=tmp_path / "data", temporal_address=NO_TEMPORAL, temporal_namespace="default")


@pytest.fixture
async def deserted(deserted_settings: Settings) -> Place:
    """An installation whose Temporal is away."""
    return await Place(deserted_settings).prepare()

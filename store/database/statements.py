"""Statements with their rows: the worker executes them in a thread, the API among its other work."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

_AT_ONCE = 500

Key = TypeVar("Key", int, tuple[int, int])
Rows = list[dict[str, Any]]


Statement = tuple[Executable, Rows]
"""A statement with its rows of parameters."""


def chunks(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """The keys in order, no more at once than a statement should name: of some thousand pairs PostgreSQL takes none."""
    in_order = sorted(keys)
    for first in range(0, len(in_order), _AT_ONCE):
        yield in_order[first : first + _AT_ONCE]


def new_rows(table: type[SQLModel], rows: Rows, dialect: str) -> list[Statement]:
    """Write rows of a table; those that are there stay as they are."""
    return [(_inserting_new(table, dialect), rows)] if rows else []


async def run(session: AsyncSession, statements: list[Statement]) -> None:
    """Execute statements in a session of the API."""
    connection = await session.connection()
    for statement, rows in statements:
        await connection.execute(statement, rows)


def inserting(table: type[SQLModel], dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """What writes rows of a table, and can say what becomes of those that are there."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _inserting_new(table: type[SQLModel], dialect: str) -> Executable:
    return inserting(table, dialect).on_conflict_do_nothing()

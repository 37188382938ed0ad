"""Facts that reports count: one statement for each number, by which it is counted, and listed for who opens it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

Facts = sa.Select[Any]
"""A statement of columns `message`, `at`, `body`, and those that it is counted by."""
Condition = sa.ColumnElement[bool]


class Fact(NamedTuple):
    """One thing that a number counts: of which message, when, and at which body; None: of no body."""

    message: int
    at: datetime | None = None
    body: str | None = None


def facts(message: Any, at: Any, body: Any, **more: Any) -> Facts:
    """The statement of these columns; `more` are those that it is counted by."""
    named = {"message": message, "at": at, "body": body, **more}
    return sa.select(*(sa.label(name, column) for name, column in named.items()))


def counted(connection: sa.Connection, statement: Facts, *keys: str) -> Sequence[Any]:
    """How many facts there are by these columns: rows of the keys and the count."""
    each = statement.subquery()
    columns = [each.c[key] for key in keys]
    return connection.execute(sa.select(*columns, sa.func.count()).select_from(each).group_by(*columns)).all()


def listed(connection: sa.Connection, statement: Facts, **equal: object) -> list[Fact]:
    """The facts themselves, those whose columns have these values."""
    each = statement.subquery()
    where = [each.c[key].is_not_distinct_from(value) for key, value in equal.items()]
    rows = connection.execute(sa.select(each.c.message, each.c.at, each.c.body).where(*where))
    return [Fact(*row) for row in rows]

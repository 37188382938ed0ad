"""Working time that messages count by: production calendars and working hours, each under the name of its content.

A due moment on record is explained by what it was counted from, whatever is loaded by then: nothing here ever changes.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection
from sqlmodel import col, select

from store.database.statements import Statement, new_rows
from store.messages.tables import WorkingTimeRow


def keep(contents: Mapping[str, str], dialect: str) -> list[Statement]:
    """Write contents, JSON by their names; those that are there stay."""
    rows = [{"name": name, "content": content} for name, content in contents.items()]
    return new_rows(WorkingTimeRow, rows, dialect)


def contents(connection: Connection, names: Collection[str]) -> dict[str, str]:
    """The contents of these names, as far as there are any."""
    row = WorkingTimeRow
    return dict(connection.execute(select(row.name, row.content).where(col(row.name).in_(names))).all())

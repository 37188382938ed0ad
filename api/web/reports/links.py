"""Lists behind the numbers of a report: every number opens just the things that it counts."""

from typing import Final
from urllib.parse import urlencode

from api.web.messages.address import at
from service.reports.weekly import period as periods
from service.reports.weekly.layout import Column, Contents, Kind, Row, Table, Value

LIST: Final = "/reports/list"
_BEFORE: Final = {"previous_breached": "breached", "previous_late": "late"}
"""Columns of the period before, and the column that counts the same of this one."""


class Links:
    """The addresses behind the cells of a report's tables."""

    def __init__(self, contents: Contents, *, now: Contents | None = None) -> None:
        """`now`: what is counted at this moment, where the report was made earlier; a number that has become another
        since has no list of just that many."""
        summary = contents.summary
        self._period = periods.named(summary.unit, summary.period)
        self._body = summary.body
        self._now = None if now is None else _cells(now)

    def of(self, table: Table, column: Column, row: Row) -> str | None:
        """Where a cell leads; None where it is no number, or nothing."""
        if table.key == "governor_reports":
            return f"/messages/{row.key}" if column.key == "message" else None
        count = row.cells[table.columns.index(column)]
        if (
            column.kind is not Kind.COUNT
            or not isinstance(count, int)
            or count <= 0
            or column.key == "change"
        ):
            return None
        if self._now is not None and self._now.get(_name(table, column, row)) != count:
            return None
        if table.key == "surges":
            return at(urlencode({"surge": row.key or ""}))
        period, name = self._period, column.key
        if name.startswith("previous"):
            period = period.later(-1)
            name = _BEFORE.get(name, "received" if table.key == "topics" else "count")
        if table.key == "weeks":
            period = periods.named(period.unit, row.key or "")
        wanted = {
            "period": period.name,
            "body": self._body,
            "table": table.key,
            "column": name,
            "row": None if table.key == "weeks" else row.key,
            "limit": row.limit.value if row.limit else None,
        }
        return f"{LIST}?{urlencode({key: value for key, value in wanted.items() if value is not None})}"


def _name(table: Table, column: Column, row: Row) -> tuple[str, ...]:
    return (table.key, column.key, row.key or "", row.limit or "", "total" if row is table.total else "")


def _cells(contents: Contents) -> dict[tuple[str, ...], Value]:
    return {
        _name(table, column, row): value
        for table in contents.tables()
        for row in (*table.rows, *((table.total,) if table.total else ()))
        for column, value in zip(table.columns, row.cells, strict=True)
    }

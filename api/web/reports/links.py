"""Lists behind the numbers of a report: every number opens just the things that it counts."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from api.web.messages.address import at
from calendar_rules.vocabulary import Verdict
from service.reports.weekly import period as periods
from service.reports.weekly import verdicts
from service.reports.weekly.dynamics import ENDED, NOT_ROUTED, REST
from service.reports.weekly.kept_parts import CURATORS
from service.reports.weekly.layout import Column, Contents, Kind, Row, Table, Value
from service.reports.weekly.period import Period

LIST: Final = "/reports/list"
_OF_MESSAGES: Final[Mapping[str, Mapping[str, str]]] = {
    "received": {},
    "answered": {"outcome": "answered"},
    "declined": {"outcome": "declined"},
    "unanswered": {"outcome": "unanswered"},
    "open": {"open": "true"},
    **{value: {"verdict": value} for value in ("none", *Verdict)},
}
"""Figures that count messages, with what a list of messages is narrowed to for them."""
_BEFORE: Final = {"previous": "count", "previous_breached": "breached", "previous_late": "late"}
"""Columns of the period before, and the column that counts the same of this one."""
_OF_ANSWERS: Final = frozenset(("answered", "none", *Verdict))
"""Figures of who drafted the answer."""
_OF_PLACES: Final = frozenset(("topics", verdicts.BY_TOPIC, "locations", "networks", "streets"))
_OF_MESSAGES_DETECTED: Final = _OF_PLACES | {"totals", "bodies", verdicts.BY_BODY, "weeks"}
_NOT_VOID: Final = {"void": "false"}


class Links:
    """The addresses behind the cells of a report's tables."""

    def __init__(
        self, contents: Contents, zone: ZoneInfo, *, reads_register: bool, now: Contents | None = None
    ) -> None:
        """`now`: what is counted at this moment, where the report was made earlier; a number that has become another
        since has no list of just that many."""
        summary = contents.summary
        self._period = periods.named(summary.unit, summary.period)
        self._body = summary.body
        self._zone = zone
        self._reads_register = reads_register
        self._now = None if now is None else _cells(now)

    def of(self, table: Table, column: Column, row: Row) -> str | None:
        """Where a cell leads; None where it is no number, or nothing."""
        if table.key == "governor_reports":
            return f"/messages/{row.key}" if column.key == "message" else None
        place = table.columns.index(column)
        count = row.cells[place]
        if (
            column.kind is not Kind.COUNT
            or not isinstance(count, int)
            or count <= 0
            or column.key == "change"
        ):
            return None
        if self._now is not None and self._now.get(_name(table, column, row)) != count:
            return None
        period, name = self._period, column.key
        if name in _BEFORE:
            period, name = period.later(-1), _BEFORE[name]
        if table.key == "weeks":
            period = periods.named(period.unit, row.key or "")
        return self._address(table, name, row, period)

    def _address(self, table: Table, name: str, row: Row, period: Period) -> str:
        figure = name
        if table.key in ("totals", "balance"):
            figure = row.key or ""
        elif table.key in _OF_PLACES and name == "count":
            figure = "received"
        found = None
        if table.key in _OF_MESSAGES_DETECTED or (table.key == "balance" and figure == "received"):
            found = self._messages(table, figure, row, period)
        elif table.key == "surges":
            found = at(urlencode({"surge": row.key or ""}))
        elif table.key == "authors":
            found = self._listed({"author_of": row.key or ""}, period)
        elif table.key in ("limits", "measures") and self._reads_register:
            found = self._register(table, name, row, period)
        return found or self._items(table, figure if table.key == "topics" else name, row, period)

    def _messages(self, table: Table, figure: str, row: Row, period: Period) -> str | None:
        """A list of messages; None of what counts no messages, or no list can be narrowed to."""
        narrowed = _OF_MESSAGES.get(figure)
        if narrowed is None:
            return None
        more = dict(narrowed)
        body = self._body
        if table.key in ("bodies", verdicts.BY_BODY) and row.key is not None:
            body = row.key
        if body is not None and figure in _OF_ANSWERS:
            more["answered_by"] = body
        if table.key in _OF_PLACES:
            of_row = _of_row(table, row)
            if of_row is None:
                return None
            if row.key == NOT_ROUTED:
                more.pop("open", None)
            more |= of_row
        return self._listed(more, period, body)

    def _listed(self, more: Mapping[str, str], period: Period, body: str | None = None) -> str:
        since, until = period.span(self._zone)
        of_body = body or self._body
        return at(
            urlencode(
                {
                    **{"detected_from": since.isoformat(), "detected_to": until.isoformat()},
                    **_NOT_VOID,
                    **({"body": of_body} if of_body else {}),
                    **more,
                }
            )
        )

    def _register(self, table: Table, name: str, row: Row, period: Period) -> str | None:
        """The register of shortcomings; it cannot be narrowed to the curators."""
        more: dict[str, str] = {}
        if table.key == "limits":
            if name != "late" or row.key == CURATORS:
                return None
            body = row.key or self._body
            more = {"limit": row.limit.value} if row.limit else {}
        else:
            body = self._body
            more = {"noted": {"measures": "true"}, "without": {"measures": "false"}}.get(row.key or "", {})
        since, until = period.span(self._zone)
        days = {"from": since.isoformat(), "to": until.isoformat()}
        return f"/shortcomings?{urlencode({**({'body': body} if body else {}), **more, **days})}"

    def _items(self, table: Table, name: str, row: Row, period: Period) -> str:
        wanted = {
            "period": period.name,
            "body": self._body,
            "table": table.key,
            "column": name,
            "row": None if table.key == "weeks" else row.key,
            "limit": row.limit.value if row.limit else None,
        }
        return f"{LIST}?{urlencode({key: value for key, value in wanted.items() if value is not None})}"


def _of_row(table: Table, row: Row) -> dict[str, str] | None:
    """What a list of messages is narrowed to for a row; None where no list can be."""
    if row is table.total:
        return {} if table.key in ("topics", verdicts.BY_TOPIC, "networks") else None
    if row.key in (NOT_ROUTED, ENDED):
        return {"routed": "false", "open": "true" if row.key == NOT_ROUTED else "false"}
    first, _, street = (row.key or "").partition("\n")
    if not first or first == REST:
        return None
    return {_NARROWED_BY[table.key]: first, **({"street": street} if street else {})}


_NARROWED_BY: Final = {
    **dict.fromkeys(("topics", verdicts.BY_TOPIC), "topic"),
    "locations": "settlement",
    "networks": "network",
    "streets": "settlement",
}


def _name(table: Table, column: Column, row: Row) -> tuple[str, ...]:
    return (table.key, column.key, row.key or "", row.limit or "", "total" if row is table.total else "")


def _cells(contents: Contents) -> dict[tuple[str, ...], Value]:
    return {
        _name(table, column, row): value
        for table in contents.tables()
        for row in (*table.rows, *((table.total,) if table.total else ()))
        for column, value in zip(table.columns, row.cells, strict=True)
    }

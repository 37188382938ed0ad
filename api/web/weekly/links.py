"""Which numbers of a summary's page are links, and where they lead."""

from urllib.parse import urlencode

from api.web.messages.address import at
from service.weekly.behind import Behind, Conditions
from service.weekly.layout import Row, Table

_RECEIVED = "Поступило"


class Links:
    """The addresses behind the cells of a summary's tables."""

    def __init__(self, behind: Behind) -> None:
        self._behind = behind

    def of(self, table: Table, column: str, row: Row) -> str | None:
        """Where a cell leads; None where there is no list of just that many."""
        if table.key == "governor_reports":
            return f"/messages/{row.key}" if column == "message" else None
        place = next(place for place, known in enumerate(table.columns) if known.key == column)
        count = row.cells[place]
        if not isinstance(count, int) or not count:
            return None
        if (table.key, column) == ("limits", "late"):
            late = self._behind.breached(row.key, row.limit, count) if row.key or row is table.total else None
            return f"/shortcomings?{urlencode(late)}" if late else None
        found = self._conditions(table, column, row, count)
        return at(urlencode(found)) if found else None

    def _conditions(self, table: Table, column: str, row: Row, count: int) -> Conditions | None:
        behind, is_total = self._behind, row is table.total
        match table.key, column:
            case ("totals", "count") if row.cells[0] == _RECEIVED:
                return behind.received(count)
            case ("totals", "previous") if row.cells[0] == _RECEIVED:
                return behind.received_before(count)
            case ("bodies", "received"):
                return behind.received(count) if is_total else behind.of_body(row.key, count)
            case ("topics", "received"):
                return behind.received(count) if is_total else behind.of_topic(row.key, count)
            case ("topics", "previous") if is_total:
                return behind.received_before(count)
        return None

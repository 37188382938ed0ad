"""Rows of a report's page that are folded away: bodies that broke no limit."""

from collections.abc import Sequence
from typing import NamedTuple

from service.reports.weekly.layout import Row, Table

_OF_BODIES = "bodies"
_BREACHED = "breached"
_FEWEST = 4
"""Fewer are not worth a press."""


class Rows(NamedTuple):
    """Rows of a table that are seen at once, and those under «Без нарушений»."""

    seen: Sequence[Row]
    folded: Sequence[Row]


def rows_of(table: Table) -> Rows:
    """The rows of a table of a report in their order; of other tables than that of bodies none is folded."""
    place = next((at for at, column in enumerate(table.columns) if column.key == _BREACHED), None)
    if table.key != _OF_BODIES or place is None:
        return Rows(table.rows, ())
    seen = [row for row in table.rows if row.cells[place]]
    folded = [row for row in table.rows if not row.cells[place]]
    return Rows(seen, folded) if seen and len(folded) >= _FEWEST else Rows(table.rows, ())

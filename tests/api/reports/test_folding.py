"""Bodies that broke no limit are folded on a report's page; no row is lost, and no other table has any."""

from collections.abc import Sequence

import pytest

from api.web.reports.folding import rows_of
from service.reports.weekly.layout import Column, Row, Table

COLUMNS = (Column("title", "Орган"), Column("in_time", "В срок"), Column("breached", "Нарушено"))


def table(breached: Sequence[int | None], key: str = "bodies") -> Table:
    rows = tuple(Row((f"Орган {at}", 1, count)) for at, count in enumerate(breached))
    return Table(key, "Органы", COLUMNS, rows)


def test_those_without_breaches_are_folded_in_their_order() -> None:
    given = table([0, 2, None, 0, 1, 0])
    rows = rows_of(given)
    assert [row.cells[2] for row in rows.seen] == [2, 1]
    assert [row.cells[0] for row in rows.folded] == ["Орган 0", "Орган 2", "Орган 3", "Орган 5"]


@pytest.mark.parametrize(
    "given",
    [
        table([0, 0, 0, 0, 0]),  # none broke any
        table([1, 0, 0, 0]),  # too few
        table([1, 0, 0, 0, 0], key="topics"),
        Table("bodies", "Органы", COLUMNS[:2], (Row(("Орган", 1)),)),
    ],
)
def test_else_all_are_seen(given: Table) -> None:
    assert rows_of(given) == (given.rows, ())

"""Items of a number of a report: each thing that it counts, so that a number opens the list of just those."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store.reports.period import Row


@dataclass(frozen=True, slots=True)
class Item:
    """One thing counted under the name of a field: of which message, when, and at which body; None: of no body.

    `together`: it counts in what all of them have together, too.
    """

    field: str
    message: int
    at: datetime | None = None
    body: str | None = None
    together: bool = True


def of_rows(field: str, rows: Iterable[Row]) -> Iterable[Item]:
    """Journal rows that each count at the body they name."""
    return (Item(field, row.message, row.at, row.data["body"]) for row in rows)

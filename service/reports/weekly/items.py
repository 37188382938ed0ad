"""Items of a number of a report: each thing that it counts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Item:
    """One thing counted under the name of a field: of which message, when, and at which body; None: of no body."""

    field: str
    message: int
    at: datetime | None = None
    body: str | None = None

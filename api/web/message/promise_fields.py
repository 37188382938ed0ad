"""Promises as the form of a draft has them: what, and by which day; rows left empty promise nothing."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from itertools import zip_longest
from typing import Final, NamedTuple

from service.messages.view import DraftView

WHAT, DAY = "promise_what", "promise_day"
NAMES: Final = frozenset({WHAT, DAY})
"""Fields of the form of a draft; each has a value for each row."""
_FEWEST: Final = 3
"""Rows to write in, without scripts."""

Values = Mapping[str, Sequence[str]]


class PromiseFields(NamedTuple):
    """A promise as it stands in fields."""

    what: str = ""
    day: str = ""


def filled(values: Values) -> list[PromiseFields]:
    """What was typed, without rows left empty."""
    rows = zip_longest(values.get(WHAT, ()), values.get(DAY, ()), fillvalue="")
    found = [PromiseFields(what.strip(), day.strip()) for what, day in rows]
    return [row for row in found if any(row)]


def shown(values: Values) -> list[PromiseFields]:
    """The rows of the form: what was typed, and room for more."""
    rows = filled(values)
    return [*rows, *[PromiseFields()] * max(1, _FEWEST - len(rows))]


def of_draft(draft: DraftView, zone: tzinfo | None) -> dict[str, list[str]]:
    """The fields of what a draft promised: the next round begins with it."""
    return {
        WHAT: [promise.what for promise in draft.promises],
        DAY: [promise.by.astimezone(zone).date().isoformat() for promise in draft.promises],
    }


def as_body(values: Values) -> tuple[dict[str, object], dict[str, str]]:
    """What goes into the request for a draft, and what is wrong with it."""
    rows = filled(values)
    for row in rows:
        if not row.what:
            return {}, {"promises": "Укажите, что обещано."}
        if not row.day:
            return {}, {"promises": f"Укажите день обещания «{row.what}»."}
    return ({"promises": [{"what": row.what, "by": row.day} for row in rows]} if rows else {}), {}

"""Every promise with all that happened to it, as the database has them: for whoever checks them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, Row, select
from sqlmodel import col

from store.promises.rows import link
from store.promises.tables import PromiseEventRow, PromiseRow

_ROWS_AT_ONCE = 1000


class Stands(NamedTuple):
    """How a promise stands: its state, its body, its day, and how often that was moved."""

    state: str | None = None
    body: str | None = None
    until: str | None = None
    moves: int = 0


class Checked(NamedTuple):
    """A promise as its row says it stands and as what happened to it does; `broken` are records that were changed."""

    promise: int
    message: int
    stands: Stands
    told: Stands
    broken: Sequence[int]


_STATES = {
    "stated": "stated",
    "restated": "stated",
    "given": "given",
    "moved": "moved",
    "asked": "asked",
    "kept": "kept",
    "broken": "broken",
    "dropped": "dropped",
}
"""What a promise is after each kind of record; others leave it as it was."""


def promises(connection: Connection) -> Iterator[Checked]:
    """All of them, in order; an unreadable record raises what it raises."""
    streaming = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
    rows = connection.execute(
        select(
            *(col(getattr(PromiseRow, name)) for name in ("id", "message", "state", "body", "until", "moves"))
        ).order_by(col(PromiseRow.id))
    ).all()
    events = streaming.execute(
        select(*(col(getattr(PromiseEventRow, name)) for name in PromiseEventRow.model_fields)).order_by(
            col(PromiseEventRow.promise), col(PromiseEventRow.number)
        )
    )
    of_promise = {promise: _told(list(found)) for promise, found in groupby(events, lambda row: row.promise)}
    for row in rows:
        told, broken = of_promise.get(row.id, (Stands(), [0]))
        stands = Stands(row.state, row.body, row.until.isoformat(), row.moves)
        yield Checked(row.id, row.message, stands, told, broken)


def _told(events: Sequence[Row[tuple[object, ...]]]) -> tuple[Stands, list[int]]:
    stands, before, last = Stands(), None, 0
    broken: list[int] = []
    for row in events:
        event = PromiseEventRow(**row._mapping)
        if event.number != last + 1 or event.hash != link(before, event):
            broken.append(event.number)
        last, before = event.number, event.hash
        stands = _after(stands, event)
    return stands, broken


def _after(stands: Stands, event: PromiseEventRow) -> Stands:
    stands = stands._replace(state=_STATES.get(event.kind, stands.state))
    match event.kind:
        case "stated":
            return stands._replace(body=event.data["body"], until=_until(event.data["until"]))
        case "given":
            return stands._replace(body=event.data["body"])
        case "passed_on":
            return stands._replace(body=event.data["to"])
        case "moved":
            return stands._replace(until=_until(event.data["to"]), moves=stands.moves + 1)
        case _:
            return stands


def _until(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()

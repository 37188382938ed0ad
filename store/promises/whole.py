"""Every promise with all that happened to it, as the database has them: for whoever checks them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from store.database.blocking import BlockingDatabase
from store.journal.chain import ChainEnd
from store.promises.rows import link
from store.promises.tables import PromiseEventRow, PromiseRow

_ROWS_AT_ONCE = 1000
_PROMISES_AT_ONCE = 500


class Stands(NamedTuple):
    """How a promise stands: its state, its body, its day, and how often that was moved."""

    state: str | None = None
    body: str | None = None
    until: str | None = None
    moves: int = 0


class Checked(NamedTuple):
    """A promise as its row says it stands and as what happened to it does; `broken` are records that were changed.

    `hashes` are those of its records, by number.
    """

    promise: int
    message: int
    stands: Stands
    told: Stands
    broken: Sequence[int]
    hashes: Mapping[int, str]


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
        told, broken, hashes = of_promise.get(row.id, (Stands(), [0], {}))
        stands = Stands(row.state, row.body, row.until.isoformat(), row.moves)
        yield Checked(row.id, row.message, stands, told, broken, hashes)


def _told(events: Sequence[Row[tuple[object, ...]]]) -> tuple[Stands, list[int], dict[int, str]]:
    stands, before, last = Stands(), None, 0
    broken: list[int] = []
    hashes: dict[int, str] = {}
    for row in events:
        event = PromiseEventRow(**row._mapping)
        if event.number != last + 1 or event.hash != link(before, event):
            broken.append(event.number)
        last, before = event.number, event.hash
        hashes[last] = before
        stands = _after(stands, event)
    return stands, broken, hashes


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


def ends(database: BlockingDatabase) -> Iterator[dict[tuple[int, int], ChainEnd]]:
    """The last record of every promise, by message and promise, a portion of promises at a time."""
    after = 0
    any_event = aliased(PromiseEventRow)
    last = (
        select(func.max(any_event.number))
        .where(col(any_event.promise) == col(PromiseRow.id))
        .scalar_subquery()
    )
    while True:
        with database.read() as connection:
            rows = connection.execute(
                select(
                    *(col(PromiseRow.message), col(PromiseEventRow.promise)),
                    *(col(PromiseEventRow.number), col(PromiseEventRow.hash)),
                )
                .join(PromiseEventRow, col(PromiseEventRow.promise) == col(PromiseRow.id))
                .where(col(PromiseRow.id) > after, col(PromiseEventRow.number) == last)
                .order_by(col(PromiseRow.id))
                .limit(_PROMISES_AT_ONCE)
            ).all()
        if not rows:
            return
        yield {(message, promise): ChainEnd(number, end) for message, promise, number, end in rows}
        after = rows[-1].promise


def hash_of(database: BlockingDatabase, promise: int, number: int) -> str | None:
    """The hash of one record; None where there is none of that number."""
    with database.lookup() as connection:
        return connection.execute(
            select(col(PromiseEventRow.hash)).where(
                col(PromiseEventRow.promise) == promise, col(PromiseEventRow.number) == number
            )
        ).scalar()

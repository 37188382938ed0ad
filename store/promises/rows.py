"""Promises as rows: found, listed, and changed together with the record of what happened to them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import PromiseState
from store.journal.chain import digest, moment_text
from store.messages.tables import MessageRow
from store.people.tables import BodyRow
from store.promises.tables import PromiseEventRow, PromiseRow

OPEN = (PromiseState.STATED, PromiseState.GIVEN, PromiseState.MOVED, PromiseState.ASKED)
"""States that are no end."""
RUNNING = OPEN[1:]
"""States in which a moment is to come: `look_at` is set in these, and in no other."""

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed by; None: by nothing. `due_before` is a moment, `before` the id that a page ends at."""

    body: str | None = None
    state: PromiseState | None = None
    due_before: datetime | None = None
    message: int | None = None
    before: int | None = None


async def add(session: AsyncSession, row: PromiseRow, now: datetime) -> None:
    """Write a promise that somebody has just stated; its id is known then."""
    session.add(row)
    await session.flush()
    what = {"what": row.what, "until": moment_text(row.until), "draft": row.draft, "body": row.body}
    await happened(
        session, row, "stated", row.stated_at, now, what, person=row.person, acting_for=row.acting_for
    )


async def happened(
    session: AsyncSession,
    row: PromiseRow,
    kind: str,
    at: datetime,
    now: datetime,
    data: Mapping[str, Any],
    *,
    person: str | None = None,
    acting_for: str | None = None,
) -> int:
    """Put on record what happened to a promise that this transaction has locked; returns the number of the record.

    `at` is when it did, `now` when it is written; `person` None: the machine.
    """
    found = await session.exec(
        select(PromiseEventRow.number, PromiseEventRow.hash)
        .where(PromiseEventRow.promise == row.id)
        .order_by(col(PromiseEventRow.number).desc())
        .limit(1)
    )
    number, before = found.first() or (0, None)
    assert row.id is not None  # noqa: S101
    event = PromiseEventRow(
        promise=row.id,
        number=number + 1,
        at=at,
        kind=kind,
        person=person,
        acting_for=acting_for,
        data=dict(data),
        written_at=now,
        hash="",
    )
    event.hash = link(before, event)
    session.add(event)
    await session.flush()
    assert event.id is not None  # noqa: S101
    return event.id


def link(before: str | None, event: PromiseEventRow) -> str:
    """The hash of a record; `before` is that of the one before it, None for the first."""
    said = event.promise, event.number, moment_text(event.at), event.kind, event.person, event.acting_for
    return digest((before, *said, event.data))


async def events(session: AsyncSession, promises: Collection[int], kind: str) -> Sequence[PromiseEventRow]:
    """What of a kind happened to some promises, in order."""
    found = await session.exec(
        select(PromiseEventRow)
        .where(col(PromiseEventRow.promise).in_(promises), PromiseEventRow.kind == kind)
        .order_by(col(PromiseEventRow.id))
    )
    return found.all()


async def last_at(session: AsyncSession, promise: int) -> datetime | None:
    """When the last thing happened to a promise."""
    found = await session.exec(
        select(PromiseEventRow.at)
        .where(PromiseEventRow.promise == promise)
        .order_by(col(PromiseEventRow.at).desc())
        .limit(1)
    )
    return found.first()


async def by_id(session: AsyncSession, promise: int) -> PromiseRow | None:
    """A promise of this id."""
    return await session.get(PromiseRow, promise)


async def locked(session: AsyncSession, promise: int) -> PromiseRow | None:
    """The same, read again; until the end of the transaction nobody else changes it."""
    return await session.get(PromiseRow, promise, with_for_update=True, populate_existing=True)


async def of_messages(session: AsyncSession, messages: Collection[int]) -> Sequence[PromiseRow]:
    """Every promise of some messages, in order."""
    found = await session.exec(
        select(PromiseRow).where(col(PromiseRow.message).in_(messages)).order_by(col(PromiseRow.id))
    )
    return found.all()


async def awaits_proof(session: AsyncSession, message: int) -> bool:
    """Whether somebody may yet say of a promise of the message that it is kept, and show a picture."""
    found = await session.exec(
        select(PromiseRow.id)
        .where(
            PromiseRow.message == message,
            col(PromiseRow.state).in_((*OPEN, PromiseState.BROKEN)),
            col(PromiseRow.done_at).is_(None),
        )
        .limit(1)
    )
    return found.first() is not None


async def page(
    session: AsyncSession, sought: Sought, bodies: Sequence[str] | None, limit: int
) -> Sequence[PromiseRow]:
    """Up to `limit` promises, the newest first; of these bodies, None: of all."""
    statement = select(PromiseRow).order_by(col(PromiseRow.id).desc()).limit(limit)
    if bodies is not None:
        statement = statement.where(col(PromiseRow.body).in_(bodies))
    for wanted, column in (
        (sought.body, PromiseRow.body),
        (sought.state, PromiseRow.state),
        (sought.message, PromiseRow.message),
    ):
        if wanted is not None:
            statement = statement.where(col(column) == wanted)
    if sought.due_before is not None:
        statement = statement.where(col(PromiseRow.until) < sought.due_before)
    if sought.before is not None:
        statement = statement.where(col(PromiseRow.id) < sought.before)
    return (await session.exec(statement)).all()


_FOLLOWED = (
    select(PromiseRow.id)
    .join(MessageRow, col(MessageRow.number) == col(PromiseRow.message))
    .where(col(PromiseRow.seen_rows).is_not(None), col(PromiseRow.seen_rows) != col(MessageRow.rows))
    .limit(_AT_ONCE)
)


async def to_follow(session: AsyncSession, message: int | None = None) -> list[int]:
    """Promises whose draft is still undecided, and whose message has gone on since it was last looked at."""
    statement = _FOLLOWED if message is None else _FOLLOWED.where(PromiseRow.message == message)
    return [promise for promise in await session.exec(statement) if promise is not None]


_OF_BODIES_GONE = (
    select(PromiseRow.id)
    .join(BodyRow, col(BodyRow.key) == col(PromiseRow.body))
    .where(
        col(PromiseRow.look_at).is_not(None),
        col(BodyRow.active).is_(False),
        col(BodyRow.successor).is_not(None),
    )
    .limit(_AT_ONCE)
)


async def of_bodies_gone(session: AsyncSession) -> list[int]:
    """Running promises of bodies that no longer act and have a successor."""
    return [promise for promise in await session.exec(_OF_BODIES_GONE) if promise is not None]


async def acting(session: AsyncSession, body: str) -> str:
    """The body that acts in the place of this one: the last of its successors; itself where it acts or has none."""
    seen: set[str] = set()
    while body not in seen:
        seen.add(body)
        found = await session.get(BodyRow, body)
        if found is None or found.active or found.successor is None:
            break
        body = found.successor
    return body


@dataclass(frozen=True, slots=True)
class ToBegin:
    """A promise whose workflow is to be begun or told to look again; `is_late`: something should have been done."""

    promise: int
    message: int
    is_late: bool


async def to_begin(session: AsyncSession, before: datetime) -> list[ToBegin]:
    """Promises whose workflow is to look again, and those that nothing was done about though it was due by then."""
    is_late = col(PromiseRow.look_at) < before
    found = await session.exec(
        select(PromiseRow.id, PromiseRow.message, sa.func.coalesce(is_late, sa.false()))
        .where(sa.or_(col(PromiseRow.to_look), is_late))
        .order_by(col(PromiseRow.id))
        .limit(_AT_ONCE)
    )
    return [ToBegin(promise, message, bool(late)) for promise, message, late in found if promise is not None]


async def due(session: AsyncSession, at: datetime) -> list[int]:
    """Running promises of which something falls due by a moment, the first due first."""
    found = await session.exec(
        select(PromiseRow.id).where(col(PromiseRow.look_at) <= at).order_by(col(PromiseRow.look_at))
    )
    return [promise for promise in found if promise is not None]


async def look_again(session: AsyncSession) -> int:
    """Have the workflow of every running promise look again, or begin where it is lost; returns how many."""
    changed = await session.exec(
        sa.update(PromiseRow).where(col(PromiseRow.look_at).is_not(None)).values(to_look=True)
    )
    return changed.rowcount


async def drop(session: AsyncSession, row: PromiseRow, at: datetime, now: datetime, because: str) -> None:
    """A promise is one no more: its draft came to nothing, or its message was erased."""
    row.to_look = row.to_look or row.look_at is not None
    row.state, row.settled_at, row.look_at = PromiseState.DROPPED, at, None
    session.add(row)
    await happened(session, row, "dropped", at, now, {"because": because})


async def forget(session: AsyncSession, message: int, now: datetime) -> None:
    """The message is erased: its promises are over. Their words go with its texts, behind this.

    Whoever says something of one of them at this moment has said it then, or finds it erased.
    """
    found = await session.exec(select(PromiseRow).where(PromiseRow.message == message).with_for_update())
    for row in [row for row in found.all() if row.state in OPEN]:
        row.seen_rows = None
        await drop(session, row, now, now, "erased")

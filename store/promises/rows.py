"""Promises as rows: written with the records of their messages, found, listed, and looked at by the clock."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Executable
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import PromiseState
from store.database.statements import Statement, inserting
from store.people.tables import BodyRow
from store.promises.tables import PromiseRow

RUNNING: Final = (PromiseState.GIVEN, PromiseState.MOVED)
"""States in which a day is to come, or an answer is awaited."""
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list is narrowed by; None: by nothing. `due_before` is a moment; a page follows `after`.

    `after`: the moment at which a promise was given, and its id.
    """

    body: str | None = None
    state: PromiseState | None = None
    due_before: datetime | None = None
    after: tuple[datetime, str] | None = None


def keep(message: int, promises: Iterable[dict[str, Any]], dialect: str) -> list[Statement]:
    """Write the promises of a message as they are now, and have the clock look at each.

    Each is a `workflows.state.Promise` with its moments, and under `promise` the same as JSON.
    """
    rows = [
        {
            "id": one["id"],
            "message": message,
            "body": one["body"],
            "state": one["state"],
            "due_at": one["by"],
            **{name: one[name] for name in ("given_at", "settled_at", "done_at", "promise")},
            "look_at": one["by"] if one["state"] in RUNNING else None,
            "to_look": one["state"] in RUNNING,
        }
        for one in promises
    ]
    return [(_replacing(dialect), rows)] if rows else []


@cache
def _replacing(dialect: str) -> Executable:
    statement = inserting(PromiseRow, dialect)
    changing = [name for name in PromiseRow.model_fields if name not in ("id", "message")]
    return statement.on_conflict_do_update(
        index_elements=["id"], set_={name: statement.excluded[name] for name in changing}
    )


async def by_id(session: AsyncSession, promise: str) -> PromiseRow | None:
    """A promise of this id."""
    return await session.get(PromiseRow, promise)


async def locked(session: AsyncSession, promise: str) -> PromiseRow | None:
    """The same, read again; until the end of the transaction nobody else changes it."""
    return await session.get(PromiseRow, promise, with_for_update=True, populate_existing=True)


async def awaits_proof(session: AsyncSession, message: int) -> bool:
    """Whether somebody may yet say of a promise of the message that it is kept, and show a picture."""
    found = await session.exec(
        select(PromiseRow.id).where(PromiseRow.message == message, col(PromiseRow.done_at).is_(None)).limit(1)
    )
    return found.first() is not None


# ---- lists


async def page(
    session: AsyncSession, sought: Sought, bodies: Sequence[str] | None, limit: int
) -> Sequence[PromiseRow]:
    """Up to `limit` promises of these bodies, None: of all; the one given last first."""
    given_at, promise = col(PromiseRow.given_at), col(PromiseRow.id)
    statement = select(PromiseRow).where(*_conditions(sought, tuple(PromiseState), bodies))
    if sought.after is not None:
        at, last = sought.after
        statement = statement.where(sa.or_(given_at < at, sa.and_(given_at == at, promise < last)))
    found = await session.exec(statement.order_by(given_at.desc(), promise.desc()).limit(limit))
    return found.all()


async def first_due(
    session: AsyncSession, sought: Sought, bodies: Sequence[str] | None, limit: int
) -> Sequence[PromiseRow]:
    """Running promises of these bodies, the first due first; those of erased messages run no more."""
    found = await session.exec(
        select(PromiseRow)
        .where(*_conditions(sought, RUNNING, bodies), col(PromiseRow.look_at).is_not(None))
        .order_by(col(PromiseRow.due_at), col(PromiseRow.id))
        .limit(limit)
    )
    return found.all()


async def last_settled(
    session: AsyncSession, sought: Sought, state: PromiseState, bodies: Sequence[str] | None, limit: int
) -> Sequence[PromiseRow]:
    """Kept or broken promises of these bodies, the last settled first."""
    found = await session.exec(
        select(PromiseRow)
        .where(*_conditions(sought, (state,), bodies))
        .order_by(col(PromiseRow.settled_at).desc(), col(PromiseRow.id))
        .limit(limit)
    )
    return found.all()


async def counts(
    session: AsyncSession, sought: Sought, bodies: Sequence[str] | None
) -> dict[PromiseState, int]:
    """How many there are in each state."""
    found = await session.exec(
        select(PromiseRow.state, sa.func.count())
        .where(*_conditions(sought, tuple(PromiseState), bodies))
        .group_by(col(PromiseRow.state))
    )
    return {PromiseState(state): number for state, number in found.all()}


def _conditions(
    sought: Sought, states: Collection[PromiseState], bodies: Sequence[str] | None
) -> list[sa.ColumnElement[bool]]:
    wanted = [state for state in states if sought.state in (None, state)]
    conditions: list[sa.ColumnElement[bool]] = [col(PromiseRow.state).in_(wanted)]
    if bodies is not None:
        conditions.append(col(PromiseRow.body).in_(bodies))
    if sought.body is not None:
        conditions.append(col(PromiseRow.body) == sought.body)
    if sought.due_before is not None:
        conditions.append(col(PromiseRow.due_at) < sought.due_before)
    return conditions


# ---- the clock


async def to_look_at(session: AsyncSession, before: datetime) -> list[tuple[str, int]]:
    """Promises, each with its message, whose workflow is to look again, or should have by this moment.

    Those of bodies that no longer act and have a successor are among them.
    """
    found = await session.exec(
        select(PromiseRow.id, PromiseRow.message)
        .join(BodyRow, col(BodyRow.key) == col(PromiseRow.body))
        .where(
            sa.or_(
                col(PromiseRow.to_look),
                col(PromiseRow.look_at) < before,
                sa.and_(
                    col(PromiseRow.look_at).is_not(None),
                    col(BodyRow.active).is_(False),
                    col(BodyRow.successor).is_not(None),
                ),
            )
        )
        .limit(_AT_ONCE)
    )
    return list(found.all())


async def due(session: AsyncSession, at: datetime) -> Sequence[str]:
    """Running promises of which something may fall due by a moment, the first due first."""
    found = await session.exec(
        select(PromiseRow.id)
        .where(sa.or_(col(PromiseRow.to_look), col(PromiseRow.look_at) <= at))
        .order_by(col(PromiseRow.look_at))
    )
    return found.all()


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


async def look_again(session: AsyncSession) -> None:
    """Have the workflow of every running promise look again, or begin where it is lost."""
    await session.exec(sa.update(PromiseRow).where(col(PromiseRow.look_at).is_not(None)).values(to_look=True))


async def forget(session: AsyncSession, message: int) -> None:
    """The message is erased: its promises run no more. Their words go with its texts."""
    await session.exec(
        sa.update(PromiseRow).where(col(PromiseRow.message) == message).values(look_at=None, to_look=False)
    )

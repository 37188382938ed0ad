"""Calls by networks' keys, counted for all workers together: each is taken with one statement.

A rate is kept as the moment from which its bucket is full again (the generic cell rate algorithm): a worker that dies
with what it took has lost just that.
"""

import time

from sqlalchemy import ColumnElement, Double, and_, case, cast, extract, func, literal
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database.statements import inserting
from store.networks.tables import NetworkUseRow

_ROW = NetworkUseRow


async def take(
    session: AsyncSession, dialect: str, key: str, calls: int, a_call: float, at_once: int, now: float | None
) -> float:
    """Take calls of a key, of which each `a_call` seconds another may be made, and `at_once` after a rest.

    Returns 0 where they may be made now, else in how many seconds there is room for one. Of several, those for which
    there is no room yet keep the next caller waiting. `now`: seconds since 1970; None: the
    database's own clock, which is one for all workers.
    """
    clock = _clock(dialect, now)
    full_at = case((col(_ROW.full_at) > clock, col(_ROW.full_at)), else_=clock)
    statement = inserting(_ROW, dialect).values(key=key, full_at=clock + calls * a_call, paused_until=0.0)
    taken = await session.exec(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={"full_at": full_at + calls * a_call},
            where=and_(
                col(_ROW.paused_until) <= clock, col(_ROW.full_at) - clock <= (at_once - 1) * a_call + _NEAR
            ),
        ).returning(col(_ROW.key))
    )
    if taken.first() is not None:
        return 0.0
    room_at = col(_ROW.full_at) - (at_once - 1) * a_call
    until = case((col(_ROW.paused_until) > room_at, col(_ROW.paused_until)), else_=room_at)
    left = (await session.exec(select(until - clock).where(_ROW.key == key))).one()
    return max(float(left), _NEAR)


_NEAR = 1e-3
"""Seconds that sums of moments, of 1970 in floating point, may be off."""


async def pause(session: AsyncSession, dialect: str, key: str, wait: float, now: float | None) -> None:
    """The network has asked for a pause of so many seconds; a longer one that was asked for stays."""
    until = _clock(dialect, now) + wait
    statement = inserting(_ROW, dialect).values(key=key, full_at=0.0, paused_until=until)
    longer = case((col(_ROW.paused_until) > until, col(_ROW.paused_until)), else_=until)
    await session.exec(statement.on_conflict_do_update(index_elements=["key"], set_={"paused_until": longer}))


def _clock(dialect: str, now: float | None) -> ColumnElement[float]:
    if now is not None:
        return literal(now, Double)
    if dialect == "postgresql":
        return cast(extract("epoch", func.statement_timestamp()), Double)
    return literal(time.time(), Double)  # SQLite is on the worker's own machine

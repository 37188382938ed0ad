"""Promises in the order in which somebody works through them: what is due first, then what was settled last."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.vocabulary import PromiseState
from store.promises.rows import RUNNING, Sought
from store.promises.tables import PromiseRow

SETTLED = (PromiseState.BROKEN, PromiseState.KEPT)
SHOWN = (*RUNNING, *SETTLED)
"""States of the register: what no published text has promised is not in it."""


async def first_due(
    session: AsyncSession, sought: Sought, bodies: Sequence[str] | None, limit: int
) -> Sequence[PromiseRow]:
    """Running promises of these bodies, None: of all, the first due first."""
    order = col(PromiseRow.until), col(PromiseRow.id)
    found = await session.exec(
        select(PromiseRow).where(*_conditions(sought, RUNNING, bodies)).order_by(*order).limit(limit)
    )
    return found.all()


async def last_settled(
    session: AsyncSession, sought: Sought, state: PromiseState, bodies: Sequence[str] | None, limit: int
) -> Sequence[PromiseRow]:
    """Kept or broken promises, the last settled first."""
    order = col(PromiseRow.settled_at).desc(), col(PromiseRow.id).desc()
    found = await session.exec(
        select(PromiseRow).where(*_conditions(sought, (state,), bodies)).order_by(*order).limit(limit)
    )
    return found.all()


async def counts(
    session: AsyncSession, sought: Sought, bodies: Sequence[str] | None
) -> dict[PromiseState, int]:
    """How many there are in each state of the register."""
    found = await session.exec(
        select(PromiseRow.state, sa.func.count())
        .where(*_conditions(sought, SHOWN, bodies))
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
        conditions.append(col(PromiseRow.until) < sought.due_before)
    return conditions

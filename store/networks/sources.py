"""Sources of candidates: where they are, how often they are polled, and what came of the last poll."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.networks.tables import IS_POLLED, CandidateRow, SourceRow


async def all_of_them(session: AsyncSession) -> Sequence[SourceRow]:
    """Every source, the last added first."""
    return (await session.exec(select(SourceRow).order_by(col(SourceRow.id).desc()))).all()


async def by_id(session: AsyncSession, source: int) -> SourceRow | None:
    """One source, read again from the database."""
    return await session.get(SourceRow, source, populate_existing=True)


async def due(session: AsyncSession, at: datetime) -> list[int]:
    """The sources that are polled, and that nothing puts off beyond a moment."""
    statement = (
        select(SourceRow.id)
        .where(
            col(SourceRow.active).is_(True),
            col(SourceRow.next_at).is_(None) | (col(SourceRow.next_at) <= at),
        )
        .order_by(col(SourceRow.id))
    )
    return [number for number in await session.exec(statement) if number is not None]


async def to_look_at(session: AsyncSession, now: datetime) -> list[int]:
    """The sources that are due to be looked at, as `is_due` says of one."""
    statement = (
        select(SourceRow.id)
        .where(
            IS_POLLED,
            col(SourceRow.look_at) <= now,
            col(SourceRow.next_at).is_(None) | (col(SourceRow.next_at) <= now),
        )
        .order_by(col(SourceRow.look_at))
    )
    return [number for number in await session.exec(statement) if number is not None]


async def next_look(session: AsyncSession) -> datetime | None:
    """When the first source is due, if any is polled."""
    put_off = col(SourceRow.next_at) > col(SourceRow.look_at)
    moment = case((put_off, col(SourceRow.next_at)), else_=col(SourceRow.look_at))
    return (await session.exec(select(moment).where(IS_POLLED).order_by(moment).limit(1))).first()


def is_due(row: SourceRow, now: datetime) -> bool:
    """Whether a source is polled, its time has come, and nothing puts it off."""
    return row.active and row.look_at <= now and (row.next_at is None or row.next_at <= now)


async def ask(session: AsyncSession, sources: Sequence[int], now: datetime) -> None:
    """Have these sources looked at at once."""
    await session.exec(update(SourceRow).where(col(SourceRow.id).in_(sources)).values(look_at=now))


async def of_ids(session: AsyncSession, sources: Sequence[int]) -> Sequence[SourceRow]:
    """These sources, as many as there are."""
    return (await session.exec(select(SourceRow).where(col(SourceRow.id).in_(sources)))).all()


async def change(session: AsyncSession, source: int, values: Mapping[str, Any]) -> None:
    """Set columns of a source."""
    await session.exec(update(SourceRow).where(col(SourceRow.id) == source).values(**values))


async def remove(session: AsyncSession, source: int) -> bool:
    """The source is gone; what it has brought stays. Whether there was one."""
    await session.exec(update(CandidateRow).where(col(CandidateRow.source) == source).values(source=None))
    return bool((await session.exec(delete(SourceRow).where(col(SourceRow.id) == source))).rowcount)


async def asked_again(session: AsyncSession, of_networks: Sequence[str]) -> None:
    """Nothing puts off the sources of these networks any more: what they lacked, such as a key, may be there now."""
    await session.exec(
        update(SourceRow)
        .where(col(SourceRow.network).in_(of_networks), col(SourceRow.failures) > 0)
        .values(failures=0, next_at=None)
    )

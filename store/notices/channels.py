"""Channels of people: where each is told beside the inbox. Addresses are sealed by whoever writes them here."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.notices.tables import ChannelRow, DeliveryRow

WAITING = "waiting"


async def of(session: AsyncSession, person: str) -> Sequence[ChannelRow]:
    """The channels a person has, in the order in which they were added."""
    return (
        await session.exec(
            select(ChannelRow)
            .where(ChannelRow.person == person, col(ChannelRow.removed_at).is_(None))
            .order_by(col(ChannelRow.id))
        )
    ).all()


async def of_all(session: AsyncSession, persons: Collection[str]) -> Mapping[str, Sequence[ChannelRow]]:
    """The channels of these people, each person's in the order in which they were added."""
    found: dict[str, list[ChannelRow]] = defaultdict(list)
    rows = await session.exec(
        select(ChannelRow).where(col(ChannelRow.removed_at).is_(None)).order_by(col(ChannelRow.id))
    )
    for row in rows:
        if row.person in persons:
            found[row.person].append(row)
    return found


async def are_any(session: AsyncSession) -> bool:
    """Whether anybody has a channel."""
    found = await session.exec(select(ChannelRow.id).where(col(ChannelRow.removed_at).is_(None)).limit(1))
    return found.first() is not None


async def add(session: AsyncSession, row: ChannelRow) -> int:
    """A further channel; returns its id, which its address may be sealed by."""
    session.add(row)
    await session.flush()
    assert row.id is not None  # noqa: S101
    return row.id


async def choose(session: AsyncSession, channel: int, kinds: list[str] | None) -> None:
    """From now on these kinds go there, None: all."""
    await session.exec(update(ChannelRow).where(col(ChannelRow.id) == channel).values(kinds=kinds))


async def remove(session: AsyncSession, channels: Collection[int], now: datetime) -> None:
    """Their addresses go at once, with what waits for them; what was delivered there stays on record."""
    await session.exec(
        delete(DeliveryRow).where(col(DeliveryRow.channel).in_(channels), col(DeliveryRow.state) == WAITING)
    )
    await session.exec(
        update(ChannelRow)
        .where(col(ChannelRow.id).in_(channels))
        .values(removed_at=now, address="", error=None, failing_since=None, next_at=None)
    )


async def by_id(session: AsyncSession, channel: int) -> ChannelRow | None:
    """One channel, unless it was removed."""
    found = await session.get(ChannelRow, channel)
    return found if found is not None and found.removed_at is None else None

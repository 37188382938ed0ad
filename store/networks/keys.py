"""Keys of bodies' accounts in networks. Credentials are sealed by whoever writes them here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.networks.tables import NetworkKeyRow


async def all_of_them(session: AsyncSession) -> Sequence[NetworkKeyRow]:
    """Every key, by body and network, the first added first."""
    statement = select(NetworkKeyRow).order_by(
        col(NetworkKeyRow.body),
        col(NetworkKeyRow.network),
        col(NetworkKeyRow.added_at),
        col(NetworkKeyRow.id),
    )
    return (await session.exec(statement)).all()


async def of_body(session: AsyncSession, network: str, body: str) -> Sequence[NetworkKeyRow]:
    """The keys of a body in a network, the last added first."""
    statement = (
        select(NetworkKeyRow)
        .where(NetworkKeyRow.network == network, NetworkKeyRow.body == body)
        .order_by(col(NetworkKeyRow.added_at).desc(), col(NetworkKeyRow.id))
    )
    return (await session.exec(statement)).all()


async def of_platform(session: AsyncSession, platform: str) -> Sequence[NetworkKeyRow]:
    """The keys for the calls of a platform, whosever they are, the last added first."""
    statement = (
        select(NetworkKeyRow)
        .where(NetworkKeyRow.platform == platform)
        .order_by(col(NetworkKeyRow.added_at).desc(), col(NetworkKeyRow.id))
    )
    return (await session.exec(statement)).all()


async def by_id(session: AsyncSession, key: str) -> NetworkKeyRow | None:
    """One key."""
    return await session.get(NetworkKeyRow, key)


async def remove(session: AsyncSession, key: str) -> bool:
    """The key is gone, with its credentials; whether there was one."""
    return bool((await session.exec(delete(NetworkKeyRow).where(col(NetworkKeyRow.id) == key))).rowcount)


async def expiring(session: AsyncSession, before: datetime) -> Sequence[NetworkKeyRow]:
    """Keys that are good until a moment before this one, those that are over too."""
    statement = (
        select(NetworkKeyRow)
        .where(col(NetworkKeyRow.expires_at) < before)
        .order_by(col(NetworkKeyRow.expires_at), col(NetworkKeyRow.id))
    )
    return (await session.exec(statement)).all()

"""The hash that is kept of a person's password, replaced only where it still is the one that was checked."""

from collections.abc import Collection

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.tables import PersonRow


async def hashes(session: AsyncSession, keys: Collection[str]) -> dict[str, str]:
    """What is kept of those of these people that are there; empty of whoever has no password."""
    rows = await session.exec(
        select(PersonRow.key, PersonRow.password_hash).where(col(PersonRow.key).in_(keys))
    )
    return dict(rows.all())


async def still_is(session: AsyncSession, key: str, known: str) -> bool:
    """Whether the person is there still, and with this hash."""
    rows = await session.exec(
        select(PersonRow.key).where(
            PersonRow.key == key, PersonRow.password_hash == known, col(PersonRow.active).is_(True)
        )
    )
    return rows.first() is not None


async def change_password(session: AsyncSession, key: str, known: str, new: str) -> bool:
    """The person's own new hash, where the kept one still is `known`; whether it was."""
    done = await session.exec(
        update(PersonRow)
        .where(col(PersonRow.key) == key, col(PersonRow.password_hash) == known)
        .values(password_hash=new, must_change_password=False)
    )
    return bool(done.rowcount)


async def give_password(session: AsyncSession, key: str, new: str) -> bool:
    """A hash of a password that somebody else has set, to be changed by its owner; whether they still work."""
    done = await session.exec(
        update(PersonRow)
        .where(col(PersonRow.key) == key, col(PersonRow.active).is_(True))
        .values(password_hash=new, must_change_password=True)
    )
    return bool(done.rowcount)


async def renew_hash(session: AsyncSession, key: str, known: str, new: str) -> None:
    """A hash of the same password by other work, where the kept one still is `known`."""
    await session.exec(
        update(PersonRow)
        .where(col(PersonRow.key) == key, col(PersonRow.password_hash) == known)
        .values(password_hash=new)
    )

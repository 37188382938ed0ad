"""Second factors: sealed secrets, the time steps already used, and recovery codes of which only digests are kept."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.tables import RecoveryCodeRow, SecondFactorRow


async def of(session: AsyncSession, person: str) -> SecondFactorRow | None:
    """The person's second factor, confirmed or not."""
    return await session.get(SecondFactorRow, person)


async def enrol(session: AsyncSession, person: str, sealed_secret: str, now: datetime) -> None:
    """A new secret, which takes the place of one that was never confirmed."""
    await session.merge(
        SecondFactorRow(person=person, secret=sealed_secret, enrolled_at=now, confirmed_at=None, last_step=0)
    )


async def confirm(session: AsyncSession, person: str, now: datetime) -> None:
    """From now on the person needs it to sign in."""
    await session.exec(
        update(SecondFactorRow).where(col(SecondFactorRow.person) == person).values(confirmed_at=now)
    )


async def use_step(session: AsyncSession, person: str, step: int) -> bool:
    """Take the code of a time step; whether neither it nor a later one was taken before."""
    done = await session.exec(
        update(SecondFactorRow)
        .where(col(SecondFactorRow.person) == person, col(SecondFactorRow.last_step) < step)
        .values(last_step=step)
    )
    return bool(done.rowcount)


async def seal_again(session: AsyncSession, person: str, sealed_secret: str) -> None:
    """The same secret, sealed by another key."""
    await session.exec(
        update(SecondFactorRow).where(col(SecondFactorRow.person) == person).values(secret=sealed_secret)
    )


async def remove(session: AsyncSession, person: str) -> bool:
    """Forget the second factor and its recovery codes; whether there was one."""
    await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person) == person))
    done = await session.exec(delete(SecondFactorRow).where(col(SecondFactorRow.person) == person))
    return bool(done.rowcount)


async def replace_recovery_codes(session: AsyncSession, person: str, codes: Iterable[str]) -> None:
    """These codes are the person's from now on, and no others."""
    await session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.person) == person))
    session.add_all(RecoveryCodeRow(digest=_digest(person, code), person=person) for code in codes)


async def use_recovery_code(session: AsyncSession, person: str, code: str, now: datetime) -> bool:
    """Take a recovery code; whether it is one of the person's that was not taken before."""
    done = await session.exec(
        update(RecoveryCodeRow)
        .where(col(RecoveryCodeRow.digest) == _digest(person, code), col(RecoveryCodeRow.used_at).is_(None))
        .values(used_at=now)
    )
    return bool(done.rowcount)


def _digest(person: str, code: str) -> str:
    # A code is random and has 80 bits, so a plain hash cannot be turned back.
    return hashlib.sha256(f"{person}\n{code}".encode()).hexdigest()

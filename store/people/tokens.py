"""Sign-ins: opaque tokens of which only a digest is kept."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.tables import TokenRow

LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody signed in: whether they proved a second factor, from where, and with what program."""

    second_factor: bool = False
    address: str = ""
    agent: str = ""


def digest(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


async def issue(
    session: AsyncSession, person: str, now: datetime, lifetime: timedelta = LIFETIME, way: Way | None = None
) -> str:
    """A new token of the person, shown this once; the person's expired ones are forgotten."""
    await session.exec(
        delete(TokenRow).where(col(TokenRow.person) == person, col(TokenRow.expires_at) <= now)
    )
    token, way = secrets.token_urlsafe(32), way or Way()
    session.add(
        TokenRow(
            digest=digest(token),
            id=secrets.token_hex(8),
            person=person,
            created_at=now,
            expires_at=now + lifetime,
            second_factor=way.second_factor,
            address=way.address,
            agent=way.agent,
        )
    )
    return token


async def open_ones(session: AsyncSession, person: str, now: datetime) -> Sequence[TokenRow]:
    """The person's sign-ins that are neither over nor ended, the newest first."""
    rows = await session.exec(
        select(TokenRow)
        .where(TokenRow.person == person, col(TokenRow.revoked_at).is_(None), col(TokenRow.expires_at) > now)
        .order_by(col(TokenRow.created_at).desc(), col(TokenRow.id))
    )
    return rows.all()


async def prove(session: AsyncSession, digest: str) -> None:
    """The second factor was proved at this sign-in."""
    await session.exec(update(TokenRow).where(col(TokenRow.digest) == digest).values(second_factor=True))


async def revoke(session: AsyncSession, digest: str, now: datetime) -> None:
    """From now on the token of this digest opens nothing."""
    await session.exec(
        update(TokenRow)
        .where(col(TokenRow.digest) == digest, col(TokenRow.revoked_at).is_(None))
        .values(revoked_at=now)
    )


async def revoke_one(session: AsyncSession, person: str, sign_in: str, now: datetime) -> bool:
    """End one of the person's open sign-ins by its id; whether there was one."""
    done = await session.exec(
        update(TokenRow)
        .where(
            col(TokenRow.person) == person,
            col(TokenRow.id) == sign_in,
            col(TokenRow.revoked_at).is_(None),
            col(TokenRow.expires_at) > now,
        )
        .values(revoked_at=now)
    )
    return bool(done.rowcount)


async def revoke_all(session: AsyncSession, person: str, now: datetime, *, but: str | None = None) -> None:
    """None of the person's tokens opens anything from now on, but for the one of the digest `but`."""
    statement = update(TokenRow).where(col(TokenRow.person) == person, col(TokenRow.revoked_at).is_(None))
    if but is not None:
        statement = statement.where(col(TokenRow.digest) != but)
    await session.exec(statement.values(revoked_at=now))

"""Sign-ins: opaque tokens of which only a digest is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from store.tables import TokenRow

LIFETIME = timedelta(hours=12)


def digest(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


async def issue(session: AsyncSession, person: str, now: datetime, lifetime: timedelta = LIFETIME) -> str:
    """A new token of the person, shown this once; the person's expired ones are forgotten."""
    await session.exec(
        delete(TokenRow).where(col(TokenRow.person) == person, col(TokenRow.expires_at) <= now)
    )
    token = secrets.token_urlsafe(32)
    session.add(TokenRow(digest=digest(token), person=person, created_at=now, expires_at=now + lifetime))
    return token


async def revoke(session: AsyncSession, token: str, now: datetime) -> None:
    """From now on the token opens nothing."""
    await session.exec(
        update(TokenRow)
        .where(col(TokenRow.digest) == digest(token), col(TokenRow.revoked_at).is_(None))
        .values(revoked_at=now)
    )


async def revoke_all(session: AsyncSession, person: str, now: datetime) -> None:
    """None of the person's tokens opens anything from now on, as after a change of password."""
    await session.exec(
        update(TokenRow)
        .where(col(TokenRow.person) == person, col(TokenRow.revoked_at).is_(None))
        .values(revoked_at=now)
    )

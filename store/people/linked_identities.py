"""Accounts of an identity provider, and whose they are. They are known by the provider's stable subject alone."""

from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.people.persons import storable
from store.people.tables import LinkedIdentityRow, PersonRow


async def person_of(session: AsyncSession, issuer: str, subject: str) -> str | None:
    """Whose account this is; None while it is nobody's."""
    if not storable(subject):
        return None
    found = await session.get(LinkedIdentityRow, (issuer, subject))
    return found.person if found else None


async def of(session: AsyncSession, issuer: str, person: str) -> LinkedIdentityRow | None:
    """The person's account."""
    rows = await session.exec(
        select(LinkedIdentityRow).where(
            LinkedIdentityRow.issuer == issuer, LinkedIdentityRow.person == person
        )
    )
    return rows.first()


async def link(
    session: AsyncSession, issuer: str, subject: str, person: str, now: datetime, by: str | None
) -> None:
    """From now on the account is this person's, and their only one. Raises IntegrityError if it is another's."""
    await unlink(session, issuer, person)
    session.add(LinkedIdentityRow(issuer=issuer, subject=subject, person=person, linked_at=now, linked_by=by))
    await session.flush()


async def unlink(session: AsyncSession, issuer: str, person: str) -> bool:
    """The person has no account any more; whether they had one."""
    done = await session.exec(
        delete(LinkedIdentityRow).where(
            col(LinkedIdentityRow.issuer) == issuer, col(LinkedIdentityRow.person) == person
        )
    )
    return bool(done.rowcount)


async def by_email(session: AsyncSession, email: str) -> str | None:
    """The one person of the directory who has this address; None where there is none, or more than one."""
    if not storable(email):
        return None
    rows = await session.exec(
        select(PersonRow.key)
        .where(func.lower(PersonRow.email) == email.lower(), col(PersonRow.active).is_(True))
        .limit(2)
    )
    found = rows.all()
    return found[0] if len(found) == 1 else None

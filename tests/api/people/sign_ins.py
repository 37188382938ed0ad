"""Sign-ins put into the database as they would have come about, among them what is over or lacks something."""

from datetime import UTC, datetime, timedelta

from sqlmodel import col, update

from service.assembly import Service
from store.database.engines import Database
from store.people import second_factors, tokens
from store.people.tables import AbsenceRow, PersonRoleRow, PersonRow, TokenRow
from store.people.tokens import Way

EXPIRED = "a token that has expired"
ENDED = "a sign-in that was ended"
LEFT = "somebody who has left"
NEW_PASSWORD = "somebody who must change the password"
NO_CODE = "somebody whose second factor was not proved"
NO_SECOND_FACTOR = "an admin without the second factor"

OVER = (EXPIRED, ENDED, LEFT)
"""Sign-ins that open nothing any more."""
LACKING = (NEW_PASSWORD, NO_CODE, NO_SECOND_FACTOR)
"""Sign-ins that open next to nothing yet; the last of them only where admins must have a second factor."""

_KEYS = {
    LEFT: "has-left",
    NEW_PASSWORD: "must-change-password",
    NO_CODE: "has-not-proved",
    NO_SECOND_FACTOR: "has-no-second-factor",
}
_ROLES = {NO_SECOND_FACTOR: "admin"}
_OF_SOMEBODY = "curator"
_LONG = timedelta(days=30)


async def add_people(service: Service) -> None:
    """Put on record whose sign-ins those are: curators, but for the admin, so that all would be open to them."""
    now = datetime.now(UTC)
    async with service.database.write() as session:
        session.add_all(
            PersonRow(
                key=key,
                name=key,
                position="должность",
                password_hash="",
                active=kind is not LEFT,
                must_change_password=kind is NEW_PASSWORD,
            )
            for kind, key in _KEYS.items()
        )
        await session.flush()
        session.add_all(
            PersonRoleRow(person=key, role=_ROLES.get(kind, "curator")) for kind, key in _KEYS.items()
        )
    signed_in = await service.people.sign_in.of_token(await open_for(service.database, NO_CODE))
    assert signed_in is not None
    await service.people.second_factors.enrol(signed_in)
    async with service.database.write() as session:
        await second_factors.confirm(session, _KEYS[NO_CODE], now)


async def substitute(database: Database, absent: str, present: str) -> None:
    """From yesterday on one person stands in for another."""
    now = datetime.now(UTC)
    async with database.write() as session:
        session.add(
            AbsenceRow(
                id=f"{absent} by {present}",
                person=absent,
                substitute=present,
                starts_at=now - timedelta(days=1),
                ends_at=now + _LONG,
                recorded_by="admin",
                recorded_at=now,
                notified_at=now,
            )
        )


async def open_for(database: Database, who: str, *, second_factor: bool = False) -> str:
    """A new token of a person by their key, or of one of the sign-ins above."""
    now = datetime.now(UTC)
    began = now - _LONG if who is EXPIRED else now
    person = _KEYS.get(who, _OF_SOMEBODY if who in OVER else who)
    async with database.write() as session:
        token = await tokens.issue(session, person, began, way=Way(second_factor=second_factor))
    if who is ENDED:
        async with database.write() as session:
            this = col(TokenRow.digest) == tokens.digest(token)
            await session.exec(update(TokenRow).where(this).values(revoked_at=now))
    return token

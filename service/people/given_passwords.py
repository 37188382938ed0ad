"""Passwords that the administrator gives to others, and what holds their sign-ins up."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError, NotFoundError, TooBusyError
from service.access.recorded_calls import Call
from service.people import password_strength, passwords
from service.people.guesses import wait_after
from store.database.engines import Database
from store.directory import edits as directory_edits
from store.directory.edits import Action, Edit, Part
from store.people import kept_passwords, persons, tokens, wrong_passwords
from store.people.persons import Actor
from store.people.tables import PersonRow

FIELD = "password"
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike: the password is read aloud and typed."""
_GROUPS, _OF_A_GROUP = 4, 4


@dataclass(frozen=True, slots=True)
class HeldUp:
    """Wrong passwords and codes that were tried for somebody within a day; `until`: from where there were too many."""

    wrong: int
    until: datetime | None


class GivenPasswords:
    """Gives passwords, and lets in whom wrong ones hold up."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def give(self, caller: Actor, key: str, typed: str) -> str:
        """A password for somebody else, who is to change it at the first sign-in; returns it, to be shown this once.

        Without a typed one it is made up. Whoever is signed in as them is signed out. Raises NotFoundError,
        ConflictError for the caller's own, InvalidInputError for one that is weak, TooBusyError.
        """
        if key == caller.key:
            raise ConflictError(wording.OWN_PASSWORD_IN_PROFILE)
        person = await self._working(key)
        password = typed or _made_up()
        if weakness := password_strength.weakness(password, person.key, person.name):
            raise InvalidInputError(FIELD, weakness)
        try:
            password_hash = await passwords.hashed(password)
        except passwords.TooManyAtOnceError as error:
            raise TooBusyError(wording.SIGN_IN_IS_BUSY) from error
        now = datetime.now(UTC)
        async with self._db.write(alone=True) as session:
            if not await kept_passwords.give_password(session, key, password_hash):
                raise NotFoundError(wording.NO_PERSON.format(person=key))
            await tokens.revoke_all(session, key, now)
            await wrong_passwords.forget(session, key)
            before = wording.PASSWORD_IS_SET if person.password_hash else ""
            given = Edit(
                Part.PEOPLE,
                key,
                person.name,
                Action.CHANGED,
                [(wording.PASSWORD, before, wording.PASSWORD_IS_GIVEN)],
            )
            directory_edits.note(session, caller.key, now, [given])
            await access_record.write_beside(session, caller.key, Call.PASSWORD_GIVE, {"key": key})
        access_note.is_written(Call.PASSWORD_GIVE)
        return password

    async def held_up(self, key: str) -> HeldUp:
        """What was tried for the sign-in, and until when some source has to wait."""
        now = datetime.now(UTC)
        async with self._db.read() as session:
            tried = await wrong_passwords.of_sign_in(session, key, now)
        waits = [wait for wrong, last in tried if (wait := wait_after(wrong, last, now)) is not None]
        return HeldUp(sum(wrong for wrong, _ in tried), now + max(waits) if waits else None)

    async def let_in(self, key: str) -> None:
        """What was tried wrong for the sign-in holds nobody up any more."""
        async with self._db.write() as session:
            await wrong_passwords.forget(session, key)

    async def _working(self, key: str) -> PersonRow:
        async with self._db.read() as session:
            person = await session.get(PersonRow, key) if persons.storable(key) else None
        if person is None or not person.active:
            raise NotFoundError(wording.NO_PERSON.format(person=key))
        return person


def _made_up() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_OF_A_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)

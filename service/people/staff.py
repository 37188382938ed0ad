"""People of the directory as those see them who look after accounts and absences."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from service.access import wording
from service.access.errors import NotFoundError
from service.people.absences import gives
from store.database.engines import Database
from store.people import persons, staff
from store.people.persons import Actor
from store.people.staff import Member


@dataclass(frozen=True, slots=True)
class Staff:
    """Those that were looked for, and who is absent now with who stands in for them, by sign-in; None: nobody."""

    members: list[Member]
    away: Mapping[str, str | None]


async def found(database: Database, words: str) -> Staff:
    """Everybody whose name, sign-in, position or mail has all of the words."""
    sought = words.casefold().split()
    now = datetime.now(UTC)
    async with database.read() as session:
        members = await staff.everybody(session, now)
        away = await persons.substitutions_at(session, now)
    return Staff(
        [member for member in members if all(word in _text_of(member) for word in sought)],
        {absence.person: absence.substitute for absence in away},
    )


async def managed_by(database: Database, caller: Actor, words: str) -> Staff:
    """Those of `found` whose absences the caller records: the own body's, or the curators."""
    all_of_them = await found(database, words)
    own = [member for member in all_of_them.members if member.active and gives(caller, member.roles)]
    return Staff(own, all_of_them.away)


async def member(database: Database, key: str) -> Member:
    """Somebody, whether they still work or not. Raises NotFoundError."""
    async with database.read() as session:
        known = await staff.one(session, key, datetime.now(UTC))
    if known is None:
        raise NotFoundError(wording.NO_PERSON.format(person=key))
    return known


def _text_of(member: Member) -> str:
    return " ".join((member.name, member.key, member.position, member.email or "")).casefold()

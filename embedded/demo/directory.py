"""The directory of the demo in a database: its bodies, topics and people, all of whom have one password."""

import hashlib
from typing import Final

from embedded.demo.data import directory
from service.people import passwords
from store.database.session import Session
from store.database.tables import SettingRow
from store.directory import change as directory_change
from store.people.tables import PersonRow

_FILLED: Final = "demo_directory"
"""The setting that says which edition of the directory is in the database."""


async def fill(session: Session, password: str) -> None:
    """Put in what is not there yet of this edition of the directory, and the password where it is another one."""
    given = directory()
    edition = hashlib.sha256(given.model_dump_json().encode()).hexdigest()
    applied = await session.get(SettingRow, _FILLED)
    one_of_them = await session.get(PersonRow, given.people[0].key)
    kept = one_of_them.password_hash if one_of_them else None
    still_valid = kept is not None and await passwords.matches(password, kept)
    if applied is not None and applied.value == edition and still_valid:
        return
    # The hash is slow on purpose, and the password is one: it is made once for all of them.
    password_hash = kept if kept is not None and still_valid else await passwords.hashed(password)
    await directory_change.put(session, given, {person.key: password_hash for person in given.people})
    await session.merge(SettingRow(key=_FILLED, value=edition))

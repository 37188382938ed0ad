"""The directory of the demo in a database: its bodies, topics and people, all of whom have one password."""

import hashlib

from embedded.demo import act
from embedded.demo.data import directory
from service.people import passwords
from store.database.session import Session
from store.database.tables import SettingRow
from store.directory import change as directory_change
from store.migrations.purpose import DEMO_DIRECTORY
from store.people.tables import PersonRow


async def fill(session: Session, key: str, password: str) -> None:
    """Put in what is not there yet of this edition of the act's directory, and the password where it is another one.

    Raises PurposeError where the database has the demo of another act.
    """
    given = directory(key)
    edition = act.edition(key, hashlib.sha256(given.model_dump_json().encode()).hexdigest())
    applied = await session.get(SettingRow, DEMO_DIRECTORY)
    act.check(key, applied.value if applied else None)
    one_of_them = await session.get(PersonRow, given.people[0].key)
    kept = one_of_them.password_hash if one_of_them else None
    still_valid = kept is not None and await passwords.matches(password, kept)
    if applied is not None and applied.value == edition and still_valid:
        return
    # The hash is slow on purpose, and the password is one: it is made once for all of them.
    password_hash = kept if kept is not None and still_valid else await passwords.hashed(password)
    await directory_change.put(session, given, {person.key: password_hash for person in given.people})
    await session.merge(SettingRow(key=DEMO_DIRECTORY, value=edition))

"""Accounts, as an operator makes them from the command line: a first administrator, a directory, a password."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from calendar_rules import titles
from calendar_rules.data_file import read
from calendar_rules.vocabulary import Role
from service.people import password_strength, passwords
from settings import Settings
from store.database.engines import Database
from store.database.session import Session
from store.database.tables import SettingRow
from store.directory import change as directory_change
from store.directory import edits as directory_edits
from store.directory import rows as directory_rows
from store.directory.edits import Action, Edit, Part
from store.directory.file import Directory, DirectoryError, Key
from store.people import kept_passwords, second_factors, tokens, wrong_passwords
from store.people.tables import PersonRoleRow, PersonRow

_KEY: TypeAdapter[str] = TypeAdapter(Key)


class AccountError(Exception):
    """What was asked cannot be done; the text is Russian and says what to do."""


async def create_admin(settings: Settings, key: str, name: str, position: str, password: str) -> None:
    """A person with the role of administrator; with a directory of its own an installation needs nobody else at first.

    The password is taken for their own: whoever makes the first account types it. Raises AccountError for a key that is
    taken or badly formed, and for a password that is weak.
    """
    try:
        _KEY.validate_python(key)
    except ValidationError:
        raise AccountError(
            f"Имя для входа «{key}» не подходит: нужны строчные латинские буквы, цифры и дефис."
        ) from None
    password_hash = await _hash_of(password, key, name)
    async with _writing(settings) as session:
        if await session.get(PersonRow, key) is not None:
            raise AccountError(
                f"Учётная запись {key} уже есть. Назовите другую или смените её пароль: "
                f"otklik directory password {key}."
            )
        session.add(PersonRow(key=key, name=name, position=position, password_hash=password_hash))
        await session.flush()
        session.add(PersonRoleRow(person=key, role=Role.ADMIN))
        _note(session, key, name, Action.ADDED, ("Роли", "", titles.ROLES[Role.ADMIN]))


async def set_password(settings: Settings, key: str, password: str) -> None:
    """A password for a person, who is to change it at the first sign-in: somebody else knows it.

    Whoever is signed in as them is signed out. Raises AccountError.
    """
    password_hash = await _hash_of(password, key)
    async with _writing(settings) as session:
        person = await _existing(session, key)
        if weakness := password_strength.weakness(password, person.name):
            raise AccountError(weakness)
        before = "задан" if person.password_hash else ""
        given = ("Пароль", before, "задан на сервере, сменит при входе")
        _note(session, key, person.name, Action.CHANGED, given)
        person.password_hash = password_hash
        person.must_change_password = True
        session.add(person)
        await tokens.revoke_all(session, key, datetime.now(UTC))
        await wrong_passwords.forget(session, key)


async def remove_second_factor(settings: Settings, key: str) -> None:
    """For somebody who has lost theirs, with the recovery codes: their sign-ins end. Raises AccountError."""
    async with _writing(settings) as session:
        await _existing(session, key)
        if not await second_factors.remove(session, key):
            raise AccountError(f"У учётной записи {key} второго фактора нет.")
        await tokens.revoke_all(session, key, datetime.now(UTC))


Noted = Callable[[Session, Directory, Directory], Awaitable[None]]
"""Puts on record what a directory was before and is now; refuses with a DirectoryError."""


async def load_directory(settings: Settings, file: Path, noted: Noted) -> list[str]:
    """Bring bodies, topics and people up to the file; returns who of them has no password yet.

    Rows of other keys stay, passwords too. Raises DirectoryError, with a line for each thing that is wrong in the file.
    """
    given = read(file, Directory, DirectoryError)
    async with _writing(settings) as session:
        known = await kept_passwords.hashes(session, [person.key for person in given.people])
        before = await directory_change.whole(session, everybody=True)
        await directory_change.put(session, given, known)
        await session.flush()
        await noted(session, before, await directory_change.whole(session, everybody=True))
        if given.appeal_notice is not None:
            await session.merge(SettingRow(key=directory_rows.APPEAL_NOTICE, value=given.appeal_notice))
    return [person.key for person in given.people if person.active and not known.get(person.key)]


def _note(session: Session, key: str, name: str, action: Action, field: tuple[str, str, str]) -> None:
    directory_edits.note(session, None, datetime.now(UTC), [Edit(Part.PEOPLE, key, name, action, [field])])


@asynccontextmanager
async def _writing(settings: Settings) -> AsyncIterator[Session]:
    database = Database(settings.database_url)
    try:
        async with database.write(alone=True) as session:
            yield session
    finally:
        await database.dispose()


async def _existing(session: Session, key: str) -> PersonRow:
    person = await session.get(PersonRow, key)
    if person is None:
        raise AccountError(f"Учётной записи {key} нет. Проверьте написание.")
    return person


async def _hash_of(password: str, *names: str) -> str:
    if weakness := password_strength.weakness(password, *names):
        raise AccountError(weakness)
    return await passwords.hashed(password)

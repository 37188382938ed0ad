"""Purpose of a database: a region's work, a demo, training, or both of these.

It is decided when the database is prepared first, and kept with it. The demo's people have a password that is no
secret, and training moves clocks: neither ever comes to a database with work in it.
"""

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from settings import Settings
from store.database.engines import Database
from store.database.tables import SettingRow
from store.messages.tables import MessageRow
from store.migrations import revision
from store.migrations.revision import SchemaError
from store.people.tables import BodyRow, PersonRow

KEY = "purpose"

_DEMO, _TRAINING, _WORK = "demo", "training", "work"


class PurposeError(Exception):
    """What was asked does not fit what the database is for; the text is Russian and says what to do."""


class Purpose(NamedTuple):
    """Neither is a database for work."""

    demo: bool
    training: bool

    @property
    def written(self) -> str:
        """As it is kept."""
        return " ".join(word for word, is_so in zip((_DEMO, _TRAINING), self, strict=True) if is_so) or _WORK


class Found(NamedTuple):
    """What a database is for as it stands, whether anything is in it yet, and what `revision.flaw` tells of it."""

    purpose: Purpose
    directory: bool
    messages: bool
    flaw: str | None = None


async def find(session: AsyncSession) -> Found:
    """What the database is for by its mark, which it has once it is prepared."""
    mark = await session.get(SettingRow, KEY)
    words = mark.value.split() if mark else ()
    purpose = Purpose(_DEMO in words, _TRAINING in words)
    people, bodies, messages = (
        await session.exec(select(_any(PersonRow), _any(BodyRow), _any(MessageRow)))
    ).one()
    return Found(purpose, people or bodies, messages)


def _any(table: type[SQLModel]) -> ColumnElement[bool]:
    return sa.exists().select_from(table)


async def settle(session: AsyncSession, *, demo: bool, training: bool) -> Purpose:
    """Make the database what is asked for besides what it is already, and keep that. Raises PurposeError."""
    purpose = fitting(await find(session), demo=demo, training=training)
    await session.merge(SettingRow(key=KEY, value=purpose.written))
    return purpose


def fitting(found: Found, *, demo: bool, training: bool) -> Purpose:
    """What the database will be for. Raises PurposeError where there is work in it that forbids what is asked."""
    before = found.purpose
    if demo and not before.demo and (found.directory or found.messages):
        raise PurposeError(
            "В базе данных уже есть сотрудники, органы или сообщения: демонстрационный справочник, пароль к которому "
            "не тайна, в неё не добавляется. Ничего не изменено. Запустите без --demo (OTKLIK_DEMO) или с новым "
            "каталогом: --demo --data КАТАЛОГ."
        )
    if training and not before.training and not before.demo and found.messages:
        raise PurposeError(
            "В базе данных рабочие сообщения, и создана она не для учёбы: переводить их часы нельзя. Ничего не "
            "изменено. Запустите без --training (OTKLIK_TRAINING) или с новым каталогом: --training --data КАТАЛОГ."
        )
    return Purpose(before.demo or demo, before.training or training)


async def look(settings: Settings) -> Found | None:
    """What the database of `settings` is for; None where it is not prepared yet.

    Nothing is made or changed. Raises an SQLAlchemy error where the database does not answer, SchemaError where a later
    release has prepared it.
    """
    if settings.sqlite_file is not None and not settings.sqlite_file.exists():
        return None
    database = Database(settings.database_url)
    try:
        async with database.read() as session:
            connection = await session.connection()
            await connection.run_sync(revision.refuse_newer)
            if not await connection.run_sync(lambda sync: sa.inspect(sync).has_table("setting")):
                return None
            flaw = await connection.run_sync(revision.flaw)
            return (await find(session))._replace(flaw=flaw)
    finally:
        await database.dispose()


async def check(settings: Settings, *, serves: bool = True) -> None:
    """That a process may run on the database as it is set to; `serves`: whether it is to serve pages.

    Raises PurposeError, and SchemaError where the schema is not that of this release.

    A database that does not answer is not a reason not to start, but for training: what is in it is not known.
    """
    try:
        found = await look(settings)
    except sa.exc.SQLAlchemyError:
        if settings.training:
            raise PurposeError(
                "База данных не отвечает, и учебная ли она, неизвестно: учебный режим не запускается. Проверьте "
                "адрес базы данных или уберите OTKLIK_TRAINING."
            ) from None
        return
    if found is None:
        raise SchemaError(revision.UNPREPARED)
    if found.flaw is not None:
        raise SchemaError(found.flaw)
    if settings.training and not found.purpose.training:
        fitting(found, demo=False, training=True)
        raise PurposeError(
            "База данных не учебная. Сделайте её учебной (otklik prepare с OTKLIK_TRAINING=true) или уберите "
            "OTKLIK_TRAINING."
        )
    if serves:
        check_exposure(settings, found.purpose)


def check_exposure(settings: Settings, purpose: Purpose) -> None:
    """That people whose password is not a secret are not served to other machines unawares. Raises PurposeError."""
    if purpose.demo and not settings.demo and settings.is_exposed:
        raise PurposeError(
            f"База данных демонстрационная: пароль к её входам не тайна, а рабочее место было бы открыто другим "
            f"машинам ({settings.host}, {settings.public_url}). Если это и нужно, запустите с --demo "
            "(OTKLIK_DEMO=true); для работы укажите другую базу данных."
        )

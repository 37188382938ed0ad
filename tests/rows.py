"""Rows for tests that need one, and not all that it says: `fields` differ from the usual."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar

from sqlmodel import SQLModel, select

from calendar_rules.vocabulary import Role
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.database.session import Session
from store.messages.tables import JournalRow, LimitRunRow, MessageTextRow
from store.networks.tables import NetworkKeyRow, PublicationRow, SourceRow
from store.notices.tables import NoticeRow
from store.people.persons import Actor, RoleHeld
from store.people.tables import AbsenceRow, BodyRow, PersonRoleRow, PersonRow

Row = TypeVar("Row", bound=SQLModel)
Answer = TypeVar("Answer")
Office = tuple[str, str | None]
"""A role, and the body in which it is held."""


async def put(database: Database, *rows: SQLModel) -> None:
    """Write them, those that others point to before these."""
    async with database.write() as session:
        for _, of_one_table in groupby(rows, type):
            session.add_all(of_one_table)
            await session.flush()


async def all_of(database: Database, table: type[Row]) -> list[Row]:
    async with database.read() as session:
        return list(await session.exec(select(table)))


async def one_of(database: Database, table: type[Row], key: object) -> Row:
    """The row that has this key."""
    async with database.read() as session:
        return await session.get_one(table, key)


async def ask(database: Database, what: Callable[..., Answer], *of: Any, **rest: Any) -> Answer:
    """What a query answers that takes a connection, and these beside."""
    async with database.read() as session:
        return await (await session.connection()).run_sync(what, *of, **rest)


def actor_of(key: str, role: Role, *bodies: str) -> Actor:
    """Whoever holds this office, and no other; without bodies, one of no body."""
    return Actor(key, "", "", tuple(RoleHeld(key, role, body) for body in bodies or (None,)), ())


async def add_office(
    session: Session, people: Mapping[str, Iterable[Office]], bodies: Iterable[str] = ()
) -> None:
    """Write bodies, and people with the offices that they hold."""
    for key in bodies:
        session.add(BodyRow(key=key, title=key, short_title=key, kind="executive"))
    for key in people:
        session.add(PersonRow(key=key, name=key, position=key, password_hash=""))
    await session.flush()
    session.add_all(
        PersonRoleRow(person=key, role=role, body=body)
        for key, offices in people.items()
        for role, body in offices
    )


def absence_row(
    person: str,
    substitute: str | None,
    starts_at: datetime,
    ends_at: datetime | None = None,
    **fields: Any,
) -> AbsenceRow:
    usual: dict[str, Any] = {
        "id": f"{person}-{substitute}-{starts_at}",
        "recorded_by": "admin",
        "recorded_at": starts_at,
    }
    return AbsenceRow(
        person=person, substitute=substitute, starts_at=starts_at, ends_at=ends_at, **(usual | fields)
    )


def command_row(command: str, name: str, taken_at: datetime, **fields: Any) -> CommandRow:
    """A command to message 1, taken from the curator."""
    usual: dict[str, Any] = {"message": 1, "person": "curator", "key": command, "request": "", "payload": {}}
    return CommandRow(id=command, name=name, taken_at=taken_at, **(usual | fields))


def journal_row(message: int, number: int, at: datetime, kind: str, **fields: Any) -> JournalRow:
    usual: dict[str, Any] = {"data": {}, "written_at": at, "hash": ""}
    return JournalRow(message=message, number=number, at=at, kind=kind, **(usual | fields))


def limit_run_row(message: int, number: int, name: str, due_at: datetime, **fields: Any) -> LimitRunRow:
    """A limit of an executor."""
    usual: dict[str, Any] = {"holder_role": "executor", "started_at": due_at, "run": {}}
    return LimitRunRow(message=message, number=number, name=name, due_at=due_at, **(usual | fields))


def network_key_row(key: str, url: str, at: datetime, **fields: Any) -> NetworkKeyRow:
    """The key of the account that `roads` has in VK."""
    usual: dict[str, Any] = {
        "network": "vkontakte",
        "body": "roads",
        "platform": "vkontakte",
        "credentials": "",
        "added_by": "admin",
    }
    return NetworkKeyRow(id=key, url=url, added_at=at, **(usual | fields))


def notice_row(message: int | None, kind: str, person: str, at: datetime, **fields: Any) -> NoticeRow:
    usual: dict[str, Any] = {"deliver_from": at, "text": "", "written_at": at}
    return NoticeRow(message=message, kind=kind, person=person, at=at, **(usual | fields))


def publication_row(draft: str, at: datetime, **fields: Any) -> PublicationRow:
    """The publication of a draft to message 1 of `roads`, asked for then."""
    usual: dict[str, Any] = {
        "message": 1,
        "body": "roads",
        "network": "vkontakte",
        "platform": "vkontakte",
        "account": "key-1",
        "command": "command-1",
        "person": "executor-roads",
        "looked_at": at,
    }
    return PublicationRow(draft=draft, asked_at=at, **(usual | fields))


def source_row(address: str, at: datetime, **fields: Any) -> SourceRow:
    """A community of VK whose posts are read."""
    usual: dict[str, Any] = {"network": "vkontakte", "kind": "community", "every": 120, "added_by": "curator"}
    return SourceRow(address=address, added_at=at, **(usual | fields))


def text_row(message: int, field: str, content: str, written_at: datetime, **fields: Any) -> MessageTextRow:
    usual: dict[str, Any] = {"id": f"{field}-{message}"}
    return MessageTextRow(
        message=message, field=field, content=content, written_at=written_at, **(usual | fields)
    )

"""Setup of a database before anything runs on it: its tables, and the directory's first rows.

Without the demo an installation gets the networks of clause 3 with their rules and the notice on formal
appeals (`networks.toml`), and no bodies, topics or people: those are its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT
from store.database import private_files, privileges
from store.database.engines import Database
from store.database.tables import SettingRow
from store.demo.data import directory
from store.directory.file import Directory, PersonEntry
from store.directory.tables import AccountRow
from store.messages.tables import NetworkRow, TopicRow
from store.migrations import purpose
from store.migrations.purpose import DEMO_DIRECTORY, PurposeError
from store.migrations.schema import migrate
from store.networks import known as networks
from store.people import office_terms, passwords, titles
from store.people.held_from import HeldFrom
from store.people.tables import BodyRow, PersonRow
from store.people.titles import Titles

if TYPE_CHECKING:
    from settings import Settings

APPEAL_NOTICE = "appeal_notice"

_GIVEN_HOSTS = "given_hosts"
_HOSTS: TypeAdapter[dict[str, list[str]]] = TypeAdapter(dict[str, list[str]])


class DemoPasswordError(PurposeError):
    """The demo is asked for without a password for its people."""


async def prepare(settings: Settings) -> None:
    """Bring the database of `settings` up to date; a second time changes nothing.

    With `settings.demo` the directory and people of the demo are there afterwards, all with
    `settings.demo_password`. Raises DemoPasswordError if that is not set, and PurposeError, with nothing changed, where
    there is work in the database that is not to meet the demo or training. With `settings.owner_database_url` all of
    it is done by the owner's role, and that of `settings.database_url` gets what the program needs; raises
    PrivilegesError where they are not apart.
    """
    if settings.demo and not settings.demo_password:
        raise DemoPasswordError("Задайте пароль демонстрационных входов: OTKLIK_DEMO_PASSWORD.")
    role = privileges.runtime_role(settings)
    if settings.owner_database_url is not None:
        settings = settings.model_copy(update={"database_url": settings.owner_database_url})
    if role is not None:
        await privileges.check(settings.database_url, role)
    if (found := await purpose.look(settings)) is not None:
        purpose.fitting(found, demo=settings.demo, training=settings.training)
    database = Database(settings.database_url)
    if database.file is not None:
        private_files.make_directory(database.file.parent)
    try:
        await migrate(database)
        if role is not None:
            await privileges.grant(database, role)
        async with database.write(alone=True) as session:
            await purpose.settle(session, demo=settings.demo, training=settings.training)
            await _fill_what_is_missing(session)
            if settings.demo_password and settings.demo:
                await _fill_with_demo(session, settings.demo_password)
    finally:
        await database.dispose()


async def _fill_what_is_missing(session: AsyncSession) -> None:
    """Rules of the networks and the notice on appeals; what an installation has changed stays as it is."""
    given = networks.given()
    there = {rules.key: rules for rules in await session.exec(select(NetworkRow))}
    for network in given.networks:
        if network.key not in there:
            session.add(
                NetworkRow(
                    key=network.key,
                    title=network.title,
                    publication=network.publication,
                    hosts=list(network.hosts),
                    max_length=network.max_length,
                )
            )
    await _add_new_hosts(session, there)
    if await session.get(SettingRow, APPEAL_NOTICE) is None:
        session.add(SettingRow(key=APPEAL_NOTICE, value=given.appeal_notice))


async def _add_new_hosts(session: AsyncSession, there: Mapping[str, NetworkRow]) -> None:
    """Hosts that became known since the last start.

    A host is given once: an installation that has taken it off does not get it again. Where any host fits (none is
    listed), any goes on fitting.
    """
    hosts = {network.key.value: list(network.hosts) for network in networks.given().networks}
    before = await session.get(SettingRow, _GIVEN_HOSTS)
    given_before = _HOSTS.validate_json(before.value) if before else {}
    for key, known in hosts.items():
        rules = there.get(key)
        if rules is None or not rules.hosts:
            continue
        passed = {*given_before.get(key, ()), *rules.hosts}
        rules.hosts = [*rules.hosts, *(host for host in known if host not in passed)]
        session.add(rules)
    value = _HOSTS.dump_json(hosts).decode()
    if before is None or before.value != value:
        await session.merge(SettingRow(key=_GIVEN_HOSTS, value=value))


async def _fill_with_demo(session: AsyncSession, password: str) -> None:
    given = directory()
    edition = hashlib.sha256(given.model_dump_json().encode()).hexdigest()
    applied = await session.get(SettingRow, DEMO_DIRECTORY)
    one_of_them = await session.get(PersonRow, given.people[0].key)
    kept = one_of_them.password_hash if one_of_them else None
    still_valid = kept is not None and await passwords.matches(password, kept)
    if applied is not None and applied.value == edition and still_valid:
        return
    # The hash is slow on purpose, and the password is one: it is made once for all of them.
    password_hash = kept if kept is not None and still_valid else await passwords.hashed(password)
    await put(session, given, {person.key: password_hash for person in given.people})
    await session.merge(SettingRow(key=DEMO_DIRECTORY, value=edition))


async def put(
    session: AsyncSession,
    given: Directory,
    password_hashes: Mapping[str, str],
    held: HeldFrom | None = None,
) -> None:
    """Bring the rows of a directory up to it; rows of other keys stay. Someone without a hash cannot sign in yet.

    `held` says from when titles and offices are as given, at once without it; what held before stays on record.
    """
    held = held or HeldFrom.at_once()
    department = given.department
    bodies = [
        BodyRow(
            key=body.key,
            title=body.title,
            short_title=body.short,
            kind=body.kind,
            active=body.active,
            successor=body.successor,
        )
        for body in given.bodies
    ]
    if department.title:  # an installation is entered piece by piece, and this may not be the first
        bodies.append(
            BodyRow(key=department.key, title=department.title, short_title=department.short, kind=DEPARTMENT)
        )
    before = await titles.Standing.read(session)
    await _merge(session, bodies)
    returned = await _put_people(session, given.people, password_hashes, held)
    await session.flush()  # what follows points to them
    await titles.put(
        session,
        before,
        {body.key: Titles(body.title, body.short_title) for body in bodies},
        {person.key: person.position for person in given.people},
        held,
    )
    await _merge(
        session,
        [
            AccountRow(body=body.key, network=network, url=url)
            for body in given.bodies
            for network, url in body.accounts.items()
        ],
    )
    await _merge(
        session,
        [
            TopicRow(key=topic.key, group=topic.group, title=topic.title, position=position)
            for position, topic in enumerate(given.topics)
        ],
    )
    await office_terms.bring(session, given.people, returned, held)


async def _put_people(
    session: AsyncSession, people: Sequence[PersonEntry], password_hashes: Mapping[str, str], held: HeldFrom
) -> set[str]:
    """Returns who works here again."""
    there = {person.key: person for person in await session.exec(select(PersonRow))}
    returned = set()
    for person in people:
        row = there.get(person.key) or PersonRow(key=person.key, name="", position="", password_hash="")
        if row.active and not person.active:
            row.left_at = held.now
        elif person.active and row.left_at is not None:
            await office_terms.end_all(session, person.key, row.left_at)
            row.left_at = None
            returned.add(person.key)
        row.name, row.position = person.name, person.position
        row.email, row.active = person.email, person.active
        row.password_hash = password_hashes.get(person.key, "")
        session.add(row)
    return returned


async def _merge(session: AsyncSession, rows: Sequence[SQLModel]) -> None:
    """Add rows of one table, or bring those of the same key up to them."""
    if not rows:
        return
    table = type(rows[0])
    mapper = sa.inspect(table)
    there = list(await session.exec(select(table)))
    known = {tuple(mapper.primary_key_from_instance(row)) for row in there}
    for row in rows:
        if tuple(mapper.primary_key_from_instance(row)) in known:
            await session.merge(row)
        else:
            session.add(row)

"""Setup of a database before anything runs on it: its tables, and the directory's first rows.

An installation gets the networks of clause 3 with their rules and the notice on formal
appeals (`networks.toml`), and no bodies, topics or people: those are its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from store.database import private_files, privileges
from store.database.engines import Database
from store.database.tables import SettingRow
from store.directory import rows as directory_rows
from store.messages.tables import NetworkRow
from store.migrations import purpose
from store.migrations.schema import migrate
from store.networks import known as networks

if TYPE_CHECKING:
    from settings import Settings


_GIVEN_HOSTS = "given_hosts"
_HOSTS: TypeAdapter[dict[str, list[str]]] = TypeAdapter(dict[str, list[str]])


async def prepare(settings: Settings, fill: Callable[[AsyncSession], Awaitable[None]] | None = None) -> None:
    """Bring the database of `settings` up to date; a second time changes nothing.

    `fill` adds what else belongs to it, in the same transaction as its first rows. Raises PurposeError, with nothing
    changed, where there is work in the database that is not to meet the demo or training. With
    `settings.owner_database_url` all of it is done by the owner's role, and that of `settings.database_url` gets what
    the program needs; raises PrivilegesError where they are not apart.
    """
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
            if fill is not None:
                await fill(session)
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
    if await session.get(SettingRow, directory_rows.APPEAL_NOTICE) is None:
        session.add(SettingRow(key=directory_rows.APPEAL_NOTICE, value=given.appeal_notice))


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

"""Reading the directory of an installation: bodies, topics, networks (cl. 3, 4, 7)."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Connection
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT
from store.database.tables import SettingRow
from store.directory.tables import AccountRow
from store.messages.tables import NetworkRow, TopicRow
from store.people import titles
from store.people.tables import BodyRow

APPEAL_NOTICE = "appeal_notice"
"""The setting that holds the notice on formal appeals."""


async def bodies(session: AsyncSession) -> Sequence[BodyRow]:
    """Every body that messages are or were routed to, by kind and title; the Department is known by its kind."""
    statement = (
        select(BodyRow).where(BodyRow.kind != DEPARTMENT).order_by(col(BodyRow.kind), col(BodyRow.title))
    )
    return (await session.exec(statement)).all()


async def titles_of_bodies(session: AsyncSession) -> dict[str, str]:
    """Short titles of all bodies, the curators' own among them, by key."""
    return dict((await session.exec(select(BodyRow.key, BodyRow.short_title))).all())


async def department(session: AsyncSession, on: date | None = None) -> str | None:
    """The title of the curators' own body, now or on a day."""
    key = await department_key(session)
    if key is None or on is None:
        return (await session.exec(select(BodyRow.title).where(BodyRow.kind == DEPARTMENT))).first()
    return (await (await session.connection()).run_sync(titles.bodies_on, on))[key].title


async def department_key(session: AsyncSession) -> str | None:
    """The key of the curators' own body; None where it is not named yet."""
    found = await session.exec(select(BodyRow.key).where(BodyRow.kind == DEPARTMENT))
    return found.first()


async def answering(session: AsyncSession, keys: Collection[str]) -> dict[str, str]:
    """Those of the keys that are bodies a message can be routed to now, with their short titles."""
    statement = select(BodyRow.key, BodyRow.short_title).where(
        col(BodyRow.key).in_(keys), BodyRow.kind != DEPARTMENT, col(BodyRow.active).is_(True)
    )
    return dict((await session.exec(statement)).all())


def inactive(connection: Connection) -> set[str]:
    """All bodies that no longer act."""
    return set(connection.scalars(select(BodyRow.key).where(col(BodyRow.active).is_(False))))


async def not_acting(session: AsyncSession, keys: Collection[str]) -> set[str]:
    """Those of the keys that are bodies which no longer act."""
    statement = select(BodyRow.key).where(col(BodyRow.key).in_(keys), col(BodyRow.active).is_(False))
    return set(await session.exec(statement))


async def accounts(session: AsyncSession) -> Sequence[AccountRow]:
    """Every official account, by network."""
    return (await session.exec(select(AccountRow).order_by(col(AccountRow.network)))).all()


async def topics(session: AsyncSession) -> Sequence[TopicRow]:
    """The catalogue of topics in its order."""
    return (await session.exec(select(TopicRow).order_by(col(TopicRow.position), col(TopicRow.key)))).all()


async def has_topic(session: AsyncSession, key: str) -> bool:
    """Whether the catalogue has a topic of this key."""
    return await session.get(TopicRow, key) is not None


async def networks(session: AsyncSession) -> dict[str, NetworkRow]:
    """The networks with their rules of publication, by key."""
    return {network.key: network for network in await session.exec(select(NetworkRow))}


async def appeal_notice(session: AsyncSession) -> str:
    """The sentence that tells an author how to file a formal appeal (cl. 1)."""
    found = await session.get(SettingRow, APPEAL_NOTICE)
    return found.value if found else ""

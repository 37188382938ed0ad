"""What the directory of the installation knows of a table's words: networks by host, topics and bodies by title."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.checks import DEPARTMENT
from api.table_import.columns import as_compared
from calendar_rules.vocabulary import Network
from store.tables import BodyRow, NetworkRow, TopicRow


@dataclass(frozen=True, slots=True)
class Directory:
    """Keys by what people write."""

    hosts: Mapping[str, Network]
    _topics: Mapping[str, str]
    _bodies: Mapping[str, str]

    def topic(self, title: str) -> str | None:
        """The key of a topic."""
        return self._topics.get(as_compared(title))

    def body(self, title: str) -> str | None:
        """The key of a body that can answer, by its full or short title."""
        return self._bodies.get(as_compared(title))

    @classmethod
    async def of(cls, session: AsyncSession) -> "Directory":
        networks = (await session.exec(select(NetworkRow))).all()
        topics = (await session.exec(select(TopicRow))).all()
        bodies = [body for body in await session.exec(select(BodyRow)) if body.key != DEPARTMENT]
        return cls(
            {host.removeprefix("www."): Network(rules.key) for rules in networks for host in rules.hosts},
            {as_compared(topic.title): topic.key for topic in topics},
            {as_compared(title): body.key for body in bodies for title in (body.short_title, body.title)},
        )

"""Words of a table that the directory of the installation knows: networks by link, topics and bodies by title."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.commands.imports.columns import as_compared
from service.messages import networks
from service.messages.posts import KnownNetworks
from store.database.session import Session
from store.directory import rows as directory_rows


@dataclass(frozen=True, slots=True)
class KnownWords:
    """Keys by what people write."""

    networks: KnownNetworks
    _topics: Mapping[str, str]
    _bodies: Mapping[str, str]

    def topic(self, title: str) -> str | None:
        """The key of a topic."""
        return self._topics.get(as_compared(title))

    def body(self, title: str) -> str | None:
        """The key of a body that can answer, by its full or short title."""
        return self._bodies.get(as_compared(title))

    @classmethod
    async def of(cls, session: Session) -> "KnownWords":
        """Of the directory of the installation."""
        bodies = await directory_rows.bodies(session)
        topics = await directory_rows.topics(session)
        return cls(
            await networks.known(session),
            {as_compared(topic.title): topic.key for topic in topics},
            {as_compared(title): body.key for body in bodies for title in (body.short_title, body.title)},
        )

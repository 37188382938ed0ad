"""Titles of keys of the directory, for people: bodies, topics, networks, persons."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.directory import forms as directory
from service.directory.forms import DirectoryView
from store.database.engines import Database
from store.people import persons


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles by key; a key that the directory no longer has stands for itself."""

    directory: DirectoryView
    bodies: Mapping[str, str]
    short: Mapping[str, str]
    briefs: Mapping[str, str]
    topics: Mapping[str, str]
    networks: Mapping[str, str]

    @classmethod
    async def read(cls, database: Database, *, within: float = 0.0) -> "Titles":
        """The titles of the installation's directory as it is now, or was within so many seconds."""
        return cls.of(await directory.read(database, within=within))

    @classmethod
    def of(cls, found: DirectoryView) -> "Titles":
        """The titles of this directory."""
        return cls(
            directory=found,
            bodies={body.key: body.title for body in found.bodies},
            short={body.key: body.short_title for body in found.bodies},
            briefs={body.key: body.brief for body in found.bodies},
            topics={topic.key: topic.title for topic in found.topics},
            networks={network.key.value: network.title for network in found.network_rules},
        )

    def body(self, key: str | None) -> str:
        """The full title of a body."""
        return self.bodies.get(key, key) if key else ""

    def short_body(self, key: str | None) -> str:
        """The short title of a body."""
        return self.short.get(key, key) if key else ""

    def brief(self, key: str | None) -> str:
        """A body as columns of lists and chips name it."""
        return self.briefs.get(key, key) if key else ""

    def topic(self, key: str | None) -> str:
        """The title of a topic."""
        return self.topics.get(key, key) if key else ""

    def network(self, key: str) -> str:
        """The title of a network."""
        return self.networks.get(key, key)

    def max_length(self, network: str) -> int | None:
        """How many characters an answer may have in a network; None where it sets no bound."""
        rules = (item for item in self.directory.network_rules if item.key == network)
        return next((item.max_length for item in rules), None)


async def names_of(database: Database) -> Mapping[str, str]:
    """Everybody's name by sign-in, also of those who have left."""
    async with database.read() as session:
        return await persons.names(session)

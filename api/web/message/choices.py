"""Choices that fields of one of many offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self
from weakref import WeakKeyDictionary

from api.web.message.fields import Options
from calendar_rules import titles
from calendar_rules.vocabulary import Role
from service.access.shared_reading import SharedReading
from service.directory import forms as directory
from store.database.engines import Database
from store.people import persons as people

_shared: WeakKeyDictionary[Database, SharedReading] = WeakKeyDictionary()


class Choice(NamedTuple):
    """One value, what it is called, and the group it stands in."""

    key: str
    title: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """The values of every kind of options."""

    of: Mapping[Options, Sequence[Choice]]
    persons: Mapping[str, str]
    """Everybody's name by sign-in."""

    @classmethod
    async def read(cls, database: Database, body: str | None = None, *, within: float = 0.0) -> Self:
        """What the directory has now, or had within so many seconds; `body` is the one whose executors may be named."""
        shared = _shared.setdefault(database, SharedReading())
        return await shared.of((cls, body), lambda: cls._read(database, body, within), within=within)

    @classmethod
    async def _read(cls, database: Database, body: str | None, within: float) -> Self:
        found = await directory.read(database, within=within)
        async with database.read() as session:
            names = await people.names(session)
            curators = await people.holders(session, Role.CURATOR)
            executors = await people.holders(session, Role.EXECUTOR, body) if body else []
        kinds = {"executive": "Исполнительные органы", "municipality": "Органы местного самоуправления"}
        of = {
            Options.NETWORKS: [Choice(item.key, item.title) for item in found.network_rules],
            Options.TOPICS: [Choice(item.key, item.title, item.group) for item in found.topics],
            Options.IMPORTANCE: [Choice(key, title) for key, title in titles.IMPORTANCE.items()],
            Options.BODIES: [
                Choice(item.key, item.title, kinds.get(item.kind, "")) for item in found.bodies if item.active
            ],
            Options.DRAFT_KINDS: [Choice(key, title) for key, title in titles.DRAFT_KINDS.items()],
            Options.DECLINE_GROUNDS: [Choice(key, title) for key, title in titles.DECLINE_GROUNDS.items()],
            Options.CLOSE_REASONS: [Choice(key, title) for key, title in titles.CLOSE_REASONS.items()],
            Options.REFERRED_TO: [Choice(key, title) for key, title in titles.REFERRED_TO.items()],
            Options.DESTRUCTION_BASES: [
                Choice(key, title) for key, title in titles.DESTRUCTION_BASES.items()
            ],
            Options.EXECUTORS: [Choice(key, names.get(key, key)) for key in executors],
            Options.CURATORS: [Choice(key, names.get(key, key)) for key in curators],
        }
        return cls(of=of, persons=names)

    def person(self, key: str | None) -> str:
        """A person's name; where there is nobody, it was done by the program."""
        return self.persons.get(key, key) if key else "автоматически"

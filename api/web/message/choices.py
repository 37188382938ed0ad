"""Choices that fields of one of many offer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from api.web.message.fields import Options
from calendar_rules import titles
from calendar_rules.vocabulary import Role
from service.directory import forms as directory
from store.database.engines import Database
from store.people import persons as people


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
        found = await directory.read(database, within=within)
        async with database.read() as session:
            names = await people.names(session)
            curators = await people.holders(session, Role.CURATOR)
            executors = await people.holders(session, Role.EXECUTOR, body) if body is not None else ()
        kinds = {"executive": "Исполнительные органы", "municipality": "Органы местного самоуправления"}
        of: dict[Options, Sequence[Choice]] = {
            Options.NETWORKS: tuple(Choice(item.key, item.title) for item in found.network_rules),
            Options.TOPICS: tuple(Choice(item.key, item.title, item.group) for item in found.topics),
            Options.BODIES: tuple(
                Choice(item.key, item.title, kinds.get(item.kind, "")) for item in found.bodies if item.active
            ),
            Options.IMPORTANCE: _of_the_order(titles.IMPORTANCE),
            Options.DRAFT_KINDS: _of_the_order(titles.DRAFT_KINDS),
            Options.DECLINE_GROUNDS: _of_the_order(titles.DECLINE_GROUNDS),
            Options.CLOSE_REASONS: _of_the_order(titles.CLOSE_REASONS),
            Options.REFERRED_TO: _of_the_order(titles.REFERRED_TO),
            Options.DESTRUCTION_BASES: _of_the_order(titles.DESTRUCTION_BASES),
        }
        made = cls(of=of, persons=names)
        of[Options.CURATORS] = made._named(curators)
        of[Options.EXECUTORS] = made._named(executors)
        return made

    def _named(self, persons: Iterable[str]) -> tuple[Choice, ...]:
        return tuple(Choice(key, self.persons.get(key, key)) for key in persons)

    def person(self, key: str | None) -> str:
        """A person's name; where there is nobody, it was done by the program."""
        return self.persons.get(key, key) if key else "автоматически"


def _of_the_order(words: Mapping[Any, str]) -> tuple[Choice, ...]:
    return tuple(Choice(key, title) for key, title in words.items())

"""Grounds by which a command is judged, read by one statement in the transaction that takes it.

Whatever is asked for comes in rows of one shape, each with what it is. A statement of its own for each of them would
take more of the process than all that is done with the answers.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from calendar_rules.schedules import DEPARTMENT, HoursGiven
from store.commands import outbox
from store.commands.corrections import CORRECT
from store.commands.tables import CommandRow
from store.database.packed import in_hex, unpack
from store.messages.tables import MessageRow, MessageTextRow, NetworkRow, TopicRow
from store.people.dated_values import Kind, hours_in_order
from store.people.tables import BodyRow, DatedValueRow

_DRAFT = "submit_draft"
_WIDTH = 4


class Part(StrEnum):
    """What may be asked for."""

    COMMAND = "command"
    """The command given under the same key."""
    POST = "post"
    """The message that stands for the post."""
    TEXTS = "texts"
    """Every text of the message."""
    GONE = "gone"
    """The bodies that act no more."""
    BODIES = "bodies"
    """Those of the bodies named that a message can be routed to."""
    TOPIC = "topic"
    HOURS = "hours"
    """Working hours that bodies were given in the browser."""
    NETWORKS = "networks"
    CORRECTIONS = "corrections"
    """Whether the message was corrected, or is about to be."""
    DRAFTS = "drafts"
    """How many drafts of the message were sent for approval, also those that were refused."""


class NetworkRules(NamedTuple):
    """A network's rules of publication (cl. 3, 17)."""

    key: str
    title: str
    hosts: tuple[str, ...]
    max_length: int | None


def _part(what: Part, *columns: Any) -> Select[Any]:
    texts: list[Any] = [cast(column, String) for column in columns]
    nothing: list[Any] = [cast(null(), String)] * (_WIDTH - len(texts))
    selected: Select[Any] = select(literal_column(f"'{what}'"), *texts, *nothing)
    return selected


_OF_MESSAGE = col(CommandRow.message) == bindparam("of_message")
_PARTS: Mapping[Part, Select[Any]] = {
    Part.COMMAND: _part(Part.COMMAND, col(CommandRow.id)).where(
        col(CommandRow.person) == bindparam("person"),
        col(CommandRow.key).in_(bindparam("keys", expanding=True)),
    ),
    Part.POST: _part(Part.POST, col(MessageRow.number)).where(
        col(MessageRow.url_key) == bindparam("of_post")
    ),
    Part.TEXTS: _part(Part.TEXTS, col(MessageTextRow.id), in_hex(col(MessageTextRow.content))).where(
        col(MessageTextRow.message) == bindparam("of_message")
    ),
    Part.GONE: _part(Part.GONE, col(BodyRow.key)).where(col(BodyRow.active).is_(False)),
    Part.BODIES: _part(Part.BODIES, col(BodyRow.key), col(BodyRow.short_title)).where(
        col(BodyRow.key).in_(bindparam("bodies", expanding=True)),
        col(BodyRow.kind) != DEPARTMENT,
        col(BodyRow.active).is_(True),
    ),
    Part.TOPIC: _part(Part.TOPIC, col(TopicRow.key)).where(col(TopicRow.key) == bindparam("topic")),
    Part.HOURS: _part(
        Part.HOURS,
        col(DatedValueRow.subject),
        col(DatedValueRow.since),
        col(DatedValueRow.value),
        col(BodyRow.kind),
    )
    .join(BodyRow, col(BodyRow.key) == col(DatedValueRow.subject))
    .where(col(DatedValueRow.kind) == Kind.HOURS),
    Part.NETWORKS: _part(
        Part.NETWORKS,
        col(NetworkRow.key),
        col(NetworkRow.title),
        col(NetworkRow.hosts),
        col(NetworkRow.max_length),
    ),
    Part.CORRECTIONS: _part(Part.CORRECTIONS).where(
        _OF_MESSAGE,
        col(CommandRow.name) == CORRECT,
        col(CommandRow.status).in_((*outbox.WAITING, outbox.ACCEPTED)),
    ),
    Part.DRAFTS: _part(Part.DRAFTS, func.count(col(CommandRow.sequence))).where(
        _OF_MESSAGE, col(CommandRow.name) == _DRAFT
    ),
}

OF_ANY = frozenset({Part.COMMAND, Part.TEXTS, Part.GONE})
"""Of every command about a message."""
OF_REGISTRATION = frozenset({Part.COMMAND, Part.POST, Part.NETWORKS})


@dataclass(frozen=True, slots=True)
class Before:
    """What was asked for, and the session whose transaction takes the command; KeyError for what was not asked for."""

    session: AsyncSession
    command: CommandRow | None
    """The one given under the same key before."""
    found: Mapping[Part, Sequence[Sequence[str]]]

    @property
    def post(self) -> int | None:
        """The number of the message that stands for the post."""
        return next((int(number) for number, *_ in self.found[Part.POST]), None)

    @property
    def texts(self) -> dict[str, str]:
        """Every text of the message by its id."""
        return {id_: unpack(bytes.fromhex(content)) for id_, content, *_ in self.found[Part.TEXTS]}

    @property
    def gone(self) -> frozenset[str]:
        """The bodies that act no more."""
        return frozenset(key for key, *_ in self.found[Part.GONE])

    @property
    def bodies(self) -> dict[str, str]:
        """Short titles of those of the bodies named that a message can be routed to, by key."""
        return {key: title for key, title, *_ in self.found[Part.BODIES]}

    @property
    def has_topic(self) -> bool:
        """Whether the catalogue has the topic named."""
        return bool(self.found[Part.TOPIC])

    @property
    def hours(self) -> HoursGiven:
        """As `dated_values.hours` returns them."""
        return hours_in_order(
            (body, kind, date.fromisoformat(since), json.loads(hours) if hours else None)
            for body, since, hours, kind in self.found[Part.HOURS]
        )

    @property
    def networks(self) -> tuple[NetworkRules, ...]:
        """All of them, by key."""
        return tuple(
            NetworkRules(key, title, tuple(json.loads(hosts)), int(longest) if longest else None)
            for key, title, hosts, longest in sorted(self.found[Part.NETWORKS], key=lambda row: row[0])
        )

    @property
    def is_corrected(self) -> bool:
        """Whether the message was corrected, or is about to be."""
        return bool(self.found[Part.CORRECTIONS])

    @property
    def drafts(self) -> int:
        """How many drafts of the message were sent for approval, also those that were refused."""
        return int(self.found[Part.DRAFTS][0][0])


async def read(session: AsyncSession, parts: frozenset[Part], **asked: Any) -> Before:
    """What is there of `parts`.

    `asked` are the `person` and the `keys` of the command, and by part `of_message` (a number), `of_post` (the key of a
    post), `bodies` (keys) and `topic` (a key).
    """
    found: dict[Part, list[Sequence[str]]] = {part: [] for part in parts}
    for what, *row in await (await session.connection()).execute(_statement(parts), asked):
        found[Part(what)].append(row)
    given = found[Part.COMMAND]
    command = await outbox.by_id(session, given[0][0]) if given else None
    return Before(session, command, found)


@cache
def _statement(parts: Collection[Part]) -> CompoundSelect[Any]:
    return union_all(*(_PARTS[part] for part in sorted(parts)))

"""Rises of activity on topics (cl. 21), for those who answer for what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field

from calendar_rules.vocabulary import NoticeKind, Role
from service.access import note as access_note
from service.messages import lines as message_lines
from service.messages.lists import MessageLists
from service.runs.rules import Rules
from store.database.session import Connection
from store.messages import listing
from store.notices import inbox as notices
from store.oversight import surges
from store.oversight.tables import SurgeRow
from store.people.persons import Actor

_LATELY = timedelta(days=7)
"""How long what is over or was reported is still shown."""
READERS: Final = (Role.CURATOR, Role.DEPUTY_POLICY, Role.HEAD, Role.GOVERNOR)
"""They see every message, so that the messages behind a surge are all theirs to open."""


class SurgeView(BaseModel):
    """Повышенная активность по теме, в том числе в одном населённом пункте."""

    id: str
    topic: str = Field(description="Ключ темы.")
    location: str | None = Field(description="Населённый пункт; null — вся область.")
    count: int = Field(description="Наибольшее число сообщений за срок, указанный в правовом акте.")
    usual: float = Field(description="Сколько обычно: среднее за день за предшествующие дни.")
    messages: list[str] = Field(description="Номера этих сообщений, в том числе ещё не направленных.")
    began_at: datetime
    last_seen_at: datetime = Field(
        description="Последний момент, когда имелись признаки повышенной активности."
    )
    over_at: datetime | None = Field(
        description="Когда повышенная активность прекратилась; null — продолжается."
    )
    told_at: datetime | None = Field(
        description="Когда о ней сообщено; null — сообщено о той же теме в населённом пункте."
    )


class SurgeList(BaseModel):
    """Повышенная активность: продолжающаяся, затем прекратившаяся за семь дней."""

    items: list[SurgeView]


async def read(lists: MessageLists, rules: Rules, *, going_on: bool = False) -> SurgeList:
    """All that go on, and unless only these are asked for, those of the last seven days; moments in our zone."""
    found = await lists.read(lambda connection: _read(connection, rules))
    items = [item for item in found if item.over_at is None] if going_on else list(found)
    access_note.shows(int(message) for item in items for message in item.messages)
    return SurgeList(items=items)


@dataclass(frozen=True, slots=True)
class Report:
    """A message that a curator reported to the Governor, with its first line; the moment in the Department's zone."""

    message: int
    at: datetime
    subject: str


_REPORTS = 10


async def reports(lists: MessageLists, rules: Rules, caller: Actor) -> list[Report]:
    """What the caller was told of as the Governor in the last seven days, the last first."""
    found = await lists.read(lambda connection: _reports(connection, rules, caller))
    access_note.shows(report.message for report in found)
    return found


def _reports(connection: Connection, rules: Rules, caller: Actor) -> list[Report]:
    since = datetime.now(UTC) - _LATELY
    kind = NoticeKind.GOVERNOR_REPORT
    told = notices.of_kind(connection, caller.key, kind, since=since, limit=_REPORTS)
    texts = {row.number: row.text for row in listing.rows_of(connection, sorted({row for row, _ in told}))}
    return [
        Report(message, at.astimezone(rules.zone), message_lines.subject(texts.get(message, "")))
        for message, at in told
    ]


def _read(connection: Connection, rules: Rules) -> Sequence[SurgeView]:
    since = datetime.now(UTC) - _LATELY
    return [_view(row, messages, rules) for row, messages in surges.shown(connection, since)]


def _view(row: SurgeRow, messages: Sequence[int], rules: Rules) -> SurgeView:
    zone = rules.zone
    return SurgeView(
        id=str(row.id),
        topic=row.topic,
        location=row.location,
        count=row.count,
        usual=round(row.usual, 2),
        messages=[str(message) for message in messages],
        began_at=row.began_at.astimezone(zone),
        last_seen_at=row.last_seen_at.astimezone(zone),
        over_at=row.over_at.astimezone(zone) if row.over_at else None,
        told_at=row.told_at.astimezone(zone) if row.told_at else None,
    )

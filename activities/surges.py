"""Watches for rises of activity on topics, and tells the head and the Governor at once (cl. 21; docs/surges.md).

Each look judges the record as of its moment, in one short transaction, and changes nothing a second time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any

import structlog
from temporalio import activity

from activities import surge_text
from activities.recipients import holding
from calendar_rules import surges as rule_of_surges
from calendar_rules.regulation import Audience, Surge
from calendar_rules.surges import Spell
from calendar_rules.vocabulary import NoticeKind
from settings import Settings
from store import records, surges
from store.database import Database
from store.localities import locality
from store.session import Connection, Session
from store.surges import Key, Sighted
from store.tables import SurgeRow
from workflows.office import OfficeTask, Portion
from workflows.state import Addressee

log = structlog.get_logger(__name__)

TOLD = (Addressee(audience=Audience.HEAD), Addressee(audience=Audience.GOVERNOR))


@dataclass(frozen=True, slots=True)
class Watching:
    """By what is judged and told: the rule of the act, the Department's zone, and when it is open next."""

    rule: Surge
    zone: tzinfo
    opening: Callable[[datetime], datetime]


@dataclass(slots=True)
class _Look:
    """One look: what there was before, and what has come of it."""

    at: datetime
    open_ones: dict[Key, SurgeRow]
    over: Mapping[Key, datetime]
    done: int = 0
    facts: list[tuple[str, SurgeRow, str, bool]] = field(default_factory=list)
    """Facts to be told: name, surge, text, whether it is urgent."""


class Surges:
    """The task of this name."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        watching: Callable[[], Watching],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`watching` is asked at each look: the act may be another one by then."""
        self._database = database
        self._training = settings.training
        self._watching = watching
        self._clock = clock

    @activity.defn(name=OfficeTask.SURGE)
    async def portion(self, at: datetime | None = None) -> Portion:
        """One look at everything, as of `at` in training, else of now; returns how many began, went on or ended."""
        moment = at if at is not None and self._training else self._clock()
        watching = self._watching()
        if not await self._anything(watching.rule, moment):
            return Portion()
        async with self._database.write(alone=True) as session:
            done = await self._look(session, watching, moment)
        return Portion(done=done)

    async def _anything(self, rule: Surge, at: datetime) -> bool:
        """Asked first, so that the writer is taken only where there is something to write."""
        async with self._database.read() as session:
            if await surges.open_ones(session):
                return True
            return bool(await surges.busy_topics(session, at - 2 * rule.within, at, rule.at_least))

    async def _look(self, session: Session, watching: Watching, at: datetime) -> int:
        rule = watching.rule
        open_ones = await surges.open_ones(session)
        topics = {
            *await surges.busy_topics(session, at - 2 * rule.within, at, rule.at_least),
            *(topic for topic, _ in open_ones),
        }
        look = _Look(at, open_ones, await surges.last_of_over(session, at - 2 * rule.within))
        found = await surges.sighted(session, topics, at - rule_of_surges.look_back(rule), at)
        titles = await surges.topic_titles(session)
        for topic in sorted(topics):
            messages = found.get(topic, [])
            await self._topic(session, watching, look, topic, titles.get(topic, topic), messages)
        await self._tell(session, watching, look)
        return look.done

    async def _topic(
        self,
        session: Session,
        watching: Watching,
        look: _Look,
        topic: str,
        title: str,
        messages: Sequence[Sighted],
    ) -> None:
        """The localities of a topic first: what happens in one of them is not told once more of the topic."""
        rule, at = watching.rule, look.at
        explained: set[int] = set()
        for location, of_it in _by_locality(messages, look, topic):
            key = topic, location
            row = await self._judge(session, watching, look, key, title, of_it, explained=False)
            if row is not None:
                explained |= {message.number for message in of_it}
        rest = [message.detected_at for message in messages if message.number not in explained]
        elsewhere = rule_of_surges.spell(rest, at, rule) is not None
        await self._judge(
            session,
            watching,
            look,
            (topic, None),
            title,
            messages,
            explained=bool(explained) and not elsewhere,
        )

    async def _judge(
        self,
        session: Session,
        watching: Watching,
        look: _Look,
        key: Key,
        title: str,
        messages: Sequence[Sighted],
        *,
        explained: bool,
    ) -> SurgeRow | None:
        """Begin, go on with or end one surge; returns it while it is not over. `explained`: by one of a locality."""
        at, rule = look.at, watching.rule
        spell = rule_of_surges.spell([message.detected_at for message in messages], at, rule)
        row = look.open_ones.get(key)
        if row is None:
            known = look.over.get(key)
            if spell is None or (known is not None and spell.last_at <= known):
                return None
            row = SurgeRow(
                topic=key[0],
                location=key[1],
                began_at=max(spell.began_at, known) if known else spell.began_at,
                last_seen_at=spell.last_at,
                count=0,
                usual=0.0,
            )
            log.info("a surge has begun", topic=key[0])
        elif spell is None and at - row.last_seen_at >= rule.within:
            row.over_at = at
            look.done += 1
            number = await surges.keep(session, row, None)
            if row.told_at is not None:
                text = surge_text.over(row, title, rule, watching.zone)
                look.facts.append((f"surge-{number}-over", row, text, True))
            log.info("a surge is over", topic=key[0])
            return None
        if spell is None or spell.last_at < row.last_seen_at:
            return row
        await self._go_on(session, watching, look, row, title, spell, messages, explained=explained)
        return row

    async def _go_on(
        self,
        session: Session,
        watching: Watching,
        look: _Look,
        row: SurgeRow,
        title: str,
        spell: Spell,
        messages: Sequence[Sighted],
        *,
        explained: bool,
    ) -> None:
        reading, first = spell.reading, row.told_at is None
        behind = [
            message.number for message in messages if reading.since < message.detected_at <= spell.moment
        ]
        row.count, row.usual, row.last_seen_at = reading.count, reading.usual, spell.last_at
        look.done += 1
        if not explained and first:
            row.told_at = look.at
        number = await surges.keep(session, row, behind)
        # What has passed by the time it is seen is told of too, but once: it is not news the day after.
        if explained or not (first or spell.last_at == look.at):
            return
        day = look.at.astimezone(watching.zone).date()
        text = surge_text.going_on(row, title, watching.rule, behind, first=first)
        look.facts.append((f"surge-{number}-{day.isoformat()}", row, text, first))

    async def _tell(self, session: Session, watching: Watching, look: _Look) -> None:
        if not look.facts:
            return
        known = await surges.told_on(session, [fact for fact, *_ in look.facts])
        connection = await session.connection()
        people = await connection.run_sync(_people, look.at)
        written_at = self._clock()
        rows: list[dict[str, Any]] = [
            {
                "message": None,
                "row": 0,
                "kind": NoticeKind.SURGE,
                "limit_name": None,
                "person": person,
                "acting_for": acting_for,
                "at": look.at,
                # The Governor is told at once (cl. 21); that it still goes on is not news for the night.
                "deliver_from": look.at if urgent else watching.opening(look.at),
                "text": text,
                "written_at": written_at,
                "fact": fact,
            }
            for fact, _, text, urgent in look.facts
            if fact not in known
            for person, acting_for in people.items()
        ]
        if rows:
            await records.run(session, records.add_notices(rows, self._database.dialect))


def _people(connection: Connection, at: datetime) -> dict[str, str | None]:
    return dict(holding(connection, TOLD, at))


def _by_locality(messages: Iterable[Sighted], look: _Look, topic: str) -> Iterator[tuple[str, list[Sighted]]]:
    """Messages by the settlement that they name, and those with an open surge though they have none left."""
    found: dict[str, list[Sighted]] = {
        location: [] for of_topic, location in look.open_ones if of_topic == topic and location is not None
    }
    for message in messages:
        name = locality(message.place) if message.place else None
        if name is not None:
            found.setdefault(name, []).append(message)
    yield from sorted(found.items())

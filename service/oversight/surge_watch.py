"""Watches for rises of activity on topics, and tells the head and the Governor at once (cl. 21; docs/use/surges.md).

Each look judges the record as of its moment, in one short transaction, and changes nothing a second time. Messages
count from when they are found, also before anybody has routed them.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from calendar_rules import surges as rule_of_surges
from calendar_rules.regulation import Audience, Surge
from calendar_rules.surges import Reading, Spell
from calendar_rules.vocabulary import NoticeKind
from service.messages.localities import locality
from service.oversight import surge_text
from service.oversight.surge_text import Subject
from service.people.offices import holding
from service.runs.rules import Rules, RulesInForce
from service.suggestions import Suggest
from settings import Settings
from store.database import statements
from store.database.engines import Database
from store.database.session import Connection, Session
from store.notices import inbox as notices
from store.oversight import surges
from store.oversight.surges import Key, Sighted
from store.oversight.tables import SurgeRow
from workflows.office import Portion
from workflows.state import Addressee

log = structlog.get_logger(__name__)

TOLD = (Addressee(audience=Audience.HEAD), Addressee(audience=Audience.GOVERNOR))
SURE = 0.8
"""From this confidence on a suggested topic counts as the message's; below it in the settlement that the text names."""
_AT_MOST = 500
"""Messages that wait to be routed; of more the last ones count."""
_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Look:
    """One look: by what it judges, what there was before, and what has come of it."""

    session: Session
    rules: Rules
    at: datetime
    rows: Sequence[SurgeRow]
    behind: Mapping[int, set[int]]
    over: Mapping[Key, datetime]
    titles: Mapping[str, str]
    bodies: Sequence[str]
    done: int = 0
    facts: list[tuple[str, str, bool]] = field(default_factory=list)
    """Facts to be told: name, text, whether it is urgent."""

    @property
    def rule(self) -> Surge:
        """The act's rule of surges."""
        return self.rules.readings.surge

    def open_one(self, topic: str, location: str | None) -> SurgeRow | None:
        """The surge of this key that is not over."""
        of_it = (row for row in self.rows if (row.topic, row.location) == (topic, location))
        return next((row for row in of_it if row.over_at is None), None)

    def subject(self, row: SurgeRow, messages: Sequence[Sighted]) -> Subject:
        """What a surge is of, in words."""
        return Subject(
            self.titles.get(row.topic, row.topic), surge_text.where(row.location, messages, self.bodies)
        )


class Surges:
    """The task of this name."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        rules: RulesInForce,
        suggest: Suggest,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`suggest` says what unrouted messages are likely about."""
        self._database = database
        self._training = settings.training
        self._rules = rules
        self._suggest = suggest
        self._clock = clock

    async def is_due(self) -> bool:
        """Whether a look may change something now: a surge is going on, or a topic has enough messages for one."""
        moment, rule = self._clock(), (await self._rules.now()).readings.surge
        foreseen = await self._foreseen(rule, moment)
        async with self._database.read() as session:
            return bool(await surges.open_ones(session) or await _busy(session, rule, moment, foreseen))

    async def portion(self, at: datetime | None = None) -> Portion:
        """One look at everything, as of `at` in training, else of now; returns how many began, went on or ended."""
        moment = at if at is not None and self._training else self._clock()
        rules = await self._rules.now()
        foreseen = await self._foreseen(rules.readings.surge, moment)
        async with self._database.write(alone=True) as session:
            done = await self._look(session, rules, moment, foreseen)
        return Portion(done=done)

    async def _foreseen(self, rule: Surge, at: datetime) -> Sequence[Sighted]:
        """Unrouted messages by the topic that is suggested first and the settlement that the text names."""
        async with self._database.read() as session:
            waiting = await surges.waiting(session, at - rule_of_surges.look_back(rule), at, _AT_MOST)
        suggested = await self._suggest([one.text for one in waiting]) if waiting else ()
        found: list[Sighted] = []
        for one, likely in zip(waiting, suggested, strict=True):
            place = locality(likely.location) if likely.location else None
            for topic in likely.topic[:1]:
                is_sure = topic.confidence >= SURE
                if is_sure or place is not None:
                    found.append(
                        Sighted(one.number, topic.key, one.detected_at, place, waits=True, surely=is_sure)
                    )
        return found

    async def _look(self, session: Session, rules: Rules, at: datetime, foreseen: Sequence[Sighted]) -> int:
        rule = rules.readings.surge
        rows = await surges.open_ones(session)
        look = _Look(
            session,
            rules,
            at,
            rows,
            behind=await surges.behind(session, rows),
            over=await surges.last_of_over(session, at - 2 * rule.within),
            titles=await surges.topic_titles(session),
            bodies=await surges.body_titles(session),
        )
        await _carry_over(look, foreseen)
        busy = await _busy(session, rule, at, foreseen)
        topics = sorted({*busy, *(row.topic for row in rows)})
        begun = min((row.began_at for row in rows), default=at - rule.within)
        since = min(begun, at - rule.within) - rule.within - rule.mean_over_days * _DAY
        found = {one.number: one for one in foreseen if one.topic in topics}
        # What was routed a moment ago is of the topic that it was routed to.
        found |= {one.number: one for one in await surges.sighted(session, topics, since, at)}
        by_topic: dict[str, list[Sighted]] = defaultdict(list)
        for one in _in_order(found.values()):
            by_topic[one.topic].append(one)
        for topic in topics:
            await self._topic(look, topic, by_topic[topic])
        await self._tell(session, look)
        return look.done

    async def _topic(self, look: _Look, topic: str, messages: Sequence[Sighted]) -> None:
        """The localities of a topic first: what happens in one of them is not told once more of the topic."""
        explained: set[int] = set()
        for location, of_it in _by_locality(messages, look, topic):
            if await self._of_topic(look, topic, location, of_it) is not None:
                explained |= {message.number for message in of_it}
        surely = [message for message in messages if message.surely]
        rest = [message.detected_at for message in surely if message.number not in explained]
        elsewhere = rule_of_surges.spell(rest, look.at, look.rule) is not None
        await self._of_topic(look, topic, None, surely, explained=bool(explained) and not elsewhere)

    async def _of_topic(
        self,
        look: _Look,
        topic: str,
        location: str | None,
        messages: Sequence[Sighted],
        *,
        explained: bool = False,
    ) -> SurgeRow | None:
        """Judge those of a topic; returns the surge while it is not over. `explained`: by one of a locality."""
        row = look.open_one(topic, location)
        if row is not None:
            return await self._goes_on(look, row, messages, explained=explained)
        at, rule = look.at, look.rule
        known = look.over.get((topic, location), at - rule.within)
        moments = [message.detected_at for message in messages]
        spell = rule_of_surges.spell(moments, at, rule, max(known, at - rule.within))
        if spell is None or spell.last_at <= known:
            return None
        return await self._begins(look, topic, location, spell, messages, explained=explained)

    async def _begins(
        self,
        look: _Look,
        topic: str,
        location: str | None,
        spell: Spell,
        messages: Sequence[Sighted],
        *,
        explained: bool = False,
    ) -> SurgeRow:
        row = SurgeRow(
            topic=topic,
            location=location,
            began_at=spell.began_at,
            last_seen_at=spell.last_at,
            count=0,
            usual=0.0,
        )
        await self._holds(look, row, spell, messages, explained=explained)
        log.info("a surge has begun", topic=topic)
        return row

    async def _goes_on(
        self, look: _Look, row: SurgeRow, messages: Sequence[Sighted], *, explained: bool = False
    ) -> SurgeRow | None:
        """Go on with or end a surge; returns it while it is not over."""
        at, rule = look.at, look.rule
        moments = [message.detected_at for message in messages]
        spell = rule_of_surges.spell(moments, at, rule, min(row.began_at, at))
        last_at = max(row.last_seen_at, spell.last_at) if spell else row.last_seen_at
        if at - last_at < rule.within:
            if spell is not None and spell.last_at >= row.last_seen_at:
                await self._holds(look, row, spell, messages, explained=explained)
            return row
        row.last_seen_at, row.over_at = last_at, at
        look.done += 1
        number = await surges.keep(look.session, row, None)
        if row.told_at is not None:
            text = surge_text.over(row, look.subject(row, messages), rule, look.rules.zone)
            look.facts.append((f"surge-{number}-over", text, True))
        log.info("a surge is over", topic=row.topic)
        return None

    async def _holds(
        self, look: _Look, row: SurgeRow, spell: Spell, messages: Sequence[Sighted], *, explained: bool
    ) -> None:
        """The rule holds, or did: keep the largest number, and tell of it at first and on each further day."""
        first = row.told_at is None
        row.count, row.usual, row.last_seen_at = spell.largest.count, spell.largest.usual, spell.last_at
        look.done += 1
        if not explained and first:
            row.told_at = look.at
        number = await surges.keep(
            look.session, row, [message.number for message in _behind(messages, spell.largest)]
        )
        # What has passed by the time it is seen is told of too, but once: it is not news the day after.
        if explained or not (first or spell.last_at == look.at):
            return
        day = look.at.astimezone(look.rules.zone).date()
        text = surge_text.going_on(
            look.subject(row, messages),
            look.rule,
            _behind(messages, spell.largest if first else spell.last),
            largest=row.count,
            usual=row.usual,
            first=first,
        )
        look.facts.append((f"surge-{number}-{day.isoformat()}", text, first))

    async def _tell(self, session: Session, look: _Look) -> None:
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
                "deliver_from": look.at if urgent else look.rules.opening(look.at),
                "text": text,
                "written_at": written_at,
                "fact": fact,
            }
            for fact, text, urgent in look.facts
            if fact not in known
            for person, acting_for in people.items()
        ]
        if rows:
            await statements.run(session, notices.add_notices(rows, self._database.dialect))


async def _busy(session: Session, rule: Surge, at: datetime, foreseen: Sequence[Sighted]) -> list[str]:
    """Topics with enough messages for the rule to have held lately."""
    since = at - 2 * rule.within
    counts = Counter(await surges.of_topics(session, since, at))
    counts.update(one.topic for one in foreseen if one.detected_at > since)
    return [topic for topic, count in counts.items() if count >= rule.at_least]


async def _carry_over(look: _Look, foreseen: Sequence[Sighted]) -> None:
    """A surge most of whose messages turn out to be of another topic goes on as a surge of that one.

    Where there is one of that already, what was told as two is one, and nothing more is told of the first.
    """
    numbers: set[int] = set().union(*look.behind.values())
    known = {one.number: one.topic for one in foreseen}
    known |= {one.number: one.topic for one in await surges.numbered(look.session, numbers)}
    for row in look.rows:
        of_it = look.behind[row.id or 0]
        topics = Counter(known[number] for number in of_it if number in known)
        topic = next((topic for topic, count in topics.items() if 2 * count > len(of_it)), row.topic)
        if topic == row.topic:
            continue
        if look.open_one(topic, row.location) is None:
            row.topic = topic
        else:
            row.over_at = look.at
        await surges.keep(look.session, row, None)
        log.info("a surge is of another topic", topic=topic)


def _people(connection: Connection, at: datetime) -> dict[str, str | None]:
    return dict(holding(connection, TOLD, at))


def _in_order(messages: Iterable[Sighted]) -> list[Sighted]:
    return sorted(messages, key=lambda message: (message.detected_at, message.number))


def _behind(messages: Iterable[Sighted], reading: Reading) -> list[Sighted]:
    return [message for message in messages if reading.since < message.detected_at <= reading.at]


def _by_locality(messages: Iterable[Sighted], look: _Look, topic: str) -> list[tuple[str, list[Sighted]]]:
    """Messages by the settlement that they name, and those with an open surge though they have none left."""
    found: dict[str, list[Sighted]] = {
        row.location: [] for row in look.rows if row.topic == topic and row.location is not None
    }
    for message in messages:
        name = locality(message.place) if message.place else None
        if name is not None:
            found.setdefault(name, []).append(message)
    return sorted(found.items())

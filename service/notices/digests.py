"""Reminds, as the Department opens, whoever holds overdue steps: one digest a working day and person.

Whose a step is, is judged as the queues do. What nobody holds goes to the head. The responsible and who oversees a body
are reminded of what it has promised: of what is not done though its day is over, and of what is promised for today.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog

from calendar_rules import CalendarError
from calendar_rules.regulation import Audience
from calendar_rules.vocabulary import NoticeKind, Role
from service.notices import digest_text
from service.notices.digest_text import NOBODY
from service.people.offices import Offices, Told, holding
from service.runs.rules import Rules, RulesInForce
from settings import Settings
from store.database import statements
from store.database.engines import Database
from store.database.session import Connection, Session
from store.messages import overdue
from store.messages.overdue import Overdue
from store.notices import inbox as notices
from store.people import offices
from store.people.titles import short_titles_on
from store.promises import reminders
from store.promises.reminders import Promised
from workflows.office import Portion
from workflows.state import Addressee

log = structlog.get_logger(__name__)

_DAY = timedelta(days=1)
_LOOKED_BACK = 30
"""Days in which there is a working one."""

_OF_PROMISES = (Audience.RESPONSIBLE, Audience.DEPUTY)
Promises = dict[str | None, list[Promised]]
"""What bodies have promised, by in whose name a person is reminded of it."""
Parts = dict[str | None, list[Overdue]]
"""What is one person's, by in whose name: None for their own."""


class Digests:
    """The task of this name."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        rules: RulesInForce,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        anchored: Callable[[date], str | None] = lambda _: None,
    ) -> None:
        """`anchored` returns the line that anchors the journals as of a day, for the head to keep."""
        self._database = database
        self._training = settings.training
        self._rules = rules
        self._clock = clock
        self._anchored = anchored

    async def portion(self, at: datetime | None = None) -> Portion:
        """The digests of today, once the Department is open; returns how many people were reminded.

        As of `at`, in training: those of the last working day that had begun by then.
        """
        rules = await self._rules.now()
        if rules.readings.notices.overdue_reminder == "none":
            return Portion()
        if at is not None and self._training:
            opening = _last_opening(rules, at)
            return Portion(done=await self._remind(rules, opening)) if opening else Portion()
        now = self._clock()
        today = _opening(rules, now.astimezone(rules.zone).date())
        if today is None:
            return Portion()
        if now < today:
            return Portion(again_at=today)
        return Portion(done=await self._remind(rules, today))

    async def _remind(self, rules: Rules, opening: datetime) -> int:
        async with self._database.read() as session:
            connection = await session.connection()
            anchor = await asyncio.to_thread(self._anchored, opening.astimezone(rules.zone).date())
            rows = await connection.run_sync(_rows, rules, opening, self._clock(), anchor)
        if not rows:
            return 0
        async with self._database.write() as session:
            return await self._write(session, rows)

    async def _write(self, session: Session, rows: list[dict[str, Any]]) -> int:
        await statements.run(session, notices.add_notices(rows, self._database.dialect))
        log.info("people were reminded of what is overdue", people=len(rows))
        return len(rows)


def _opening(rules: Rules, day: date) -> datetime | None:
    """When the Department opens on this day; None where it does not, or its calendar does not reach so far."""
    try:
        return rules.department.opening(day)
    except CalendarError:
        return None


def _last_opening(rules: Rules, at: datetime) -> datetime | None:
    today = at.astimezone(rules.zone).date()
    for days in range(_LOOKED_BACK):
        opening = _opening(rules, today - days * _DAY)
        if opening is not None and opening <= at:
            return opening
    return None


def _rows(
    connection: Connection, rules: Rules, opening: datetime, now: datetime, anchor: str | None
) -> list[dict[str, Any]]:
    """A notice for each person who holds something that was overdue as the day began."""
    found = overdue.at(connection, opening)
    promised = _promised(connection, rules, opening)
    if not found and not promised:
        return []
    held = Holders(connection, {item.body for item in found if item.body}, opening)
    people: dict[str, Parts] = defaultdict(lambda: defaultdict(list))
    for item in found:
        for person, part in held.of(item).items():
            people[person][part].append(item)
    for person in promised:
        people[person]  # who is reminded of promises alone, too
    heads = held.heads
    absent = {part for parts in people.values() for part in parts if part}
    names = offices.names(connection, absent)
    titles = short_titles_on(connection, opening.astimezone(rules.zone).date())
    fact = f"digest-{opening.astimezone(rules.zone).date().isoformat()}"
    return [
        {
            "message": None,
            "row": 0,
            "kind": NoticeKind.DIGEST,
            "limit_name": None,
            "person": person,
            "acting_for": _acting_for([*parts, *promised.get(person, {})]),
            "at": opening,
            "deliver_from": rules.opening(opening),
            "text": "\n".join(
                [
                    *digest_text.lines(parts, names, rules, opening),
                    *digest_text.promised(_together(promised.get(person, {})), titles, rules),
                    *([f"Закрепление журналов: {anchor}"] if anchor and person in heads else []),
                ]
            ),
            "written_at": now,
            "fact": fact,
        }
        for person, parts in sorted(people.items())
    ]


def _promised(connection: Connection, rules: Rules, opening: datetime) -> Mapping[str, Promises]:
    """Of what each person is reminded that bodies have promised."""
    begins = opening.astimezone(rules.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    by_body: dict[str, list[Promised]] = defaultdict(list)
    for one in reminders.of_day(connection, begins, begins + _DAY):
        by_body[one.body].append(one)
    people: dict[str, Promises] = defaultdict(lambda: defaultdict(list))
    for body, items in by_body.items():
        to = tuple(Addressee(audience=audience, body=body) for audience in _OF_PROMISES)
        for person, acting_for in holding(connection, to, opening).items():
            people[person][acting_for] += items
    return people


def _together(promises: Promises) -> list[Promised]:
    """In whosever name, each once, in their order."""
    found = dict.fromkeys(one for items in promises.values() for one in items)
    return sorted(found, key=lambda one: (one.by, one.message))


def _acting_for(parts: Iterable[str | None]) -> str | None:
    """Whom the person stands in for, where all of it is that of one who is absent."""
    only = list(dict.fromkeys(parts))
    return (only[0] or None) if len(only) == 1 else None


class Holders:
    """Who holds what is open at a moment: of some bodies, and in the offices that belong to none."""

    def __init__(self, connection: Connection, bodies: Iterable[str], at: datetime) -> None:
        self._at = at
        to = [Addressee(audience=Audience.EXECUTORS, body=body) for body in bodies]
        self._offices = Offices(connection, to, at, at)

    def of(self, item: Overdue) -> Told:
        """Who is reminded of it, each with in whose name; None: in their own."""
        role, holding = self._holding(item)
        if holding:
            return self._offices.in_place_of(holding, role, item.body, self._at)
        return dict.fromkeys(self.heads, NOBODY)

    @property
    def heads(self) -> Told:
        """Who is told what the head is."""
        return self._offices.in_place_of(self._held(Role.HEAD), Role.HEAD, None, self._at)

    def _holding(self, item: Overdue) -> tuple[Role, Sequence[str]]:
        """As queues judge: what was a curator's who is none any more is every curator's; what an executor has who left,
        their colleagues'; that of a body without executors, its responsible's."""
        if item.curator is not None:
            curators = self._held(Role.CURATOR)
            return Role.CURATOR, [item.curator] if item.curator in curators else curators
        if item.body is None:
            return Role.EXECUTOR, ()
        executors = self._held(Role.EXECUTOR, item.body)
        if item.assignee is not None and item.assignee in executors:
            return Role.EXECUTOR, [item.assignee]
        if executors:
            return Role.EXECUTOR, executors
        return Role.RESPONSIBLE, self._held(Role.RESPONSIBLE, item.body)

    def _held(self, role: Role, body: str | None = None) -> list[str]:
        return self._offices.held(role, body, self._at)

"""Whoever begins to stand in for somebody is notified of it, with the work that is open (cl. 6)."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from calendar_rules import CalendarError
from calendar_rules.regulation import LimitName
from calendar_rules.russian import Noun, counted
from calendar_rules.vocabulary import NoticeKind
from service.rules import Rules
from store import absences, people, queue, records
from store.database import Database
from store.people import Actor, Substitution, stand_in
from store.queue import OpenStep
from store.session import Session
from store.tables import AbsenceRow
from workflows.wording import LIMIT, moment

_AT_ONCE = 20
_NO_TIME = timedelta(0)
_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_NAMED = 10
"""Messages that a notice names; the queue has all."""


class Substitutions:
    """Notifies of absences that have begun, each once, however many processes look for them."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def notify_of_begun(self, now: datetime) -> None:
        """Notify whoever stands in for those whose absence has begun by `now`, and who has not been notified."""
        while await self._any_begun(now) and await self._notify(now) == _AT_ONCE:
            pass

    async def _any_begun(self, now: datetime) -> bool:
        """Asked every half second: so that the writer is taken only where there is something to write."""
        async with self._db.lookup() as session:
            return await absences.any_begun(session, now)

    async def _notify(self, now: datetime) -> int:
        """Notify of the first that have begun, and return how many they were."""
        async with self._db.write() as session:
            begun = await absences.claim_begun(session, now, _AT_ONCE)
            notices = [notice for absence in begun if (notice := await self._notice(session, absence, now))]
            await records.run(session, records.add_notices(notices, self._db.dialect))
        return len(begun)

    async def _notice(self, session: Session, absence: AbsenceRow, now: datetime) -> dict[str, Any] | None:
        """The row of the notice; None where nobody begins to stand in: it is over, or a circle of absences."""
        if absence.ends_at is not None and absence.ends_at <= now:
            return None
        person = await people.actor(session, absence.person)
        others = await people.substitutions_at(session, now)
        this = Substitution(absence.person, absence.substitute, absence.starts_at, absence.ends_at)
        at_work = stand_in(absence.person, [*others, this], now)
        if person is None or at_work == absence.person:
            return None
        connection = await session.connection()
        steps = await connection.run_sync(queue.first_steps, person, now, _NAMED)
        number = await connection.run_sync(queue.count, person, now)
        at = max(absence.starts_at, absence.recorded_at)
        return {
            "message": None,
            "row": 0,
            "kind": NoticeKind.SUBSTITUTION,
            "limit_name": None,
            "person": at_work,
            "acting_for": absence.person,
            "at": at,
            "deliver_from": self._opening(at),
            "text": _text(person, absence.ends_at, steps, number, self._rules.zone),
            "written_at": now,
        }

    def _opening(self, at: datetime) -> datetime:
        """When the Department is next open."""
        if self._rules.regulation.readings.notices.outside_hours == "at_once":
            return at
        try:
            return self._rules.department.add(at, _NO_TIME)
        except CalendarError:
            # A notice is not worth losing over a calendar that does not go back so far: it goes out at once.
            return at


def _text(person: Actor, until: datetime | None, steps: Sequence[OpenStep], number: int, zone: tzinfo) -> str:
    lasting = f" до {moment(until.astimezone(zone))}" if until else ""
    beginning = f"Вы замещаете отсутствующего сотрудника{lasting}: {person.name}, {person.position}."
    if not steps:
        return f"{beginning} Сообщений в работе сейчас нет."
    named = "; ".join(_step(step, zone) for step in steps)
    rest = f"; остальные ({number - len(steps)}) — в вашей очереди" if number > len(steps) else ""
    return f"{beginning} В работе {counted(number, _MESSAGE)}: {named}{rest}."


def _step(step: OpenStep, zone: tzinfo) -> str:
    if step.due_at is None or step.limit is None:
        return f"№ {step.message} — без срока"
    return f"№ {step.message} — до {moment(step.due_at.astimezone(zone))}, {LIMIT[LimitName(step.limit)]}"

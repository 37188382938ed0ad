"""Who is told of absences (cl. 6): whoever begins to stand in, with the work that is open; and both, at once, of what
somebody has done to their offices."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from enum import Enum
from typing import Any

from calendar_rules.regulation import LimitName
from calendar_rules.russian import Noun, counted
from calendar_rules.vocabulary import NoticeKind
from service.rules import Rules
from store import absences, people, queue, records
from store.database import Database
from store.people import Actor, Substitution, stand_in
from store.queue import OpenStep
from store.session import Session
from store.tables import AbsenceRow, PersonRow
from workflows.wording import LIMIT, moment

_AT_ONCE = 20
_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_NAMED = 10
"""Messages that a notice names; the queue has all."""


class Done(Enum):
    """What somebody has done to an absence: the text for the absent person, that for the substitute, and who did it."""

    RECORDED = (
        "Записано ваше отсутствие {period}. Вас замещает: {substitute}.",
        "Вам поручено замещать сотрудника {period}: {person}.",
        "Отсутствие записано: {by}.",
    )
    ENDED = (
        "Ваше отсутствие {period} прекращено, замещение завершено. Вас замещал сотрудник: {substitute}.",
        "Замещение {period} прекращено, сотрудник снова работает: {person}.",
        "Прекращено: {by}.",
    )
    REMOVED = (
        "Запись о вашем отсутствии {period} удалена. Замещающим был указан: {substitute}.",
        "Запись об отсутствии {period}, на время которого вам поручалось замещение, удалена: {person}.",
        "Удалено: {by}.",
    )


class Substitutions:
    """Notifies of absences that have begun, each once, however many processes look for them, and of changes to them."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    async def notify_of_begun(self, now: datetime) -> None:
        """Notify whoever stands in for those whose absence has begun by `now`, and who has not been notified."""
        while await self._any_begun(now) and await self._notify(now) == _AT_ONCE:
            pass

    async def tell_both(
        self, session: Session, absence: AbsenceRow, done: Done, by: Actor, now: datetime
    ) -> None:
        """Notify the absent person and the substitute, in the transaction of what `by` has done.

        A substitute who begins at once is not told of the record: `notify_of_begun` tells them, with who made it.
        """
        to_person, to_substitute, by_whom = done.value
        named = {
            "period": _period(absence, self._rules.zone),
            "person": await _named(session, absence.person),
            "substitute": await _named(session, absence.substitute),
            "by": f"{by.name}, {by.position}",
        }
        told = {absence.person: to_person, absence.substitute: to_substitute}
        if done is Done.RECORDED and await self._at_work(session, absence, now) == absence.substitute:
            del told[absence.substitute]
        notices = [
            self._row(person, absence, f"{text} {by_whom}".format(**named), now, now)
            for person, text in told.items()
        ]
        await records.run(session, records.add_notices(notices, self._db.dialect))

    async def _at_work(self, session: Session, absence: AbsenceRow, now: datetime) -> str | None:
        """Who is to be notified that they stand in from now on; None where nobody begins to."""
        this = Substitution(absence.person, absence.substitute, absence.starts_at, absence.ends_at)
        if not this.covers(now):
            return None
        at_work = stand_in(absence.person, [*await people.substitutions_at(session, now), this], now)
        return None if at_work == absence.person else at_work

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
        person = await people.actor(session, absence.person)
        at_work = await self._at_work(session, absence, now)
        if person is None or at_work is None:
            return None
        connection = await session.connection()
        steps = await connection.run_sync(queue.first_steps, person, now, _NAMED)
        number = await connection.run_sync(queue.count, person, now)
        by = await session.get(PersonRow, absence.recorded_by)
        text = _text(person, absence.ends_at, by, _work(steps, number, self._rules.zone), self._rules.zone)
        return self._row(at_work, absence, text, max(absence.starts_at, absence.recorded_at), now)

    def _row(
        self, person: str, absence: AbsenceRow, text: str, at: datetime, now: datetime
    ) -> dict[str, Any]:
        return {
            "message": None,
            "row": 0,
            "kind": NoticeKind.SUBSTITUTION,
            "limit_name": None,
            "person": person,
            "acting_for": None if person == absence.person else absence.person,
            "at": at,
            "deliver_from": self._rules.opening(at),
            "text": text,
            "written_at": now,
        }


def _text(person: Actor, until: datetime | None, by: PersonRow | None, work: str, zone: tzinfo) -> str:
    lasting = f" до {moment(until.astimezone(zone))}" if until else ""
    beginning = f"Вы замещаете отсутствующего сотрудника{lasting}: {person.name}, {person.position}."
    recorded = f" Отсутствие записано: {by.name}, {by.position}." if by else ""
    return f"{beginning}{recorded} {work}"


def _work(steps: Sequence[OpenStep], number: int, zone: tzinfo) -> str:
    if not steps:
        return "Сообщений в работе сейчас нет."
    named = "; ".join(_step(step, zone) for step in steps)
    rest = f"; остальные ({number - len(steps)}) — в вашей очереди" if number > len(steps) else ""
    return f"В работе {counted(number, _MESSAGE)}: {named}{rest}."


def _period(absence: AbsenceRow, zone: tzinfo) -> str:
    until = f"до {moment(absence.ends_at.astimezone(zone))}" if absence.ends_at else "без указания окончания"
    return f"с {moment(absence.starts_at.astimezone(zone))} {until}"


async def _named(session: Session, person: str) -> str:
    found = await session.get(PersonRow, person)
    return f"{found.name}, {found.position}" if found else person


def _step(step: OpenStep, zone: tzinfo) -> str:
    if step.due_at is None or step.limit is None:
        return f"№ {step.message} — без срока"
    return f"№ {step.message} — до {moment(step.due_at.astimezone(zone))}, {LIMIT[LimitName(step.limit)]}"

"""Persons told of absences (cl. 6): whoever begins to stand in, or gets the work while nobody does, with what is open;
and those concerned, at once, of what somebody has done to their offices."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from enum import Enum
from typing import Any

from calendar_rules.moments import moment_text
from calendar_rules.regulation import Audience, LimitName
from calendar_rules.russian import Noun, counted
from calendar_rules.vocabulary import NoticeKind
from service.people.offices import Offices
from service.people.person_names import is_womans
from service.runs.background import Background
from service.runs.rules import Rules
from service.runs.when_written import WhenWritten
from store.database import statements
from store.database.engines import Database
from store.database.session import Connection, Session
from store.messages import queue
from store.messages.queue import OpenStep
from store.notices.inbox import add_notices
from store.people import absences, offices, persons
from store.people.persons import Actor, RoleHeld, Substitution, stand_in
from store.people.tables import AbsenceRow, PersonRow
from workflows.state import Addressee
from workflows.wording import LIMIT

_AT_ONCE = 20
_MESSAGE = Noun("сообщение", "сообщения", "сообщений", "сообщения")
_NAMED = 10
"""Messages that a notice names; the queue has all."""


class Done(Enum):
    """What somebody has done to an absence: the texts for the absent person, with a substitute and without, that for
    whoever gets or got their work in both cases, and who did it.

    A pair of forms is of a man and of a woman.
    """

    RECORDED = (
        "Ваше отсутствие {period} {did}: {by}. Вас замещает: {substitute}.",
        "Ваше отсутствие {period} {did}: {by}. Замещающий не назначен, поступающее вам {others}.",
        "Вам поручено замещать сотрудника {period}: {person}. Запись {did}: {by}.",
        None,
        ("внёс", "внесла"),
    )
    ENDED = (
        "Ваше отсутствие {period} {did}: {by}. Замещение завершено, вас замещал сотрудник: {substitute}.",
        "Ваше отсутствие {period} {did}: {by}. Поступающее вам снова направляется только вам.",
        "Замещение {period} {did}: {by}. Сотрудник снова работает: {person}.",
        "Отсутствие сотрудника {period} {did}: {by}. Поступающее сотруднику больше не направляется вам: {person}.",
        ("прекратил", "прекратила"),
    )
    REMOVED = (
        "Запись о вашем отсутствии {period} {did}: {by}. Замещающим был указан сотрудник: {substitute}.",
        "Запись о вашем отсутствии {period} {did}: {by}. Замещающий не был назначен.",
        "Запись об отсутствии, на время которого вам поручалось замещение, {period} {did}: {by}. "
        "Отсутствующим был указан сотрудник: {person}.",
        None,
        ("удалил", "удалила"),
    )


class Substitutions:
    """Notifies of absences that have begun, each once, however many processes look for them, and of changes to them."""

    def __init__(self, database: Database, rules: Rules) -> None:
        self._db = database
        self._rules = rules

    def background(self) -> Background:
        """Notifies of those that begin, as long as it runs."""
        return Background(
            "notices of substitutions",
            WhenWritten(self._db, lambda: self.notify_of_begun(datetime.now(UTC))),
            every=0.5,
            warning="absences cannot be read now",
            fault="substitutes could not be notified",
        )

    async def notify_of_begun(self, now: datetime) -> datetime | None:
        """Notify whoever gets the work of those whose absence has begun by `now`, and who has not been notified.

        Returns when the next absence begins, if any is to come.
        """
        while (begins := await self._next_to_begin()) is not None and begins <= now:
            if not await self._notify(now):
                break
        return begins

    async def tell_of(
        self, session: Session, absence: AbsenceRow, done: Done, by: Actor, now: datetime
    ) -> None:
        """Notify the absent person, and who stands in or gets their work without a substitute, in the transaction of
        what `by` has done.

        Whoever begins at once is not told of the record: `notify_of_begun` tells them, with who made it.
        """
        alone = absence.substitute is None
        of_person, of_person_alone, of_other, of_others, did = done.value
        gets = await self._gets(session, absence, max(now, absence.starts_at) if alone else now)
        told = {absence.person: of_person_alone if alone else of_person}
        if absence.substitute is not None and not (done is Done.RECORDED and absence.substitute in gets):
            told[absence.substitute] = of_other
        if alone and of_others is not None:
            told |= dict.fromkeys(gets, of_others)
        known = await persons.names(session)
        named = {
            "period": _period(absence, self._rules.zone),
            "person": await _named(session, absence.person),
            "substitute": await _named(session, absence.substitute) if absence.substitute else "",
            "others": _others([known.get(person, person) for person in gets]),
            "did": did[bool(is_womans(by.name))],
            "by": f"{by.name}, {by.position}",
        }
        notices = [
            self._row(person, absence, text.format(**named), now, now) for person, text in told.items()
        ]
        await statements.run(session, add_notices(notices, self._db.dialect))

    async def _gets(self, session: Session, absence: AbsenceRow, now: datetime) -> dict[str, Actor]:
        """Who gets the absent person's work at a moment, each with the person as the holder of what they get; nobody
        where nobody begins to: it is over, or a circle of absences."""
        this = Substitution(absence.person, absence.substitute, absence.starts_at, absence.ends_at)
        person = await persons.actor(session, absence.person)
        if person is None or not this.covers(now):
            return {}
        return await (await session.connection()).run_sync(_who_gets, person, this, now)

    async def _next_to_begin(self) -> datetime | None:
        """So that the writer is taken only where there is something to write."""
        async with self._db.lookup() as session:
            return await absences.next_to_begin(session)

    async def _notify(self, now: datetime) -> int:
        """Notify of the first that have begun, and return how many they were."""
        async with self._db.write() as session:
            begun = await absences.claim_begun(session, now, _AT_ONCE)
            notices = [notice for absence in begun for notice in await self._notices(session, absence, now)]
            await statements.run(session, add_notices(notices, self._db.dialect))
        return len(begun)

    async def _notices(self, session: Session, absence: AbsenceRow, now: datetime) -> list[dict[str, Any]]:
        """The rows of the notices that it has begun, one for each who gets the absent person's work."""
        connection = await session.connection()
        by = await session.get(PersonRow, absence.recorded_by)
        found = []
        for other, person in (await self._gets(session, absence, now)).items():
            steps = await connection.run_sync(queue.first_steps, person, now, _NAMED)
            number = await connection.run_sync(queue.count, person, now)
            text = _text(
                person, absence, by, _work(steps, number, absence, self._rules.zone), self._rules.zone
            )
            at = max(absence.starts_at, absence.recorded_at)
            found.append(self._row(other, absence, text, at, now))
        return found

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


def _who_gets(connection: Connection, person: Actor, this: Substitution, now: datetime) -> dict[str, Actor]:
    away = offices.away(connection, now, now)
    present = stand_in(person.key, away if this.substitute is None else [*away, this], now)
    if present is not None:
        return {present: person} if present != person.key else {}
    held = [
        RoleHeld(office.acting_for or person.key, office.role, office.body)
        for office in person.capacities(now)
    ]
    of_bodies = (Addressee(audience=Audience.EXECUTORS, body=role.body) for role in held)
    directory = Offices(connection, of_bodies, now, now)
    gets: dict[str, list[RoleHeld]] = defaultdict(list)
    for role in held:
        for other in directory.in_place_of([role.person], role.role, role.body, now):
            if other not in (role.person, person.key):
                gets[other].append(role)
    return {other: replace(person, roles=tuple(roles)) for other, roles in gets.items()}


def _text(person: Actor, absence: AbsenceRow, by: PersonRow | None, work: str, zone: tzinfo) -> str:
    until = absence.ends_at
    lasting = f" до {moment_text(until.astimezone(zone))}" if until else ""
    named = f"{person.name}, {person.position}"
    if absence.substitute is None:
        beginning = (
            f"Отсутствует сотрудник{lasting}, замещающий не назначен: {named}. "
            f"Поступающее {'ей' if is_womans(person.name) else 'ему'} направляется вам."
        )
    else:
        beginning = f"Вы замещаете отсутствующего сотрудника{lasting}: {named}."
    did = "внесла" if by and is_womans(by.name) else "внёс"
    recorded = f" Отсутствие {did}: {by.name}, {by.position}." if by else ""
    return f"{beginning}{recorded} {work}"


def _others(names: Sequence[str]) -> str:
    """To whom what is meant for the absent person goes without a substitute."""
    if not names:
        return "остаётся за вами"
    return f"направляется {'сотрудникам' if len(names) > 1 else 'сотруднику'}: {', '.join(names)}"


def _work(steps: Sequence[OpenStep], number: int, absence: AbsenceRow, zone: tzinfo) -> str:
    if not steps:
        return "Сообщений в работе сейчас нет."
    named = "; ".join(_step(step, zone) for step in steps)
    where = " — в вашей очереди" if absence.substitute else ""
    rest = f"; остальные ({number - len(steps)}){where}" if number > len(steps) else ""
    return f"В работе {counted(number, _MESSAGE)}: {named}{rest}."


def _period(absence: AbsenceRow, zone: tzinfo) -> str:
    until = (
        f"до {moment_text(absence.ends_at.astimezone(zone))}" if absence.ends_at else "без указания окончания"
    )
    return f"с {moment_text(absence.starts_at.astimezone(zone))} {until}"


async def _named(session: Session, person: str) -> str:
    found = await session.get(PersonRow, person)
    return f"{found.name}, {found.position}" if found else person


def _step(step: OpenStep, zone: tzinfo) -> str:
    if step.due_at is None or step.limit is None:
        return f"№ {step.message} — без срока"
    return (
        f"№ {step.message} — до {moment_text(step.due_at.astimezone(zone))}, {LIMIT[LimitName(step.limit)]}"
    )

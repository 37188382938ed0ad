"""Absences of people, and who stands in for them (cl. 6)."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.act_words import said
from calendar_rules.vocabulary import Role
from service.access import note as access_note
from service.access import record as access_record
from service.access import wording
from service.access.errors import ForbiddenError, InvalidInputError, NotFoundError
from service.access.recorded_calls import Call
from service.access.values import Instant
from service.people.substitutions import Done, Substitutions
from service.runs import machine_commands
from store.database.engines import Database
from store.database.session import DatabaseError, Session
from store.journal import charges
from store.messages import finding
from store.messages.tables import MessageRow
from store.people import absences, persons
from store.people.persons import Actor, Capacity
from store.people.tables import AbsenceRow
from workflows.commands import CorrectCharge

_SERVES_IN = (Role.EXECUTOR, Role.RESPONSIBLE)


class AbsenceGiven(BaseModel):
    """Отсутствие, которое нужно записать."""

    model_config = ConfigDict(extra="forbid")

    starts_at: Instant = Field(alias="from", description="Начало отсутствия.")
    ends_at: Instant | None = Field(
        default=None,
        alias="to",
        description="Окончание отсутствия. Если не указано, отсутствие длится, пока его не прекратят.",
    )
    substitute: str | None = Field(
        default=None,
        description=(
            "Имя для входа замещающего. Если не указано, поступающее сотруднику направляется ответственному "
            "должностному лицу органа, а куратору — другим кураторам и начальнику Департамента."
        ),
        examples=["executor-housing"],
    )


class AbsenceEntry(BaseModel):
    """Записанное отсутствие."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    id: str
    person: str
    starts_at: datetime = Field(alias="from")
    ends_at: datetime | None = Field(alias="to", description="Пусто, пока отсутствие не прекращено.")
    substitute: str | None = Field(description="Пусто, если замещающий не назначен.")
    recorded_by: str
    recorded_at: datetime

    @classmethod
    def of(cls, absence: AbsenceRow) -> "AbsenceEntry":
        return cls(
            id=absence.id,
            person=absence.person,
            starts_at=absence.starts_at,
            ends_at=absence.ends_at,
            substitute=absence.substitute,
            recorded_by=absence.recorded_by,
            recorded_at=absence.recorded_at,
        )


class AbsenceList(BaseModel):
    """Отсутствия сотрудника, сначала записанные последними."""

    items: list[AbsenceEntry]
    next: None = Field(default=None, description="Список всегда полный.")


class Absences:
    """Records, lists and ends absences."""

    def __init__(self, database: Database, substitutions: Substitutions) -> None:
        self._db = database
        self._substitutions = substitutions

    async def managed(self, caller: Actor, person: str) -> Actor:
        """The person whose absences the caller records. Raises NotFoundError, ForbiddenError."""
        found = await self._person(person)
        _require_management(caller, found)
        return found

    async def shown(self, caller: Actor, person: str) -> Actor:
        """The person whose absences the caller may read: their own too. Raises NotFoundError, ForbiddenError."""
        found = await self._person(person)
        if found.key != caller.key:
            _require_management(caller, found)
        return found

    @staticmethod
    def may_manage(caller: Actor, person: Actor) -> bool:
        """Whether the caller records the absences of the person."""
        return gives(caller, _own_offices(person))

    async def record(self, caller: Actor, person: Actor, given: AbsenceGiven) -> AbsenceEntry:
        """Put an absence of someone `managed` on record: those concerned are notified, and access is noted.

        Raises InvalidInputError for one that cannot be, ForbiddenError where offices would pass on that the caller
        does not give.
        """
        _require_offices(caller, person, given)
        now = datetime.now(UTC)
        async with self._db.write() as session:
            try:
                absence = await absences.record(
                    session,
                    person.key,
                    substitute=given.substitute,
                    starts_at=given.starts_at,
                    ends_at=given.ends_at,
                    recorded_by=caller.key,
                    now=now,
                )
            except absences.AbsenceError as error:
                raise InvalidInputError(error.field, str(error)) from error
            await session.flush()
            await self._leave_on_record(session, absence, Done.RECORDED, caller, now)
            await _correct_charges(session, absence, now)
        access_note.is_written(Call.ABSENCE_CREATE)
        # It is on record: what fails now is done by the next round.
        with suppress(DatabaseError):
            await self._substitutions.notify_of_begun(datetime.now(UTC))
        return AbsenceEntry.of(absence)

    async def of(self, person: Actor) -> AbsenceList:
        """Every absence of someone `shown`."""
        async with self._db.read() as session:
            return AbsenceList(
                items=[AbsenceEntry.of(absence) for absence in await absences.of(session, person.key)]
            )

    async def end(self, caller: Actor, person: Actor, absence: str) -> None:
        """End an absence that runs, or remove one that has not begun or is over: those concerned are notified, and what
        it was stays in the record of access.

        Raises NotFoundError.
        """
        now = datetime.now(UTC)
        async with self._db.write() as session:
            found = await absences.one(session, person.key, absence)
            if found is None:
                raise NotFoundError(wording.NO_ABSENCE)
            runs = absences.runs(found, now)
            await self._leave_on_record(session, found, Done.ENDED if runs else Done.REMOVED, caller, now)
            await absences.end(session, found, now)
        access_note.is_written(Call.ABSENCE_REMOVE)

    async def _leave_on_record(
        self, session: Session, absence: AbsenceRow, done: Done, caller: Actor, now: datetime
    ) -> None:
        """Who gave whose office to whom, and when, and they are notified: in the transaction of the change itself."""
        await self._substitutions.tell_of(session, absence, done, caller, now)
        await access_record.write_beside(
            session,
            caller.key,
            Call.ABSENCE_CREATE if done is Done.RECORDED else Call.ABSENCE_REMOVE,
            {
                "absence": absence.id,
                "key": absence.person,
                "substitute": absence.substitute,
                "from": absence.starts_at.astimezone(UTC).isoformat(),
                "to": absence.ends_at.astimezone(UTC).isoformat() if absence.ends_at else None,
                **({"ended": done is Done.ENDED} if done is not Done.RECORDED else {}),
            },
        )

    async def _person(self, key: str) -> Actor:
        async with self._db.read() as session:
            person = await persons.actor(session, key)
        if person is None:
            raise NotFoundError(wording.NO_PERSON.format(person=key))
        return person


async def _correct_charges(session: Session, absence: AbsenceRow, now: datetime) -> None:
    """Whoever was absent is charged with no breach of that time, also where it was recorded afterwards (cl. 20)."""
    theirs = await charges.of_absent(session, absence.person, absence.starts_at, absence.ends_at)
    for message, run in theirs:
        row = await session.get(MessageRow, message)
        assert row is not None  # noqa: S101  a charge is of a message
        command = CorrectCharge(id=uuid4().hex, person=None, taken_at=finding.message_now(row, now), run=run)
        await machine_commands.give(session, command, message, key=f"absence-{absence.id}-{run}")


def _require_management(caller: Actor, person: Actor) -> None:
    """Raises ForbiddenError unless the caller records the absences of this person."""
    if not gives(caller, _own_offices(person)):
        raise ForbiddenError(said(wording.NOT_YOURS_TO_RECORD))


def _own_offices(person: Actor) -> Sequence[Capacity]:
    return [Capacity(held.role, held.body) for held in person.roles if held.person == person.key]


def _require_offices(caller: Actor, person: Actor, given: AbsenceGiven) -> None:
    """Nobody hands over another office than their own to give: also none that the person holds for somebody else.

    Raises ForbiddenError.
    """
    edges = [edge for edge in person.edges if given.starts_at < edge]
    moments = [given.starts_at, *(edge for edge in edges if given.ends_at is None or edge < given.ends_at)]
    if not all(gives(caller, person.capacities(moment)) for moment in moments):
        raise ForbiddenError(wording.NOT_YOURS_TO_HAND_OVER)


def gives(caller: Actor, offices: Sequence[Capacity]) -> bool:
    """Whether the caller may pass on all of these: the administrator any, the responsible those of work in their
    body, the head those of curators."""
    held = caller.capacities(datetime.now(UTC))
    roles = {capacity.role for capacity in held}
    bodies = {capacity.body for capacity in held if capacity.role is Role.RESPONSIBLE}
    if Role.ADMIN in roles:
        return True
    return bool(offices) and all(
        (office.role in _SERVES_IN and office.body in bodies)
        or (office.role is Role.CURATOR and Role.HEAD in roles)
        for office in offices
    )

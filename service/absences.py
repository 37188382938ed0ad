"""Absences of people, and who stands in for them (cl. 6)."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.vocabulary import Role
from service import wording
from service.errors import ForbiddenError, InvalidInputError, NotFoundError
from service.times import Instant
from store import absences, people
from store.database import Database
from store.people import Actor
from store.tables import AbsenceRow

_SERVES_IN = (Role.EXECUTOR, Role.RESPONSIBLE)


class AbsenceGiven(BaseModel):
    """Отсутствие, которое нужно записать."""

    model_config = ConfigDict(extra="forbid")

    starts_at: Instant = Field(alias="from", description="Начало отсутствия.")
    ends_at: Instant = Field(alias="to", description="Окончание отсутствия.")
    substitute: str = Field(description="Имя для входа замещающего.", examples=["executor-housing"])


class AbsenceEntry(BaseModel):
    """Записанное отсутствие."""

    model_config = ConfigDict(validate_by_name=True, serialize_by_alias=True)

    id: str
    person: str
    starts_at: datetime = Field(alias="from")
    ends_at: datetime = Field(alias="to")
    substitute: str
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

    def __init__(self, database: Database) -> None:
        self._db = database

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

    async def record(self, caller: Actor, person: Actor, given: AbsenceGiven) -> AbsenceEntry:
        """Put an absence of someone `managed` on record. Raises InvalidInputError for one that cannot be."""
        async with self._db.write() as session:
            try:
                absence = await absences.record(
                    session,
                    person.key,
                    substitute=given.substitute,
                    starts_at=given.starts_at,
                    ends_at=given.ends_at,
                    recorded_by=caller.key,
                    now=datetime.now(UTC),
                )
            except absences.AbsenceError as error:
                raise InvalidInputError(error.field, str(error)) from error
        return AbsenceEntry.of(absence)

    async def of(self, person: Actor) -> AbsenceList:
        """Every absence of someone `shown`."""
        async with self._db.read() as session:
            return AbsenceList(
                items=[AbsenceEntry.of(absence) for absence in await absences.of(session, person.key)]
            )

    async def end(self, person: Actor, absence: str) -> None:
        """End an absence that runs, or remove one that has not begun. Raises NotFoundError."""
        async with self._db.write() as session:
            found = await absences.one(session, person.key, absence)
            if found is None:
                raise NotFoundError(wording.NO_ABSENCE)
            await absences.end(session, found, datetime.now(UTC))

    async def _person(self, key: str) -> Actor:
        async with self._db.read() as session:
            person = await people.actor(session, key)
        if person is None:
            raise NotFoundError(wording.NO_PERSON.format(person=key))
        return person


def _require_management(caller: Actor, person: Actor) -> None:
    """Raises ForbiddenError unless the caller records the absences of this person."""
    bodies = {held.body for held in person.roles if held.person == person.key and held.role in _SERVES_IN}
    if not any(
        capacity.role is Role.ADMIN or (capacity.role is Role.RESPONSIBLE and capacity.body in bodies)
        for capacity in caller.capacities(datetime.now(UTC))
    ):
        raise ForbiddenError(wording.NOT_YOURS_TO_RECORD)

"""Absences of people, and who stands in for them (cl. 6)."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field

from api.deps import Caller, Db
from api.errors import FieldError, ProblemError, problems
from api.router import Router
from api.times import Instant
from calendar_rules.vocabulary import Role
from store import absences, people
from store.people import Actor
from store.tables import AbsenceRow

router = Router("Отсутствия")

_SERVES_IN = (Role.EXECUTOR, Role.RESPONSIBLE)


class AbsenceGiven(BaseModel):
    """An absence to be recorded."""

    model_config = ConfigDict(extra="forbid")

    starts_at: Instant = Field(alias="from", description="С какого момента сотрудника нет.")
    ends_at: Instant = Field(alias="to", description="С какого момента он снова на месте.")
    substitute: str = Field(description="Имя для входа того, кто замещает.", examples=["executor-housing"])


class AbsenceEntry(BaseModel):
    """An absence on record."""

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
    """Absences of a person, the one recorded last first."""

    items: list[AbsenceEntry]
    next: None = Field(default=None, description="Список всегда полный.")


async def _person(key: str, _caller: Caller, db: Db) -> Actor:
    async with db.read() as session:
        person = await people.actor(session, key)
    if person is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"Сотрудника «{key}» нет. Проверьте имя для входа.")
    return person


PersonOfPath = Annotated[Actor, Depends(_person)]


async def _managed_person(person: PersonOfPath, caller: Caller) -> Actor:
    if not _manages(caller, person):
        raise ProblemError(
            HTTPStatus.FORBIDDEN,
            "Отсутствие записывает администратор или ответственное должностное лицо органа, "
            "в котором работает сотрудник.",
        )
    return person


async def _shown_person(person: PersonOfPath, caller: Caller) -> Actor:
    return person if person.key == caller.key else await _managed_person(person, caller)


Managed = Annotated[Actor, Depends(_managed_person)]
Shown = Annotated[Actor, Depends(_shown_person)]


def _manages(caller: Actor, person: Actor) -> bool:
    bodies = {held.body for held in person.roles if held.person == person.key and held.role in _SERVES_IN}
    return any(
        capacity.role is Role.ADMIN or (capacity.role is Role.RESPONSIBLE and capacity.body in bodies)
        for capacity in caller.capacities(datetime.now(UTC))
    )


@router.post(
    "/api/people/{key}/absences",
    summary="Записать отсутствие",
    operation_id="record_absence",
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 404, 422, 503),
)
async def record_absence(person: Managed, given: AbsenceGiven, caller: Caller, db: Db) -> AbsenceEntry:
    """Пока сотрудника нет, замещающий может всё, что может он; сам он тоже может действовать."""
    async with db.write() as session:
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
            raise FieldError(error.field, str(error)) from error
    return AbsenceEntry.of(absence)


@router.get(
    "/api/people/{key}/absences",
    summary="Отсутствия сотрудника",
    operation_id="list_absences",
    responses=problems(401, 403, 404, 503),
)
async def list_absences(person: Shown, db: Db) -> AbsenceList:
    """Видны администратору, ответственному органа и самому сотруднику."""
    async with db.read() as session:
        return AbsenceList(
            items=[AbsenceEntry.of(absence) for absence in await absences.of(session, person.key)]
        )


@router.delete(
    "/api/people/{key}/absences/{absence}",
    summary="Прекратить отсутствие",
    operation_id="end_absence",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def end_absence(person: Managed, absence: str, db: Db) -> None:
    """Сотрудник снова на месте; ещё не начавшееся отсутствие отменяется, прошедшее остаётся как было."""
    async with db.write() as session:
        found = await absences.one(session, person.key, absence)
        if found is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "Такого отсутствия у сотрудника нет.")
        await absences.end(session, found, datetime.now(UTC))

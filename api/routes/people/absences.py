"""Absences of people, and who stands in for them (cl. 6)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends

from api.deps import Caller, People, Service
from api.errors import problems
from api.only_known import OnlyKnown
from api.router import Router
from service.access.recorded_calls import Call
from service.people.absences import AbsenceEntry, AbsenceGiven, AbsenceList
from store.people.persons import Actor

router = Router("Отсутствия")


async def _managed(key: str, caller: Caller, service: Service) -> Actor:
    return await service.people.absences.managed(caller, key)


async def _shown(key: str, caller: Caller, service: Service) -> Actor:
    return await service.people.absences.shown(caller, key)


Managed = Annotated[Actor, Depends(_managed)]
Shown = Annotated[Actor, Depends(_shown)]


@router.post(
    "/api/people/{key}/absences",
    recorded=Call.ABSENCE_CREATE,
    by=_managed,
    summary="Записать отсутствие",
    operation_id="record_absence",
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 404, 422, 503),
)
async def record_absence(
    person: Managed, given: AbsenceGiven, caller: Caller, people: People
) -> AbsenceEntry:
    """На время отсутствия замещающий может всё, что может сотрудник; сам сотрудник тоже может действовать (п. 6).

    Если замещающий не назначен, поступающее сотруднику направляется ответственному должностному лицу органа, а
    куратору — другим кураторам и начальнику Департамента, который выполняет действия куратора, пока не работает ни
    один из них. Всех, кого это касается, уведомляют, кто внёс запись. Отсутствие, записанное задним числом, исправляет
    учёт нарушений за это время: строка журнала `charge_corrected`.
    """
    return await people.absences.record(caller, person, given)


@router.get(
    "/api/people/{key}/absences",
    recorded=Call.ABSENCE_LIST,
    by=_shown,
    summary="Отсутствия сотрудника",
    operation_id="list_absences",
    responses=problems(401, 403, 404, 422, 503),
)
async def list_absences(person: Shown, only_known: OnlyKnown, people: People) -> AbsenceList:
    """Видны тому, кто их записывает, и самому сотруднику."""
    return await people.absences.of(person)


@router.delete(
    "/api/people/{key}/absences/{absence}",
    recorded=Call.ABSENCE_REMOVE,
    by=_managed,
    summary="Прекратить отсутствие",
    operation_id="end_absence",
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
async def end_absence(person: Managed, absence: str, caller: Caller, people: People) -> None:
    """Текущее отсутствие завершается, будущее и прошедшее удаляются.

    Всех, кого это касается, уведомляют; в журнале доступа запись остаётся.
    """
    await people.absences.end(caller, person, absence)

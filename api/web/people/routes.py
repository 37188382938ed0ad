"""People: whose absences one records, and for the administrator everybody."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import People, Service
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.people.shown import address, is_admin, show
from api.web.session import Session, Viewer
from api.web.shell.form import PageForm, refusal
from api.web.shell.page import page
from api.web.titles import Titles, names_of
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.errors import MisfitError
from service.people import staff
from service.people.absences import AbsenceGiven
from store.people.persons import Actor

router = Pages()

Words = Annotated[str, Query(max_length=200)]
_TYPED = "%Y-%m-%dT%H:%M"
_WHEN = "Укажите дату и время, например 26.11.2026 10:42."


# ---- lists


@router.get("/admin/people", recorded=Call.PEOPLE_LIST, by=(Role.ADMIN,))
async def everybody(request: Request, admin: Viewer, service: Service, q: Words = "") -> Response:
    """Everybody in the directory, found by words."""
    found = await staff.found(service.database, q)
    return await _list(request, admin, service, found, q, "/admin/people")


@router.get("/people", recorded=Call.PEOPLE_LIST, by=(Role.RESPONSIBLE, Role.HEAD, Role.ADMIN))
async def managed(request: Request, viewer: Viewer, service: Service, q: Words = "") -> Response:
    """Those whose absences one records."""
    found = await staff.managed_by(service.database, viewer, q)
    return await _list(request, viewer, service, found, q, "/people")


async def _list(
    request: Request, viewer: Actor, service: ServiceParts, found: staff.Staff, q: str, address: str
) -> Response:
    return page(
        request,
        viewer,
        "people/people.html",
        members=found.members,
        away=found.away,
        q=q,
        address=address,
        names=await names_of(service.database),
        titles=await Titles.read(service.database),
    )


# ---- one of them


@router.get("/admin/people/{key}", recorded=Call.PERSON_OPEN, by=(Role.ADMIN,))
async def person(
    request: Request, admin: Viewer, caller: Session, key: str, service: Service, done: bool = False
) -> Response:
    """Roles, password, absences with substitutes, open sign-ins, the second factor."""
    return await show(request, caller, key, service, form=PageForm(done=done))


async def _managed(key: str, viewer: Viewer, service: Service) -> Actor:
    return await service.people.absences.managed(viewer, key)


async def _shown(key: str, viewer: Viewer, service: Service) -> None:
    await service.people.absences.shown(viewer, key)


Managed = Annotated[Actor, Depends(_managed)]


@router.get("/people/{key}", recorded=Call.ABSENCE_LIST, by=_shown)
async def absences_of(request: Request, caller: Session, key: str, service: Service) -> Response:
    """Somebody's absences, for who records them, and for themselves."""
    return await show(request, caller, key, service)


@router.post("/people/{key}/absences", recorded=Call.ABSENCE_CREATE, by=_managed)
async def record_absence(
    request: Request, caller: Session, key: str, absent: Managed, service: Service
) -> Response:
    """Put an absence on record; one that cannot be leaves the form as it was typed."""
    sent = await form_body.read(request, takes_files=False)

    async def record() -> None:
        await service.people.absences.record(caller.person, absent, _given(sent, service.rules.zone))

    if refused := await refusal(record(), sent.values):
        return await show(request, caller, key, service, absence=refused)
    return RedirectResponse(_back(caller.person, key), HTTPStatus.SEE_OTHER)


@router.post("/people/{key}/absences/{absence}/end", recorded=Call.ABSENCE_REMOVE, by=_managed)
async def end_absence(viewer: Viewer, key: str, absent: Managed, absence: str, people: People) -> Response:
    """One that runs ends, any other is removed."""
    await people.absences.end(viewer, absent, absence)
    return RedirectResponse(_back(viewer, key), HTTPStatus.SEE_OTHER)


# ---- what these have in common


def _back(viewer: Actor, key: str) -> str:
    return address(key) if is_admin(viewer) else address(key).removeprefix("/admin")


def _given(sent: Typed, zone: ZoneInfo) -> AbsenceGiven:
    """The absence that was typed, in the Department's zone. Raises MisfitError, ValidationError."""
    typed = {name: text for name in ("from", "to") if (text := sent.one(name).strip()) or name == "from"}
    moments, wrong = {}, {}
    for name, text in typed.items():
        try:
            moments[name] = datetime.strptime(text[:16], _TYPED).replace(tzinfo=zone)
        except ValueError:
            wrong[name] = _WHEN
    if wrong:
        raise MisfitError(wrong)
    return AbsenceGiven.model_validate({"substitute": sent.one("substitute") or None, **moments})

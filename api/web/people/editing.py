"""A new person, and other names and roles for one."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Directory, Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.people import form as forms
from api.web.people.form import PersonForm
from api.web.people.shown import show
from api.web.session import Session, Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.effective_date import FIELD as SINCE
from service.directory.errors import MisfitError
from store.directory.edits import Part
from store.people.persons import Actor

router = Pages()

Word = Annotated[str, Query(max_length=100)]


@router.get("/admin/people/new", recorded=Call.PEOPLE_LIST, by=(Role.ADMIN,))
async def new(
    request: Request, admin: Viewer, service: Service, role: Word = "", body: Word = ""
) -> Response:
    """A form for somebody new; the checklist says in what role."""
    return await _new(request, admin, service, forms.of_nobody(role, body))


@router.post("/admin/people/new", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """Somebody new; they sign in once a password is given to them."""
    filled = forms.of_typed(await form_body.read(request, takes_files=False), active=True)
    key = filled.typed["key"].strip()
    try:
        await service.directory.editing.put_person(admin, filled.content(key), edition=None)
    except MisfitError as error:
        return await _new(request, admin, service, replace(filled, wrong=error.wrong))
    return RedirectResponse(f"/admin/people/{quote(key, safe='')}?done=true#password", HTTPStatus.SEE_OTHER)


@router.post("/admin/people/{key}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, caller: Session, key: str, service: Service) -> Response:
    """Other names and roles; who has left is signed out."""
    (await service.directory.editing.standing()).person(key)
    typed = await form_body.read(request, takes_files=False)
    filled = forms.of_typed(typed, active=bool(typed.one("active")))
    try:
        await service.directory.editing.put_person(
            admin, filled.content(key), edition=filled.edition, since=filled.typed[SINCE]
        )
    except MisfitError as error:
        return await show(request, caller, key, service, form=replace(filled, wrong=error.wrong))
    except ConflictError as error:
        return await show(request, caller, key, service, form=replace(filled, refused=error.detail))
    return RedirectResponse(f"/admin/people/{quote(key, safe='')}?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/people/{key}/withdraw", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def withdraw(request: Request, admin: Viewer, key: str, directory: Directory) -> Response:
    """What was planned for a day does not come."""
    person = (await directory.editing.standing()).person(key)
    typed = await form_body.read(request, takes_files=False)
    await directory.scheduled.withdraw(admin, Part.PEOPLE, key, person.name, typed.one(SINCE))
    return RedirectResponse(f"/admin/people/{quote(key, safe='')}?done=true", HTTPStatus.SEE_OTHER)


async def _new(request: Request, admin: Actor, service: ServiceParts, filled: PersonForm) -> Response:
    return page(
        request,
        admin,
        "people/new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if filled.wrong else HTTPStatus.OK,
        form=filled,
        **forms.choices(await service.directory.editing.standing(), filled),
    )

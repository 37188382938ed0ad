"""A new person, and other names and roles for one."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.router import Router
from api.web import session
from api.web.admin.viewer import Admin
from api.web.message import form_body
from api.web.people import form as forms
from api.web.people.form import PersonForm
from api.web.people.shown import show
from api.web.session import Session
from api.web.shell.page import page
from service.access.errors import ConflictError
from service.assembly import Service as ServiceParts
from service.directory.replacement import MisfitError
from service.directory.since import FIELD as SINCE
from store.directory.edits import Part
from store.people.persons import Actor

router = Router("Страницы")

Word = Annotated[str, Query(max_length=100)]


@router.get("/admin/people/new", include_in_schema=False)
async def new(request: Request, admin: Admin, service: Service, role: Word = "", body: Word = "") -> Response:
    """A form for somebody new; the checklist says in what role."""
    return await _new(request, admin, service, forms.of_nobody(role, body))


@router.post("/admin/people/new", include_in_schema=False, dependencies=[session.FromHere])
async def add(request: Request, admin: Admin, service: Service) -> Response:
    """Somebody new; they sign in once a password is given to them."""
    filled = forms.of_typed(await form_body.read(request, takes_files=False), active=True)
    key = filled.typed["key"].strip()
    try:
        await service.editing.put_person(admin, filled.content(key), edition=None)
    except MisfitError as error:
        return await _new(request, admin, service, replace(filled, wrong=error.wrong))
    return RedirectResponse(f"/admin/people/{quote(key, safe='')}?done=true#password", HTTPStatus.SEE_OTHER)


@router.post("/admin/people/{key}", include_in_schema=False, dependencies=[session.FromHere])
async def change(request: Request, admin: Admin, caller: Session, key: str, service: Service) -> Response:
    """Other names and roles; who has left is signed out."""
    (await service.editing.standing()).person(key)
    typed = await form_body.read(request, takes_files=False)
    filled = forms.of_typed(typed, active=bool(typed.one("active")))
    try:
        await service.editing.put_person(
            admin, filled.content(key), edition=filled.edition, since=filled.typed[SINCE]
        )
    except MisfitError as error:
        return await show(request, caller, key, service, form=replace(filled, wrong=error.wrong))
    except ConflictError as error:
        return await show(request, caller, key, service, form=replace(filled, refused=error.detail))
    return RedirectResponse(f"/admin/people/{quote(key, safe='')}?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/people/{key}/withdraw", include_in_schema=False, dependencies=[session.FromHere])
async def withdraw(request: Request, admin: Admin, key: str, service: Service) -> Response:
    """What was planned for a day does not come."""
    person = (await service.editing.standing()).person(key)
    typed = await form_body.read(request, takes_files=False)
    await service.plans.withdraw(admin, Part.PEOPLE, key, person.name, typed.one(SINCE))
    return RedirectResponse(f"/admin/people/{quote(key, safe='')}?done=true", HTTPStatus.SEE_OTHER)


async def _new(request: Request, admin: Actor, service: ServiceParts, filled: PersonForm) -> Response:
    return page(
        request,
        admin,
        "people/new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if filled.wrong else HTTPStatus.OK,
        form=filled,
        **forms.choices(await service.editing.standing(), filled),
    )

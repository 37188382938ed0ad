"""A new person, and other names and roles for one."""

from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Directory, Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.people import form as forms
from api.web.people.shown import address, show
from api.web.session import Session, Viewer
from api.web.shell.form import PageForm, refusal, saved
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.effective_date import FIELD as SINCE
from store.directory.edits import Part
from store.people.persons import Actor

router = Pages()

Word = Annotated[str, Query(max_length=100)]


@router.get("/admin/people/new", recorded=Call.PEOPLE_LIST, by=(Role.ADMIN,))
async def new(
    request: Request, admin: Viewer, service: Service, role: Word = "", body: Word = ""
) -> Response:
    """A form for somebody new; the checklist says in what role."""
    return await _new(request, admin, service, PageForm(forms.values_of_nobody(role, body)))


@router.post("/admin/people/new", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """Somebody new; they sign in once a password is given to them."""
    sent = await form_body.read(request, takes_files=False)
    content = {**forms.content(sent), "active": True}
    put = service.directory.editing.put_person(admin, content, edition=None)
    if refused := await refusal(put, sent.values):
        return await _new(request, admin, service, refused)
    return saved(f"{address(content['key'])}#password")


@router.post("/admin/people/{key}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, caller: Session, key: str, service: Service) -> Response:
    """Other names and roles; who has left is signed out."""
    (await service.directory.editing.standing()).person(key)
    sent = await form_body.read(request, takes_files=False)
    content = {**forms.content(sent), "key": key}
    put = service.directory.editing.put_person(
        admin, content, edition=sent.one("edition"), since=sent.one(SINCE)
    )
    if refused := await refusal(put, sent.values):
        return await show(request, caller, key, service, form=refused)
    return saved(address(key))


@router.post("/admin/people/{key}/withdraw", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def withdraw(request: Request, admin: Viewer, key: str, directory: Directory) -> Response:
    """What was planned for a day does not come."""
    person = (await directory.editing.standing()).person(key)
    sent = await form_body.read(request, takes_files=False)
    await directory.scheduled.withdraw(admin, Part.PEOPLE, key, person.name, sent.one(SINCE))
    return saved(address(key))


async def _new(request: Request, admin: Actor, service: ServiceParts, form: PageForm) -> Response:
    return page(
        request,
        admin,
        "people/new.html",
        status=form.status,
        form=form,
        **forms.choices(await service.directory.editing.standing(), form),
    )

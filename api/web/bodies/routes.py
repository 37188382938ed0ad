"""The list of bodies, one of them, a new one, and the Department that curators are of."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from api.deps import Directory, Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, Values, content_of, refusal, saved, values_of
from api.web.shell.page import page
from calendar_rules.vocabulary import Network, Role
from service.access import wording
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.editing import Standing, edition_of
from service.directory.effective_date import FIELD as SINCE
from store.directory.edits import Part
from store.directory.file import BodyEntry, DepartmentEntry
from store.people.persons import Actor

router = Pages()

SUCCESSOR, DEPUTIES = "successor", "deputies"
_NOBODY = "-"
"""What is chosen where nobody takes over what the body did."""
KINDS = (("executive", "исполнительный орган"), ("municipality", "орган местного самоуправления"))
_OF_BODIES = (Role.RESPONSIBLE, Role.EXECUTOR, Role.DEPUTY)
_DEPARTMENT = "/admin/department"


def address(key: str) -> str:
    """Where a body's page is."""
    return f"/admin/bodies/{quote(key, safe='')}"


@router.get("/admin/bodies", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def bodies(request: Request, admin: Viewer, directory: Directory, done: bool = False) -> Response:
    """Every body with who answers for it."""
    standing = await directory.editing.standing()
    keys = [body.key for body in standing.directory.bodies]
    hours = await directory.hours.every(keys)
    return page(
        request,
        admin,
        "bodies/bodies.html",
        bodies=standing.directory.bodies,
        department=standing.directory.department,
        held={key: {role: standing.holding(role, key) for role in _OF_BODIES} for key in keys},
        own_hours={key for key, held in zip(keys, hours, strict=True) if held.own},
        done=done,
    )


@router.get("/admin/bodies/new", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def new(request: Request, admin: Viewer, service: Service) -> Response:
    """A form for a new body."""
    return await _new(request, admin, service, PageForm())


@router.post("/admin/bodies/new", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """A new body."""
    sent = await form_body.read(request, takes_files=False)
    content = {**content_of(BodyEntry, sent), "active": True}
    deputies = sent.values.get(DEPUTIES, ())
    put = service.directory.editing.put_body(admin, content, deputies=deputies, edition=None)
    if refused := await refusal(put, sent.values):
        return await _new(request, admin, service, refused)
    return saved(address(content["key"]))


@router.get("/admin/bodies/{key}", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def body(request: Request, admin: Viewer, key: str, service: Service, done: bool = False) -> Response:
    """A body: its names and accounts, who oversees it, who works there."""
    standing = await service.directory.editing.standing()
    return await _one(request, admin, service, standing, key, PageForm(done=done))


@router.post("/admin/bodies/{key}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A body's names, accounts and overseeing deputies, and whether it gets messages."""
    standing = await service.directory.editing.standing()
    entry = standing.body(key)
    sent = await form_body.read(request, takes_files=False)
    content = {**content_of(BodyEntry, sent), "key": key}
    successor = content.get(SUCCESSOR)
    if content["active"] or successor == _NOBODY:
        content[SUCCESSOR] = None
    await service.messages.outcomes.settled()
    put = service.directory.editing.put_body(
        admin,
        content,
        deputies=sent.values.get(DEPUTIES, ()),
        edition=sent.one("edition"),
        since=sent.one(SINCE),
        without_successor=successor == _NOBODY,
    )
    if refused := await refusal(put, sent.values):
        return await _one(request, admin, service, standing, key, refused)
    if entry.active and content.get(SUCCESSOR) is not None:
        # What a message refuses stays listed on the page.
        await service.commands.successions.transfer_all(admin, key, content[SUCCESSOR], wording.BODY_CLOSED)
    return saved(address(key))


@router.post("/admin/bodies/{key}/withdraw", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def withdraw(request: Request, admin: Viewer, key: str, directory: Directory) -> Response:
    """What was planned for a day does not come."""
    standing = await directory.editing.standing()
    department = standing.directory.department
    is_department = key == department.key
    title = department.title if is_department else standing.body(key).title
    sent = await form_body.read(request, takes_files=False)
    await directory.scheduled.withdraw(admin, Part.BODIES, key, title, sent.one(SINCE))
    return saved(_DEPARTMENT if is_department else address(key))


@router.post("/admin/bodies/{key}/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A body that no message names is gone."""
    standing = await service.directory.editing.standing()
    standing.body(key)
    sent = await form_body.read(request, takes_files=False)
    removed = service.directory.editing.remove_body(admin, key, sent.one("edition"))
    if refused := await refusal(removed, {}):
        return await _one(request, admin, service, standing, key, refused)
    return saved("/admin/bodies")


@router.get("/admin/department", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def department(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """The Department that curators are of."""
    return await _department(request, admin, service, PageForm(done=done))


@router.post("/admin/department", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change_department(request: Request, admin: Viewer, service: Service) -> Response:
    """The Department's names."""
    sent = await form_body.read(request, takes_files=False)
    content = content_of(DepartmentEntry, sent)
    put = service.directory.editing.put_department(admin, content, sent.one("edition"), since=sent.one(SINCE))
    if refused := await refusal(put, sent.values):
        return await _department(request, admin, service, refused)
    return saved(_DEPARTMENT)


# ---- what these have in common


def _standing_values(entry: BodyEntry | DepartmentEntry) -> Values:
    return {**values_of(entry), "edition": [edition_of(entry)]}


async def _new(request: Request, admin: Actor, service: ServiceParts, form: PageForm) -> Response:
    return page(
        request,
        admin,
        "bodies/body.html",
        status=form.status,
        form=form,
        body=None,
        action="/admin/bodies/new",
        **_choices(await service.directory.editing.standing()),
    )


async def _one(
    request: Request, admin: Actor, service: ServiceParts, standing: Standing, key: str, form: PageForm
) -> Response:
    entry = standing.body(key)
    staff = {role: standing.holding(role, key) for role in _OF_BODIES}
    deputies = [person.key for person in staff[Role.DEPUTY]]
    others = [
        (body.key, body.short) for body in standing.directory.bodies if body.active and body is not entry
    ]
    return page(
        request,
        admin,
        "bodies/body.html",
        status=form.status,
        form=form.over({**_standing_values(entry), DEPUTIES: deputies}),
        body=entry,
        action=address(key),
        staff=staff,
        named=await service.directory.editing.has_messages(key),
        has_staff=any(staff.values()),
        hours=await service.directory.hours.of(key),
        open_work=await service.messages.open_work.of_body(key),
        scheduled=await service.directory.scheduled.of(Part.BODIES, key),
        successors=[*others, (_NOBODY, "преемника нет")],
        **_choices(standing),
    )


def _choices(standing: Standing) -> Mapping[str, Any]:
    return {
        "kinds": KINDS,
        "networks": list(Network),
        "all_deputies": [(person.key, person.name) for person in standing.holding(Role.DEPUTY)],
    }


async def _department(request: Request, admin: Actor, service: ServiceParts, form: PageForm) -> Response:
    entry = (await service.directory.editing.standing()).directory.department
    return page(
        request,
        admin,
        "bodies/department.html",
        status=form.status,
        form=form.over(_standing_values(entry)),
        department=entry,
        hours=await service.directory.hours.of(None),
        scheduled=await service.directory.scheduled.of(Part.BODIES, entry.key),
    )

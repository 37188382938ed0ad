"""The list of bodies, one of them, a new one, and the Department that curators are of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Directory, Service
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Network, Role
from service.access import wording
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.editing import Standing, edition_of
from service.directory.replacement import MisfitError
from service.directory.since import FIELD as SINCE
from store.directory.edits import Part
from store.directory.file import BodyEntry
from store.people.persons import Actor

router = Pages()

SUCCESSOR = "successor"
_NOBODY = "-"
"""What is chosen where nobody takes over what the body did."""
KINDS = (("executive", "исполнительный орган"), ("municipality", "орган местного самоуправления"))
_OF_BODIES = (Role.RESPONSIBLE, Role.EXECUTOR, Role.DEPUTY)


@dataclass(frozen=True, slots=True)
class _Form:
    """What stands in the form, and what is wrong with it."""

    typed: Mapping[str, str]
    active: bool
    deputies: Sequence[str]
    wrong: Mapping[str, str]
    refused: str | None = None

    @property
    def status(self) -> HTTPStatus:
        if self.refused:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.wrong else HTTPStatus.OK


def address(key: str) -> str:
    """Where a body's page is."""
    return f"/admin/bodies/{quote(key, safe='')}"


@router.get("/admin/bodies", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def bodies(request: Request, admin: Viewer, directory: Directory, done: bool = False) -> Response:
    """Every body with who answers for it."""
    standing = await directory.editing.standing()
    return page(
        request,
        admin,
        "bodies/bodies.html",
        bodies=standing.directory.bodies,
        department=standing.directory.department,
        held={
            body.key: {role: standing.holding(role, body.key) for role in _OF_BODIES}
            for body in standing.directory.bodies
        },
        own_hours={
            body.key
            for body, hours in zip(
                standing.directory.bodies,
                await directory.hours.every([body.key for body in standing.directory.bodies]),
                strict=True,
            )
            if hours.own
        },
        done=done,
    )


@router.get("/admin/bodies/new", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def new(request: Request, admin: Viewer, service: Service) -> Response:
    """A form for a new body."""
    return await _new(request, admin, service, _Form({"kind": "executive"}, True, (), {}))


@router.post("/admin/bodies/new", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """A new body."""
    typed = await form_body.read(request, takes_files=False)
    try:
        await service.directory.editing.put_body(
            admin, _content(typed, active=True), deputies=typed.values.get("deputies", ()), edition=None
        )
    except MisfitError as error:
        return await _new(request, admin, service, _form(typed, error.wrong, active=True))
    return RedirectResponse(f"{address(typed.one('key').strip())}?done=true", HTTPStatus.SEE_OTHER)


@router.get("/admin/bodies/{key}", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def body(request: Request, admin: Viewer, key: str, service: Service, done: bool = False) -> Response:
    """A body: its names and accounts, who oversees it, who works there."""
    standing = await service.directory.editing.standing()
    entry = standing.body(key)
    deputies = [person.key for person in standing.holding(Role.DEPUTY, key)]
    form = _Form(_typed(entry), entry.active, deputies, {})
    return await _one(request, admin, service, standing, entry, form, done=done)


@router.post("/admin/bodies/{key}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A body's names, accounts and overseeing deputies, and whether it gets messages."""
    standing = await service.directory.editing.standing()
    entry = standing.body(key)
    typed = await form_body.read(request, takes_files=False)
    content = _content(typed, active=bool(typed.one("active"))) | {"key": key}
    await service.messages.outcomes.settled()
    try:
        await service.directory.editing.put_body(
            admin,
            content,
            deputies=typed.values.get("deputies", ()),
            edition=typed.one("edition"),
            since=typed.one(SINCE),
            without_successor=typed.one(SUCCESSOR) == _NOBODY,
        )
    except MisfitError as error:
        form = _form(typed, error.wrong, active=bool(typed.one("active")))
        return await _one(request, admin, service, standing, entry, form)
    except ConflictError as error:
        form = _form(typed, {}, active=bool(typed.one("active")), refused=error.detail)
        return await _one(request, admin, service, standing, entry, form)
    successor = content[SUCCESSOR]
    if entry.active and isinstance(successor, str):
        # What a message refuses stays listed on the page.
        await service.commands.successions.transfer_all(admin, key, successor, wording.BODY_CLOSED)
    return RedirectResponse(f"{address(key)}?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/bodies/{key}/withdraw", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def withdraw(request: Request, admin: Viewer, key: str, directory: Directory) -> Response:
    """What was planned for a day does not come."""
    standing = await directory.editing.standing()
    department = standing.directory.department
    is_department = key == department.key
    title = department.title if is_department else standing.body(key).title
    typed = await form_body.read(request, takes_files=False)
    await directory.plans.withdraw(admin, Part.BODIES, key, title, typed.one(SINCE))
    back = "/admin/department" if is_department else address(key)
    return RedirectResponse(f"{back}?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/bodies/{key}/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A body that no message names is gone."""
    standing = await service.directory.editing.standing()
    entry = standing.body(key)
    typed = await form_body.read(request, takes_files=False)
    try:
        await service.directory.editing.remove_body(admin, key, typed.one("edition"))
    except (ConflictError, MisfitError) as error:
        deputies = [person.key for person in standing.holding(Role.DEPUTY, key)]
        form = _Form(_typed(entry), entry.active, deputies, {}, error.detail)
        return await _one(request, admin, service, standing, entry, form)
    return RedirectResponse("/admin/bodies?done=true", HTTPStatus.SEE_OTHER)


@router.get("/admin/department", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def department(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """The Department that curators are of."""
    return await _department(request, admin, service, done=done)


@router.post("/admin/department", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change_department(request: Request, admin: Viewer, service: Service) -> Response:
    """The Department's names."""
    typed = await form_body.read(request, takes_files=False)
    content = {name: typed.one(name) for name in ("title", "short")}
    try:
        await service.directory.editing.put_department(
            admin, content, typed.one("edition"), since=typed.one(SINCE)
        )
    except MisfitError as error:
        return await _department(request, admin, service, typed=content, wrong=error.wrong)
    except ConflictError as error:
        return await _department(request, admin, service, typed=content, refused=error.detail)
    return RedirectResponse("/admin/department?done=true", HTTPStatus.SEE_OTHER)


# ---- what these have in common


def _content(typed: Typed, *, active: bool) -> dict[str, object]:
    accounts = {network: typed.one(network.value).strip() for network in Network}
    return {
        "key": typed.one("key").strip(),
        **{name: typed.one(name).strip() for name in ("title", "short", "kind")},
        "brief": typed.one("brief").strip() or None,
        "accounts": {network.value: url for network, url in accounts.items() if url},
        "active": active,
        SUCCESSOR: None if active or typed.one(SUCCESSOR) in ("", _NOBODY) else typed.one(SUCCESSOR),
    }


def _typed(entry: BodyEntry) -> dict[str, str]:
    """The form as it stands for a body."""
    typed = {
        "title": entry.title,
        "short": entry.short,
        "brief": entry.brief or "",
        "kind": entry.kind,
    }
    return (
        typed
        | {SUCCESSOR: entry.successor or ""}
        | {network.value: url for network, url in entry.accounts.items()}
    )


def _form(typed: Typed, wrong: Mapping[str, str], *, active: bool, refused: str | None = None) -> _Form:
    texts = {name: values[0] for name, values in typed.values.items() if values}
    return _Form(texts, active, typed.values.get("deputies", ()), wrong, refused)


async def _new(request: Request, admin: Actor, service: ServiceParts, form: _Form) -> Response:
    standing = await service.directory.editing.standing()
    return page(
        request,
        admin,
        "bodies/body.html",
        status=form.status,
        body=None,
        form=form,
        edition="",
        action="/admin/bodies/new",
        done=False,
        **_choices(standing),
    )


async def _one(
    request: Request,
    admin: Actor,
    service: ServiceParts,
    standing: Standing,
    entry: BodyEntry,
    form: _Form,
    *,
    done: bool = False,
) -> Response:
    staff = {role: standing.holding(role, entry.key) for role in (Role.RESPONSIBLE, Role.EXECUTOR)}
    return page(
        request,
        admin,
        "bodies/body.html",
        status=form.status,
        body=entry,
        form=form,
        edition=edition_of(entry),
        action=address(entry.key),
        done=done,
        staff=staff,
        named=await service.directory.editing.has_messages(entry.key),
        has_staff=any(staff.values()) or bool(standing.holding(Role.DEPUTY, entry.key)),
        hours=await service.directory.hours.of(entry.key),
        templates=len(await service.directory.templates.of(entry.key)),
        open_work=await service.messages.open_work.of_body(entry.key),
        plans=await service.directory.plans.of_body(entry.key),
        successors=[
            *(
                (body.key, body.short)
                for body in standing.directory.bodies
                if body.active and body is not entry
            ),
            (_NOBODY, "преемника нет"),
        ],
        **_choices(standing),
    )


def _choices(standing: Standing) -> dict[str, Any]:
    return {
        "kinds": KINDS,
        "networks": list(Network),
        "all_deputies": [(person.key, person.name) for person in standing.holding(Role.DEPUTY)],
    }


async def _department(
    request: Request,
    admin: Actor,
    service: ServiceParts,
    *,
    done: bool = False,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Response:
    entry = (await service.directory.editing.standing()).directory.department
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return page(
        request,
        admin,
        "bodies/department.html",
        status=status,
        department=entry,
        edition=edition_of(entry),
        typed=typed or {"title": entry.title, "short": entry.short},
        wrong=wrong or {},
        refused=refused,
        done=done,
        hours=await service.directory.hours.of(None),
        plans=await service.directory.plans.of_body(entry.key),
    )

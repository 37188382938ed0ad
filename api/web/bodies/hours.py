"""The working hours of a body, or of the Department and of everybody without hours of their own."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.web.bodies.routes import address
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access import wording
from service.access.errors import ConflictError, NotFoundError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.replacement import MisfitError
from service.directory.since import FIELD as SINCE
from service.directory.working_hours import DAYS, SPECIAL, ZONE, zones
from store.people.persons import Actor

router = Pages()

_FIELDS = (ZONE, *DAYS, SPECIAL, SINCE)


@router.get("/admin/bodies/{key}/hours", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def hours(request: Request, admin: Viewer, key: str, service: Service, done: bool = False) -> Response:
    """The hours as they stand, to be changed."""
    return await _page(request, admin, key, service, done=done)


@router.post("/admin/bodies/{key}/hours", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """Other hours; open limits of running messages move with them."""
    _, title = await _whose(key, service)
    typed = await form_body.read(request, takes_files=False)
    texts = {name: typed.one(name) for name in _FIELDS}
    seen, since = typed.one("edition"), typed.one(SINCE)
    try:
        if typed.one("withdraw"):
            await service.directory.hours.withdraw(admin, key, title, seen, since)
        else:
            await service.directory.hours.keep(
                admin, key, title, None if typed.one("back") else texts, seen, since
            )
    except MisfitError as error:
        return await _page(request, admin, key, service, typed=texts, wrong=error.wrong)
    except ConflictError as error:
        return await _page(request, admin, key, service, typed=texts, refused=error.detail)
    return RedirectResponse(f"{address(key)}/hours?done=true", HTTPStatus.SEE_OTHER)


async def _whose(key: str, service: ServiceParts) -> tuple[str | None, str]:
    """By which key hours are found (None: the Department), and what it is called. Raises NotFoundError."""
    standing = await service.directory.editing.standing()
    department = standing.directory.department
    if key == department.key:
        if not department.title:
            raise NotFoundError(wording.NO_BODY.format(key=key))
        return None, department.title
    return key, standing.body(key).title


async def _page(
    request: Request,
    admin: Actor,
    key: str,
    service: ServiceParts,
    *,
    done: bool = False,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Response:
    whose, title = await _whose(key, service)
    standing = await service.directory.hours.of(whose)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return page(
        request,
        admin,
        "bodies/hours.html",
        status=status,
        key=key,
        title=title,
        is_department=whose is None,
        hours=standing,
        by_holder=service.rules.regulation.readings.calendars == "holder",
        edition=standing.edition,
        today=datetime.now(service.rules.zone).date(),
        days=DAYS,
        zones=zones(standing.last.texts[ZONE]),
        open_messages=await service.directory.hours.open_messages(whose),
        typed=typed or {**standing.last.texts, SINCE: ""},
        wrong=wrong or {},
        refused=refused,
        done=done,
    )

"""The working hours of a body, or of the Department and of everybody without hours of their own."""

from datetime import datetime

from fastapi import Request, Response

from api.deps import Service
from api.web.bodies.routes import address
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, refusal, saved
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access import wording
from service.access.errors import NotFoundError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.effective_date import FIELD as SINCE
from service.directory.hours_text import DAYS, SPECIAL, ZONE
from service.directory.working_hours import zones
from store.people.persons import Actor

router = Pages()


@router.get("/admin/bodies/{key}/hours", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def hours(request: Request, admin: Viewer, key: str, service: Service, done: bool = False) -> Response:
    """The hours as they stand, to be changed."""
    return await _page(request, admin, key, service, PageForm(done=done))


@router.post("/admin/bodies/{key}/hours", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """Other hours; open limits of running messages move with them."""
    _, title = await _whose(key, service)
    sent = await form_body.read(request, takes_files=False)
    texts = None if sent.one("back") else {name: sent.one(name) for name in (ZONE, *DAYS, SPECIAL, SINCE)}
    change = service.directory.hours.change(admin, key, title, texts, sent.one("edition"), sent.one(SINCE))
    if refused := await refusal(change, sent.values):
        return await _page(request, admin, key, service, refused)
    return saved(f"{address(key)}/hours")


async def _whose(key: str, service: ServiceParts) -> tuple[str | None, str]:
    """By which key hours are found (None: the Department), and what it is called. Raises NotFoundError."""
    standing = await service.directory.editing.standing()
    department = standing.directory.department
    if key == department.key:
        if not department.title:
            raise NotFoundError(wording.NO_BODY.format(key=key))
        return None, department.title
    return key, standing.body(key).title


async def _page(request: Request, admin: Actor, key: str, service: ServiceParts, form: PageForm) -> Response:
    whose, title = await _whose(key, service)
    hours = await service.directory.hours.of(whose)
    standing = {name: [text] for name, text in hours.last.texts.items()}
    return page(
        request,
        admin,
        "bodies/hours.html",
        status=form.status,
        form=form.over({**standing, "edition": [hours.edition]}),
        key=key,
        title=title,
        is_department=whose is None,
        hours=hours,
        by_holder=service.rules.regulation.readings.calendars == "holder",
        today=datetime.now(service.rules.zone).date(),
        days=DAYS,
        zones=zones(hours.last.texts[ZONE]),
        open_messages=await service.directory.hours.open_messages(whose),
    )

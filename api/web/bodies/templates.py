"""Templates that a body's answers are begun with."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.web.bodies.routes import address
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form_state import FormState, refusal
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from store.people.persons import Actor

Opened = Annotated[str, Query(alias="open", max_length=200)]

router = Pages()


@router.get("/admin/bodies/{key}/templates", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def templates(
    request: Request, admin: Viewer, key: str, service: Service, opened: Opened = "", done: bool = False
) -> Response:
    """Every template of the body; `opened` is the title of the one that is being changed."""
    return await _page(request, admin, key, service, opened, FormState(done=done))


@router.post("/admin/bodies/{key}/templates", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def keep(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A new template, or another title and text for one."""
    (await service.directory.editing.standing()).body(key)
    sent = await form_body.read(request, takes_files=False)
    was, typed = sent.one("was"), {"title": sent.one("title"), "text": sent.one("text")}
    kept = service.directory.templates.keep_of(admin, key, was or None, typed["title"], typed["text"])
    if refused := await refusal(kept, typed):
        return await _page(request, admin, key, service, was, refused)
    return RedirectResponse(f"{address(key)}/templates?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/bodies/{key}/templates/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A template that is used no more."""
    (await service.directory.editing.standing()).body(key)
    sent = await form_body.read(request, takes_files=False)
    if refused := await refusal(service.directory.templates.remove(admin, key, sent.one("was")), {}):
        return await _page(request, admin, key, service, "", refused)
    return RedirectResponse(f"{address(key)}/templates?done=true", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request, admin: Actor, key: str, service: ServiceParts, opened: str, state: FormState
) -> Response:
    body = (await service.directory.editing.standing()).body(key)
    found = await service.directory.templates.of(key)
    chosen = next((item for item in found if item.title == opened), None)
    return page(
        request,
        admin,
        "bodies/templates.html",
        body=body,
        templates=found,
        chosen=chosen,
        address=f"{address(key)}/templates",
        opens={item.title: f"{address(key)}/templates?open={quote(item.title)}#form" for item in found},
        **state.context({"title": chosen.title, "text": chosen.text} if chosen else None),
    )

"""Templates that a body's answers are begun with."""

from collections.abc import Mapping
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
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError, InvalidInputError, NotFoundError
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
    return await _page(request, admin, key, service, opened=opened, done=done)


@router.post("/admin/bodies/{key}/templates", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def keep(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A new template, or another title and text for one."""
    (await service.directory.editing.standing()).body(key)
    typed = await form_body.read(request, takes_files=False)
    was, texts = typed.one("was"), {"title": typed.one("title"), "text": typed.one("text")}
    try:
        await service.directory.templates.keep_of(admin, key, was or None, texts["title"], texts["text"])
    except InvalidInputError as error:
        wrong = {error.field: error.detail}
        return await _page(request, admin, key, service, opened=was, typed=texts, wrong=wrong)
    except (ConflictError, NotFoundError) as error:
        return await _page(request, admin, key, service, opened="", typed=texts, refused=error.detail)
    return RedirectResponse(f"{address(key)}/templates?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/bodies/{key}/templates/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A template that is used no more."""
    (await service.directory.editing.standing()).body(key)
    typed = await form_body.read(request, takes_files=False)
    try:
        await service.directory.templates.remove(admin, key, typed.one("was"))
    except NotFoundError as error:
        return await _page(request, admin, key, service, opened="", refused=error.detail)
    return RedirectResponse(f"{address(key)}/templates?done=true", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    admin: Actor,
    key: str,
    service: ServiceParts,
    *,
    opened: str,
    done: bool = False,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Response:
    body = (await service.directory.editing.standing()).body(key)
    found = await service.directory.templates.of(key)
    chosen = next((item for item in found if item.title == opened), None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return page(
        request,
        admin,
        "bodies/templates.html",
        status=status,
        body=body,
        templates=found,
        chosen=chosen,
        address=f"{address(key)}/templates",
        opens={item.title: f"{address(key)}/templates?open={quote(item.title)}#form" for item in found},
        typed=typed or ({"title": chosen.title, "text": chosen.text} if chosen else {}),
        wrong=wrong or {},
        refused=refused,
        done=done,
    )

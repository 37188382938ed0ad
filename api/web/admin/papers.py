"""Requisites of the office's papers, and which Word templates are the installation's own."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import names_of
from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.reports.papers.settings import TITLES, PaperSettings
from store.people import persons
from store.people.persons import Actor

router = Pages()

ADDRESS = "/admin/papers"


@router.get(ADDRESS, recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def papers(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """Show what is set."""
    return await _page(request, admin, service, done=done)


@router.post(ADDRESS, recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def keep(request: Request, admin: Viewer, service: Service) -> Response:
    """Set who is named in papers."""
    typed = await form_body.read(request, takes_files=False)
    given = {name: typed.one(name) for name in TITLES}
    try:
        await service.reports.settings.keep(admin, PaperSettings(**given))
    except InvalidInputError as error:
        return await _page(request, admin, service, typed=given, wrong={error.field: error.detail})
    except ConflictError as error:
        return await _page(request, admin, service, typed=given, refused=error.detail)
    return RedirectResponse(f"{ADDRESS}?done=true", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    admin: Actor,
    service: ServiceParts,
    *,
    done: bool = False,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Response:
    names = await names_of(service.database)
    async with service.database.read() as reading:
        curators = await persons.holders(reading, Role.CURATOR)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return page(
        request,
        admin,
        "admin/papers.html",
        status=status,
        act=service.rules.regulation,
        typed=typed or (await service.reports.settings.read()).model_dump(),
        titles=TITLES,
        curators=[(key, names.get(key, key)) for key in curators],
        templates=service.reports.templates.own(),
        wrong=wrong or {},
        refused=refused,
        done=done,
        address=ADDRESS,
    )

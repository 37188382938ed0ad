"""Start page of an administrator: what is missing, and everything that is looked after."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Request, Response

from api.deps import Service
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from store.people.persons import Actor
from telemetry.heartbeat import RELEASE

router = Pages()

Silent = Annotated[tuple[str, ...], Query(max_length=50)]
"""Who of a directory just applied has no password yet."""


@router.get("/admin", recorded=Call.ADMIN_OPEN, by=(Role.ADMIN,))
async def start(
    request: Request, admin: Viewer, service: Service, applied: bool = False, silent: Silent = ()
) -> Response:
    """The checklist, each line a link to its cure; then the other pages."""
    return await show(request, admin, service, applied=applied, silent=silent)


async def show(
    request: Request,
    admin: Actor,
    service: ServiceParts,
    *,
    applied: bool = False,
    silent: Sequence[str] = (),
    wrong: Sequence[str] = (),
) -> Response:
    """The page, with what became of a directory that was uploaded."""
    return page(
        request,
        admin,
        "admin/admin.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        gaps=await service.directory.completeness.gaps(),
        settings=request.app.state.settings,
        release=RELEASE,
        act=service.rules.regulation.act,
        years=service.rules.production.years,
        applied=applied,
        silent=silent,
        wrong=wrong,
        compared=None,
    )

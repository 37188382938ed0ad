"""Referrals to the police, the prosecutor and others, as a page (cl. 18)."""

from typing import Annotated

from fastapi import Depends, Request, Response

from api.deps import Service
from api.only_known import OnlyKnown
from api.router import Router
from api.routes.oversight.referrals import BeforePlace
from api.web.message.choices import Choices
from api.web.session import Viewer
from api.web.shell.page import page
from service.messages.targets import require_role
from service.oversight.referrals import READERS
from store.people.persons import Actor

router = Router("Страницы")


async def _reader(viewer: Viewer) -> Actor:
    require_role(viewer, *READERS)
    return viewer


@router.get("/referrals", include_in_schema=False)
async def referrals_page(
    request: Request,
    reader: Annotated[Actor, Depends(_reader)],
    before: BeforePlace,
    only_known: OnlyKnown,
    service: Service,
) -> Response:
    """To whom, when and by what document, the newest first."""
    return page(
        request,
        reader,
        "referrals/referrals.html",
        found=await service.referrals.page(before),
        choices=await Choices.read(service.database),
        first=before is not None,
    )

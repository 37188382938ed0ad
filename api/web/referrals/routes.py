"""Referrals to the police, the prosecutor and others, as a page (cl. 18)."""

from fastapi import Request, Response

from api.deps import Db, Oversight
from api.only_known import OnlyKnown
from api.routes.oversight.referrals import BeforePlace
from api.web.message.choices import Choices
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from service.access.recorded_calls import Call
from service.oversight.referrals import READERS

router = Pages()


@router.get("/referrals", recorded=Call.REFERRALS, by=READERS)
async def referrals_page(
    request: Request,
    reader: Viewer,
    before: BeforePlace,
    only_known: OnlyKnown,
    database: Db,
    oversight: Oversight,
) -> Response:
    """To whom, when and by what document, the newest first."""
    return page(
        request,
        reader,
        "referrals/referrals.html",
        found=await oversight.referrals.page(before),
        choices=await Choices.read(database),
        first=before is not None,
    )

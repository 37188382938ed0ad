"""Acts of destruction of personal data (152-FZ), and each as a document."""

from typing import Annotated

from fastapi import Path, Request, Response

from api.deps import Db, PersonalData, Reports, Rules
from api.paging import Before
from api.routes.personal_data.destructions import DOCX
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import names_of
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call

router = Pages()


@router.get("/admin/destructions", recorded=Call.DESTRUCTIONS_LIST, by=(Role.ADMIN,))
async def acts(
    request: Request, admin: Viewer, before: Before, database: Db, personal_data: PersonalData, rules: Rules
) -> Response:
    """The acts, the newest first."""
    found = await personal_data.destructions.page(before)
    return page(
        request,
        admin,
        "admin/destructions.html",
        acts=found.items,
        next=found.next,
        before=before,
        names=await names_of(database),
        zone=rules.zone,
    )


@router.get("/admin/destructions/{act}.docx", recorded=Call.DESTRUCTION_OPEN, by=(Role.ADMIN,))
async def document(
    admin: Viewer, act: Annotated[int, Path(ge=1, le=2**31 - 1)], reports: Reports
) -> Response:
    """An act, to be signed and kept."""
    return Response(
        await reports.destruction_acts.docx(act),
        media_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="destruction-{act}.docx"'},
    )

"""Acts of destruction of personal data (152-FZ), and each as a document."""

from typing import Annotated

from fastapi import Path, Request, Response

from api.deps import Service
from api.paging import Before
from api.router import Router
from api.routes.personal_data.destructions import DOCX
from api.web.admin.viewer import Admin
from api.web.shell.page import page
from api.web.titles import names_of

router = Router("Страницы")


@router.get("/admin/destructions", include_in_schema=False)
async def acts(request: Request, admin: Admin, before: Before, service: Service) -> Response:
    """The acts, the newest first."""
    found = await service.destructions.page(before)
    return page(
        request,
        admin,
        "admin/destructions.html",
        acts=found.items,
        next=found.next,
        before=before,
        names=await names_of(service.database),
        zone=service.rules.zone,
    )


@router.get("/admin/destructions/{act}.docx", include_in_schema=False)
async def document(admin: Admin, act: Annotated[int, Path(ge=1, le=2**31 - 1)], service: Service) -> Response:
    """An act, to be signed and kept."""
    return Response(
        await service.destructions.document(act),
        media_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="destruction-{act}.docx"'},
    )

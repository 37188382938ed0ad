"""The directory as a spreadsheet: downloaded, uploaded, compared, applied."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Directory, Service
from api.web.admin.start import show
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.directory.effective_date import FIELD as SINCE
from service.directory.workbook import LARGEST

router = Pages()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_FILE = "Выберите файл со справочником (XLSX)."


@router.get("/admin/directory.xlsx", recorded=Call.DIRECTORY_EXPORT, by=(Role.ADMIN,))
async def download(admin: Viewer, directory: Directory) -> Response:
    """The directory as it stands, in the form in which it is taken back."""
    return Response(
        await directory.exchange.workbook(),
        media_type=XLSX,
        headers={"Content-Disposition": 'attachment; filename="directory.xlsx"'},
    )


@router.post("/admin/directory/compare", recorded=Call.DIRECTORY_COMPARE, by=(Role.ADMIN,))
async def compare(request: Request, admin: Viewer, service: Service) -> Response:
    """What an uploaded workbook would change; nothing is changed yet."""
    typed = await form_body.read(request, takes_files=True)
    file = next(iter(typed.files), None)
    if file is None:
        return await show(request, admin, service, wrong=[NO_FILE])
    await service.messages.outcomes.settled()
    try:
        compared = await service.directory.exchange.compare(file.filename or "", await file.read(LARGEST + 1))
    except InvalidInputError as error:
        return await show(request, admin, service, wrong=error.detail.splitlines()[:50])
    return page(request, admin, "admin/compared.html", compared=compared, form=PageForm())


@router.post("/admin/directory/apply", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def apply(request: Request, admin: Viewer, service: Service) -> Response:
    """Apply what was compared; refused where the directory has been changed since."""
    typed = await form_body.read(request, takes_files=False)
    await service.messages.outcomes.settled()
    try:
        done = await service.directory.exchange.apply(
            admin, typed.one("directory"), typed.one("edition"), typed.one(SINCE)
        )
    except (InvalidInputError, ConflictError) as error:
        return await show(request, admin, service, wrong=[error.detail])
    for body, successor in done.successors.items():
        await service.commands.successions.transfer_all(admin, body, successor, wording.BODY_CLOSED)
    query = urlencode([("applied", "true"), *(("silent", key) for key in done.silent[:50])])
    return RedirectResponse(f"/admin?{query}#directory", HTTPStatus.SEE_OTHER)

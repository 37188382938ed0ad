"""The office's papers: who signs and answers for them, and the templates of summaries for Word."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Reports, Service
from api.routes.personal_data.destructions import DOCX
from api.routes.reports.weekly_documents import document
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from api.web.titles import names_of
from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.reports.papers import preview
from service.reports.papers.settings import TITLES, PaperSettings
from service.reports.papers.templates import KIND_TITLES, LARGEST, TemplateKind
from store.people import persons
from store.people.persons import Actor

router = Pages()

ADDRESS = "/admin/papers"
NO_FILE = "Выберите шаблон: документ Word (.docx)."
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get(ADDRESS, recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def papers(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """What is set, and the templates with their versions."""
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


@router.get(f"{ADDRESS}/templates/original.docx", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def original(admin: Viewer, reports: Reports) -> Response:
    """The program's own template, to be edited in Word."""
    return document(await reports.templates.original(), DOCX, "otklik-shablon.docx")


@router.post(f"{ADDRESS}/templates/{{kind}}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def upload(request: Request, admin: Viewer, kind: TemplateKind, service: Service) -> Response:
    """Take a template and show it filled in; it does not hold yet."""
    typed = await form_body.read(request, takes_files=True)
    file = next(iter(typed.files), None)
    if file is None:
        return await _page(request, admin, service, wrong={kind: NO_FILE})
    try:
        version = await service.reports.templates.upload(
            admin, kind, file.filename or "", await file.read(LARGEST + 1)
        )
    except InvalidInputError as error:
        return await _page(request, admin, service, wrong={kind: error.detail})
    return RedirectResponse(f"{ADDRESS}/templates/{kind}/{version}", HTTPStatus.SEE_OTHER)


@router.post(f"{ADDRESS}/templates/{{kind}}/original", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def restore(request: Request, admin: Viewer, kind: TemplateKind, service: Service) -> Response:
    """Back to the program's own template."""
    try:
        await service.reports.templates.restore_original(admin, kind)
    except ConflictError as error:
        return await _page(request, admin, service, refused=error.detail)
    return RedirectResponse(f"{ADDRESS}?done=true#{kind}", HTTPStatus.SEE_OTHER)


@router.get(f"{ADDRESS}/templates/{{kind}}/{{version}}", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def look(
    request: Request, admin: Viewer, kind: TemplateKind, version: Version, service: Service
) -> Response:
    """A version filled in with an example, before it holds."""
    name, _ = await service.reports.templates.file(kind, version)
    try:
        filled = await service.reports.templates.preview(kind, version)
    except InvalidInputError as error:
        return await _page(request, admin, service, wrong={kind: error.detail})
    lines = (await service.reports.templates.versions())[kind]
    return page(
        request,
        admin,
        "admin/paper_template.html",
        kind=kind,
        title=KIND_TITLES[kind],
        name=name,
        version=version,
        line=next(line for line in lines if line.version == version),
        blocks=await asyncio.to_thread(preview.blocks, filled),
        address=f"{ADDRESS}/templates/{kind}/{version}",
    )


@router.post(f"{ADDRESS}/templates/{{kind}}/{{version}}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def put_in_force(admin: Viewer, kind: TemplateKind, version: Version, reports: Reports) -> Response:
    """Summaries are made by this version from now on."""
    await reports.templates.put_in_force(admin, kind, version)
    return RedirectResponse(f"{ADDRESS}?done=true#{kind}", HTTPStatus.SEE_OTHER)


@router.get(
    f"{ADDRESS}/templates/{{kind}}/{{version}}/file.docx", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,)
)
async def file(admin: Viewer, kind: TemplateKind, version: Version, reports: Reports) -> Response:
    """A version as it was put in."""
    _, content = await reports.templates.file(kind, version)
    return document(content, DOCX, f"otklik-shablon-{kind}-{version}.docx")


@router.get(
    f"{ADDRESS}/templates/{{kind}}/{{version}}/example.docx", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,)
)
async def example(admin: Viewer, kind: TemplateKind, version: Version, reports: Reports) -> Response:
    """A version filled in with an example, to be looked at in Word."""
    content = await reports.templates.preview(kind, version)
    return document(content, DOCX, f"otklik-primer-{kind}-{version}.docx")


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
        kinds=KIND_TITLES,
        versions=await service.reports.templates.versions(),
        names=names,
        wrong=wrong or {},
        refused=refused,
        done=done,
        address=ADDRESS,
    )

"""Requisites of the office's papers, and which Word templates are the installation's own."""

from fastapi import Request, Response

from api.deps import Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, content_of, refusal, saved, values_of
from api.web.shell.page import page
from api.web.titles import names_of
from calendar_rules.vocabulary import Role
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
    return await _page(request, admin, service, PageForm(done=done))


@router.post(ADDRESS, recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def keep(request: Request, admin: Viewer, service: Service) -> Response:
    """Set who is named in papers."""
    sent = await form_body.read(request, takes_files=False)
    keep = service.reports.settings.keep(admin, PaperSettings(**content_of(PaperSettings, sent)))
    if refused := await refusal(lambda: keep, sent.values):
        return await _page(request, admin, service, refused)
    return saved(ADDRESS)


async def _page(request: Request, admin: Actor, service: ServiceParts, form: PageForm) -> Response:
    names = await names_of(service.database)
    async with service.database.read() as reading:
        curators = await persons.holders(reading, Role.CURATOR)
    return page(
        request,
        admin,
        "admin/papers.html",
        status=form.status,
        form=form.over(values_of(await service.reports.settings.read())),
        act=service.rules.regulation,
        titles=TITLES,
        curators=[(key, names.get(key, key)) for key in curators],
        templates=service.reports.templates.own(),
        address=ADDRESS,
    )

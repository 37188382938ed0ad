"""Sources of candidates, as curators set them up."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import TypeAdapter

from api.deps import Networks, Service
from api.web.message import form_body
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, content_of, refusal, saved, values_of
from api.web.shell.page import page
from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.networks.source_edits import KIND_TITLES
from service.networks.sources import KEEPERS, SourceChange, SourceGiven, SourceView
from store.people.persons import Actor

router = Pages()

_ADDRESS = "/sources"
PACES = {
    timedelta(minutes=1): "каждую минуту",
    timedelta(minutes=2): "каждые 2 минуты",
    timedelta(minutes=5): "каждые 5 минут",
    timedelta(minutes=15): "каждые 15 минут",
    timedelta(minutes=30): "каждые 30 минут",
    timedelta(hours=1): "каждый час",
    timedelta(hours=6): "каждые 6 часов",
    timedelta(days=1): "раз в сутки",
    timedelta(days=7): "раз в неделю",
}
"""How often, as it is chosen; another interval is kept as it is."""
_USUAL = {"every": ["PT5M"], "network": [Network.VKONTAKTE.value], "kind": ["community"]}
_iso = TypeAdapter(timedelta)


async def _of_keeper(source: str, service: Service) -> SourceView:
    return await service.networks.sources.one(source)


Known = Annotated[SourceView, Depends(_of_keeper)]
"""A source that is there; 403, then 404."""


@router.get("/sources", recorded=Call.SOURCES_LIST, by=KEEPERS)
async def listing(
    request: Request,
    viewer: Viewer,
    service: Service,
    opened: Annotated[str, Query(alias="open", max_length=40)] = "",
    done: bool = False,
) -> Response:
    """Every source, with what came of the last poll; `open` is the one that is being changed."""
    return await _page(request, viewer, service, opened, PageForm(done=done))


@router.post("/sources", recorded=Call.SOURCE_ADD, by=KEEPERS)
async def add(request: Request, viewer: Viewer, service: Service) -> Response:
    """A further source."""
    sent = await form_body.read(request, takes_files=False)

    async def added() -> None:
        await service.networks.sources.add(viewer, SourceGiven.model_validate(content_of(SourceGiven, sent)))

    if refused := await refusal(added(), sent.values):
        return await _page(request, viewer, service, "", refused)
    return saved(_ADDRESS)


@router.post("/sources/{source}", recorded=Call.SOURCE_CHANGE, by=KEEPERS)
async def change(request: Request, source: Known, viewer: Viewer, service: Service) -> Response:
    """Another address, query or pace."""
    sent = await form_body.read(request, takes_files=False)

    async def changed() -> None:
        whole = SourceGiven.model_validate(content_of(SourceGiven, sent))
        await service.networks.sources.change(viewer, source.id, SourceChange(**whole.model_dump()))

    if refused := await refusal(changed(), sent.values):
        return await _page(request, viewer, service, source.id, refused)
    return saved(_ADDRESS)


@router.post("/sources/{source}/switch", recorded=Call.SOURCE_CHANGE, by=KEEPERS)
async def switch(request: Request, source: Known, viewer: Viewer, networks: Networks) -> Response:
    """On and off; one that is on is polled at once."""
    typed = await form_body.read(request, takes_files=False)
    await networks.sources.change(viewer, source.id, SourceChange(active=typed.one("active") == "true"))
    return RedirectResponse(_ADDRESS, HTTPStatus.SEE_OTHER)


@router.post("/sources/{source}/remove", recorded=Call.SOURCE_REMOVE, by=KEEPERS)
async def remove(source: Known, viewer: Viewer, networks: Networks) -> Response:
    """It is polled no more."""
    await networks.sources.remove(viewer, source.id)
    return saved(_ADDRESS)


async def _page(
    request: Request, viewer: Actor, service: ServiceParts, opened: str, form: PageForm
) -> Response:
    items = (await service.networks.sources.listed()).items
    chosen = next((item for item in items if item.id == opened), None)
    paces = dict(PACES)
    if chosen is not None:
        paces.setdefault(chosen.every, _words(chosen.every))
    return page(
        request,
        viewer,
        "sources/sources.html",
        status=form.status,
        form=form.over(values_of(chosen) if chosen else _USUAL),
        sources=items,
        chosen=chosen,
        networks=[(item.value, title) for item, title in NETWORKS.items()],
        kinds=[(kind.value, title) for kind, title in KIND_TITLES.items()],
        kind_titles=KIND_TITLES,
        paces=[(_iso.dump_python(every, mode="json"), title) for every, title in paces.items()],
        pace=_words,
    )


def _words(every: timedelta) -> str:
    seconds = int(every.total_seconds())
    other = f"каждые {seconds // 60} мин" if seconds % 60 == 0 else f"каждые {seconds} с"
    return PACES.get(every, other)

"""Sources of candidates, as curators set them up."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.deps import Networks, Service
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.titles import NETWORKS
from calendar_rules.vocabulary import Network
from service.access.errors import InvalidInputError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.assembly import Service as ServiceParts
from service.networks.source_edits import KIND_TITLES
from service.networks.sources import KEEPERS, SourceChange, SourceGiven, SourceView
from store.people.persons import Actor

router = Pages()

_ADDRESS = "/sources"
_FIELDS = ("network", "kind", "address", "query", "title", "every")
PACES: Sequence[tuple[str, str]] = (
    ("PT1M", "каждую минуту"),
    ("PT2M", "каждые 2 минуты"),
    ("PT5M", "каждые 5 минут"),
    ("PT15M", "каждые 15 минут"),
    ("PT30M", "каждые 30 минут"),
    ("PT1H", "каждый час"),
    ("PT6H", "каждые 6 часов"),
    ("P1D", "раз в сутки"),
    ("P7D", "раз в неделю"),
)
"""How often, as it is chosen; another interval is kept as it is."""
_USUAL = "PT5M"


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
    return await _page(request, viewer, service, opened=opened, done=done)


@router.post("/sources", recorded=Call.SOURCE_ADD, by=KEEPERS)
async def add(request: Request, viewer: Viewer, service: Service) -> Response:
    """A further source."""
    typed = await form_body.read(request, takes_files=False)
    try:
        await service.networks.sources.add(viewer, SourceGiven.model_validate(_given(typed)))
    except (ValidationError, InvalidInputError) as error:
        return await _page(request, viewer, service, opened="", typed=typed, wrong=_wrong(error))
    return RedirectResponse(f"{_ADDRESS}?done=true", HTTPStatus.SEE_OTHER)


@router.post("/sources/{source}", recorded=Call.SOURCE_CHANGE, by=KEEPERS)
async def change(request: Request, source: Known, viewer: Viewer, service: Service) -> Response:
    """Another address, query or pace."""
    typed = await form_body.read(request, takes_files=False)
    try:
        emptied = {name: typed.one(name).strip() or None for name in ("query", "title")}
        change = SourceChange.model_validate({**_given(typed), **emptied})
        await service.networks.sources.change(viewer, source.id, change)
    except (ValidationError, InvalidInputError) as error:
        return await _page(request, viewer, service, opened=source.id, typed=typed, wrong=_wrong(error))
    return RedirectResponse(f"{_ADDRESS}?done=true", HTTPStatus.SEE_OTHER)


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
    return RedirectResponse(f"{_ADDRESS}?done=true", HTTPStatus.SEE_OTHER)


def _given(typed: Typed) -> dict[str, str]:
    given = {name: typed.one(name).strip() for name in _FIELDS}
    return {name: value for name, value in given.items() if value or name == "address"}


def _wrong(error: ValidationError | InvalidInputError) -> Mapping[str, str]:
    if isinstance(error, InvalidInputError):
        return {error.field: error.detail}
    return dict(explain(error.errors(include_input=False)))


async def _page(
    request: Request,
    viewer: Actor,
    service: ServiceParts,
    *,
    opened: str,
    done: bool = False,
    typed: Typed | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    items = (await service.networks.sources.listed()).items
    chosen = next((item for item in items if item.id == opened), None)
    standing = {name: typed.one(name) for name in _FIELDS} if typed else _standing(chosen)
    paces = PACES
    if chosen is not None and _duration(chosen.every) not in dict(PACES):
        paces = ((_duration(chosen.every), _words(chosen.every)), *PACES)
    return page(
        request,
        viewer,
        "sources/sources.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        sources=items,
        chosen=chosen,
        networks=[(item.value, title) for item, title in NETWORKS.items()],
        kinds=[(kind.value, title) for kind, title in KIND_TITLES.items()],
        kind_titles=KIND_TITLES,
        paces=paces,
        pace=_words,
        typed=standing,
        wrong=wrong or {},
        done=done,
    )


def _standing(chosen: SourceView | None) -> dict[str, str]:
    if chosen is None:
        return {"every": _USUAL, "network": Network.VKONTAKTE.value, "kind": "community"}
    return {
        "network": chosen.network.value,
        "kind": chosen.kind.value,
        "address": chosen.address,
        "query": chosen.query or "",
        "title": chosen.title or "",
        "every": _duration(chosen.every),
    }


def _duration(every: timedelta) -> str:
    """As it is chosen; ISO 8601."""
    known = {
        timedelta(minutes=minutes): text
        for minutes, text in zip((1, 2, 5, 15, 30, 60, 360, 1440, 10080), dict(PACES), strict=True)
    }
    return known.get(every, f"PT{int(every.total_seconds())}S")


def _words(every: timedelta) -> str:
    titles = dict(PACES)
    if (text := _duration(every)) in titles:
        return titles[text]
    seconds = int(every.total_seconds())
    return f"каждые {seconds // 60} мин" if seconds % 60 == 0 else f"каждые {seconds} с"

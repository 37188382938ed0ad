"""Topics: the catalogue, a new one, one that is changed or gone."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.editing import edition_of
from service.directory.replacement import MisfitError
from service.directory.sheets import words_of
from store.people.persons import Actor

router = Pages()

Text = Annotated[str, Form(max_length=20_000)]


@router.get("/admin/topics", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def topics(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """The catalogue by groups, and a form for a new one."""
    return await _all(request, admin, service, done=done)


@router.post("/admin/topics", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def add(
    request: Request,
    admin: Viewer,
    service: Service,
    key: Text = "",
    group: Text = "",
    title: Text = "",
    words: Text = "",
) -> Response:
    """A new topic."""
    typed = {"key": key.strip(), "group": group, "title": title, "words": words}
    try:
        await service.directory.editing.put_topic(admin, _content(typed), edition=None)
    except MisfitError as error:
        return await _all(request, admin, service, typed=typed, wrong=error.wrong)
    return RedirectResponse("/admin/topics?done=true", HTTPStatus.SEE_OTHER)


@router.get("/admin/topics/{key}", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def topic(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """One topic."""
    return await _one(request, admin, key, service)


@router.post("/admin/topics/{key}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(
    request: Request,
    admin: Viewer,
    key: str,
    service: Service,
    group: Text = "",
    title: Text = "",
    words: Text = "",
    edition: Text = "",
) -> Response:
    """A topic's group, title and words."""
    typed = {"key": key, "group": group, "title": title, "words": words}
    try:
        await service.directory.editing.put_topic(admin, _content(typed), edition=edition)
    except MisfitError as error:
        return await _one(request, admin, key, service, typed=typed, wrong=error.wrong)
    except ConflictError as error:
        return await _one(request, admin, key, service, typed=typed, refused=error.detail)
    return RedirectResponse("/admin/topics?done=true", HTTPStatus.SEE_OTHER)


@router.post("/admin/topics/{key}/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service, edition: Text = "") -> Response:
    """A topic that is used no more."""
    try:
        await service.directory.editing.remove_topic(admin, key, edition)
    except ConflictError as error:
        return await _one(request, admin, key, service, refused=error.detail)
    return RedirectResponse("/admin/topics?done=true", HTTPStatus.SEE_OTHER)


def _content(typed: Mapping[str, str]) -> dict[str, object]:
    return {**typed, "words": words_of(typed["words"])}


async def _all(
    request: Request,
    admin: Actor,
    service: ServiceParts,
    *,
    done: bool = False,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    standing = (await service.directory.editing.standing()).directory
    return page(
        request,
        admin,
        "topics/topics.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        topics=standing.topics,
        groups=list(dict.fromkeys(topic.group for topic in standing.topics)),
        done=done,
        typed=typed or {},
        wrong=wrong or {},
    )


async def _one(
    request: Request,
    admin: Actor,
    key: str,
    service: ServiceParts,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Response:
    standing = await service.directory.editing.standing()
    topic = standing.topic(key)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.CONFLICT if refused else HTTPStatus.OK
    return page(
        request,
        admin,
        "topics/topic.html",
        status=status,
        topic=topic,
        address=f"/admin/topics/{quote(key, safe='')}",
        groups=list(dict.fromkeys(item.group for item in standing.directory.topics)),
        edition=edition_of(topic),
        typed=typed or {"group": topic.group, "title": topic.title, "words": ", ".join(topic.words)},
        wrong=wrong or {},
        refused=refused,
    )

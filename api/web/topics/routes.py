"""Topics: the catalogue, a new one, one that is changed or gone."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form_state import FormState, refusal
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.editing import edition_of
from service.directory.workbook_rows import words_of
from store.people.persons import Actor

router = Pages()

Text = Annotated[str, Form(max_length=20_000)]
_DONE = "/admin/topics?done=true"


@router.get("/admin/topics", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def topics(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """The catalogue by groups, and a form for a new one."""
    return await _all(request, admin, service, FormState(done=done))


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
    content = {**typed, "words": words_of(words)}
    refused = await refusal(service.directory.editing.put_topic(admin, content, edition=None), typed)
    if refused:
        return await _all(request, admin, service, refused)
    return RedirectResponse(_DONE, HTTPStatus.SEE_OTHER)


@router.get("/admin/topics/{key}", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def topic(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """One topic."""
    return await _one(request, admin, key, service, FormState())


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
    content = {**typed, "words": words_of(words)}
    refused = await refusal(service.directory.editing.put_topic(admin, content, edition=edition), typed)
    if refused:
        return await _one(request, admin, key, service, refused)
    return RedirectResponse(_DONE, HTTPStatus.SEE_OTHER)


@router.post("/admin/topics/{key}/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service, edition: Text = "") -> Response:
    """A topic that is used no more."""
    refused = await refusal(service.directory.editing.remove_topic(admin, key, edition), {})
    if refused:
        return await _one(request, admin, key, service, refused)
    return RedirectResponse(_DONE, HTTPStatus.SEE_OTHER)


async def _all(request: Request, admin: Actor, service: ServiceParts, state: FormState) -> Response:
    found = (await service.directory.editing.standing()).directory.topics
    groups = list(dict.fromkeys(topic.group for topic in found))
    return page(request, admin, "topics/topics.html", topics=found, groups=groups, **state.context())


async def _one(request: Request, admin: Actor, key: str, service: ServiceParts, state: FormState) -> Response:
    standing = await service.directory.editing.standing()
    topic = standing.topic(key)
    return page(
        request,
        admin,
        "topics/topic.html",
        topic=topic,
        address=f"/admin/topics/{quote(key, safe='')}",
        groups=list(dict.fromkeys(item.group for item in standing.directory.topics)),
        edition=edition_of(topic),
        **state.context({"group": topic.group, "title": topic.title, "words": ", ".join(topic.words)}),
    )

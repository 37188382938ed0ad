"""Topics: the catalogue, a new one, one that is changed or gone."""

from typing import Any
from urllib.parse import quote

from fastapi import Request, Response

from api.deps import Service
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.form import PageForm, content_of, refusal, saved, values_of
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.recorded_calls import Call
from service.assembly import Service as ServiceParts
from service.directory.editing import edition_of
from service.directory.workbook_rows import words_of
from store.directory.file import TopicEntry
from store.people.persons import Actor

router = Pages()

_ADDRESS = "/admin/topics"


@router.get(_ADDRESS, recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def topics(request: Request, admin: Viewer, service: Service, done: bool = False) -> Response:
    """The catalogue by groups, and a form for a new one."""
    return await _all(request, admin, service, PageForm(done=done))


@router.post(_ADDRESS, recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def add(request: Request, admin: Viewer, service: Service) -> Response:
    """A new topic."""
    sent = await form_body.read(request, takes_files=False)
    put = service.directory.editing.put_topic(admin, _content(sent), edition=None)
    if refused := await refusal(put, sent.values):
        return await _all(request, admin, service, refused)
    return saved(_ADDRESS)


@router.get("/admin/topics/{key}", recorded=Call.DIRECTORY_OPEN, by=(Role.ADMIN,))
async def topic(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """One topic."""
    return await _one(request, admin, key, service, PageForm())


@router.post("/admin/topics/{key}", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def change(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A topic's group, title and words."""
    (await service.directory.editing.standing()).topic(key)
    sent = await form_body.read(request, takes_files=False)
    content = {**_content(sent), "key": key}
    put = service.directory.editing.put_topic(admin, content, edition=sent.one("edition"))
    if refused := await refusal(put, sent.values):
        return await _one(request, admin, key, service, refused)
    return saved(_ADDRESS)


@router.post("/admin/topics/{key}/remove", recorded=Call.DIRECTORY_APPLY, by=(Role.ADMIN,))
async def remove(request: Request, admin: Viewer, key: str, service: Service) -> Response:
    """A topic that is used no more."""
    (await service.directory.editing.standing()).topic(key)
    sent = await form_body.read(request, takes_files=False)
    removed = service.directory.editing.remove_topic(admin, key, sent.one("edition"))
    if refused := await refusal(removed, {}):
        return await _one(request, admin, key, service, refused)
    return saved(_ADDRESS)


def _content(sent: Typed) -> dict[str, Any]:
    return {**content_of(TopicEntry, sent), "words": words_of(sent.one("words"))}


async def _all(request: Request, admin: Actor, service: ServiceParts, form: PageForm) -> Response:
    found = (await service.directory.editing.standing()).directory.topics
    groups = list(dict.fromkeys(topic.group for topic in found))
    return page(
        request, admin, "topics/topics.html", status=form.status, form=form, topics=found, groups=groups
    )


async def _one(request: Request, admin: Actor, key: str, service: ServiceParts, form: PageForm) -> Response:
    standing = await service.directory.editing.standing()
    topic = standing.topic(key)
    values = {**values_of(topic), "words": [", ".join(topic.words)], "edition": [edition_of(topic)]}
    return page(
        request,
        admin,
        "topics/topic.html",
        status=form.status,
        form=form.over(values),
        topic=topic,
        address=f"{_ADDRESS}/{quote(key, safe='')}",
        groups=list(dict.fromkeys(item.group for item in standing.directory.topics)),
    )

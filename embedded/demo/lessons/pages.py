"""A newcomer's first message: begun by a button, and other people's steps played by the program, in training only."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.router import Who
from api.web.message.routes import show
from api.web.message.targets import Seen
from api.web.pages import Pages
from api.web.session import Viewer
from calendar_rules.vocabulary import Role
from embedded.demo.lessons.served import Led
from service.access import wording
from service.access.errors import ConflictError, ForbiddenError
from service.access.recorded_calls import Call

router = Pages()
of_the_demo = Pages()
"""What is there only with the people of the demo, whom the program may play."""


@router.post("/training/first-message", recorded=Call.MESSAGE_LESSON, by=Who.SIGNED_IN)
async def first_message(viewer: Viewer, lessons: Led, role: Annotated[Role, Form()]) -> Response:
    """A curator goes on to register it; for others it is brought to where they have something to do."""
    if role not in lessons.offered(viewer, datetime.now(UTC)):
        raise ForbiddenError(wording.only_for((role,)))
    if role is Role.CURATOR:
        return RedirectResponse("/messages/new?lesson=true", HTTPStatus.SEE_OTHER)
    number = await lessons.played.begin(viewer, role)
    return RedirectResponse(f"/messages/{number}", HTTPStatus.SEE_OTHER)


@of_the_demo.post("/messages/{message}/play", recorded=Call.MESSAGE_LESSON, by=Who.SEEING_IT)
async def play(request: Request, target: Seen, service: Service, lessons: Led) -> Response:
    """The step that waits for somebody else is taken by the program."""
    try:
        await lessons.played.play(target)
    except ConflictError as error:
        return await show(request, target, service, status=HTTPStatus.CONFLICT, not_moved=error.detail)
    return RedirectResponse(f"/messages/{target.number}", HTTPStatus.SEE_OTHER)

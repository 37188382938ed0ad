"""Moving a message's clock from its page; only with `--training`."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.router import Who
from api.web.message.routes import show
from api.web.message.targets import Seen
from api.web.pages import Pages
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.messages.clock import Step

router = Pages()


@router.post("/messages/{message}/fast-forward", recorded=Call.MESSAGE_FAST_FORWARD, by=Who.SEEING_IT)
async def fast_forward(
    request: Request,
    target: Seen,
    service: Service,
    step: Annotated[Step, Form()],
    after: Annotated[int, Form(ge=0)] = 0,
) -> Response:
    """The clock runs by a step; the page then says what has fired since the row `after` of the journal."""
    try:
        await service.messages.clock.take(target, step)
    except (ConflictError, InvalidInputError) as error:
        return await show(request, target, service, status=HTTPStatus.CONFLICT, not_moved=error.detail)
    return RedirectResponse(f"/messages/{target.number}?moved_after={after}", HTTPStatus.SEE_OTHER)

"""Verdicts given on pages: at a message, and at a reply in the feed of what was found."""

from http import HTTPStatus

from fastapi import Request, Response
from pydantic import ValidationError

from api.deps import Service
from api.web import session
from api.web.message import form_body
from api.web.message.routes import show
from api.web.message.said_by_author import Wrong
from api.web.message.targets import Seen
from api.web.pages import Pages
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.verdicts.verdicts import WRITERS, VerdictBody

router = Pages()

_FIELDS = ("verdict", "text", "url", "reply")


@router.post("/messages/{message}/verdict", recorded=Call.VERDICT, by=WRITERS)
async def give(request: Request, target: Seen, service: Service) -> Response:
    """Note the verdict; one that is not taken leaves the form as it was typed."""
    typed = await form_body.read(request, takes_files=False)
    given = {name: typed.one(name) for name in _FIELDS}
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        body = VerdictBody.model_validate({name: value for name, value in given.items() if value.strip()})
        await service.verdicts.give(target, body)
        # What was found is gone through further; what is not done is registered anew from the message.
        back = typed.one("back") == "feed" and body.verdict != "not_content"
        return session.on_to(request, "/candidates" if back else f"/messages/{target.number}#verdict")
    except ValidationError as error:
        why = " ".join(detail for _, detail in explain(error.errors()))
    except InvalidInputError as error:
        why = error.detail
    except ConflictError as error:
        status, why = HTTPStatus.CONFLICT, error.detail
    return await show(request, target, service, status=status, verdict_wrong=Wrong(why, given))

"""Verdicts put on pages: at a message, and at a reply among what was found."""

from http import HTTPStatus

from fastapi import Request, Response
from pydantic import ValidationError

from api.deps import Service
from api.web import session
from api.web.message import form_body
from api.web.message.routes import show
from api.web.message.targets import Seen
from api.web.pages import Pages
from service.access.errors import ConflictError, InvalidInputError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.verdicts.verdicts import WRITERS, VerdictBody

router = Pages()


@router.post("/messages/{message}/verdict", recorded=Call.VERDICT, by=WRITERS)
async def put(request: Request, target: Seen, service: Service) -> Response:
    """Put the verdict; one that is not taken leaves the form as it was typed."""
    typed = await form_body.read(request, takes_files=False)
    reply, status = typed.one("reply"), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        body = VerdictBody.model_validate({"verdict": typed.one("verdict"), "reply": reply.strip() or None})
        await service.verdicts.put(target, body)
        back = "/candidates" if typed.one("back") == "feed" else f"/messages/{target.number}#verdict"
        return session.on_to(request, back)
    except ValidationError as error:
        why = " ".join(detail for _, detail in explain(error.errors()))
    except InvalidInputError as error:
        why = error.detail
    except ConflictError as error:
        status, why = HTTPStatus.CONFLICT, error.detail
    return await show(request, target, service, status=status, verdict_refused=(why, reply))

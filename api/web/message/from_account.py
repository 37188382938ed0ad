"""The one press that publishes an approved text from the account of its body (cl. 4, 13)."""

from http import HTTPStatus

from fastapi import Request, Response

from api.deps import Service
from api.web import session
from api.web.message import form_body
from api.web.message.attempt import ARRIVED_BEFORE, Attempt
from api.web.message.routes import show
from api.web.message.targets import Seen
from api.web.pages import Pages
from service.access.errors import ConflictError, KeyReusedError
from service.access.recorded_calls import Call
from service.commands.intake import RequestKey
from service.commands.outcomes import Refused
from service.messages.targets import OF_BODIES
from service.networks.publishing import FromAccountBody

router = Pages()

FORM = "from_account"


@router.post("/messages/{message}/from_account", recorded=Call.MESSAGE_PUBLICATION_FROM_ACCOUNT, by=OF_BODIES)
async def publish(request: Request, target: Seen, service: Service) -> Response:
    """Have it published; what the program cannot do stands in the form, and the manual way beside it."""
    typed = await form_body.read(request, takes_files=False)
    body = FromAccountBody(text_only=typed.one("text_only") == "yes")
    try:
        result = await service.networks.from_account.publish(
            target, RequestKey(typed.key, request.url.path), body
        )
    except KeyReusedError:
        result = Refused(ARRIVED_BEFORE)
    except ConflictError as error:
        result = Refused(error.detail)
    if isinstance(result, Refused):
        attempt = Attempt(typed, refused=result.detail, form=FORM)
        return await show(request, target, service, attempt, HTTPStatus.CONFLICT)
    return session.on_to(request, f"/messages/{target.number}")

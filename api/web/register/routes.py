"""Registering a message that was found: afterwards one stands at the message, a known link leads to the first one's."""

from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from api.deps import Service
from api.router import Router
from api.web import session
from api.web.message import form_body
from api.web.message.attempt import Attempt
from api.web.message.choices import Choices
from api.web.message.fields import Field, Kind, values
from api.web.message.form_body import Typed
from api.web.message.forms import REGISTRATION
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.command_intake import RequestKey
from service.errors import ConflictError, InvalidInputError, KeyReusedError
from service.outcomes import Accepted, Refused
from service.requests import Registration
from service.targets import require_role
from service.validation_wording import explain
from store.people import Actor

router = Router("Страницы")

FIELDS = (
    *REGISTRATION,
    Field("detected_at", "Выявлено", Kind.MOMENT, required=False, hint="Пусто: сейчас."),
)


async def _curator(viewer: Viewer) -> Actor:
    require_role(viewer, Role.CURATOR)
    return viewer


Curator = Annotated[Actor, Depends(_curator)]


@router.get("/messages/new", include_in_schema=False)
async def register_page(request: Request, curator: Curator, service: Service) -> Response:
    """The form."""
    return await _page(request, curator, service)


@router.post("/messages/new", include_in_schema=False, dependencies=[session.FromHere])
async def register(request: Request, curator: Curator, service: Service) -> Response:
    """Register what was typed, and go there."""
    typed = await form_body.read(request, takes_files=False)
    done = await _registered(typed, curator, service, request.url.path)
    if isinstance(done, Attempt):
        return await _page(request, curator, service, done)
    return RedirectResponse(done, HTTPStatus.SEE_OTHER)


async def _registered(typed: Typed, curator: Actor, service: Service, path: str) -> str | Attempt:
    """Where to go on; what was typed where it is not taken."""
    found, wrong = values(FIELDS, typed.values, service.rules.zone)
    if wrong:
        return Attempt(typed, wrong=wrong)
    try:
        body = Registration.model_validate(found)
        result = await service.actions.register(curator, RequestKey(typed.key, path), body)
    except ValidationError as error:
        return Attempt(typed, wrong=dict(explain(error.errors())))
    except InvalidInputError as error:
        return Attempt(typed, wrong={error.field: error.detail})
    except (ConflictError, KeyReusedError) as error:
        return Attempt(typed, refused=error.detail)
    if isinstance(result, Refused):
        return Attempt(typed, refused=result.detail)
    return f"/messages/{result.message.id}" if isinstance(result, Accepted) else "/"


async def _page(
    request: Request, curator: Actor, service: Service, attempt: Attempt | None = None
) -> Response:
    status = HTTPStatus.OK
    if attempt is not None:
        status = HTTPStatus.CONFLICT if attempt.refused else HTTPStatus.UNPROCESSABLE_ENTITY
    return page(
        request,
        curator,
        "register/register.html",
        status=status,
        fields=FIELDS,
        choices=await Choices.read(service.database),
        attempt=attempt,
        key=uuid4().hex,
    )

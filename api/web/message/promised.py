"""Promises on a message's page: what a text promises, and what a body says of what it has promised."""

import asyncio
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from api.deps import Service
from api.router import Who
from api.web import session
from api.web.message import form_body
from api.web.message.attempt import ARRIVED_BEFORE, Attempt
from api.web.message.form_body import Typed
from api.web.message.promise_fields import in_fields, moment
from api.web.message.routes import show
from api.web.message.targets import Seen
from api.web.pages import Pages
from service.access import wording
from service.access.errors import ConflictError, InvalidInputError, KeyReusedError, NotFoundError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.assembly import Service as ServiceParts
from service.commands.intake import RequestKey
from service.commands.promises import Promised
from service.commands.requests import GivenPromiseBody, KeptBody, MovedBody
from service.messages import attachments
from service.messages.targets import OF_BODIES, Target
from service.promises.promised_days import promised_days

router = Pages()


class TextBody(BaseModel):
    """A text as it stands in its field."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(max_length=20_000)]


@router.post("/messages/{message}/promises/found", recorded=None, by=Who.SEEING_IT)
async def find(target: Seen, body: TextBody, service: Service) -> JSONResponse:
    """What the text promises, as rows of the form; scripts ask for it after a pause."""
    message = await service.messages.reader.current(target)
    calendar, zone = service.rules.calendar_of(message.current_body), service.rules.zone
    found = await asyncio.to_thread(promised_days, body.text, target.now, calendar)
    return JSONResponse(
        {
            "found": [
                {"what": one.what, **in_fields(one.until.astimezone(zone)), "fragment": one.fragment}
                for one in found
            ]
        }
    )


async def _own(promise: str, target: Seen, service: Service) -> Promised:
    found = await service.commands.promises.found(target.caller, promise)
    if found.row.message != target.number:
        raise NotFoundError(wording.NO_PROMISE)
    found.require_own_body()
    return found


Own = Annotated[Promised, Depends(_own)]
"""A promise of the message and of the caller's own body."""


@router.post("/messages/{message}/promises", recorded=Call.MESSAGE_PROMISE, by=OF_BODIES)
async def give(request: Request, target: Seen, service: Service) -> Response:
    """What a published text promises, recorded afterwards."""
    typed = await form_body.read(request, takes_files=False)

    async def do(key: RequestKey) -> None:
        until = _until(typed, target.row.current_body, service)
        body = GivenPromiseBody.model_validate({"what": typed.one("what"), "until": until})
        await service.commands.promises.give(target, key, body)

    return await _done(request, target, service, typed, "promise", do)


@router.post("/messages/{message}/promises/{promise}/kept", recorded=Call.PROMISE_KEPT, by=_own)
async def kept(request: Request, target: Seen, found: Own, service: Service) -> Response:
    """It was done: with a picture or a link."""
    typed = await form_body.read(request, takes_files=True)

    async def do(key: RequestKey) -> None:
        proof = typed.one("attachment")
        for file in typed.files[:1]:
            content = await file.read(attachments.LARGEST + 1)
            proof = (await attachments.add_once(service.database, target, file.filename or "", content)).id
            typed.values["attachment"] = [proof]
        body = KeptBody.model_validate({"attachment": proof or None, "url": typed.one("url").strip() or None})
        await service.commands.promises.kept(found, key, body)

    return await _done(request, target, service, typed, f"kept-{found.row.id}", do)


@router.post("/messages/{message}/promises/{promise}/moved", recorded=Call.PROMISE_MOVED, by=_own)
async def moved(request: Request, target: Seen, found: Own, service: Service) -> Response:
    """Another day, and why."""
    typed = await form_body.read(request, takes_files=False)

    async def do(key: RequestKey) -> None:
        until = _until(typed, found.row.body, service)
        body = MovedBody.model_validate({"until": until, "reason": typed.one("reason")})
        await service.commands.promises.moved(found, key, body)

    return await _done(request, target, service, typed, f"moved-{found.row.id}", do)


def _until(typed: Typed, body: str | None, service: ServiceParts) -> str | None:
    """The moment of the fields; None, which the request refuses, where there is none."""
    calendar = service.rules.calendar_of(body)
    try:
        return moment(typed.one("day"), typed.one("hour"), service.rules.zone, calendar).isoformat()
    except ValueError:
        return None


async def _done(
    request: Request,
    target: Target,
    service: ServiceParts,
    typed: Typed,
    form: str,
    do: Callable[[RequestKey], Coroutine[Any, Any, None]],
) -> Response:
    """Do it and go back to the promises; what is refused comes back in its form with the reason."""
    wrong: dict[str, str] = {}
    refused = None
    try:
        await do(RequestKey(typed.key, request.url.path))
        return session.on_to(request, f"/messages/{target.number}#promises")
    except ValidationError as error:
        wrong = {name: detail[:1].upper() + detail[1:] for name, detail in explain(error.errors())}
    except InvalidInputError as error:
        wrong = {error.field: error.detail}
    except KeyReusedError:
        refused = ARRIVED_BEFORE
    except (ConflictError, NotFoundError) as error:
        refused = error.detail
    status = HTTPStatus.CONFLICT if refused else HTTPStatus.UNPROCESSABLE_ENTITY
    return await show(
        request, target, service, Attempt(typed, refused=refused, wrong=wrong, form=form), status
    )

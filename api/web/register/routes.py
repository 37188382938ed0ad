"""Registering a message that was found: afterwards one stands at the message, a known link leads to the first one's.

With scripts the same form opens over any page: it is asked for and sent by `static/js/register.js`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from api.deps import Db, Service
from api.only_known import OnlyKnown
from api.web import session
from api.web.message import form_body
from api.web.message.attempt import ARRIVED_BEFORE, Attempt
from api.web.message.choices import Choices
from api.web.message.fields import Field, Kind, values
from api.web.message.form_body import Typed
from api.web.message.forms import FORMS, REGISTRATION
from api.web.pages import Pages
from api.web.session import Viewer
from api.web.shell.page import page
from calendar_rules.vocabulary import Role
from service.access.errors import ConflictError, InvalidInputError, KeyReusedError, ServiceError
from service.access.recorded_calls import Call
from service.access.validation_wording import explain
from service.assembly import Service as ServiceParts
from service.commands import evidence
from service.commands.evidence import GivenFile
from service.commands.intake import RequestKey
from service.commands.outcomes import Refused, Taken
from service.commands.requests import Registration
from service.messages import attachments
from service.messages.link_recognition import recognise
from store.people.persons import Actor
from workflows.vocabulary import Command

router = Pages()

FIELDS = (
    *REGISTRATION[:-1],
    Field(
        "text",
        "Текст",
        required=False,
        hint="Если текст только на снимке, оставьте пустым и приложите снимок.",
    ),
    Field("detected_at", "Выявлено", Kind.MOMENT, required=False, hint="Пусто: сейчас."),
    Field(
        "attachments",
        "Вложения",
        Kind.FILES,
        required=False,
        hint="Снимок публикации: вставьте его из буфера обмена или выберите файл. Он сохранится заметкой.",
    ),
)


@router.get("/messages/new", recorded=None, by=(Role.CURATOR,))
async def register_page(
    request: Request,
    curator: Viewer,
    service: Service,
) -> Response:
    """The form."""
    return await _page(request, curator, service)


@router.get("/messages/new/link", recorded=Call.MESSAGES_LINK, by=(Role.CURATOR,))
async def link(_curator: Viewer, only_known: OnlyKnown, database: Db, url: str) -> JSONResponse:
    """What a link says: its network, the message that its post is registered as, or what is wrong with it."""
    found = await recognise(database, url.strip())
    return JSONResponse(asdict(found))


@router.post("/messages/new", recorded=Call.MESSAGE_REGISTER, by=(Role.CURATOR,))
async def register(request: Request, curator: Viewer, service: Service) -> Response:
    """Register what was typed, and go there."""
    typed = await form_body.read(request, takes_files=True)
    files = [GivenFile(file.filename, await file.read(attachments.LARGEST + 1)) for file in typed.files]
    # A complaint that is a picture alone has it as its own; beside words it is a proof, kept as a note.
    of_pictures = bool(files) and not typed.one("text").strip()
    done = await _registered(typed, files, curator, service, request.url.path, of_pictures=of_pictures)
    if isinstance(done, Attempt):
        return await _page(request, curator, service, done)
    if (
        files
        and not of_pictures
        and (said := await _attached(done, typed, files, curator, service, request.url.path))
    ):
        return await _without_evidence(request, curator, service, done, said)
    return session.on_to(request, f"/messages/{done}")


async def _registered(
    typed: Typed,
    files: Sequence[GivenFile],
    curator: Actor,
    service: ServiceParts,
    path: str,
    *,
    of_pictures: bool,
) -> int | Attempt:
    """The message's number; what was typed where it is not taken."""
    found, wrong = values(FIELDS, await _with_network(typed, service), service.rules.zone)
    if wrong:
        return Attempt(typed, wrong=wrong)
    try:
        evidence.check(files)
        found.setdefault("text", "")
        if of_pictures:
            found["attachments"] = [
                (await attachments.add_loose(service.database, curator, file.name, file.content)).id
                for file in files
            ]
        body = Registration.model_validate(found)
        result = await service.commands.actions.register(curator, RequestKey(typed.key, path), body)
    except ValidationError as error:
        return Attempt(typed, wrong=dict(explain(error.errors())))
    except InvalidInputError as error:
        return Attempt(typed, wrong={error.field: error.detail})
    except (ConflictError, KeyReusedError) as error:
        detail = ARRIVED_BEFORE if isinstance(error, KeyReusedError) else error.detail
        return Attempt(typed, refused=detail)
    if isinstance(result, Refused):
        return Attempt(typed, refused=result.detail)
    return result.message if isinstance(result, Taken) else int(result.message.id)


async def _with_network(typed: Typed, service: ServiceParts) -> Mapping[str, Sequence[str]]:
    """What was typed; a network that was not chosen is the one that the link says.

    The page chooses it by itself, unless somebody is quicker or has no scripts.
    """
    link = typed.one("url").strip()
    if typed.one("network").strip() or not link:
        return typed.values
    said = await recognise(service.database, link)
    return typed.values if said.network is None or said.wrong else typed.values | {"network": [said.network]}


async def _attached(
    number: int, typed: Typed, files: Sequence[GivenFile], curator: Actor, service: ServiceParts, path: str
) -> str | None:
    """Attach what came with the form; what prevented it, None where nothing did.

    The note's key is made of the form's: sent again, the form attaches what is still to be attached, and nothing twice.
    """
    key = typed.one("key")
    target = await service.messages.targets.find(str(number), curator)
    try:
        result = await service.commands.evidence.attach(
            target, RequestKey(f"{key}:evidence" if key else None, path), files
        )
    except ServiceError as error:
        return error.detail
    return result.detail if isinstance(result, Refused) else None


async def _without_evidence(
    request: Request, curator: Actor, service: ServiceParts, number: int, said: str
) -> Response:
    """The message is registered, and its files are not kept: why, and the form by which they are attached."""
    return page(
        request,
        curator,
        "register/without_evidence.html",
        status=HTTPStatus.CONFLICT,
        number=number,
        said=said,
        form=FORMS[Command.NOTE],
        choices=await Choices.read(service.database),
        key=uuid4().hex,
    )


async def _page(
    request: Request,
    curator: Actor,
    service: ServiceParts,
    attempt: Attempt | None = None,
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

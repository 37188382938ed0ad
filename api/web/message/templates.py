"""A text that one has written is kept as a template of the body; one that is of no use any more is removed."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.errors import ProblemError
from api.web.message import form_body
from api.web.message.form_body import Typed
from api.web.message.targets import Seen
from api.web.pages import Pages
from api.wording import BAD_FORM
from service.access.errors import InvalidInputError
from service.assembly import Service as ServiceParts
from service.commands.unsent_texts import Unsent
from service.messages.targets import OF_BODIES, Target
from workflows.vocabulary import Command

router = Pages()

_DIGITS = 9
"""Of a number the database has for a template."""
_NOT_KEPT = ("key", "subject", "template", "unwanted")


@router.post("/messages/{message}/templates/{command}", recorded=None, by=OF_BODIES)
async def keep_template(request: Request, target: Seen, command: Command, service: Service) -> Response:
    """Keep the text of the form as a template, and go back to it with all that was typed."""
    typed, body = await _typed(request, target, command, service)
    try:
        await service.directory.templates.keep(target, body, typed.one("template"), typed.one("text"))
    except InvalidInputError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, error.detail) from error
    return RedirectResponse(f"/messages/{target.number}", HTTPStatus.SEE_OTHER)


@router.post("/messages/{message}/templates/{command}/remove", recorded=None, by=OF_BODIES)
async def remove_template(request: Request, target: Seen, command: Command, service: Service) -> Response:
    """Remove the template whose button was pressed, and go back to the form with all that was typed."""
    typed, body = await _typed(request, target, command, service)
    unwanted = typed.one("unwanted")
    if not unwanted.isdecimal() or len(unwanted) > _DIGITS:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, BAD_FORM)
    await service.directory.templates.remove(target, body, int(unwanted))
    return RedirectResponse(f"/messages/{target.number}", HTTPStatus.SEE_OTHER)


async def _typed(
    request: Request, target: Target, command: Command, service: ServiceParts
) -> tuple[Typed, str]:
    """What the form holds, kept as it would be by the script, and the body that has the message."""
    typed = await form_body.read(request, takes_files=True)
    message = await service.messages.reader.current(target)
    fields = {name: values for name, values in typed.values.items() if name not in _NOT_KEPT}
    known = (await service.commands.unsent.of(target)).get(command)
    kept = await service.commands.unsent.save(
        target, command, typed.one("key"), fields, known.saved_at if known else None
    )
    assert isinstance(kept, Unsent)  # noqa: S101  over the version that is there now
    return typed, message.current_body or ""

"""A text that one has written is kept as a template of the body."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from api.deps import Service
from api.errors import ProblemError
from api.router import Router
from api.web import session
from api.web.message import form_body
from api.web.message.targets import Seen
from service.errors import InvalidInputError
from service.targets import OF_BODIES
from service.unsent_texts import Unsent
from workflows.vocabulary import Command

router = Router("Страницы")

_NOT_KEPT = ("key", "subject", "template")


@router.post(
    "/messages/{message}/templates/{command}", include_in_schema=False, dependencies=[session.FromHere]
)
async def keep_template(request: Request, target: Seen, command: Command, service: Service) -> Response:
    """Keep the text of the form as a template, and go back to it with all that was typed."""
    target.require(*OF_BODIES)
    typed = await form_body.read(request, takes_files=True)
    message = await service.reader.current(target)
    fields = {name: values for name, values in typed.values.items() if name not in _NOT_KEPT}
    known = (await service.unsent.of(target)).get(command)
    kept = await service.unsent.save(
        target, command, typed.one("key"), fields, known.saved_at if known else None
    )
    assert isinstance(kept, Unsent)  # noqa: S101  over the version that is there now
    try:
        await service.templates.keep(
            target, message.current_body or "", typed.one("template"), typed.one("text")
        )
    except InvalidInputError as error:
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, error.detail) from error
    return RedirectResponse(f"/messages/{target.number}", HTTPStatus.SEE_OTHER)

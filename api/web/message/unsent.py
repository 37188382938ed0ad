"""Typed texts of a message's forms, kept as they are typed (scripts ask for it after each pause)."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from api.deps import Service
from api.router import Who
from api.web.message import promise_fields
from api.web.message.forms import FORMS
from api.web.message.targets import Seen
from api.web.pages import Pages
from api.web.templates import saved
from service.access.errors import ConflictError
from service.assembly import Service as ServiceParts
from service.commands.unsent_texts import LONGEST, Differs, Given, Unsent
from workflows.vocabulary import Command

router = Pages()

_ATTACHMENTS = "attachment"


class UnsentBody(BaseModel):
    """The fields of a form as they stand, the form's key, and over which version they were written."""

    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    fields: dict[str, list[str]]
    over: datetime | None = None

    @field_validator("fields")
    @classmethod
    def _bounded(cls, fields: dict[str, list[str]]) -> dict[str, list[str]]:
        texts = [text for values in fields.values() for text in values]
        if sum(map(len, texts)) > LONGEST or len(texts) > 100 or any("\0" in text for text in texts):  # noqa: PLR2004
            raise ValueError("слишком длинно")
        return fields

    @field_validator("over")
    @classmethod
    def _aware(cls, over: datetime | None) -> datetime | None:
        if over is not None and over.tzinfo is None:
            raise ValueError("нужен момент с часовым поясом")
        return over


@router.post("/messages/{message}/unsent/{command}", recorded=None, by=Who.SEEING_IT)
async def keep(target: Seen, command: Command, body: UnsentBody, service: Service) -> JSONResponse:
    """Keep what is typed: 200 with the moment; 409 with what stands here where that is another version."""
    form = FORMS.get(command)
    if form is None:
        raise ConflictError("Такой формы нет.")
    names = {field.name for field in form.fields} | {_ATTACHMENTS}
    if command is Command.SUBMIT_DRAFT:
        names |= promise_fields.NAMES
    fields = {name: values for name, values in body.fields.items() if name in names}
    match await service.commands.unsent.save(target, command, body.key, fields, body.over):
        case Given():
            return JSONResponse({"given": True})
        case Differs(there):
            return JSONResponse(_told(there, service) if there else {}, HTTPStatus.CONFLICT)
        case Unsent() as kept:
            return JSONResponse(_told(kept, service))


def _told(kept: Unsent, service: ServiceParts) -> dict[str, Any]:
    return {
        "saved_at": kept.saved_at.isoformat(),
        "clock": saved(kept.saved_at.astimezone(service.rules.zone)),
        "fields": kept.fields,
    }

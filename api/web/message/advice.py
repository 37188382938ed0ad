"""Advice on the tone of what is being written; scripts ask for it after a pause."""

import asyncio
from typing import Annotated

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from api.deps import Messages
from api.router import Who
from api.web.message.targets import Seen
from api.web.pages import Pages
from service.messages import advice

router = Pages()


class TextBody(BaseModel):
    """A text as it stands in its field."""

    model_config = ConfigDict(extra="forbid")

    text: Annotated[str, StringConstraints(max_length=20_000)]


@router.post("/messages/{message}/advice", recorded=None, by=Who.SEEING_IT)
async def advise(target: Seen, body: TextBody, messages: Messages) -> JSONResponse:
    """What could be better in the text, as a list of sentences."""
    message = await messages.reader.current(target)
    found = await asyncio.to_thread(advice.advice, body.text, message.author)
    return JSONResponse({"advice": list(found)})

"""Outcomes of the service as HTTP answers."""

from typing import assert_never

from fastapi import Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from api.errors import ProblemError
from service.commands.outcomes import Accepted, CommandResult, Refused, Taken


def answer(result: CommandResult) -> Response:
    """200 or 201 with the message after the command, 202 for one that is stored. Raises ProblemError 409."""
    match result:
        case Accepted(message, registered):
            return response(message, 201 if registered else 200)
        case Refused(detail):
            raise ProblemError(409, detail)
        case Taken(command=command):
            return JSONResponse({"command": command, "status": "taken"}, 202)
        case _:
            assert_never(result)


def response(view: BaseModel, status: int = 200) -> Response:
    """A view as JSON; the service built it, and it is not validated again."""
    return Response(view.model_dump_json(by_alias=True), status, media_type="application/json")

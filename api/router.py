"""Routers whose requests are refused in the order of the contract: 401, 404, 403, and only then 422 for the body."""

import json
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from service.validation_wording import Unreadable


class _TolerantRequest(Request):
    """A request whose broken body is left for validation, which comes after the dependencies of the route.

    FastAPI reads the body first of all, and would answer 422 to someone who has not even signed in.
    """

    async def json(self) -> Any:
        try:
            return await super().json()
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, ValueError):
            return Unreadable()

    # Only ever awaited here; the original may also be entered as a context.
    async def form(self, **limits: Any) -> FormData:  # type: ignore[override]
        try:
            return await super().form(**limits)
        except HTTPException as error:
            if error.status_code != HTTPStatus.BAD_REQUEST:
                raise
            return FormData()


class _Route(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_tolerantly(request: Request) -> Response:
            return await handle(_TolerantRequest(request.scope, request.receive))

        return handle_tolerantly


class Router(APIRouter):
    """A router of one resource, named in Russian for the list of operations."""

    def __init__(self, title: str) -> None:
        super().__init__(tags=[title], route_class=_Route)

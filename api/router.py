"""Routers whose requests are refused in the order of the contract: 401, 404, 403, and only then 422 for the body.

The body itself is read after those three, so that nobody without the right to send it fills memory or disk.
"""

import json
from collections.abc import Callable, Collection, Coroutine, Sequence
from dataclasses import replace
from enum import Enum
from http import HTTPStatus
from typing import Any, ClassVar, NamedTuple, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Request, Response, params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import solve_dependencies
from fastapi.routing import APIRoute
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.types import Receive

from api import deps, request_body, targets
from calendar_rules.vocabulary import Role
from service.access import wording
from service.access.errors import InvalidInputError
from service.access.recorded_calls import Call
from service.access.validation_wording import Unreadable
from service.messages import attachments

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

_OF_A_FILE = attachments.LARGEST + request_body.AROUND_A_FILE
_FIELDS = 40  # one for each kind of notice, beside the address of a channel, and some to spare


class _TolerantRequest(Request):
    """A request whose broken body is left for validation, which comes after the dependencies of the route."""

    async def json(self) -> Any:
        try:
            return await super().json()
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError, ValueError):
            return Unreadable()

    # Only ever awaited here; the original may also be entered as a context.
    async def form(self, **_limits: Any) -> FormData:  # type: ignore[override]
        try:
            return await super().form(max_files=1, max_fields=_FIELDS, max_part_size=request_body.OF_FORM)
        except HTTPException as error:
            if error.status_code != HTTPStatus.BAD_REQUEST:
                raise
            # It is asked for again, when nothing is left to be read.
            self._form = FormData()
            return self._form


class _Route(APIRoute):
    recorded: Call | None = Call.UNDECLARED

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle
        body = self.body_field.field_info
        guards, receiver = _without_parameters(self.dependant), _receiver(body)
        is_form, has_file = isinstance(body, params.Form), isinstance(body, params.File)

        async def handle_in_order(request: Request) -> Response:
            # What is wrong with parameters is said later, together with what is wrong with the body.
            await solve_dependencies(
                request=request,
                dependant=guards,
                async_exit_stack=request.scope["fastapi_inner_astack"],
                embed_body_fields=False,
                dependency_overrides_provider=self.dependency_overrides_provider,
            )
            if has_file:
                request_body.make_room_for_files(request.scope, _OF_A_FILE)
            tolerant = _TolerantRequest(request.scope, receiver(request))
            # Read here: FastAPI would turn whatever goes wrong with it into 400.
            if is_form:
                await tolerant.form()
            else:
                await tolerant.body()
            return await handle(tolerant)

        return handle_in_order


def _without_parameters(dependant: Dependant) -> Dependant:
    """What the route depends on, without what it takes from the request itself."""
    return replace(
        dependant, path_params=[], query_params=[], header_params=[], cookie_params=[], body_params=[]
    )


def _receiver(body: object) -> Callable[[Request], Receive]:
    """How the body of a route is received, by what is in it."""
    most, too_large = request_body.OF_JSON, _too_large
    if isinstance(body, params.File):
        most, too_large = _OF_A_FILE, _file_too_large
    elif isinstance(body, params.Form):
        most = request_body.OF_FORM
    return lambda request: request_body.bounded(request.scope, request.receive, most, too_large)


def _too_large() -> Exception:
    return request_body.too_large()


def _file_too_large() -> Exception:
    return InvalidInputError("file", wording.FILE_TOO_LARGE)


class Who(Enum):
    """Who may call a route, where that does not depend on their roles alone."""

    EVERYBODY = "everybody"
    ANY_SIGN_IN = "whoever has signed in, whatever the sign-in lacks"
    SIGNED_IN = "whoever has signed in"
    SEEING_IT = "whoever may see the message of the address"


By = Who | Collection[Role] | Callable[..., Any]
"""Who may call a route: one of these, the roles, or a dependency that refuses all others."""


class Guards(NamedTuple):
    """Dependencies that let through whoever may call: 401, 404 for a message that is not theirs to see, 403.

    `in_roles` is asked of the caller, `with_message` of the capacities in which they see the message of the address.
    """

    any_sign_in: Callable[..., Any]
    signed_in: Callable[..., Any]
    seeing_it: Callable[..., Any]
    in_roles: Callable[..., Callable[..., Any]]
    with_message: Callable[..., Callable[..., Any]]


class Router(APIRouter):
    """A router of one resource, named in Russian for the list of operations.

    Each route says what it is in the record of access (152-FZ), None for one that shows nothing of anybody, and who may
    call it: one that does not is a TypeError where it is written.
    """

    guards: ClassVar = Guards(
        deps.signed_in, deps.complete, targets.target_of, deps.requires, targets.with_message
    )

    def __init__(self, title: str) -> None:
        super().__init__(tags=[title], route_class=_Route)

    def add_api_route(  # type: ignore[override]
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        recorded: Call | None,
        by: By,
        dependencies: Sequence[params.Depends] = (),
        **about: Any,
    ) -> None:
        """A route for `path`; its guard comes after `dependencies`, and before all that the endpoint asks for."""
        super().add_api_route(path, endpoint, dependencies=[*dependencies, *self._guard(path, by)], **about)
        route = self.routes[-1]
        assert isinstance(route, _Route)  # noqa: S101
        route.recorded = recorded

    def get(  # type: ignore[override]
        self, path: str, *, recorded: Call | None, by: By, **about: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Decorate what answers GET."""
        return self._on("GET", path, recorded=recorded, by=by, **about)

    def post(  # type: ignore[override]
        self, path: str, *, recorded: Call | None, by: By, **about: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Decorate what answers POST."""
        return self._on("POST", path, recorded=recorded, by=by, **about)

    def put(  # type: ignore[override]
        self, path: str, *, recorded: Call | None, by: By, **about: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Decorate what answers PUT."""
        return self._on("PUT", path, recorded=recorded, by=by, **about)

    def patch(  # type: ignore[override]
        self, path: str, *, recorded: Call | None, by: By, **about: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Decorate what answers PATCH."""
        return self._on("PATCH", path, recorded=recorded, by=by, **about)

    def delete(  # type: ignore[override]
        self, path: str, *, recorded: Call | None, by: By, **about: Any
    ) -> Callable[[Endpoint], Endpoint]:
        """Decorate what answers DELETE."""
        return self._on("DELETE", path, recorded=recorded, by=by, **about)

    def _on(self, method: str, path: str, **about: Any) -> Callable[[Endpoint], Endpoint]:
        def add(endpoint: Endpoint) -> Endpoint:
            self.add_api_route(path, endpoint, methods=[method], **about)
            return endpoint

        return add

    def _guard(self, path: str, by: By) -> Sequence[params.Depends]:
        match by:
            case Who.EVERYBODY:
                return ()
            case Who():
                return [Depends(getattr(self.guards, by.name.lower()))]
            case Collection():
                of_roles = self.guards.with_message if "{message}" in path else self.guards.in_roles
                return [Depends(of_roles(*by))]
            case _:
                return [Depends(by)]


def add_routes(app: FastAPI, router: APIRouter) -> None:
    """Have the application answer by the routes of a router as they are.

    `FastAPI.include_router` makes each of them once more when the first request comes: half a second after each start.
    """
    app.router.routes.extend(router.routes)

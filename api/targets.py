"""The message a request is about, and whether the caller may see it (404) and act on it (403)."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request

from api.deps import Caller, Service, found_lately
from calendar_rules.vocabulary import Role
from service.commands.actions import MessageActions
from service.commands.catalogue import OF_BODIES
from service.commands.intake import RequestKey
from service.messages.targets import Target


async def _actions(service: Service) -> MessageActions:
    return service.actions


Actions = Annotated[MessageActions, Depends(_actions)]


async def _request_key(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=200,
            description="Ключ повтора: запрос с тем же ключом выполняется один раз.",
        ),
    ] = None,
) -> RequestKey:
    return RequestKey(idempotency_key, request.url.path)


Key = Annotated[RequestKey, Depends(_request_key)]
"""What tells a repeated request from a new one."""


async def _target(request: Request, message: str, caller: Caller, service: Service) -> Target:
    return await found_lately(request, "target", lambda: service.targets.find(message, caller))


Visible = Annotated[Target, Depends(_target)]
"""A message the caller may see; 404 otherwise."""


def by(*roles: Role) -> Callable[[Target], Coroutine[Any, Any, Target]]:
    async def guard(target: Visible) -> Target:
        target.require(*roles)
        return target

    return guard


ForCurator = Annotated[Target, Depends(by(Role.CURATOR))]
ForCuratorOrHead = Annotated[Target, Depends(by(Role.CURATOR, Role.HEAD))]
ForExecutor = Annotated[Target, Depends(by(*OF_BODIES))]
"""Executors, and the responsible of their body, who may do what they may."""
ForBoth = Annotated[Target, Depends(by(Role.CURATOR, *OF_BODIES))]
ForWhoeverWorks = Annotated[Target, Depends(by(Role.CURATOR, Role.HEAD, *OF_BODIES))]
ForAdminOrHead = Annotated[Target, Depends(by(Role.ADMIN, Role.HEAD))]
ForAdmin = Annotated[Target, Depends(by(Role.ADMIN))]

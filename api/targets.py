"""The message a request is about, and whether the caller may see it (404) and act on it (403)."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Header, Request

from api.deps import Caller, Service, found_lately, message_read
from calendar_rules.vocabulary import Role
from service.commands.actions import MessageActions
from service.commands.intake import RequestKey
from service.messages.targets import OF_BODIES, Target


async def _actions(service: Service) -> MessageActions:
    return service.commands.actions


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


async def target_of(request: Request, message: str, caller: Caller, service: Service) -> Target:
    """For `Depends`: the message of the address, if the caller may see it; else 404."""

    async def find() -> Target:
        return await service.messages.targets.find(message, caller, message_read(request))

    return await found_lately(request, "target", find)


Visible = Annotated[Target, Depends(target_of)]
"""A message the caller may see; 404 otherwise."""


def with_message(*roles: Role) -> Callable[[Target], Coroutine[Any, Any, None]]:
    """For `Depends`: 403 unless the caller may act on the message in one of the roles."""

    async def guard(target: Visible) -> None:
        target.require(*roles)

    return guard


async def _of_promise(promise: str, caller: Caller, service: Service) -> Target:
    message = await service.promises.message_of(promise)
    return await service.messages.targets.find(message, caller)


OfPromise = Annotated[Target, Depends(_of_promise)]
"""The message that a promise is of, if the caller may see it; else 404."""


async def own_promise(target: OfPromise) -> None:
    """For `Depends`: 403 unless the caller works for a body that has or had the message."""
    target.require(*OF_BODIES)

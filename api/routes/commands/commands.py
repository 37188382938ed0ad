"""Commands of people to a message: a route for each address of the catalogue, made from its row."""

from typing import Annotated, Any

from fastapi import Depends, Path, Response
from pydantic import BaseModel

from api.answers import answer
from api.deps import Networks, Service
from api.errors import problems
from api.router import Router
from api.routes.messages.messages import TAKEN, TakenView
from api.targets import Key, OfPromise, Visible, own_promise
from service.access.recorded_calls import Call
from service.commands.catalogue import CATALOGUE, Address, CommandRow
from service.commands.doers import of_contribution
from service.messages.targets import OF_BODIES, Target
from service.messages.view import MessageView
from service.networks.publishing import FromAccountBody
from workflows.stages import OF_DESTRUCTION

router = Router("Действия с сообщением")

_COMMAND: dict[str, Any] = {
    "response_model": MessageView,
    "responses": {202: {"model": TakenView, **TAKEN[202]}, **problems(401, 403, 404, 409, 422, 503)},
}


async def _draft(draft: str) -> str:
    return draft


async def _contribution(contribution: str) -> str:
    return of_contribution(contribution)


async def _promise(promise: Annotated[str, Path(description="Номер обещания.")]) -> str:
    return promise


async def _nothing() -> str:
    return ""


def _subject(address: Address) -> Any:
    """What a request says that its command is about."""
    return next(
        (part for part in (_draft, _contribution, _promise) if f"{{{part.__name__[1:]}}}" in address.path),
        _nothing,
    )


def serve(router: Router, row: CommandRow, address: Address) -> None:
    """Let programs give a command at one of its addresses."""

    async def give(about: str, target: Target, service: Service, key: Key) -> Response:
        return answer(await service.doers.give(row.command, target, key, None, about))

    async def give_with_body(
        about: str, body: BaseModel, target: Target, service: Service, key: Key
    ) -> Response:
        return answer(await service.doers.give(row.command, target, key, body, about))

    endpoint = give if row.body is None else give_with_body
    of_promise = address.path.startswith("promises/")
    # What FastAPI reads of it is known only here.
    endpoint.__annotations__ |= {
        "about": Annotated[str, Depends(_subject(address))],
        "target": OfPromise if of_promise else Visible,
        **({} if row.body is None else {"body": row.body}),
    }
    router.add_api_route(
        f"/api/{address.path}" if of_promise else f"/api/messages/{{message}}/{address.path}".rstrip("/"),
        endpoint,
        recorded=address.recorded,
        by=own_promise if of_promise else row.by,
        methods=[address.method],
        status_code=address.status,
        summary=address.summary,
        description=address.description,
        operation_id=address.operation,
        **_COMMAND,
    )


for _row in CATALOGUE.values():
    for _address in _row.addresses:
        if _row.command not in OF_DESTRUCTION:
            serve(router, _row, _address)


@router.post(
    "/api/messages/{message}/publication/from-account",
    recorded=Call.MESSAGE_PUBLICATION_FROM_ACCOUNT,
    by=OF_BODIES,
    summary="Разместить от имени органа (п. 4, 13)",
    operation_id="publish_from_account",
    **_COMMAND,
)
async def publish_from_account(
    target: Visible, networks: Networks, key: Key, body: FromAccountBody | None = None
) -> Response:
    """Программа размещает согласованный текст от имени органа и подтверждает размещение.

    200 — размещено и подтверждено; 202 — сеть ещё не ответила, повтор с тем же ключом сообщит исход; 409 — что сделать
    вручную. Срок размещения всё это время продолжает идти.
    """
    return answer(await networks.from_account.publish(target, key, body or FromAccountBody()))

"""Pushes of networks: no sign-in, each account's own address, judged by its adapter."""

from fastapi import Request, Response

from api import request_body
from api.deps import Service
from api.errors import ProblemError, problems
from api.router import Router, Who
from service.access import wording
from service.networks.platforms.port import Pushed
from service.networks.pushes import LARGEST

router = Router("Сети")


async def _take(request: Request, network: str, account: str, service: Service) -> Response:
    listener, body = await service.networks.pushes.listener(network, account), b""
    if request.method == "POST":
        receive = request_body.bounded(
            request.scope, request.receive, LARGEST, _too_large, request_body.LEAST_RATE_OF_NETWORKS
        )
        body = await Request(request.scope, receive).body()
    pushed = Pushed(
        method=request.method,
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
    )
    answer = await service.networks.pushes.take(listener, pushed)
    return Response(answer.body, answer.status, media_type="text/plain")


def _too_large() -> Exception:
    return ProblemError(413, wording.PUSH_TOO_LARGE)


@router.post(
    "/hooks/{network}/{account}",
    recorded=None,
    by=Who.EVERYBODY,
    summary="Событие сети",
    operation_id="take_push",
    responses=problems(404, 408, 413, 503),
)
async def take(request: Request, network: str, account: str, service: Service) -> Response:
    """Адрес указывают в настройках сети; `account` — идентификатор аккаунта с ключом."""
    return await _take(request, network, account, service)


@router.get(
    "/hooks/{network}/{account}",
    recorded=None,
    by=Who.EVERYBODY,
    summary="Проверка адреса сетью",
    operation_id="verify_push_address",
    responses=problems(404, 503),
)
async def verify(request: Request, network: str, account: str, service: Service) -> Response:
    """Некоторые сети сначала спрашивают, тот ли это адрес."""
    return await _take(request, network, account, service)

"""What programs ask of the invented network: what townsmen wrote, and an answer of a body's account."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from activities.networks.demo.adapter import PATH
from api.deps import Service
from api.router import Router
from service import wording
from service.demo_network import DemoAnswer, DemoPost, DemoPosts
from service.errors import NotSignedInError

router = Router("Страницы")

_API = f"{PATH}/api"
_bearer = HTTPBearer(auto_error=False)


async def _account(
    service: Service, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    if given is None:
        raise NotSignedInError(wording.NO_DEMO_KEY)
    return await service.demo_network.whose(given.credentials)


Account = Annotated[str, Depends(_account)]
"""The body whose account asks."""


@router.get(f"{_API}/entries", include_in_schema=False)
async def written(service: Service, after: Annotated[int, Query(ge=0)] = 0) -> DemoPosts:
    """What townsmen wrote behind a number, the oldest first."""
    return await service.demo_network.written(after)


@router.get(f"{_API}/entries/{{post}}/answers", include_in_schema=False)
async def answers(account: Account, service: Service, post: int) -> DemoPosts:
    """What the account wrote under a post."""
    return await service.demo_network.answers(account, post)


@router.post(f"{_API}/entries/{{post}}/answers", include_in_schema=False, status_code=HTTPStatus.CREATED)
async def answer(account: Account, service: Service, post: int, body: DemoAnswer) -> DemoPost:
    """An answer of the account; of one name the first is given again."""
    return await service.demo_network.answer(account, post, body)


@router.get(f"{_API}/comments/{{comment}}", include_in_schema=False)
async def comment(service: Service, comment: int) -> DemoPost:
    """A comment as it stands."""
    return await service.demo_network.comment(comment)

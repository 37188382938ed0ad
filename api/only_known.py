"""Lists refuse what they do not know: a parameter misspelt would otherwise list everything."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api import wording
from api.errors import FieldError

_known: dict[str, frozenset[str]] = {}
"""The parameters of each route, by its unique id."""


async def _only_known(request: Request) -> None:
    route: APIRoute = request.scope["route"]
    known = _known.get(route.unique_id)
    if known is None:
        known = _known[route.unique_id] = frozenset(_parameters(route.dependant))
    given = Counter(name for name, _ in request.query_params.multi_items())
    for name, times in given.items():
        if name not in known:
            raise FieldError(name, wording.unknown_parameter(known))
        if times > 1:
            raise FieldError(name, wording.REPEATED_PARAMETER)


def _parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for needed in dependant.dependencies:
        yield from _parameters(needed)


OnlyKnown = Annotated[None, Depends(_only_known)]
"""422 for a parameter that the route does not have, or has twice.

It stands behind what answers 401, 404 and 403: dependencies are asked in the order of the route's parameters.
"""

"""Errors as people see them: the same documents as programs get, as a page."""

import json
from contextlib import suppress
from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from api import wording
from api.errors import problem_response
from api.web import session
from api.web.shell.page import page
from store.database.session import DatabaseError
from store.people.persons import Actor

_OF_PROGRAMS = ("/api/", "/hooks/")


def is_for_people(request: Request) -> bool:
    """Whether a person waits for the answer, in a browser."""
    return not request.url.path.startswith(_OF_PROGRAMS) and "text/html" in request.headers.get("accept", "")


async def shown(request: Request, problem: JSONResponse) -> Response:
    """A problem document as whoever waits reads it: as a page within the shell where that is a person."""
    if not is_for_people(request):
        return problem
    document = json.loads(bytes(problem.body))
    document["detail"] = wording.ON_PAGES.get(document["detail"], document["detail"])
    if request.scope.get("route") is None and problem.status_code == HTTPStatus.NOT_FOUND:
        document["detail"] = wording.NO_PAGE
    kept = ("Retry-After", "Refresh", "Allow")
    keep = {name: problem.headers[name] for name in kept if name in problem.headers}
    return page(
        request,
        await _viewer(request, problem.status_code),
        "shell/error.html",
        status=problem.status_code,
        headers=keep,
        problem=document,
        again=problem.status_code == HTTPStatus.SERVICE_UNAVAILABLE and request.method == "GET",
    )


async def _viewer(request: Request, status: int) -> Actor | None:
    """Who looks, where that is known or can be asked for: of an address that is not there nobody has asked yet."""
    found: Actor | None = getattr(request.state, "viewer", None)
    token = request.cookies.get(session.COOKIE)
    if found is not None or not token or status != HTTPStatus.NOT_FOUND:
        return found
    with suppress(DatabaseError, OSError):
        sign_in = await request.app.state.service.people.sign_in.of_token(token)
        return sign_in.person if sign_in else None
    return None


async def elsewhere(request: Request, error: Exception) -> Response:
    """To the page that comes first, such as that for signing in.

    A script is told 401, and lets people sign in over the page they are on; of another page that comes first it is told
    in the way of htmx.
    """
    assert isinstance(error, session.ElsewhereFirstError)  # noqa: S101
    if session.asked_by_script(request):
        if error.is_sign_in:
            return problem_response(HTTPStatus.UNAUTHORIZED, wording.SIGN_IN_ENDED)
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": error.address})
    return RedirectResponse(error.address, HTTPStatus.SEE_OTHER)

"""Session of a page: signed in by a cookie that scripts cannot read and other sites cannot send along."""

import re
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse

from api import wording
from api.deps import Service, found_lately
from api.errors import ProblemError
from api.web.shell import counts
from service.access.errors import ForbiddenError
from service.people.sign_in import Opened
from settings import Settings
from store.people.persons import Actor, Lacking, SignedIn

COOKIE = "otklik"
SIGN_IN = "/sign-in"
PERSON = "otklik-person"
"""A header by which a page's script says whose page it is."""
PROFILE = "/profile"
_OF_A_MESSAGE = re.compile(r"/messages/\d+(?=/)")


class ElsewhereFirstError(Exception):
    """Something is to be done at another address before this page opens: signing in, a password of one's own."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address

    @property
    def is_sign_in(self) -> bool:
        """Whether it is signing in that comes first."""
        return self.address.startswith(SIGN_IN)


def open_session(response: Response, opened: Opened, settings: Settings) -> None:
    """Let the browser keep the sign-in."""
    response.set_cookie(
        COOKIE,
        opened.token,
        max_age=int(opened.lifetime.total_seconds()),
        path="/",
        secure=settings.public_url.startswith("https://"),
        httponly=True,
        samesite="lax",  # with "strict" a link in a mail would open the sign-in page
    )


def close_session(response: Response) -> None:
    """Let the browser forget the sign-in."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


async def any_sign_in(request: Request, service: Service) -> SignedIn:
    """For `Depends`: the open sign-in of the cookie. Raises ElsewhereFirstError.

    A whole page also gets the numbers of its bar.
    """
    if not hasattr(request.state, "mark"):
        # Before anything of the page is read: what changes from now on, it may not have.
        request.state.mark = service.messages.live.mark

    async def find() -> SignedIn:
        token = request.cookies.get(COOKIE)
        found = await service.people.sign_in.of_token(token) if token else None
        if found is None:
            raise ElsewhereFirstError(f"{SIGN_IN}?next={quote(_here(request), safe='/')}")
        return _that_of_the_page(request, found)

    sign_in = await found_lately(request, "sign-in", find)
    request.state.viewer = sign_in.person
    if _is_whole_page(request):
        with suppress(ForbiddenError):
            service.people.sign_in.require_complete(sign_in)
            request.state.counts = await counts.read(service, sign_in.person)
    return sign_in


async def count_again(request: Request, service: Service, viewer: Actor) -> None:
    """Count anew for the bar of a whole page, where what the page did has changed the numbers."""
    if hasattr(request.state, "counts"):
        request.state.counts = await counts.read(service, viewer)


def _is_whole_page(request: Request) -> bool:
    """Whether the bar is around what is asked for."""
    by_browser = "text/html" in request.headers.get("accept", "")
    return by_browser and request.method == "GET" and not asked_by_script(request)


def _that_of_the_page(request: Request, found: SignedIn) -> SignedIn:
    """A page that somebody left open does nothing in the name of who has signed in since: 409."""
    of_the_page = request.headers.get(PERSON)
    if of_the_page and unquote(of_the_page) != found.person.key:
        raise ProblemError(HTTPStatus.CONFLICT, wording.ANOTHER_PERSON.format(name=found.person.name))
    return found


AnyViewer = Annotated[SignedIn, Depends(any_sign_in)]
"""Whoever has signed in, whatever the sign-in lacks."""


async def complete(sign_in: AnyViewer, service: Service) -> SignedIn:
    """For `Depends`: the sign-in, if it lacks nothing. Raises ElsewhereFirstError, ForbiddenError."""
    if sign_in.lacking is Lacking.OWN_PASSWORD:
        raise ElsewhereFirstError(PROFILE)
    service.people.sign_in.require_complete(sign_in)
    return sign_in


Session = Annotated[SignedIn, Depends(complete)]
"""A sign-in to which the pages are open."""


async def _viewer(sign_in: Session) -> Actor:
    return sign_in.person


Viewer = Annotated[Actor, Depends(_viewer)]
"""Who looks at the page; without a sign-in, the page for signing in is shown first."""


def asked_by_script(request: Request) -> bool:
    """Whether a script of a page asks, and not a browser that goes there: it stays on its page, whatever the answer."""
    return "hx-request" in request.headers or "text/event-stream" in request.headers.get("accept", "")


def on_to(request: Request, address: str) -> Response:
    """On to another page after something was done; a script is told of it in the way of htmx, and goes there itself."""
    if asked_by_script(request):
        return Response(status_code=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": address})
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


async def from_here(request: Request) -> None:
    """Refuse a form that another site sends: 403.

    Browsers say where a request begins by `Sec-Fetch-Site`, older ones by `Origin`; a program that says neither has no
    cookies of others to misuse.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        ours = site in ("same-origin", "none")
    else:
        ours = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not ours:
        raise ProblemError(HTTPStatus.FORBIDDEN, wording.FROM_ANOTHER_SITE)


FromHere = Depends(from_here)


def local(address: str | None) -> str:
    """Where to go after signing in: an address of this program, else the queue."""
    if not address or not address.startswith("/") or address.startswith("//") or "\\" in address:
        return "/"
    return address if all(character.isprintable() for character in address) else "/"


def _here(request: Request) -> str:
    if request.method != "GET":
        # A form's own address shows nothing; that of its message is where it was filled in.
        message = _OF_A_MESSAGE.match(request.url.path)
        return message[0] if message else "/"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")

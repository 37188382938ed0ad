"""Somebody's browser at the pages, for measurements: signed in, asking as browsers do."""

import gzip
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode

from api.web.session import COOKIE
from bench.installation import PASSWORD


class Page(NamedTuple):
    """An answer, and the bytes of its body on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire: int


def sign_in(port: int, person: str) -> dict[str, str]:
    """Headers of the person's browser from now on."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        form = urlencode({"username": person, "password": PASSWORD})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        connection.request("POST", "/sign-in", form, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert answer.status == HTTPStatus.SEE_OTHER, (answer.status, content)
        given = answer.getheader("Set-Cookie", "")
    name, _, value = given.partition(";")[0].partition("=")
    assert name == COOKIE, given
    return {"Cookie": f"{name}={value}", "Accept": "text/html", "Accept-Encoding": "gzip"}


def get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> Page:
    """The page at an address, unpacked."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    found = {name.lower(): value for name, value in answer.getheaders()}
    body = gzip.decompress(content) if found.get("content-encoding") == "gzip" else content
    return Page(answer.status, found, body, len(content))

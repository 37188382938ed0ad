"""A body is read once it is known who sends it, never more of it than its route takes, and never for ever."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api import request_body
from tests.api.conftest import assert_problem, token_of
from tests.patience import PATIENCE

MIB = 1024 * 1024
CHUNK = b"a" * 64 * 1024
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'


class Endless:
    """A request whose body never ends; counts what was taken of it."""

    def __init__(
        self, app: FastAPI, path: str, kind: str, token: str | None, each: bytes = CHUNK, every: float = 0.0
    ) -> None:
        self._each, self._every = each, every
        headers = [(b"host", b"otklik"), (b"content-type", kind.encode())]
        if token is not None:
            headers.append((b"authorization", f"Bearer {token}".encode()))
        self._app, self._headers = app, headers
        self._scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "headers": headers,
            "server": ("otklik", 80),
            "client": ("127.0.0.1", 1),
        }
        self.taken = 0

    async def receive(self) -> dict[str, Any]:
        await asyncio.sleep(self._every)
        body = PART + CHUNK if self.taken == 0 and self._each is CHUNK else self._each
        self.taken += len(body)
        assert self.taken < 100 * MIB, "it is read without an end"
        return {"type": "http.request", "body": body, "more_body": True}

    async def status(self) -> int:
        statuses: list[int] = []

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async with asyncio.timeout(PATIENCE):
            await self._app(self._scope, self.receive, send)
        (status,) = statuses
        return status


class AtOnce(Endless):
    """A request whose whole body comes in one piece, as servers pass on a small one."""

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.request", "body": self._each, "more_body": False}


FORM, JSON = "multipart/form-data; boundary=b", "application/json"


@pytest.mark.parametrize(
    ("person", "path", "kind", "status"),
    [
        (None, "/api/messages/1/attachments", FORM, 401),
        (None, "/api/messages", JSON, 401),
        (None, "/api/messages/1/drafts", JSON, 401),
        (None, "/api/people/curator/absences", JSON, 401),
        ("curator", "/api/messages/1/attachments", FORM, 404),
        ("curator", "/api/messages/1/route", JSON, 404),
        ("executor-roads", "/api/messages", JSON, 403),
    ],
)
async def test_nothing_is_read_of_who_may_not_send_it(
    app: FastAPI, http: AsyncClient, person: str | None, path: str, kind: str, status: int
) -> None:
    request = Endless(app, path, kind, await token_of(http, person) if person else None)
    assert await request.status() == status
    assert request.taken == 0


async def test_a_token_made_up_is_none(app: FastAPI) -> None:
    request = Endless(app, "/api/messages/1/attachments", FORM, "made-up")
    assert await request.status() == 401
    assert request.taken == 0


@pytest.mark.parametrize("kind", [FORM, "application/x-www-form-urlencoded"])
async def test_a_sign_in_is_read_as_far_as_one_can_be(app: FastAPI, kind: str) -> None:
    request = Endless(app, "/api/token", kind, None)
    assert await request.status() == 413
    assert request.taken <= 2 * len(CHUNK)


async def test_a_command_is_read_as_far_as_its_texts_can_be(app: FastAPI, http: AsyncClient) -> None:
    request = Endless(app, "/api/messages", JSON, await token_of(http, "curator"))
    assert await request.status() == 413
    assert request.taken <= request_body.OF_JSON + 2 * len(CHUNK)


async def test_an_announced_length_is_enough_to_refuse(http: AsyncClient) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "9" * 30}
    answer = await http.post("/api/token", content=b"username=a", headers=headers)
    assert_problem(answer, 413)
    assert answer.headers["connection"] == "close"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "PATIENCE", 0.3)


@pytest.mark.usefixtures("impatient")
async def test_a_body_that_drips_is_given_up(app: FastAPI) -> None:
    request = Endless(app, "/api/token", "application/x-www-form-urlencoded", None, each=b"a", every=0.02)
    assert await request.status() == 408
    assert request.taken < 100


SignIn = Callable[[str], Awaitable[AsyncClient]]


async def test_who_asks_is_asked_once_for_both_readings(as_: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    from store.people import persons

    curator = await as_("curator")
    asked, find = 0, persons.signed_in

    async def counted(*given: Any) -> Any:
        nonlocal asked
        asked += 1
        return await find(*given)

    monkeypatch.setattr(persons, "signed_in", counted)
    assert (await curator.post("/api/messages", json={})).status_code == 422
    assert asked == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("&".join(["username=curator", "password=a", *(f"field{n}=1" for n in range(50))]), None),
        ("--b\r\nno header\r\n\r\n--b--", FORM),
        ("no part at all", FORM),
        ("--b\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--b--\r\n", FORM),
        ("username=curator", "multipart/form-data"),
    ],
    ids=["too many fields", "a broken part", "no part", "a part without a name", "no boundary"],
)
async def test_a_form_that_cannot_be_read_is_one_without_fields(
    app: FastAPI, content: str, kind: str | None
) -> None:
    kind = kind or "application/x-www-form-urlencoded"
    assert await AtOnce(app, "/api/token", kind, None, each=content.encode()).status() == 422

"""Bodies sent to do harm: to nobody's address, too large, broken off in the middle, or with too many files at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from prometheus_client import REGISTRY

from api import request_body
from calendar_rules.vocabulary import Network
from service.networks.platforms.port import Ability, Key, Platform, PushAnswer, Pushed, Rate, Traits
from service.networks.pushes import LARGEST
from store.database.engines import Database
from tests.api.conftest import assert_problem, token_of
from tests.api.test_request_bodies import CHUNK, FORM, JSON, PART, Endless
from tests.patience import PATIENCE
from tests.rows import network_key_row
from tests.telemetry.captured import captured

As = Callable[[str], Awaitable[AsyncClient]]
HOOK = "/hooks/vkontakte/roads-1"
MIB = 1024 * 1024


class HungUp(Endless):
    """A request whose sender goes away after the first piece of its body."""

    async def receive(self) -> dict[str, Any]:
        return {"type": "http.disconnect"} if self.taken else await super().receive()


class Listening:
    """A network that takes whatever it is told."""

    platform = Platform.VKONTAKTE
    traits = Traits(
        network=Network.VKONTAKTE,
        abilities=frozenset({Ability.RECEIVE_PUSHES}),
        kinds=frozenset(),
        max_length=100,
        rate=Rate(1, timedelta(hours=1)),
        credentials=("access_token",),
    )

    async def receive(self, pushed: Pushed, _key: Key) -> PushAnswer:
        return PushAnswer(200, str(len(pushed.body)))


@pytest.fixture
async def _roads(app: FastAPI, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that takes pushes."""
    service = app.state.service
    monkeypatch.setattr(service.networks.pushes._platforms, "_adapters", {Platform.VKONTAKTE: Listening()})
    monkeypatch.setattr(service.networks.pushes._keys, "opened", lambda row: Key(row.id, row.url, {}))
    async with db.write() as session:
        session.add(network_key_row("roads-1", "https://vk.com/roads", datetime.now(UTC)))


def errors_counted() -> float:
    return sum(
        sample.value
        for family in REGISTRY.collect()
        if family.name == "otklik_http_requests"
        for sample in family.samples
        if sample.name.endswith("_total") and sample.labels["status"].startswith("5")
    )


# ---- pushes


@pytest.mark.parametrize("path", ["/hooks/vkontakte/nobody", "/hooks/forum/roads-1", "/hooks/x/y"])
@pytest.mark.usefixtures("_roads")
async def test_of_a_push_to_nobody_no_byte_is_read(app: FastAPI, path: str) -> None:
    request = Endless(app, path, JSON, None)
    assert await request.status() == 404
    assert request.taken == 0


@pytest.mark.usefixtures("_roads")
async def test_a_push_is_read_as_far_as_an_event_can_be(app: FastAPI, http: AsyncClient) -> None:
    request = Endless(app, HOOK, JSON, None)
    assert await request.status() == 413
    assert request.taken <= LARGEST + 2 * len(CHUNK)
    assert LARGEST <= MIB // 2
    whole = await http.post(HOOK, content=b"x" * LARGEST)
    assert (whole.status_code, whole.text) == (200, str(LARGEST))


@pytest.mark.usefixtures("_roads")
async def test_a_push_at_the_pace_of_a_command_is_too_slow(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a rate that a person's bad connection may have; networks have none such."""
    monkeypatch.setattr(request_body, "PATIENCE", 0.2)
    slow = Endless(app, HOOK, JSON, None, each=b"a" * 1024, every=0.05)
    assert await slow.status() == 408
    assert slow.taken < 32 * 1024


# ---- hanging up


@pytest.mark.parametrize(
    ("person", "path", "kind"),
    [
        (None, "/api/token", FORM),
        (None, "/sign-in", "application/x-www-form-urlencoded"),
        ("curator", "/api/messages", JSON),
        ("curator", "/api/attachments", FORM),
    ],
)
async def test_who_hangs_up_in_the_middle_leaves_no_error_behind(
    app: FastAPI, http: AsyncClient, person: str | None, path: str, kind: str
) -> None:
    token = await token_of(http, person) if person else None
    before = errors_counted()
    with captured() as lines:
        # What is raised here, a server writes into its log with a traceback.
        each = PART if kind == FORM else b"username=a"
        status = await HungUp(app, path, kind, token, each=each).status()
    assert status == 499  # nginx's own word for it; the server passes it on to nobody
    assert errors_counted() == before
    assert not [line for line in lines.events if {"exception", "error_id"} & line.keys()]


# ---- files on their way


@pytest.fixture
def _little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_body, "FILES_OF_A_PERSON", 3 * MIB)
    monkeypatch.setattr(request_body, "FILES_OF_ALL", 4 * MIB)


class Waiting(Endless):
    """A form with a file of a size it announces, of which a part comes until it is let go."""

    def __init__(self, app: FastAPI, token: str, size: int) -> None:
        super().__init__(app, "/api/attachments", FORM, token)
        self._scope["headers"] = [*self._headers, (b"content-length", str(size).encode())]
        self.held, self._let_go = asyncio.Event(), asyncio.Event()
        self.answer = asyncio.create_task(self.status())

    async def receive(self) -> dict[str, Any]:
        if self.taken:
            self.held.set()
            await self._let_go.wait()
            return {"type": "http.request", "body": b"\r\n--b--\r\n", "more_body": False}
        return await super().receive()

    async def goes_on(self) -> int:
        self._let_go.set()
        return await self.answer


@pytest.fixture
def sending(app: FastAPI) -> Iterator[Callable[[str, int], Awaitable[Waiting]]]:
    """Begins to send files, and returns once they are on their way."""
    begun: list[Waiting] = []

    async def begin(token: str, size: int) -> Waiting:
        begun.append(Waiting(app, token, size))
        async with asyncio.timeout(PATIENCE):
            await begun[-1].held.wait()
        return begun[-1]

    yield begin
    for request in begun:
        request.answer.cancel()


@pytest.mark.usefixtures("_little_room")
async def test_files_of_one_person_and_of_all_on_their_way_have_a_bound_and_leave_room_for_others(
    http: AsyncClient, as_: As, sending: Callable[[str, int], Awaitable[Waiting]]
) -> None:
    first = await sending(await token_of(http, "curator"), 2 * MIB)
    curator, executor = await as_("curator"), await as_("executor-roads")
    fits, too_much = ({"file": ("a.png", b"x" * size)} for size in (3 * MIB // 2, 5 * MIB // 2))
    for person, files, status, said in ((curator, fits, 429, "файлы"), (executor, too_much, 503, "файлов")):
        refused = await person.post("/api/attachments", files=files)
        assert_problem(refused, status, said, "ещё раз")
        assert int(refused.headers["retry-after"]) > 0
    # Read, and found to be no picture.
    assert_problem(await executor.post("/api/attachments", files=fits), 422)
    assert await first.goes_on() == 422
    for person, files in ((curator, fits), (executor, too_much)):
        assert_problem(await person.post("/api/attachments", files=files), 422)

"""Requests are answered in time, and what takes long goes on or is left behind."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from httpx import ASGITransport, AsyncClient

from api.request_deadline import RequestDeadline
from service.access import deadline
from service.access.deadline import ANSWER_WITHIN, before_deadline, lift_deadline
from tests.api.conftest import assert_problem
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("short_patience")


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", 1.0)
    monkeypatch.setattr(deadline, "_TO_SAY_TAKEN", 0.4)


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI()
    app.add_middleware(RequestDeadline)
    return app


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://otklik") as http:
        yield http


@pytest.fixture
def stubborn() -> Iterator[Callable[[], Awaitable[None]]]:
    """Not to be called off until the end of the test, as a database that hangs."""
    over = asyncio.Event()

    async def hangs() -> None:
        while not over.is_set():
            with suppress(asyncio.CancelledError):
                await over.wait()

    yield hangs
    over.set()


def test_people_are_answered_within_the_five_seconds_they_are_promised() -> None:
    assert ANSWER_WITHIN < 5


async def test_what_hangs_is_left_behind_and_said_not_to_be_known(
    app: FastAPI, http: AsyncClient, stubborn: Callable[[], Awaitable[None]]
) -> None:
    app.add_api_route("/hangs", stubborn, methods=["GET", "POST"])
    read, written = await asyncio.gather(http.get("/hangs"), http.post("/hangs", json={}))
    assert_problem(read, 503, "вовремя", "Повторите")
    assert_problem(written, 503, "пока неизвестно", "Idempotency-Key")
    assert written.headers["retry-after"] == "5"


async def test_people_are_told_of_it_as_they_are_of_other_errors(
    stubborn: Callable[[], Awaitable[None]],
) -> None:
    async def shown(request: Request, _: JSONResponse) -> Response:
        return PlainTextResponse(f"page of {request.url.path}")

    app = FastAPI()
    app.add_middleware(RequestDeadline, shown=shown)
    app.add_api_route("/hangs", stubborn)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://otklik") as http:
        assert (await http.get("/hangs")).text == "page of /hangs"


async def test_an_outcome_that_does_not_come_in_time_comes_all_the_same(
    app: FastAPI, http: AsyncClient
) -> None:
    came = asyncio.Event()

    async def outcome() -> None:
        await asyncio.sleep(0.9)
        came.set()

    @app.get("/outcome")
    async def ask() -> str:
        try:
            await before_deadline(outcome())
        except TimeoutError:
            return "taken"
        return "told"

    assert (await http.get("/outcome")).json() == "taken"
    async with asyncio.timeout(PATIENCE):
        await came.wait()


async def test_time_counts_from_the_whole_request(app: FastAPI, http: AsyncClient) -> None:
    @app.post("/upload")
    async def upload(parts: list[int]) -> int:
        return sum(parts)

    async def slowly() -> AsyncIterator[bytes]:
        for part in (b"[1,", b"2,", b"3]"):
            await asyncio.sleep(0.5)
            yield part

    # The transport of the tests waits for nobody: the slowness is that of `receive`.
    answer = await http.post("/upload", content=slowly(), headers={"Content-Type": "application/json"})
    assert answer.json() == 6


async def test_an_answer_that_has_begun_is_told_to_the_end(app: FastAPI, http: AsyncClient) -> None:
    async def parts() -> AsyncIterator[bytes]:
        for _ in range(4):
            yield b"a"
            await asyncio.sleep(0.4)

    @app.get("/long")
    async def long() -> StreamingResponse:
        return StreamingResponse(parts())

    assert (await http.get("/long")).text == "aaaa"


async def test_what_has_a_bound_of_its_own_may_take_longer(app: FastAPI, http: AsyncClient) -> None:
    @app.get("/moves")
    async def moves() -> str:
        async def move() -> None:
            lift_deadline()
            await asyncio.sleep(1.4)

        await before_deadline(move())
        return "moved"

    assert (await http.get("/moves")).json() == "moved"

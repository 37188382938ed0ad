"""Turns of those who read: many at once are answered later, each in its time, and none refused for the others."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from api.request_deadline import RequestDeadline
from service.access import deadline, reading_turns
from service.access.deadline import lift_deadline, made_elsewhere
from tests.api.conftest import assert_problem
from tests.patience import PATIENCE, SLOWER


class Readers:
    """An application where each reading takes as long as a test wants, and is counted."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.add_middleware(RequestDeadline)
        self.app.add_api_route("/page", self.read, methods=["GET", "POST"])
        self.app.add_api_route("/healthz", self.health)
        self.app.add_api_route("/long", self.long)
        self.app.add_api_route("/asks", self.ask)
        self.now = self.most = 0
        self.go = asyncio.Event()

    async def read(self, seconds: float = 0.0) -> int:
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await (asyncio.sleep(seconds) if seconds else self.go.wait())
        finally:
            self.now -= 1
        return self.most

    async def health(self) -> str:
        return "here"

    async def long(self) -> str:
        lift_deadline()
        await self.go.wait()
        return "made"

    async def ask(self) -> int:
        async with made_elsewhere():
            await self.go.wait()
        return await self.read(0.01)

    async def until_reading(self, number: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.now < number:  # noqa: ASYNC110
                await asyncio.sleep(0)


@pytest.fixture
def readers() -> Readers:
    return Readers()


@pytest.fixture
async def http(readers: Readers) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(readers.app), base_url="http://otklik") as http:
        yield http


def asked(http: AsyncClient, number: int, path: str = "/page") -> list["asyncio.Task[Response]"]:
    return [asyncio.create_task(http.get(path)) for _ in range(number)]


async def test_two_hundred_at_once_are_all_answered_a_few_at_a_time(
    readers: Readers, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each takes a part of its time; waiting for the others, the last would be past it."""
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", 2.0 * SLOWER)
    monkeypatch.setattr(reading_turns, "AT_ONCE", 20)
    answers = await asyncio.gather(*(http.get(f"/page?seconds={0.3 * SLOWER}") for _ in range(200)))
    assert {answer.status_code for answer in answers} == {200}
    assert readers.most == 20


async def test_they_are_answered_in_the_order_in_which_they_came(
    readers: Readers, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_turns, "AT_ONCE", 1)
    done: list[int] = []

    async def ask(number: int) -> None:
        await http.get("/page")
        done.append(number)

    asking = [asyncio.create_task(ask(number)) for number in range(5)]
    await readers.until_reading(1)
    readers.go.set()
    await asyncio.gather(*asking)
    assert done == [0, 1, 2, 3, 4]


async def test_commands_and_what_asks_whether_the_process_is_there_wait_for_nobody(
    readers: Readers, http: AsyncClient
) -> None:
    reading = asked(http, reading_turns.AT_ONCE + 5)
    await readers.until_reading(reading_turns.AT_ONCE)
    assert (await http.get("/healthz")).status_code == 200
    given = asyncio.create_task(http.post("/page"))
    await readers.until_reading(reading_turns.AT_ONCE + 1)
    readers.go.set()
    assert (await given).status_code == 200
    assert {answer.status_code for answer in await asyncio.gather(*reading)} == {200}


async def test_where_nothing_moves_those_who_wait_are_told_so_in_time(
    readers: Readers, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", 1.0)
    async with asyncio.timeout(PATIENCE):
        answers = await asyncio.gather(*asked(http, 4 * reading_turns.AT_ONCE))
    for answer in answers:
        assert_problem(answer, 503, "вовремя", "Повторите")
    readers.go.set()
    assert (await http.get("/page")).status_code == 200


async def test_one_who_goes_away_leaves_the_turn_to_the_next(
    readers: Readers, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_turns, "AT_ONCE", 1)
    (first,) = asked(http, 1)
    await readers.until_reading(1)
    gone, last = asked(http, 2)
    await asyncio.sleep(0)
    gone.cancel()
    first.cancel()
    await asyncio.wait({first, gone})
    readers.go.set()
    assert (await last).status_code == 200


async def test_what_has_a_bound_of_its_own_holds_up_nobody(
    readers: Readers, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_turns, "AT_ONCE", 1)
    (making,) = asked(http, 1, "/long")
    await asyncio.sleep(0)
    assert (await http.get("/page?seconds=0.01")).status_code == 200
    readers.go.set()
    assert (await making).json() == "made"


async def test_one_who_waits_for_something_else_lets_others_read_and_waits_for_a_turn_again(
    readers: Readers, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_turns, "AT_ONCE", 1)
    waiting = asked(http, 5, "/asks")
    assert (await http.get("/page?seconds=0.01")).status_code == 200
    readers.go.set()
    assert [answer.json() for answer in await asyncio.gather(*waiting)] == [1] * 5, "one at a time"

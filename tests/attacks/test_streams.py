"""Streams of events opened by the hundred: each person has a few, all together have a bound, and nobody is shut out."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.web.install import HERE, node_command
from api.web.session import COOKIE
from service.messages import live
from tests.api.conftest import token_of
from tests.api.test_request_bodies import JSON, Endless
from tests.patience import PATIENCE

TOLD = "event: later\n"


class Stream:
    """An open page's stream, as its server sees it."""

    def __init__(self, app: FastAPI, token: str) -> None:
        headers = [(b"host", b"otklik"), (b"cookie", f"{COOKIE}={token}".encode())]
        scope = Endless(app, "/events", JSON, None)._scope | {"method": "GET", "headers": headers}
        self.said = ""
        self.begun, self._left = asyncio.Event(), asyncio.Event()
        self.running = asyncio.create_task(app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        self.said += message.get("body", b"").decode()
        if self.said:
            self.begun.set()

    async def until_told(self) -> None:
        """It is told to come back later, and ends."""
        async with asyncio.timeout(PATIENCE):
            await self.running
        assert TOLD in self.said

    async def leave(self) -> None:
        self._left.set()
        async with asyncio.timeout(PATIENCE):
            await self.running


Open = Callable[[str], Awaitable[Stream]]


@pytest.fixture(autouse=True)
def unfollowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody follows changes here: whoever begins to, ends all streams that were opened before."""
    monkeypatch.setattr(live.Live, "start", lambda _: None)


@pytest.fixture
async def opened(app: FastAPI, http: AsyncClient) -> AsyncIterator[Open]:
    """Opens a stream of a person, and returns once it has begun."""
    streams: list[Stream] = []
    tokens: dict[str, str] = {}

    async def opened(person: str) -> Stream:
        if person not in tokens:
            tokens[person] = await token_of(http, person)
        streams.append(stream := Stream(app, tokens[person]))
        async with asyncio.timeout(PATIENCE):
            await stream.begun.wait()
        return stream

    yield opened
    for stream in streams:
        await stream.leave()


async def test_a_person_has_ten_streams_and_the_oldest_gives_way(opened: Open) -> None:
    other = await opened("executor-roads")
    first, *others = [await opened("curator") for _ in range(10)]
    assert not first.running.done()
    last = await opened("curator")
    await first.until_told()
    assert not any(stream.running.done() for stream in (other, *others, last))


async def test_whoever_has_the_most_streams_gives_way_where_all_are_taken(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert live.OF_ALL == 300
    monkeypatch.setattr(live, "OF_ALL", 5)
    single = await opened("executor-roads")
    first, second, *others = [await opened("curator") for _ in range(4)]
    late = await opened("head")
    await first.until_told()
    later = await opened("executor-housing")
    await second.until_told()
    assert not any(stream.running.done() for stream in (single, *others, late, later))
    # Who leaves makes room.
    await late.leave()
    assert not (await opened("head")).running.done()
    assert not any(stream.running.done() for stream in (single, *others, later))


PAGE = """
import { follow } from "%s/js/stream.js";
const said = [], opened = [];
class EventSource extends EventTarget {
  static CLOSED = 2;
  readyState = 0;
  constructor() { super(); opened.push(this); queueMicrotask(() => this.onopen?.()); }
  close() { this.readyState = 2; }
}
globalThis.EventSource = EventSource;
follow("/events", ({ kind }) => said.push(kind));
await Promise.resolve();
const told = Date.now();
opened[0].dispatchEvent(Object.assign(new Event("later"), { data: '{"after": 300}' }));
opened[0].onerror?.();
while (opened.length < 2) await new Promise((done) => setTimeout(done, 5));
const waited = Date.now() - told;
await Promise.resolve();
console.log(JSON.stringify({ said, waited, first: opened[0].readyState }));
process.exit();
"""


async def test_a_page_that_is_told_to_come_later_does_and_knows_of_no_lost_connection() -> None:
    node = await asyncio.create_subprocess_exec(
        *(node_command(), "--input-type=module", "--eval", PAGE % (HERE / "static").as_uri()),
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        printed, _ = await node.communicate()
    page = json.loads(printed)
    assert page["said"] == ["open", "later", "open"]
    assert page["waited"] >= 299
    assert page["first"] == 2

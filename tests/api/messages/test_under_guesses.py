"""Guesses at passwords take nothing from those who work: commands are answered meanwhile, in the time promised."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from embedded.serving import create_app
from service.access.deadline import ANSWER_WITHIN
from tests.api.messages.case import registration, routing
from tests.api.messages.office import Installation, Office, taken

GUESSES = 40
DOCUMENTED = {401, 429, 503}


@pytest.fixture
async def app(installation: Installation) -> AsyncIterator[FastAPI]:
    """Another process of the API: what is guessed there is held against nobody in the other tests."""
    app = create_app(installation.settings)
    async with app.router.lifespan_context(app):
        yield app


async def guess(app: FastAPI, number: int) -> int:
    """The status of a wrong password, each from an address of its own."""
    transport = ASGITransport(app, client=(f"192.0.2.{number}", 1))
    async with AsyncClient(transport=transport, base_url="http://otklik", timeout=60) as http:
        given = {"username": ("curator", "admin", "nobody-at-all")[number % 3], "password": f"wrong {number}"}
        return (await http.post("/api/token", data=given)).status_code


@pytest.mark.usefixtures("full_work")
async def test_commands_are_answered_while_forty_passwords_are_guessed(app: FastAPI) -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://otklik", timeout=60) as http:
        office = Office(http, app.state.service.database, worker_is_there=False)
        for person in ("curator", "executor-roads"):
            await office.token(person)
        guesses = [asyncio.create_task(guess(app, number)) for number in range(GUESSES)]
        took: list[float] = []

        async def in_time(person: str, path: str, body: object, status: int = 200) -> dict[str, str]:
            started = time.perf_counter()
            answer = taken(await office.post(person, path, body), status)
            took.append(time.perf_counter() - started)
            return answer

        message = await in_time("curator", "/messages", registration(), 201)
        await in_time("curator", f"/messages/{message['id']}/route", routing())
        await in_time("executor-roads", f"/messages/{message['id']}/notes", {"text": "Выезжаем."})
        # The hashes wait for one another: had the commands waited with them, all would be done.
        assert any(not task.done() for task in guesses), "the guesses came to their end first"
        assert max(took) < ANSWER_WITHIN
        assert set(await asyncio.gather(*guesses)) <= DOCUMENTED

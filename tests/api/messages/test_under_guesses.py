"""Guesses at passwords take nothing from those who work: commands are answered meanwhile."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

from embedded.serving import create_app
from service.access import deadline
from tests.api.messages.case import registration, routing
from tests.api.messages.office import Installation, Office, taken
from tests.patience import PATIENCE

GUESSES = 40
DOCUMENTED = {401, 429, 503}


@pytest.fixture
async def app(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """Another process of the API: what is guessed there is held against nobody in the other tests."""
    monkeypatch.setattr(deadline, "ANSWER_WITHIN", PATIENCE)
    app = create_app(installation.settings)
    async with app.router.lifespan_context(app):
        yield app


async def guess(app: FastAPI, number: int) -> int:
    """The status of a wrong password, each from an address of its own."""
    transport = ASGITransport(app, client=(f"192.0.2.{number}", 1))
    async with AsyncClient(transport=transport, base_url="http://otklik", timeout=PATIENCE) as http:
        given = {"username": ("curator", "admin", "nobody-at-all")[number % 3], "password": f"wrong {number}"}
        return (await http.post("/api/token", data=given)).status_code


@pytest.mark.usefixtures("full_work")
async def test_commands_are_answered_while_forty_passwords_are_guessed(app: FastAPI) -> None:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://otklik", timeout=PATIENCE) as http:
        office = Office(http, app.state.service.database, worker_is_there=False)
        for person in ("curator", "executor-roads"):
            await office.token(person)
        guesses = [asyncio.create_task(guess(app, number)) for number in range(GUESSES)]
        message = taken(await office.post("curator", "/messages", registration()), 201)
        taken(await office.post("curator", f"/messages/{message['id']}/route", routing()))
        taken(await office.post("executor-roads", f"/messages/{message['id']}/notes", {"text": "Выезжаем."}))
        # The hashes wait for one another: had the commands waited with them, all would be done.
        assert any(not task.done() for task in guesses), "the guesses came to their end first"
        assert set(await asyncio.gather(*guesses)) <= DOCUMENTED

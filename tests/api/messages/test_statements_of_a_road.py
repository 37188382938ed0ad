"""A road of five commands costs the database no more than it did: statements and transactions of API and worker.

Both are counted as PostgreSQL counts them: BEGIN and COMMIT are statements, and a statement by itself is a transaction.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from temporalio.client import Client

from api import access_recording
from service.runs.background import Background
from store.database.engines import NO_TRANSACTION, NO_TRANSACTION_OF_FILE
from tests.api.messages.case import registration, routing
from tests.api.messages.office import Installation, Office, open_namespace, taken
from tests.patience import PATIENCE
from tests.postgresql import new_database
from worker import message_worker

ROADS = 5
MOST = {"postgresql": (90, 22), "sqlite": (99, 27)}
"""Statements and transactions of a road: what was reached."""
_NO_TRANSACTION = (NO_TRANSACTION, NO_TRANSACTION_OF_FILE)


@dataclass
class Counted:
    statements: int = 0
    transactions: int = 0

    def begun(self, connection: Connection) -> None:
        if not _is_autocommit(connection) and not _by_the_clock():
            self.transactions += 1
            self.statements += 2

    def executed(
        self,
        connection: Connection,
        _cursor: object,
        statement: str,
        parameters: Any,
        _context: object,
        _executemany: object,
    ) -> None:
        if statement.startswith(("BEGIN", "PRAGMA")) or _by_the_clock():
            return
        # Many rows in one statement are one set of parameters.
        number = len(parameters) if isinstance(parameters, list) else 1
        self.statements += number
        if _is_autocommit(connection):
            self.transactions += number


def _is_autocommit(connection: Connection) -> bool:
    options = connection.get_execution_options()
    return any(options.get(name) == value for none in _NO_TRANSACTION for name, value in none.items())


def _by_the_clock() -> bool:
    """Whether it is part of what the API does every half a second, whether anybody asks or not."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return False  # a thread of the worker
    return task is not None and getattr(task.get_coro(), "__qualname__", "") == Background._run.__qualname__


@contextmanager
def counting() -> Iterator[Counted]:
    counted = Counted()
    event.listen(Engine, "begin", counted.begun)
    event.listen(Engine, "before_cursor_execute", counted.executed)
    try:
        yield counted
    finally:
        event.remove(Engine, "begin", counted.begun)
        event.remove(Engine, "before_cursor_execute", counted.executed)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
async def office(
    request: pytest.FixtureRequest,
    temporal: Client,
    temporal_address: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    """With a worker of messages alone: what is made of them by others is not the road's."""
    url = new_database(request.getfixturevalue("postgresql")) if request.param == "postgresql" else None
    namespace = await open_namespace(temporal, "statements-of-a-road")
    folder = tmp_path_factory.mktemp("statements")
    installation = Installation(folder, temporal_address, namespace, training=False, database_url=url)
    installation.runs_by_the_clock = False
    await installation.prepare()
    async with (
        message_worker(await installation.client(), installation.settings),
        installation.office() as office,
    ):
        yield office


async def led(office: Office) -> None:
    """A message from its registration to its last record."""
    message = taken(await office.post("curator", "/messages", registration()), 201)
    path = f"/messages/{message['id']}"
    taken(await office.post("curator", f"{path}/route", routing()))
    draft = {"kind": "answer", "text": "Яму засыпали сегодня утром."}
    view = taken(await office.post("executor-roads", f"{path}/drafts", draft))
    taken(await office.post("curator", f"{path}/drafts/{view['drafts'][0]['id']}/approve"))
    link = {"url": f"{message['url']}?reply=1"}
    view = taken(await office.post("executor-roads", f"{path}/publication", link))
    assert view["stage"] == "closed"
    await office.service.runs.workflows.handle(int(message["id"])).result()


async def all_is_written(office: Office) -> None:
    await office.service.messages.outcomes.settled()
    await office.service.access._settled(PATIENCE)


async def test_a_road_takes_no_more_statements_than_it_did(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a machine that needs more than half a second for a road, its rows of access are one more transaction.
    monkeypatch.setattr(access_recording, "GATHER_COMMANDS", PATIENCE)
    roads = []
    for _ in range(ROADS):
        with counting() as counted:
            await led(office)
            await all_is_written(office)
        roads.append((counted.statements, counted.transactions))
    statements, transactions = MOST[office.database.dialect]
    # A busy machine adds to a road: looks at what is late, requests that are repeated.
    assert min(roads)[0] <= statements and min(road[1] for road in roads) <= transactions, roads

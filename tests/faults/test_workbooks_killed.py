"""A worker is killed in the midst of a workbook or a period: another makes it, and another process hands it out."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import Response
from openpyxl import load_workbook
from temporalio.client import Client

from api.web.session import COOKIE
from service.reports import workbooks
from tests.api.messages.office import Installation, Office, open_namespace
from tests.message_row import message_row
from tests.patience import PATIENCE
from tests.postgresql import new_database

_NUMBERS = (3, 2, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None: the file of the installation."""
    return None if request.param == "sqlite" else new_database(request.getfixturevalue("postgresql"))


@dataclass(frozen=True)
class Offices:
    """Two processes of the API over one database, and workers that are started; `one` asks."""

    one: Office
    other: Office
    started: Callable[[str], Awaitable[Process]]

    async def once_there(self, address: str) -> Response:
        """The answer of the other process, once another worker has made it."""
        assert (await self.other.http.get(address)).status_code == HTTPStatus.SERVICE_UNAVAILABLE
        working = await self.started("works")
        try:
            async with asyncio.timeout(PATIENCE):
                found = await self.other.http.get(address)
                while found.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    await asyncio.sleep(0.2)
                    found = await self.other.http.get(address)
        finally:
            working.terminate()
            await working.wait()
        return found


@pytest.fixture
async def offices(
    tmp_path: Path,
    temporal: Client,
    temporal_address: str,
    database_url: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Offices]:
    monkeypatch.setattr(workbooks, "AT_ONCE", 0)
    monkeypatch.setattr(workbooks, "AT_ONCE", 0)
    namespace = await open_namespace(temporal, f"killed-{uuid4().hex[:8]}")
    installation = Installation(tmp_path, temporal_address, namespace, database_url=database_url)
    await installation.prepare()

    async def started(how: str) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.workbooks_worker"),
            *(str(tmp_path), temporal_address, namespace, how),
            env={**os.environ, "OTKLIK_DATABASE_URL": installation.settings.database_url},
        )

    async with installation.office() as one, installation.office() as other:
        now = datetime.now(UTC)
        async with one.database.write() as session:
            session.add_all(message_row(number, now, curator="curator") for number in _NUMBERS)
        for office in (one, other):
            office.http.cookies.set(COOKIE, await one.token("head"))
        yield Offices(one, other, started)


async def test_a_kill_in_the_midst_of_a_workbook_costs_time_alone(offices: Offices) -> None:
    dying = await offices.started("dies")
    asked = await offices.one.http.get("/messages.xlsx")
    assert asked.status_code == 303
    assert await asyncio.wait_for(dying.wait(), PATIENCE) == 9
    file = await offices.once_there(f"{asked.headers['location']}.xlsx")
    sheet = load_workbook(BytesIO(file.content)).worksheets[0]
    assert [row[0].value for row in list(sheet)[1:]] == list(_NUMBERS)


async def test_a_kill_in_the_midst_of_a_period_costs_time_alone(offices: Offices) -> None:
    dying = await offices.started("dies")
    address = f"/api/reports/yearly/{datetime.now(offices.one.service.rules.zone).year}"
    headers = {"Authorization": f"Bearer {await offices.one.token('head')}"}
    for office in (offices.one, offices.other):
        office.http.headers.update(headers)
    assert (await offices.one.http.get(address)).status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert await asyncio.wait_for(dying.wait(), PATIENCE) == 9
    report = (await offices.once_there(address)).json()
    assert report["totals"]["received"] == len(_NUMBERS)

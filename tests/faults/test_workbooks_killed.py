"""The worker is killed in the midst of a workbook: another makes it, and the other process of the API hands it out."""

import asyncio
import os
import sys
from asyncio.subprocess import Process
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from temporalio.client import Client

from api.web.session import COOKIE
from service.reports import workbooks
from tests.api.messages.office import Installation, open_namespace
from tests.message_row import message_row
from tests.patience import PATIENCE
from tests.postgresql import new_database

_NUMBERS = (3, 2, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None: the file of the installation."""
    return None if request.param == "sqlite" else new_database(request.getfixturevalue("postgresql"))


async def test_a_kill_in_the_midst_of_a_workbook_costs_time_alone(
    tmp_path: Path,
    temporal: Client,
    temporal_address: str,
    database_url: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbooks, "AT_ONCE", 0)
    namespace = await open_namespace(temporal, "workbooks-killed")
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
        dying = await started("dies")
        asked = await one.http.get("/messages.xlsx")
        assert asked.status_code == 303
        place = asked.headers["location"]
        assert await asyncio.wait_for(dying.wait(), PATIENCE) == 9
        assert (await other.http.get(f"{place}.xlsx")).status_code == 503
        working = await started("works")
        try:
            async with asyncio.timeout(PATIENCE):
                file = await other.http.get(f"{place}.xlsx")
                while file.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
                    await asyncio.sleep(0.2)
                    file = await other.http.get(f"{place}.xlsx")
        finally:
            working.terminate()
            await working.wait()
    sheet = load_workbook(BytesIO(file.content)).worksheets[0]
    assert [row[0].value for row in list(sheet)[1:]] == list(_NUMBERS)

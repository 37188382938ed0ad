"""Of two APIs over one database the clock of one is forty minutes behind the database's."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from httpx import Response
from temporalio.client import Client

from service.installation import of_database
from service.installation.condition import Line, State
from store.database.engines import Database
from store.messages import finding
from store.processes import rows
from tests.api.messages.case import registration
from tests.api.messages.office import Installation, Office, open_namespace
from tests.patience import PATIENCE

BEHIND = timedelta(minutes=40)
COMMANDS = 2


async def register(office: Office) -> Response:
    token = await office.token("curator")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    return await office.http.post("/api/messages", json=registration(), headers=headers)


async def until(office: Office, *, is_wrong: bool) -> None:
    """Until the process has found its clock to be so."""
    async with asyncio.timeout(PATIENCE):
        while ("clock" in wrong_of(await office.http.get("/readyz"))) != is_wrong:  # noqa: ASYNC110  it beats elsewhere
            await asyncio.sleep(0.1)


def wrong_of(ready: Response) -> list[str]:
    return [one["field"] for one in ready.json().get("errors", [])]


async def test_nobody_is_judged_by_a_clock_that_is_forty_minutes_behind(
    temporal_address: str, temporal: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "SEEN_EVERY", timedelta(seconds=0.2))
    installation = Installation(
        tmp_path, temporal_address, await open_namespace(temporal, "clocks"), training=False
    )
    await installation.prepare()
    before = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        good = await stack.enter_async_context(installation.office())
        bad = await stack.enter_async_context(installation.office())
        for office in (good, bad):
            await office.token("curator")
            office.worker_is_there = False
        clock = bad.service.runs.clock
        right, clock.now = clock.now, lambda: datetime.now(UTC) - BEHIND
        await until(bad, is_wrong=True)
        refused = [await register(bad) for _ in range(COMMANDS)]
        taken = await asyncio.gather(*(register(good) for _ in range(COMMANDS)))
        told = await clocks_line(good.database)
        assert {answer.status_code for answer in taken} == {202}
        assert {answer.status_code for answer in refused} == {503}
        assert all("отстают на 40 мин" in answer.json()["detail"] for answer in refused)
        assert "clock" not in wrong_of(await good.http.get("/readyz"))
        assert told.state is State.WRONG
        assert "отстают на 40 мин" in told.says

        clock.now = right
        await until(bad, is_wrong=False)
        again = await register(bad)
        assert again.status_code == 202, again.text
        async with good.database.read() as session:
            moments = [row.registered_at for row in await finding.open_ones(session)]
    assert len(moments) == COMMANDS + 1
    assert all(before - timedelta(seconds=30) <= at <= datetime.now(UTC) for at in moments)


async def clocks_line(database: Database) -> Line:
    """What doctor tells of the clocks."""
    found = await of_database.lines(database, ZoneInfo("Europe/Moscow"), datetime.now(UTC))
    return next(line for line in found if line.name == "clocks")

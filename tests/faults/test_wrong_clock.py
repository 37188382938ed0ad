"""Of two APIs on one PostgreSQL the clock of one is forty minutes behind the database's.

So that nothing of the program is other than in work, it is the database that tells the account of one of them a later
moment.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from httpx import Response
from sqlalchemy import make_url
from temporalio.client import Client

from service.installation import of_database
from service.installation.condition import Line, State
from store.database.engines import Database
from store.messages import finding
from store.processes import rows
from tests.api.messages.case import registration
from tests.api.messages.office import Installation, Office, open_namespace
from tests.patience import PATIENCE
from tests.postgresql import drop_database, new_database

pytestmark = pytest.mark.installation

BEHIND = timedelta(minutes=40)
COMMANDS = 5
_LATER = """
CREATE SCHEMA later;
CREATE FUNCTION later.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT pg_catalog.clock_timestamp() + interval '{minutes} minutes' $$;
CREATE ROLE {role} LOGIN SUPERUSER;
ALTER ROLE {role} SET search_path = later, pg_catalog, public;
"""


class Clocks:
    """A database with an account to which it tells another moment than to all others."""

    def __init__(self, server: str) -> None:
        self.url = new_database(server)
        self._plain = self.url.replace("+psycopg", "")
        self._role = f"behind_{uuid4().hex[:8]}"

    @property
    def behind(self) -> str:
        """The address by which a process is behind the database's clock."""
        return make_url(self.url).set(username=self._role).render_as_string(hide_password=False)

    def put_wrong(self) -> None:
        minutes = BEHIND // timedelta(minutes=1)
        self._run(_LATER.format(role=self._role, minutes=minutes))

    def put_right(self) -> None:
        """As a synchronised clock is; open connections are made again."""
        self._run(
            f"ALTER ROLE {self._role} RESET search_path; "
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{self._role}'"
        )

    def drop(self) -> None:
        self._run(f"DROP ROLE IF EXISTS {self._role}")

    def _run(self, statements: str) -> None:
        with psycopg.connect(self._plain, autocommit=True) as connection:
            connection.execute(statements)


@pytest.fixture
async def clocks(postgresql: str) -> AsyncIterator[Clocks]:
    clocks = Clocks(postgresql)
    yield clocks
    await asyncio.to_thread(clocks.drop)
    await asyncio.to_thread(drop_database, postgresql, clocks.url)


async def register(office: Office) -> Response:
    token = await office.token("curator")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    return await office.http.post("/api/messages", json=registration(), headers=headers)


async def until_right(office: Office) -> None:
    async with asyncio.timeout(PATIENCE):
        while "clock" in wrong_of(await office.http.get("/readyz")):  # noqa: ASYNC110  it beats elsewhere
            await asyncio.sleep(0.2)


def wrong_of(ready: Response) -> list[str]:
    return [one["field"] for one in ready.json().get("errors", [])]


async def test_nobody_is_judged_by_a_clock_that_is_forty_minutes_behind(
    clocks: Clocks, temporal_address: str, temporal: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "SEEN_EVERY", timedelta(seconds=0.5))
    namespace = await open_namespace(temporal, "clocks")
    right = Installation(tmp_path, temporal_address, namespace, training=False, database_url=clocks.url)
    behind = Installation(tmp_path, temporal_address, namespace, training=False, database_url=clocks.behind)
    await right.prepare()
    await asyncio.to_thread(clocks.put_wrong)
    before = datetime.now(UTC)
    async with AsyncExitStack() as stack:
        good = await stack.enter_async_context(right.office(worker_is_there=False))
        bad = await stack.enter_async_context(behind.office(worker_is_there=False))
        refused = [await register(bad) for _ in range(COMMANDS)]
        taken = [await register(good) for _ in range(COMMANDS)]
        told = await clocks_line(good.database)
        wrong = wrong_of(await bad.http.get("/readyz"))
        assert {answer.status_code for answer in taken} == {202}
        assert {answer.status_code for answer in refused} == {503}
        assert all("отстают на 40 мин" in answer.json()["detail"] for answer in refused)
        assert "clock" in wrong
        assert "clock" not in wrong_of(await good.http.get("/readyz"))
        assert told.state is State.WRONG
        assert "отстают на 40 мин" in told.says

        await asyncio.to_thread(clocks.put_right)
        await until_right(bad)
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

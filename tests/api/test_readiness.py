"""The API is ready where it can serve: its schema, a right clock, a database that takes what is written."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from httpx import AsyncClient, Response

from store.database.engines import Database
from store.migrations import revision
from telemetry.heartbeat import DISK_FULL, RELEASE
from telemetry.process_clock import ProcessClock
from tests.api.conftest import assert_problem
from tests.api.messages.case import registration

SignedIn = Callable[[str], Awaitable[AsyncClient]]


def wrong(answer: Response) -> dict[str, str]:
    """What of the process is wrong, by name; there is no Temporal here, which is left out."""
    assert answer.status_code == 503, answer.text
    return {one["field"]: one["detail"] for one in answer.json()["errors"] if one["field"] != "temporal"}


@pytest.fixture
def temporal_is(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Has a Temporal be reached, and answer from now on or not."""
    temporal = app.state.service.runs.temporal

    def tell(answers: bool) -> None:
        async def is_serving(_within: timedelta) -> bool:
            return answers

        monkeypatch.setattr(temporal, "is_serving", is_serving)
        monkeypatch.setattr(temporal, "_client", object())

    return tell


async def test_it_tells_its_release_to_monitors(
    http: AsyncClient, temporal_is: Callable[[bool], None]
) -> None:
    temporal_is(True)
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "version": RELEASE})
    assert (await http.get("/healthz")).json() == {"status": "ok"}, "a stranger learns nothing of it"


async def test_it_serves_while_temporal_is_away(
    http: AsyncClient, temporal_is: Callable[[bool], None]
) -> None:
    temporal_is(False)
    ready = await http.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
    assert [one["field"] for one in ready.json()["errors"]] == ["temporal"]


async def test_a_schema_of_another_release_is_named(db: Database, http: AsyncClient) -> None:
    assert wrong(await http.get("/readyz")) == {}
    for found, says in (("0000", "новее"), (None, "не подготовлена")):
        async with db.write() as session:
            statement = (
                "DELETE FROM alembic_version"
                if found is None
                else "UPDATE alembic_version SET version_num = :r"
            )
            await (await session.connection()).execute(sa.text(statement), {"r": found} if found else {})
        told = wrong(await http.get("/readyz"))
        # It was ready on its own schema: what an upgrade brings further suits it.
        assert told == {} if found else says in told["database"]


async def test_an_older_schema_is_to_be_prepared(
    http: AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = app.state.readiness._schema
    monkeypatch.setattr(schema, "_known", [*revision.known(), "later"])
    told = wrong(await http.get("/readyz"))
    assert "старее программы" in told["database"]
    assert "otklik prepare" in told["database"]


async def test_a_full_disk_is_named(http: AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    beating = app.state.readiness._heartbeat
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=1_000_000))
    await asyncio.to_thread(beating.beat)
    assert wrong(await http.get("/readyz")) == {"database": DISK_FULL}
    monkeypatch.undo()
    await asyncio.to_thread(beating.beat)
    assert wrong(await http.get("/readyz")) == {}


async def test_a_database_that_takes_nothing_is_named(http: AsyncClient, app: FastAPI) -> None:
    """SQLite by a bound of its own says what a full disk says."""
    beating = app.state.readiness._heartbeat

    def narrow() -> None:
        with beating._db.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await asyncio.to_thread(narrow)
    name = "x" * 1_000_000
    with pytest.MonkeyPatch.context() as host:
        host.setattr("socket.gethostname", lambda: name)
        await asyncio.to_thread(beating.end)
        beating._process = None
        with pytest.raises(sa.exc.OperationalError, match="full"):
            await asyncio.to_thread(beating.beat)
    assert wrong(await http.get("/readyz")) == {"database": DISK_FULL}


@pytest.mark.parametrize(("ahead", "refuses"), [(-2400, True), (31, True), (29, False)])
async def test_by_a_wrong_clock_no_command_is_taken(
    app: FastAPI, as_: SignedIn, http: AsyncClient, ahead: int, refuses: bool
) -> None:
    clock: ProcessClock = app.state.service.runs.clock
    clock.now = lambda: datetime.now(UTC) + timedelta(seconds=ahead)
    await asyncio.to_thread(app.state.readiness._heartbeat.beat)
    curator = await as_("curator")
    answer = await curator.post("/api/messages", json=registration(), headers={"Idempotency-Key": "clock"})
    if not refuses:
        assert answer.status_code == 202, "without Temporal"
        assert wrong(await http.get("/readyz")) == {}
        return
    assert_problem(answer, 503, "Часы сервера", "не принимаются")
    assert answer.headers["retry-after"]
    assert "Часы сервера" in wrong(await http.get("/readyz"))["clock"]

    clock.now = lambda: datetime.now(UTC)
    await asyncio.to_thread(app.state.readiness._heartbeat.beat)
    again = await curator.post("/api/messages", json=registration(), headers={"Idempotency-Key": "clock"})
    assert again.status_code == 202, again.text

"""A worker tells whether it lives, whether it can work, and what it has measured."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx import AsyncClient, ConnectError
from temporalio.client import Client

from service.journal.lateness import LATENESS
from settings import Settings
from store.migrations.revision import UNPREPARED
from telemetry import temporal_sdk
from telemetry.heartbeat import RELEASE
from telemetry.worker_status import WorkerStatus
from tests.ports import free_port
from tests.prepared import prepare


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(
        data=tmp_path,
        worker_port=free_port(),
        temporal_address="127.0.0.1:1",
        temporal_namespace="default",
    )


@pytest.fixture
async def http(settings: Settings) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(base_url=f"http://127.0.0.1:{settings.worker_port}", trust_env=False) as http:
        yield http


async def test_it_lives_before_it_can_work_and_is_ready_when_both_ends_answer(
    settings: Settings, http: AsyncClient, temporal: Client
) -> None:
    await prepare(settings)
    async with WorkerStatus.served(settings) as status:
        assert (await http.get("/healthz")).json() == {"status": "ok"}
        ready = await http.get("/readyz")
        assert ready.status_code == 503
        assert ready.headers["content-type"] == "application/problem+json"
        assert [error["field"] for error in ready.json()["errors"]] == ["temporal"]
        status.client = temporal
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok", "version": RELEASE})


@pytest.mark.parametrize(
    ("url", "says"), [(None, UNPREPARED), ("postgresql+psycopg://o@127.0.0.1:1/o", "OTKLIK_DATABASE_URL")]
)
async def test_a_database_that_nobody_has_prepared_or_that_is_away_is_named(
    settings: Settings, http: AsyncClient, temporal: Client, url: str | None, says: str
) -> None:
    given = settings.model_copy(update={"database_url": url or settings.database_url})
    async with WorkerStatus.served(given) as status:
        status.client = temporal
        ready = await http.get("/readyz")
    assert ready.status_code == 503
    (error,) = ready.json()["errors"]
    assert error["field"] == "database"
    assert says in error["detail"]


async def test_measures_are_ours_and_those_of_the_sdk(
    settings: Settings, http: AsyncClient, temporal: Client
) -> None:
    LATENESS.labels("draft").observe(2)
    await Client.connect(temporal.service_client.config.target_host, runtime=temporal_sdk.runtime())
    async with WorkerStatus.served(settings):
        measured = (await http.get("/metrics")).text
    assert 'otklik_breach_recorded_late_seconds_bucket{le="2.5",limit="draft"}' in measured
    assert 'temporal_request_total{operation="GetSystemInfo"' in measured
    assert f'otklik_build_info{{version="{RELEASE}"}} 1.0' in measured


async def test_without_a_port_it_answers_nowhere_and_one_that_is_taken_is_an_error_at_the_start(
    settings: Settings, http: AsyncClient
) -> None:
    async with WorkerStatus.served(settings.model_copy(update={"worker_port": None})):
        with pytest.raises(ConnectError):
            await http.get("/healthz")
    async with WorkerStatus.served(settings):
        with pytest.raises(OSError, match="in use"):
            async with WorkerStatus.served(settings):
                raise AssertionError("served on a port that is taken")

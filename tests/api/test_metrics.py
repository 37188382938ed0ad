"""Measures that `/metrics` tells of the work, and at what cost."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient
from prometheus_client.parser import text_string_to_metric_families
from sqlmodel.ext.asyncio.session import AsyncSession

from api.main import create_app
from service.installation import copies
from service.keys import certificates
from settings import Settings
from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages.tables import LimitRunRow
from store.networks.tables import SourceRow
from store.oversight import work_metrics
from store.oversight.work_metrics import WorkMetrics
from telemetry.heartbeat import RELEASE
from tests.api.conftest import NO_TEMPORAL, client_of
from tests.message_row import message_row


async def values(http: AsyncClient) -> dict[tuple[str, str], float]:
    """Samples by name and by the first of their labels."""
    answer = await http.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


async def some_work(db: Database) -> None:
    now = datetime.now(UTC)
    async with db.write() as session:
        session.add(message_row(1, now, stage="approval"))
        await session.flush()
        session.add(
            CommandRow(
                id="c",
                person="curator",
                key="k",
                request="",
                message=1,
                name="route",
                payload={},
                taken_at=now - timedelta(minutes=2),
                lease_until=now + timedelta(hours=1),
            )
        )
        session.add(
            LimitRunRow(
                message=1,
                number=1,
                name="draft",
                holder_role="executor",
                holder_body="roads",
                started_at=now,
                due_at=now - timedelta(minutes=3),
                run={},
            )
        )


async def test_what_waits_and_what_is_late_is_measured(db: Database, http: AsyncClient) -> None:
    await some_work(db)
    started = time.monotonic()
    found = await values(http)
    elapsed = time.monotonic() - started + 1
    assert found["otklik_database_up", ""] == 1
    assert found["otklik_outbox_commands", "taken"] == 1
    assert 120 <= found["otklik_outbox_age_seconds", "taken"] < 120 + elapsed
    assert found["otklik_outbox_age_seconds", "sent"] == 0
    assert (found["otklik_limits_open", "draft"], found["otklik_limits_late", "draft"]) == (1, 1)
    assert 180 <= found["otklik_limits_unserved_seconds", "draft"] < 180 + elapsed
    assert found["otklik_limits_open", "answer"] == 0
    assert (found["otklik_body_limits_open", "roads"], found["otklik_body_limits_late", "roads"]) == (1, 1)
    assert (found["otklik_messages_open", "approval"], found["otklik_messages_open", "routing"]) == (1, 0)


async def test_what_networks_bring_is_measured(db: Database, http: AsyncClient) -> None:
    now = datetime.now(UTC)
    async with db.write() as session:
        session.add(
            SourceRow(
                network="vk",
                kind="community",
                address="a",
                every=300,
                added_by="curator",
                added_at=now,
                look_at=now - timedelta(minutes=5),
                failures=1,
            )
        )
    found = await values(http)
    assert (found["otklik_sources_polled", "vk"], found["otklik_sources_failing", "vk"]) == (1, 1)
    late = found["otklik_sources_overdue_seconds", "vk"]
    assert 300 <= late <= 300 + (datetime.now(UTC) - now).total_seconds()
    assert (found["otklik_candidates_waiting", ""], found["otklik_answer_checks_overdue", ""]) == (0, 0)


async def test_processes_and_the_last_copy_are_measured(http: AsyncClient) -> None:
    found = await values(http)
    assert (found["otklik_processes", "api"], found["otklik_processes", "worker"]) == (1, 0)
    assert found["otklik_build_info", RELEASE] == 1
    assert abs(found["otklik_clock_offset_seconds", ""]) < 2
    assert found["otklik_last_copy_timestamp_seconds", ""] == 0


async def test_the_moment_of_a_copy_is_put_on_record(
    settings: Settings, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.database_metrics._KEPT_FOR", 0.0)
    at = await copies.note_taken(settings)
    assert (await values(http))["otklik_last_copy_timestamp_seconds", ""] == at.timestamp()


async def test_ends_of_certificates_are_measured(
    http: AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates.make(tmp_path / "tls")
    mine, none = tmp_path / "tls" / "otklik" / "cert.pem", tmp_path / "none.pem"
    monkeypatch.setenv("PGSSLCERT", str(mine))
    monkeypatch.setenv("PGSSLROOTCERT", str(none))
    found = await values(http)
    left = found["otklik_certificate_end_timestamp_seconds", str(mine)] - time.time()
    assert abs(left - certificates.LASTS.total_seconds()) < 3600
    assert found["otklik_certificate_end_timestamp_seconds", str(none)] == 0


async def test_asking_often_reads_the_database_once(
    app: FastAPI, http: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, reads = work_metrics.read, 0

    async def counting(session: AsyncSession, now: datetime) -> WorkMetrics:
        nonlocal reads
        reads += 1
        return await read(session, now)

    monkeypatch.setattr(work_metrics, "read", counting)
    monkeypatch.setattr("api.database_metrics._KEPT_FOR", 600.0)
    for _ in range(20):
        await values(http)
    assert reads == 1


async def test_with_the_database_away_the_rest_is_told_all_the_same(tmp_path: Path) -> None:
    settings = Settings.load(
        data=tmp_path,
        database_url="postgresql://otklik@127.0.0.1:1/otklik",
        temporal_address=NO_TEMPORAL,
        temporal_namespace="default",
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app), client_of(app) as http:
        await http.get("/healthz")
        found = await values(http)
    assert found["otklik_database_up", ""] == 0
    assert "otklik_outbox_age_seconds" not in {name for name, _ in found}
    assert any(name.startswith("otklik_http_request") for name, _ in found)


async def test_requests_and_their_lines_share_a_name(http: AsyncClient) -> None:
    assert (await http.get("/healthz", headers={"X-Request-ID": "proxy-17"})).headers[
        "x-request-id"
    ] == "proxy-17"
    made = (await http.get("/healthz", headers={"X-Request-ID": "no name"})).headers["x-request-id"]
    assert len(made) == 32

"""Doctor tells when the certificates end that servers really present."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.installation import of_servers
from service.installation.condition import State
from service.installation.of_servers import Server
from service.keys import certificates as own_certificates
from settings import Settings
from tests.ports import free_port
from tests.tls.conftest import Certificates
from tests.tls.servers import behind_tls

ZONE = ZoneInfo("Europe/Moscow")


def settings_of(tmp_path: Path, **given: object) -> Settings:
    fields = {"temporal_address": "127.0.0.1:1", "temporal_namespace": "default"}
    return Settings.load(data=tmp_path, **fields | given)


async def told(settings: Settings, after: timedelta = timedelta(0)) -> dict[str, State]:
    found = await of_servers.lines(settings, ZONE, datetime.now(UTC) + after)
    return {line.says.partition(" (")[0]: line.state for line in found}


async def test_what_postgresql_and_temporal_present_is_told_before_it_ends(
    temporal_address: str,
    certificates: Certificates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPORAL_TLS", "true")
    async with behind_tls(temporal_address, certificates.ours) as servers:
        settings = settings_of(
            tmp_path,
            database_url=f"postgresql://o@127.0.0.1:{servers.database}/o",
            temporal_address=f"127.0.0.1:{servers.temporal}",
        )
        assert await told(settings) == {"PostgreSQL": State.OK, "Temporal": State.OK}
        soon = own_certificates.LASTS - timedelta(days=20)
        assert set((await told(settings, soon)).values()) == {State.SOON}
        ended = own_certificates.LASTS + timedelta(days=1)
        assert set((await told(settings, ended)).values()) == {State.WRONG}


async def test_what_does_not_answer_is_told_elsewhere(tmp_path: Path) -> None:
    assert await told(settings_of(tmp_path, database_url=f"postgresql://o@127.0.0.1:{free_port()}/o")) == {}


def test_servers_are_those_of_the_settings(tmp_path: Path) -> None:
    for url, named in {
        "postgresql://o@db.region.example/o": [("db.region.example", 5432)],
        "postgresql://o@[::1]/o": [("::1", 5432)],
        "postgresql://o@/o?host=h1,h2&port=5432,5433": [("h1", 5432), ("h2", 5433)],
        "postgresql://o@/o?host=/run/postgresql": [],
    }.items():
        found = of_servers.servers(settings_of(tmp_path, database_url=url, database_tls=False))
        assert [(one.host, one.port) for one in found] == named
        assert all(one.asks_first for one in found)


def test_the_pages_are_those_that_people_open(tmp_path: Path) -> None:
    given = settings_of(tmp_path, public_url="https://otklik.region.example")
    assert of_servers.servers(given) == [Server("Рабочее место", "otklik.region.example", 443)]

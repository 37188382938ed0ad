"""Measures of the program are told to those who watch it, and to nobody else at its port."""

from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from settings import Settings
from tests.api.conftest import NO_TEMPORAL, assert_problem

STRANGER, MONITOR, PROXY = "203.0.113.7", "10.7.0.9", "10.8.0.1"
TOLD = {"/metrics": 200, "/readyz": 503}  # there is no Temporal here


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.load(
        data=tmp_path,
        temporal_address=NO_TEMPORAL,
        temporal_namespace="default",
        monitors=("10.7.0.0/16",),
        trusted_proxies=(PROXY,),
    )


async def test_who_watches_is_told_and_a_stranger_is_not(app: FastAPI) -> None:
    async def asked(peer: str, path: str, **headers: str) -> Response:
        transport = ASGITransport(app, raise_app_exceptions=False, client=(peer, 1))
        async with AsyncClient(transport=transport, base_url="http://otklik", headers=headers) as http:
            return await http.get(path)

    for path, status in TOLD.items():
        assert_problem(await asked(STRANGER, path), 403, "OTKLIK_MONITORS")
        # Nor by way of a proxy, be it known or only a program of this machine.
        for proxy in (PROXY, "127.0.0.1"):
            assert_problem(await asked(proxy, path, **{"X-Forwarded-For": STRANGER}), 403)
        for peer in (MONITOR, "127.0.0.1", "::1", "::ffff:127.0.0.1"):
            assert (await asked(peer, path)).status_code == status
    assert (await asked(STRANGER, "/healthz")).status_code == 200

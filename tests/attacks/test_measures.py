"""Measures of the program are told to those who watch it, and to nobody else at its port."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

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


@pytest.fixture
async def asked(app: FastAPI) -> AsyncIterator[dict[str, AsyncClient]]:
    peers = (STRANGER, MONITOR, PROXY, "127.0.0.1", "::1", "::ffff:127.0.0.1")
    yield {
        peer: AsyncClient(
            transport=ASGITransport(app, raise_app_exceptions=False, client=(peer, 1)),
            base_url="http://otklik",
        )
        for peer in peers
    }


@pytest.mark.parametrize("path", TOLD)
async def test_a_stranger_is_told_nothing(asked: dict[str, AsyncClient], path: str) -> None:
    assert_problem(await asked[STRANGER].get(path), 403, "OTKLIK_MONITORS")
    # Nor by way of a proxy, be it known or only a program of this machine.
    for proxy in (PROXY, "127.0.0.1"):
        assert_problem(await asked[proxy].get(path, headers={"X-Forwarded-For": STRANGER}), 403)
    assert (await asked[STRANGER].get("/healthz")).status_code == 200


@pytest.mark.parametrize("path", TOLD)
@pytest.mark.parametrize("peer", [MONITOR, "127.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_who_watches_is_told(asked: dict[str, AsyncClient], path: str, peer: str) -> None:
    assert (await asked[peer].get(path)).status_code == TOLD[path]

"""Temporal on another machine is reached by TLS; whoever is not known to both sides is refused."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
from temporalio.client import Client

from settings import Settings
from telemetry import tls_advice
from tests.patience import PATIENCE
from tests.tls.conftest import Certificates
from tests.tls.servers import before_temporal


@pytest.fixture(scope="module")
async def door(temporal_address: str, certificates: Certificates) -> AsyncIterator[str]:
    async with before_temporal(temporal_address, certificates.ours / "temporal") as port:
        yield f"127.0.0.1:{port}"


def known_by(part: Path, trusting: Path, name: str = "temporal") -> dict[str, str]:
    """Temporal's own variables, as `docker-compose.yml` sets them."""
    return {
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(trusting / "ca.pem"),
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(part / "cert.pem"),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(part / "key.pem"),
        "TEMPORAL_TLS_SERVER_NAME": name,
    }


async def answer(address: str, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> str:
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    try:
        await Client.connect(**Settings.load(temporal_address=address).temporal_connection())
    except RuntimeError as error:
        return tls_advice.for_temporal(error) or str(error)
    return "ok"


@pytest.mark.parametrize(
    ("part", "trusting", "name", "said"),
    [
        ("ours", "ours", "temporal", "ok"),
        ("ours", "strangers", "temporal", "не тем удостоверяющим центром"),
        ("ours", "ours", "elsewhere", "выдан на другое имя"),
        ("strangers", "ours", "temporal", "не принял сертификат клиента"),
    ],
)
async def test_both_sides_prove_who_they_are(
    door: str,
    certificates: Certificates,
    monkeypatch: pytest.MonkeyPatch,
    part: str,
    trusting: str,
    name: str,
    said: str,
) -> None:
    own, trusted = (getattr(certificates, of) / "otklik" for of in (part, trusting))
    assert said in await answer(door, known_by(own, trusted, name), monkeypatch)


# Read off one server that was asked 480 times; which it is depends on how far the client has come by then.
@pytest.mark.parametrize(
    "end",
    [
        'Unknown, message: "transport error", source: Some(tonic::transport::Error(Transport, hyper::Error(Io, '
        'Custom { kind: UnexpectedEof, error: "peer closed connection without sending TLS close_notify" }))) }',
        'Unknown, message: "transport error", source: Some(tonic::transport::Error(Transport, hyper::Error(Io, '
        "Kind(ConnectionReset)))) }",
        'Cancelled, message: "operation was canceled", source: Some(tonic::transport::Error(Transport, '
        'hyper::Error(Canceled, "connection closed"))) }',
    ],
)
def test_however_the_server_hangs_up_one_is_told_what_to_do(end: str) -> None:
    said = "Failed client connect: `get_system_info` call error after connection: Status { code: "
    assert "не принял сертификат клиента" in (tls_advice.for_temporal(RuntimeError(said + end)) or "")


async def test_a_server_without_tls_is_refused(
    temporal_address: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = certificates.ours / "otklik"
    told = await answer(temporal_address, known_by(ours, ours), monkeypatch)
    assert "отвечает без TLS" in told
    assert "TEMPORAL_TLS=false" in told


async def test_whoever_comes_without_tls_is_told_so(door: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "принимает только TLS" in await answer(door, {"TEMPORAL_TLS": "false"}, monkeypatch)


async def test_the_admin_tools_come_in_by_the_same_variables(door: str, certificates: Certificates) -> None:
    done = await asyncio.to_thread(
        subprocess.run,
        [str(Path(sys.executable).parent / "temporal"), "operator", "cluster", "health"],
        env={"HOME": os.environ.get("HOME", "/"), "TEMPORAL_ADDRESS": door}
        | known_by(certificates.ours / "tools", certificates.ours / "tools"),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "SERVING" in done.stdout

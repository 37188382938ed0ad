"""The processes of the Helm chart, as docs/run/installation.md installs them, up to the first message in a browser.

Each runs by the command, the variables and the startup probe that the chart renders, on this machine: over a PostgreSQL
and a Temporal that are there before, both by TLS, with the secrets as files and variables as the kubelet gives them.
"""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from deploy.chart import example, rendered
from service.keys.certificates import make
from tests.api.messages.office import open_namespace
from tests.deploy import example_directory
from tests.deploy.first_message import first_message
from tests.deploy.installation import Installation
from tests.deploy.test_chart import PROCESSES, SECRETS, WORKERS, asked, container, environment
from tests.deploy.test_scripts import on_postgresql
from tests.tls.servers import behind_tls

PASSWORDS = ("OTKLIK_DB_PASSWORD", "OTKLIK_OWNER_DB_PASSWORD", "TEMPORAL_DB_PASSWORD")
ADMIN, GIVEN = "Otkryli-okno-47", "Vydano-sluzhboy-1"


def _services(settings: dict[str, str]) -> dict[str, Any]:
    """Every process in the form of a service of Compose; its startup probe is its health check."""
    objects = rendered(example())
    found = {}
    for process in PROCESSES:
        told = environment(objects, process) | settings
        found[process] = {"command": container(objects, process)["args"], "environment": told}
        if process != "prepare":
            path, port = asked(objects, process)["startupProbe"]
            program = (
                f"from urllib.request import urlopen; urlopen('http://127.0.0.1:{port}{path}', timeout=4)"
            )
            found[process]["healthcheck"] = {"test": ["CMD", "python", "-c", program]}
    return found


def _mounted(certificates: Path, into: Path) -> Path:
    """What secrets hold, where the chart mounts them under `/tls`."""
    for folder, files in (
        ("database", {"ca.crt": "ca.pem"}),
        ("temporal", {"ca.crt": "ca.pem", "tls.crt": "cert.pem", "tls.key": "key.pem"}),
    ):
        (into / folder).mkdir()
        for name, made in files.items():
            shutil.copyfile(certificates / "otklik" / made, into / folder / name)
    return into


@pytest.mark.installation
async def test_the_chart_brings_a_region_to_its_first_message(
    temporal_address: str, temporal: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = await open_namespace(temporal, "chart")
    make(tmp_path / "certificates")
    for folder in ("tls", "pods"):
        (tmp_path / folder).mkdir()
    tls = _mounted(tmp_path / "certificates", tmp_path / "tls")
    async with behind_tls(temporal_address, tmp_path / "certificates") as servers:
        on_postgresql("postgres/roles.sh", servers.postgresql, **dict.fromkeys(PASSWORDS, "p"))
        for key in ("database-url", "owner-database-url"):
            address = f"@postgres:{servers.database}/otklik?hostaddr=127.0.0.1"
            monkeypatch.setitem(SECRETS, key, SECRETS[key].partition("@")[0] + address)
        installation = Installation(
            SECRETS["database-url"],
            f"127.0.0.1:{servers.temporal}",
            namespace,
            tls,
            tmp_path / "pods",
            _services({"OTKLIK_PUBLIC_URL": ""}),
        )
        async with installation.running():
            await _first_message(installation, tmp_path)


async def _first_message(installation: Installation, folder: Path) -> None:
    preparing = await installation.start("prepare")
    assert await preparing.ended() == 0, preparing.log.read_text(encoding="utf-8")
    api, *workers = [await installation.start(process) for process in ("api", *WORKERS)]
    await asyncio.gather(*(part.until_healthy() for part in (api, *workers)))
    await api.run("admin", "create", "ivanov", "--name", "Иванов Иван Иванович", typed=f"{ADMIN}\n")
    await api.run("directory", "load", str(example_directory.written(folder)))
    await api.run("directory", "password", "curator", typed=f"{GIVEN}\n")
    assert await first_message(f"http://127.0.0.1:{api.port}", GIVEN) == []
    for part in (api, *workers):
        assert await part.stop() == 0
    for part in workers:
        assert f'"queues": ["{part.service.removeprefix("worker-")}"]' in part.log.read_text(encoding="utf-8")

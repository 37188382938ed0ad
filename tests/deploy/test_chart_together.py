"""The processes of the Helm chart, as docs/run/installation.md installs them, up to the first message in a browser.

Each runs by the command, the variables and the startup probe that the chart renders, on this machine: over a PostgreSQL
and a Temporal that are there before, both by TLS, with the secrets as files and variables as the kubelet gives them.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import async_playwright
from temporalio.client import Client

from deploy.chart import example, rendered
from service.keys import ring
from service.keys.certificates import make
from tests.api.messages.office import open_namespace
from tests.browser.browser import launch
from tests.browser.test_first_start import sign_in, take_own_password
from tests.browser.test_roads import register
from tests.deploy import example_directory
from tests.deploy.installation import Installation
from tests.deploy.test_chart import PROCESSES, SECRETS, WORKERS, asked, container, environment
from tests.deploy.test_scripts import on_postgresql
from tests.postgresql import postgresql_server
from tests.tls.servers import before_postgresql, before_temporal

PASSWORDS = ("OTKLIK_DB_PASSWORD", "OTKLIK_OWNER_DB_PASSWORD", "TEMPORAL_DB_PASSWORD")
ADMIN, GIVEN = "Otkryli-okno-47", "Vydano-sluzhboy-1"


def _services(settings: dict[str, str]) -> dict[str, Any]:
    """Every process in the form of a service of Compose; its startup probe is its health check."""
    objects = rendered(example())
    key = ring.new_key()
    found = {}
    for process in PROCESSES:
        told = environment(objects, process) | settings
        if "OTKLIK_KEYS" in told:
            told["OTKLIK_KEYS"] = f"{key.id}:{key.written}"
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


@pytest.fixture
async def installation(
    temporal_address: str, temporal: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Installation]:
    namespace = await open_namespace(temporal, "chart")
    make(tmp_path / "certificates")
    with postgresql_server() as server:
        on_postgresql("postgres/roles.sh", server, **dict.fromkeys(PASSWORDS, "p"))
        socket = Path(parse_qs(urlsplit(server).query)["host"][0]) / ".s.PGSQL.5432"
        async with (
            before_postgresql(socket, tmp_path / "certificates" / "postgres") as database,
            before_temporal(temporal_address, tmp_path / "certificates" / "temporal") as temporal_port,
        ):
            for key in ("database-url", "owner-database-url"):
                address = f"@postgres:{database}/otklik?hostaddr=127.0.0.1"
                monkeypatch.setitem(SECRETS, key, SECRETS[key].partition("@")[0] + address)
            (tmp_path / "tls").mkdir()
            (tmp_path / "pods").mkdir()
            installation = Installation(
                SECRETS["database-url"],
                f"127.0.0.1:{temporal_port}",
                namespace,
                _mounted(tmp_path / "certificates", tmp_path / "tls"),
                tmp_path / "pods",
                _services({"OTKLIK_PUBLIC_URL": ""}),
            )
            async with installation.running():
                yield installation


@pytest.mark.installation
async def test_the_chart_brings_a_region_to_its_first_message(
    installation: Installation, tmp_path: Path
) -> None:
    preparing = await installation.start("prepare")
    assert await preparing.ended() == 0, preparing.log.read_text(encoding="utf-8")
    api, *workers = [await installation.start(process) for process in ("api", *WORKERS)]
    await asyncio.gather(*(part.until_healthy() for part in (api, *workers)))

    await api.run("admin", "create", "ivanov", "--name", "Иванов Иван Иванович", typed=f"{ADMIN}\n")
    await api.run("directory", "load", str(example_directory.written(tmp_path)))
    await api.run("directory", "password", "curator", typed=f"{GIVEN}\n")

    async with async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page(base_url=f"http://127.0.0.1:{api.port}", locale="ru-RU")
        await sign_in(page, "curator", GIVEN)
        await take_own_password(page, GIVEN)
        await register(page, "На Лежневской яма во всю полосу.")
        # Its limit runs: the worker of the queue `messages` leads it.
        await page.get_by_role("region", name="Сроки").get_by_text("п. 7").first.wait_for()
        await browser.close()

    for part in (api, *workers):
        assert await part.stop() == 0
    for part in workers:
        assert f'"queues": ["{part.service.removeprefix("worker-")}"]' in part.log.read_text(encoding="utf-8")

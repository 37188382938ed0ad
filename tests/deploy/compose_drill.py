"""An installation by Compose, played from an empty root to the first message in a browser.

There is no container engine: what the page and the file say is done in their order, with their commands, scripts and
variables, by processes of this machine. PostgreSQL is the tests' own server, behind TLS, and asks for passwords;
Temporal is its dev server, behind TLS, which needs no schema. Of the Web UI nothing is started.
"""

import asyncio
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.deploy import compose, example_directory
from tests.deploy.first_message import first_message
from tests.deploy.installation import Installation, Part, ask_for_passwords
from tests.documents import DOCS, ROOT, blocks, section
from tests.postgresql import postgresql_server, tool
from tests.temporal_server import temporal_server
from tests.tls.servers import before_postgresql, before_temporal

_PAGE = DOCS / "run" / "installation.md"
(FIRST_START,) = blocks(section(_PAGE, "First start"), "bash")
ADMIN, DIRECTORY = blocks(section(_PAGE, "People and bodies"), "bash")
_PASSWORD = "Otkryli-okno-47"
_ORDER = (
    "certificates",
    "postgres",
    "temporal-schema",
    "temporal",
    "temporal-namespace",
    "prepare",
    "worker",
    "api",
)


class FailedError(Exception):
    """A step of the page failed; has what it printed."""


@dataclass
class Played:
    """How it went: `wrong`: what browsers found wrong with pages, and exit codes other than 0."""

    commands: int = 0
    wrong: list[str] = field(default_factory=list)


def new_root(root: Path) -> dict[str, str]:
    """A folder with what the page names and nothing else, set up as it says; returns what its `.env` has."""
    shutil.copy(ROOT / "docker-compose.yml", root)
    shutil.copytree(ROOT / "deploy", root / "deploy")
    copy, *_ = FIRST_START.splitlines()
    subprocess.run(["/bin/sh", "-eu", "-c", copy], cwd=root, check=True)
    lines = (root / ".env").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    passwords = {name: secrets.token_urlsafe(32) for name in compose.secrets()}
    keys = f"{secrets.token_hex(32)} 1:{secrets.token_hex(32)}"
    return given | passwords | {"OTKLIK_COMMAND_KEYS": f"id:{keys}"}


async def play(root: Path) -> Played:
    """From the first command of the page to the first message. Raises FailedError."""
    played = Played()
    services = compose.load(new_root(root))["services"]
    _check_order(services)
    async with _installed(root, services) as installation:
        parts = await _started(installation, services)
        api = next(part for part in parts if part.service == "api")
        await _people(api, played, root)
        played.wrong += await first_message(f"http://127.0.0.1:{api.port}", _PASSWORD)
        for part in reversed(parts):
            if code := await part.stop():
                played.wrong.append(f"{part.service} ended with {code}")
    return played


def _check_order(services: Mapping[str, Any]) -> None:
    """That the order here is one in which `docker compose up` may start worker and API. Raises FailedError."""
    started: list[str] = []
    for name in _ORDER:
        before = services[name].get("depends_on", {}).keys()
        if not before <= set(started):
            raise FailedError(f"{name} waits for {before}, and is started after {started}")
        started.append(name)


@asynccontextmanager
async def _installed(root: Path, services: Mapping[str, Any]) -> AsyncIterator[Installation]:
    """Everything before our own parts, in order, each with what the file gives it."""
    tls = root / "tls"
    _script([sys.executable, "-P", "-m", "cli", services["certificates"]["command"][0], str(tls)], {}, root)
    async with temporal_server() as temporal:
        with postgresql_server() as server:
            socket = Path(parse_qs(urlsplit(server).query)["host"][0])
            here = {"PGHOST": str(socket), "PATH": f"{tool('psql').parent}:{os.environ['PATH']}"}
            roles = _mounted(services["postgres"], "/docker-entrypoint-initdb.d/10-roles.sh", root)
            _script(["/bin/sh", str(roles)], services["postgres"]["environment"] | here, root)
            ask_for_passwords(server)
            async with (
                before_postgresql(socket / ".s.PGSQL.5432", tls / "postgres") as database,
                before_temporal(temporal, tls / "temporal") as temporal_port,
            ):
                await _namespace(services["temporal-namespace"], temporal_port, root)
                namespace = services["temporal-namespace"]["environment"]["TEMPORAL_NAMESPACE"]
                given = services["api"]["environment"]["OTKLIK_DATABASE_URL"]
                installation = Installation(
                    _here(given, database),
                    f"127.0.0.1:{temporal_port}",
                    namespace,
                    tls / "otklik",
                    root,
                    services,
                )
                owner = services["prepare"]["environment"]["OTKLIK_OWNER_DATABASE_URL"]
                installation.owner = _here(owner, database)
                async with installation.running():
                    yield installation


def _here(url: str, port: int) -> str:
    """An address of the file, with the same name of the server, which is on this machine."""
    return f"{url.replace(':5432/', f':{port}/')}?hostaddr=127.0.0.1"


def _mounted(service: Mapping[str, Any], target: str, root: Path) -> Path:
    (source,) = (volume.split(":")[0] for volume in service["volumes"] if volume.split(":")[1] == target)
    return root / str(source)


async def _namespace(service: Mapping[str, Any], port: int, root: Path) -> None:
    given = compose.with_certificates(service["environment"], root / "tls" / "tools")
    elsewhere = {
        "TEMPORAL_ADDRESS": f"127.0.0.1:{port}",
        "TEMPORAL_TLS_SERVER_NAME": "temporal",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(root),
    }
    command = [service["entrypoint"][0], str(_mounted(service, service["entrypoint"][1], root))]
    await asyncio.to_thread(_script, command, given | elsewhere, root)


def _script(command: list[str], environment: Mapping[str, str], root: Path) -> None:
    done = subprocess.run(
        command,
        cwd=root,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise FailedError(f"{command}\n{done.stdout}{done.stderr}")


async def _started(installation: Installation, services: Mapping[str, Any]) -> list[Part]:
    """Prepared, then as many processes of each kind as the file says, all of them healthy by its checks."""
    preparing = await installation.start("prepare", OTKLIK_OWNER_DATABASE_URL=installation.owner)
    if await preparing.ended():
        raise FailedError(preparing.log.read_text(encoding="utf-8"))
    parts = [
        await installation.start(service)
        for service in ("worker", "api")
        for _ in range(int(services[service]["deploy"]["replicas"]))
    ]
    await asyncio.gather(*(part.until_healthy() for part in parts))
    return parts


async def _people(api: Part, played: Played, root: Path) -> None:
    """The first administrator and the directory, by the page; its file is the example that the page names."""
    example = str(example_directory.written(root))
    for line in [line for line in (ADMIN + DIRECTORY).splitlines() if line.strip()]:
        found = re.fullmatch(r"docker compose run --rm (?:--volume \./directory\.toml:\S+ )?api (.+)", line)
        if found is None:
            raise FailedError(line)
        # The page gives a password to somebody of another directory.
        words = shlex.split(found[1].replace("petrova", "curator"), comments=True)
        words = [example if word == "/directory.toml" else word for word in words]
        await api.run(*words, typed=f"{_PASSWORD}\n")
        played.commands += 1

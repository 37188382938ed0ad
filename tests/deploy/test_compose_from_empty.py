"""The page of installation with `docker-compose.yml`, as it is written: from an empty root to the first message.

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
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.deploy import compose, example_directory
from tests.deploy.first_message import first_message
from tests.deploy.installation import Installation, Part, ask_for_passwords
from tests.documents import DOCS, ROOT, blocks, section
from tests.postgresql import socket_folder, tool
from tests.temporal_server import temporal_server
from tests.tls.servers import BehindTls, behind_tls

_PAGE = DOCS / "run" / "installation.md"
(FIRST_START,) = blocks(section(_PAGE, "First start"), "bash")
ADMIN, DIRECTORY = blocks(section(_PAGE, "People and bodies"), "bash")
_PASSWORD = "Otkryli-okno-47"
_ORDER = (
    *("certificates", "postgres", "temporal-schema", "temporal", "temporal-namespace"),
    *("prepare", "worker", "api"),
)


@pytest.mark.installation
async def test_who_follows_the_page_comes_to_the_first_message(tmp_path: Path) -> None:
    services = compose.load(_new_root(tmp_path))["services"]
    for place, name in enumerate(_ORDER):
        assert services[name].get("depends_on", {}).keys() <= set(_ORDER[:place]), name
    tls = tmp_path / "tls"
    _script(
        [sys.executable, "-P", "-m", "cli", services["certificates"]["command"][0], str(tls)], {}, tmp_path
    )
    async with temporal_server() as temporal, behind_tls(temporal, tls) as servers:
        await _made_ready(services, servers, tmp_path)
        installation = Installation(
            _here(services["api"]["environment"]["OTKLIK_DATABASE_URL"], servers.database),
            f"127.0.0.1:{servers.temporal}",
            services["temporal-namespace"]["environment"]["TEMPORAL_NAMESPACE"],
            tls / "otklik",
            tmp_path,
            services,
        )
        owner = _here(services["prepare"]["environment"]["OTKLIK_OWNER_DATABASE_URL"], servers.database)
        async with installation.running():
            preparing = await installation.start("prepare", OTKLIK_OWNER_DATABASE_URL=owner)
            assert await preparing.ended() == 0, preparing.log.read_text(encoding="utf-8")
            parts = [
                await installation.start(service)
                for service in ("worker", "api")
                for _ in range(int(services[service]["deploy"]["replicas"]))
            ]
            await asyncio.gather(*(part.until_healthy() for part in parts))
            await _people(parts[-1], tmp_path)
            assert await first_message(f"http://127.0.0.1:{parts[-1].port}", _PASSWORD) == []
            assert [await part.stop() for part in reversed(parts)] == [0] * len(parts)


def _new_root(root: Path) -> dict[str, str]:
    """A folder with what the page names and nothing else, set up as it says; returns what its `.env` has."""
    shutil.copy(ROOT / "docker-compose.yml", root)
    shutil.copytree(ROOT / "deploy", root / "deploy")
    _script(["/bin/sh", "-eu", "-c", FIRST_START.splitlines()[0]], {}, root)
    lines = (root / ".env").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    passwords = {name: secrets.token_urlsafe(32) for name in compose.secrets()}
    keys = f"{secrets.token_hex(32)} 1:{secrets.token_hex(32)}"
    return given | passwords | {"OTKLIK_KEYS": f"id:{keys}"}


async def _made_ready(services: Mapping[str, Any], servers: BehindTls, root: Path) -> None:
    """Roles and databases, then the namespaces, each by the script and with the variables of the file."""
    roles = _mounted(services["postgres"], "/docker-entrypoint-initdb.d/10-roles.sh", root)
    here = {
        "PGHOST": str(socket_folder(servers.postgresql)),
        "PATH": f"{tool('psql').parent}:{os.environ['PATH']}",
    }
    _script(["/bin/sh", str(roles)], services["postgres"]["environment"] | here, root)
    ask_for_passwords(servers.postgresql)
    namespace = services["temporal-namespace"]
    given = compose.with_certificates(namespace["environment"], root / "tls" / "tools")
    elsewhere = {
        "TEMPORAL_ADDRESS": f"127.0.0.1:{servers.temporal}",
        "TEMPORAL_TLS_SERVER_NAME": "temporal",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(root),
    }
    command = [namespace["entrypoint"][0], str(_mounted(namespace, namespace["entrypoint"][1], root))]
    await asyncio.to_thread(_script, command, given | elsewhere, root)


def _here(url: str, port: int) -> str:
    """An address of the file, with the same name of the server, which is on this machine."""
    return f"{url.replace(':5432/', f':{port}/')}?hostaddr=127.0.0.1"


def _mounted(service: Mapping[str, Any], target: str, root: Path) -> Path:
    (source,) = (volume.split(":")[0] for volume in service["volumes"] if volume.split(":")[1] == target)
    return root / str(source)


def _script(command: list[str], environment: Mapping[str, str], root: Path) -> None:
    done = subprocess.run(
        command,
        cwd=root,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


async def _people(api: Part, root: Path) -> None:
    """The first administrator and the directory, by the page; its file is the example that the page names."""
    example = str(example_directory.written(root))
    commands = [line for line in (ADMIN + DIRECTORY).splitlines() if line.strip()]
    assert len(commands) == 3
    for line in commands:
        found = re.fullmatch(r"docker compose run --rm (?:--volume \./directory\.toml:\S+ )?api (.+)", line)
        assert found is not None, line
        # The page gives a password to somebody of another directory.
        words = shlex.split(found[1].replace("petrova", "curator"), comments=True)
        words = [example if word == "/directory.toml" else word for word in words]
        await api.run(*words, typed=f"{_PASSWORD}\n")

"""A newcomer who installs without containers by docs/run/installation.md: its commands as they are written, in order.

They run in a root of their own, in which the page's paths are, with PATH and the environment of a bare system; example
hosts and passwords are those of a real PostgreSQL and a real Temporal server, both behind TLS.
"""

import asyncio
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from service.keys.certificates import make
from tests.deploy import example_directory
from tests.deploy.installation import until_ready
from tests.documents import DOCS, blocks, section
from tests.ports import free_port
from tests.postgresql import socket_folder, tool
from tests.temporal_server import temporal_server
from tests.tls.servers import behind_tls

_PAGE = DOCS / "run" / "installation.md"
_WITHOUT_CONTAINERS = section(_PAGE, "Without containers")
FROM_BUNDLE, FROM_CHECKOUT, ROLES, NAMESPACE, KEYS, PREPARE = blocks(_WITHOUT_CONTAINERS, "bash")
(SETTINGS,) = blocks(_WITHOUT_CONTAINERS, "toml")
(PROCESSES,) = blocks(_WITHOUT_CONTAINERS, "text")
ADMIN, DIRECTORY = blocks(section(_PAGE, "People and bodies"), "bash")
_BY_COMPOSE = re.compile(r"docker compose run --rm (?:--volume \S+ )?api ")
OTKLIK = "/opt/otklik/bin/otklik"
GIVEN = "Otkryli-okno-47"


class FailedError(Exception):
    """A command of the page failed; has what it printed."""


@dataclass
class Newcomer:
    """Somebody at the terminal of a bare system whose root is `root`."""

    root: Path
    environment: dict[str, str]
    hosts: Mapping[str, str]
    """What stands on the page, and what it is here."""
    printed: str = ""
    commands: int = 0
    started: list[Process] = field(default_factory=list)

    async def run(self, script: str, *, within: Path, typed: str = "", ahead: tuple[str, ...] = ()) -> None:
        """The commands in a shell, standing in a folder; `ahead`: what they are run by. Raises FailedError."""
        self.commands += len(re.findall(r"(?<!\\)\n", script.strip())) + 1
        process = await asyncio.create_subprocess_exec(
            *(*ahead, "/bin/sh", "-eu", "-c", self.here(script)),
            cwd=within,
            env=self.environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
        )
        printed, _ = await process.communicate(typed.encode())
        self.printed += printed.decode()
        if process.returncode != 0:
            raise FailedError(f"{script}\n{printed.decode()}")

    async def start(self, command: str, name: str, **more: str) -> None:
        """A process that goes on."""
        self.commands += 1
        with (self.root / f"{name}.log").open("wb") as log:
            self.started.append(
                await asyncio.create_subprocess_exec(
                    *self.here(command).split(),
                    cwd=self.root,
                    env=self.environment | more,
                    stdin=DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            )

    async def stop(self) -> list[int]:
        """End what was started, the last first; returns the exit codes."""
        for process in reversed(self.started):
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        return [await process.wait() for process in self.started]

    def here(self, text: str) -> str:
        """A text of the page with its hosts, passwords and paths as they are here."""
        for example, host in self.hosts.items():
            text = text.replace(example, host)
        return re.sub(r"(?<![\w./])/(?=(?:opt|etc|var)/)", f"{self.root}/", text)

    def place(self, path: str) -> Path:
        return Path(self.here(path))


@asynccontextmanager
async def newcomer(root: Path) -> AsyncIterator[Newcomer]:
    """Somebody with an empty root, beside a PostgreSQL that has nothing yet, and a Temporal server."""
    certificates = root / "certificates"
    make(certificates)
    (root / "etc" / "otklik").mkdir(parents=True)
    shutil.copy(certificates / "otklik" / "ca.pem", root / "etc" / "otklik")
    async with temporal_server() as temporal, behind_tls(temporal, certificates) as servers:
        who = Newcomer(
            root,
            _environment(root, socket_folder(servers.postgresql), certificates / "otklik"),
            {
                "db.region.example/otklik": f"postgres:{servers.database}/otklik?hostaddr=127.0.0.1",
                "temporal.region.example:7233": f"127.0.0.1:{servers.temporal}",
                "worker_port = 8001": f"worker_port = {free_port()}",
            },
        )
        try:
            yield who
        finally:
            await who.stop()


def _environment(root: Path, postgresql: Path, certificates: Path) -> dict[str, str]:
    """Of a bare system with Python, `psql` of PostgreSQL's machine, and the certificates of Temporal's."""
    programs, home = root / "programs", root / "home"
    programs.mkdir()
    home.mkdir()
    (programs / "python3").symlink_to(Path(sys._base_executable).resolve())  # type: ignore[attr-defined]
    (programs / "psql").symlink_to(tool("psql"))
    return {
        "PATH": f"{programs}:{root}/opt/otklik/bin:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PGHOST": str(postgresql),
        "TEMPORAL_TLS_SERVER_NAME": "temporal",
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(certificates / "ca.pem"),
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(certificates / "cert.pem"),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(certificates / "key.pem"),
    }


async def set_up(who: Newcomer, folder: Path) -> str:
    """Steps 2 to 5 of the page, once the program is there; returns the address of the workplace.

    `folder`: that of the bundle or checkout.
    """
    await who.run(ROLES, within=folder)
    await who.run(NAMESPACE, within=folder)
    settings = who.place("/etc/otklik/otklik.toml")
    settings.touch(mode=0o600)
    settings.write_text(who.here(SETTINGS), encoding="utf-8")
    await who.run(KEYS, within=folder)
    del who.environment["PGHOST"]  # the administrator's
    await who.run(PREPARE, within=folder)
    port = free_port()
    for command in PROCESSES.splitlines():
        await who.start(command, command.split()[1], OTKLIK_PORT=str(port))
    address = f"http://127.0.0.1:{port}"
    try:
        await until_ready(port, *who.started)
    except ChildProcessError as error:
        raise FailedError("\n".join(log.read_text() for log in who.root.glob("*.log"))) from error
    who.environment["OTKLIK_CONFIG"] = str(settings)
    await who.run(_by_hand(ADMIN), within=folder, typed=f"{GIVEN}\n")
    texts = next(who.place("/opt/otklik").glob("lib/python*/site-packages/embedded/demo/texts"))
    example_directory.written(folder, texts)
    load, _, give_password = _by_hand(DIRECTORY).partition("\n")
    await who.run(load.replace(" /directory.toml", " directory.toml"), within=folder)
    await who.run(give_password.replace("petrova", "curator"), within=folder, typed=f"{GIVEN}\n")
    return address


def _by_hand(script: str) -> str:
    return _BY_COMPOSE.sub(f"{OTKLIK} ", script)

"""The parts of `docker-compose.yml` as processes of this machine: its commands, its environment, its health checks.

Only where others are reached, and what is listened on, differs: in containers every part has an address of its own.
"""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg

from embedded.http_probe import answers
from tests.deploy import compose
from tests.documents import ROOT
from tests.patience import PATIENCE
from tests.ports import free_port


class Part:
    """One process of one service."""

    def __init__(
        self,
        service: str,
        said: Mapping[str, Any],
        given: Mapping[str, str],
        elsewhere: Mapping[str, str],
        log: Path,
    ) -> None:
        """`said`: of it in the file; `given`: its environment there; `elsewhere`: what differs here."""
        self.service = service
        self.log = log
        self.port = free_port()
        # Of several kinds of worker each is named `worker-…`.
        listening = {"api": "OTKLIK_PORT", "worker": "OTKLIK_WORKER_PORT"}.get(service.partition("-")[0])
        own = {listening: str(self.port)} if listening else {}
        self._environment = {**_without_ours(os.environ), **given, **elsewhere, **own}
        self._command = said["command"]
        self._health = said.get("healthcheck", {}).get("test", [])
        self._inside = given.get(listening or "", "")
        self.process: Process

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "cli", *self._command),
                env=self._environment | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )

    async def run(self, *command: str, typed: str = "") -> None:
        """A command of the program, as it is run inside of this part: it has to succeed."""
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "cli", *command),
            env=self._environment | {"PYTHONPATH": str(ROOT)},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await running.communicate(typed.encode())
        assert running.returncode == 0, said.decode()

    async def until_healthy(self) -> None:
        """By the health check of the file, once what it asks for answers."""
        await until_ready(self.port, self.process)
        program = self._health[-1].replace(f":{self._inside}/", f":{self.port}/")
        asked = await asyncio.create_subprocess_exec(sys.executable, "-I", "-c", program)
        assert await asked.wait() == 0

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await self.process.wait()

    async def stop(self) -> int:
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        return await self.ended()


async def until_ready(port: int, *processes: Process) -> None:
    """What listens here says that it is ready. Raises ChildProcessError where one of these has ended by then."""
    async with asyncio.timeout(PATIENCE):
        while not await answers("127.0.0.1", port, "/readyz", PATIENCE):
            if any(process.returncode is not None for process in processes):
                raise ChildProcessError("it ended before it was ready: see its log")
            await asyncio.sleep(0.2)


def ask_for_passwords(server: str) -> None:
    """Let nobody but the administrator in without one, as `deploy/postgres/pg_hba.conf` does for the network."""
    with psycopg.connect(server, autocommit=True) as connection:
        (file,) = connection.execute("SHOW hba_file").fetchone() or ()
        Path(file).write_text("local all postgres trust\nlocal all all scram-sha-256\n", encoding="utf-8")
        connection.execute("SELECT pg_reload_conf()")


def _without_ours(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("OTKLIK_", "TEMPORAL_")) and not name.lower().endswith("_proxy")
    }


class Installation:
    """Parts over one database and one Temporal server, both behind TLS."""

    def __init__(
        self,
        database_url: str,
        temporal_address: str,
        namespace: str,
        certificates: Path,
        logs: Path,
        services: Mapping[str, Any],
    ) -> None:
        """`certificates`: the directory of those that the parts have at `/tls`; `services`: as of Compose."""
        self._services = services
        self._elsewhere = {
            "OTKLIK_DATABASE_URL": database_url,
            "TEMPORAL_ADDRESS": temporal_address,
            "TEMPORAL_NAMESPACE": namespace,
            "OTKLIK_OFFICE_NAMESPACE": namespace,
            "TEMPORAL_TLS_SERVER_NAME": "temporal",
            "OTKLIK_HOST": "127.0.0.1",
            "OTKLIK_ANCHORS": str(logs / "anchors"),
        }
        self._certificates = certificates
        self._logs = logs
        self._parts: list[Part] = []

    async def start(self, service: str, **more: str) -> Part:
        """One more process of a service; `more`: variables beside those of the file."""
        log = self._logs / f"{service}-{len(self._parts)}.log"
        said = self._services[service]
        given = compose.with_certificates(said["environment"], self._certificates)
        part = Part(service, said, given, self._elsewhere | more, log)
        self._parts.append(part)
        await part.start()
        return part

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Installation"]:
        """Nothing of it runs on after the block."""
        try:
            yield self
        finally:
            for part in self._parts:
                if part.process.returncode is None:
                    part.process.kill()
                    await part.process.wait()

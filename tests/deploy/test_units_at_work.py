"""The units of systemd at work: their commands, with their variables and no others, from preparation to a copy."""

import asyncio
import shlex
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from temporalio.client import Client

from tests.api.messages.office import open_namespace
from tests.command_keys import KEYS
from tests.deploy.installation import ask_for_passwords, until_ready
from tests.deploy.test_scripts import as_role, on_postgresql
from tests.deploy.test_units import PROGRAM, SYSTEMD, environment, given, read
from tests.documents import ROOT
from tests.ports import free_port
from tests.postgresql import postgresql_server, socket_folder, tool

PASSWORDS = {"OTKLIK_DB_PASSWORD": "works", "OTKLIK_OWNER_DB_PASSWORD": "owns", "TEMPORAL_DB_PASSWORD": "t"}


@dataclass
class Machine:
    """A machine whose `/etc`, `/opt` and `/var` are in `root`, with the program and the units of the release."""

    root: Path

    def here(self, text: str) -> str:
        for place in ("/etc/otklik", "/var/lib/otklik", "/var/backups/otklik"):
            text = text.replace(place, f"{self.root}{place}")
        return text.replace("/opt/otklik/deploy", f"{ROOT}/deploy")

    def folder(self, path: str) -> Path:
        place = Path(self.here(path))
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        return place

    def file(self, name: str, equals: str, values: Mapping[str, str]) -> None:
        text = "".join(f"{variable}{equals}{value}\n" for variable, value in values.items())
        (self.folder("/etc/otklik") / name).write_text(text, encoding="utf-8")

    async def started(self, unit: str, instance: str = "") -> list[Process]:
        """What the unit starts: of a service one process, of others each after the one before, all at their ends."""
        said = read(SYSTEMD / f"{unit}.service")
        variables = {
            "PATH": f"{tool('pg_dump').parent}:/usr/local/bin:/usr/bin:/bin",
            "USER": given(said, "User"),
            **{name: self.here(value) for name, value in environment(said, instance).items()},
            **self._of_files(said),
        }
        processes = []
        for line in said["Service", "ExecStart"]:
            words = shlex.split(self.here(line.replace("%i", instance)))
            if words[0] == PROGRAM:
                words = [sys.executable, "-P", "-m", "cli", *words[1:]]
                variables |= {"PYTHONPATH": str(ROOT)}
            process = await asyncio.create_subprocess_exec(*words, cwd=self.root, env=variables)
            processes.append(process)
            if given(said, "Type") == "oneshot":
                assert await process.wait() == 0, line
        return processes

    def _of_files(self, said: Any) -> dict[str, str]:
        lines = [
            line
            for file in said["Service", "EnvironmentFile"]
            for line in Path(self.here(file)).read_text(encoding="utf-8").splitlines()
        ]
        return dict(line.split("=", 1) for line in lines)


@asynccontextmanager
async def ended(processes: list[Process]) -> AsyncIterator[None]:
    """Within the block they run; after it each has been told to stop, and has."""
    try:
        yield
    finally:
        for process in processes:
            if process.returncode is None:
                process.send_signal(signal.SIGTERM)
        assert [await process.wait() for process in processes] == [0] * len(processes)


async def test_one_file_of_settings_serves_all_units(
    temporal_address: str, temporal: Client, tmp_path: Path
) -> None:
    """Two workers and a workplace side by side, prepared by who may, and a copy of it on record."""
    namespace = await open_namespace(temporal, "units")
    machine = Machine(tmp_path)
    with postgresql_server() as server:
        on_postgresql("postgres/roles.sh", server, **PASSWORDS)
        ask_for_passwords(server)
        as_program = as_role(server, "otklik").replace("//otklik@", "//otklik:works@")
        as_owner = as_role(server, "otklik_owner").replace("//otklik_owner@", "//otklik_owner:owns@")
        machine.file(
            "otklik.toml",
            " = ",
            {
                "data": f'"{machine.here("/var/lib/otklik")}"',
                "database_url": f'"{as_program}"',
                "temporal_address": f'"{temporal_address}"',
                "temporal_namespace": f'"{namespace}"',
                "keys": f'"{KEYS.written().replace(chr(10), " ")}"',
                "log_format": '"json"',
            },
        )
        machine.file("owner.env", "=", {"OTKLIK_OWNER_DATABASE_URL": as_owner})
        libpq = {"PGUSER": "otklik_owner", "PGPASSWORD": "owns", "PGDATABASE": "otklik"}
        machine.file("backup.env", "=", {"PGHOST": str(socket_folder(server)), **libpq})
        for folder in ("/var/lib/otklik/anchors", "/var/backups/otklik"):
            machine.folder(folder)
        await machine.started("otklik-prepare")
        ports = [str(free_port()) for _ in range(3)]
        async with AsyncExitStack() as running:
            for unit, port in zip(("otklik-worker@", "otklik-worker@", "otklik-api@"), ports, strict=True):
                await running.enter_async_context(ended(await machine.started(unit, port)))
            await asyncio.gather(*(until_ready(int(port)) for port in ports))
            await machine.started("otklik-backup")
        with psycopg.connect(as_role(server, "postgres")) as connection:
            calls = connection.execute("SELECT call, outcome FROM access_record ORDER BY call").fetchall()
    assert calls == [
        *(("cli.api", "begun"), ("cli.backup.taken", "ok"), ("cli.prepare", "ok")),
        *[("cli.worker", "begun")] * 2,
    ]
    (copy,) = machine.folder("/var/backups/otklik").iterdir()
    assert (copy / "SHA256SUMS").is_file()

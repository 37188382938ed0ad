"""Installations whose parts can be killed, hung and taken away, each by itself or all at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from httpx import AsyncClient, HTTPError

from embedded.temporal_server import NAMESPACE, TemporalPorts, TemporalServer
from settings import Settings
from tests.command_keys import KEYS
from tests.embedded.installation import ROOT, Installation
from tests.faults.postgresql import PostgreSQL, mortal_server
from tests.faults.service import PASSWORD, kill_everything
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.prepared import prepare

_SMALL_DISK = 256 * 1024 * 1024
_BLOCK = 4096

Deaf = tuple[str, float, float]
"""An API's address, and from when until when it could answer nobody; seconds of the wall clock."""


@dataclass(frozen=True)
class Program:
    """A version of the program: its folder, and the interpreter that has what it needs."""

    root: Path = ROOT
    python: Path = Path(sys.executable)

    async def run(self, settings: Settings, log: Path, *command: str) -> asyncio.subprocess.Process:
        """One of its commands, as a process of its own; it is told what was set, since it may not know all there is."""
        unset = {
            f"OTKLIK_{name.upper()}" for name in Settings.model_fields.keys() - settings.model_fields_set
        }
        given = {name: value for name, value in settings.environment().items() if name not in unset}
        with log.open("ab") as file:
            return await asyncio.create_subprocess_exec(
                *(str(self.python), "-P", "-m", "cli", *command),
                env=os.environ | given | {"PYTHONPATH": str(self.root)},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )


HERE = Program()


class Parts(ABC):
    """An installation on demo people, in which `parts` may fail."""

    parts: tuple[str, ...]
    settings: Settings
    addresses: tuple[str, ...]

    def __init__(self) -> None:
        self.deaf: list[Deaf] = []

    @abstractmethod
    async def kill(self, *parts: str, away: float) -> None:
        """`kill -9` at the same moment; each is there again `away` seconds later, or as soon as it can."""

    @abstractmethod
    async def hang(self, *parts: str, seconds: float) -> None:
        """Stopped at the same moment, and let go on after `seconds`."""

    @abstractmethod
    async def lose_database(self, seconds: float) -> None:
        """Nothing can be written for so long."""

    def can_fill_disk(self) -> bool:
        """Whether the data is on a disk of its own."""
        return False

    async def fill_disk(self, seconds: float) -> None:
        """No space is left on the disk with the data for so long."""
        raise NotImplementedError

    async def until_ready(self) -> None:
        """Returns when every API has what it needs."""
        for address in self.addresses:
            await until_ready(address)


async def until_ready(address: str, process: asyncio.subprocess.Process | None = None) -> None:
    """Returns when who answers there has what it needs; `process`: whose end ends the waiting."""
    async with AsyncClient(timeout=PATIENCE, trust_env=False) as http, asyncio.timeout(PATIENCE):
        while True:
            with suppress(HTTPError):
                if (await http.get(f"{address}/readyz")).is_success:
                    return
            assert process is None or process.returncode is None, "it has ended: see its log"
            await asyncio.sleep(0.1)


class Separate(Parts):
    """Two workers, two APIs, a Temporal server on a file, PostgreSQL: each a process of its own."""

    def __init__(
        self, data: Path, postgresql: PostgreSQL, url: str, regulation: Path, program: Program
    ) -> None:
        super().__init__()
        ports = TemporalPorts(free_port(), free_port())
        self._data = data
        self._postgresql = postgresql
        self._temporal = TemporalServer(data / "temporal.db", ports, training=False)
        own = {part: free_port() for part in ("worker-1", "worker-2", "api-1", "api-2")}
        self._at = {part: f"http://127.0.0.1:{port}" for part, port in own.items()}
        self._ports = own
        self._programs = dict.fromkeys(own, program)
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self.parts = (*own, "temporal", "database")
        self.addresses = (self._at["api-1"], self._at["api-2"])
        self.settings = Settings.load(
            data=data,
            database_url=url,
            regulation=regulation,
            demo=True,
            demo_password=PASSWORD,
            command_keys=KEYS.written(),
            temporal_address=ports.address,
            temporal_namespace=NAMESPACE,
        )

    async def start(self) -> None:
        """Returns when everything is ready."""
        await self.prepare(self._programs["api-1"])
        await self._start("temporal")
        await self._temporal.until_ready()
        for part in self._programs:
            await self._start(part)
        for part in self._programs:
            await until_ready(self._at[part], self._running[part])

    async def prepare(self, program: Program) -> None:
        """As a version brings the database up to date, whatever runs meanwhile."""
        process = await program.run(self.settings, self._data / "prepare.log", "prepare")
        assert await process.wait() == 0, (self._data / "prepare.log").read_text(encoding="utf-8")

    async def replace(self, part: str, program: Program, number: signal.Signals) -> None:
        """End one by a signal, and start it as another version; returns when that is ready."""
        self._signal(part, number)
        async with asyncio.timeout(PATIENCE):
            await self._running[part].wait()
        self._programs[part] = program
        await self._start(part)
        await until_ready(self._at[part], self._running[part])

    async def stop(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def kill(self, *parts: str, away: float) -> None:
        began = time.time()
        for part in parts:
            self._signal(part, signal.SIGKILL)
        for part in parts:
            if part == "database":
                await asyncio.to_thread(self._postgresql.wait)
            else:
                await self._running[part].wait()
        await asyncio.sleep(away)
        for part in parts:
            await self._start(part)
        if apis := [part for part in parts if part.startswith("api")]:
            await self.until_ready()
            self._note_deaf(apis, began)

    async def hang(self, *parts: str, seconds: float) -> None:
        began = time.time()
        for part in parts:
            self._signal(part, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        for part in parts:
            self._signal(part, signal.SIGCONT)
        self._note_deaf([part for part in parts if part.startswith("api")], began)

    async def lose_database(self, seconds: float) -> None:
        await self.kill("database", away=seconds)

    async def slow_database(self, seconds: float) -> None:
        """Each of its statements takes about five times as long: it stands still for four parts of the time in five."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._postgresql.hang()
            await asyncio.sleep(0.2)
            self._postgresql.go_on()
            await asyncio.sleep(0.05)

    async def kill_for_memory(self) -> None:
        """As the kernel does where memory has run out: the process of one connection, for which PostgreSQL ends all."""
        self._postgresql.kill_connection()

    def _note_deaf(self, apis: list[str], began: float) -> None:
        self.deaf += [(self._at[part], began, time.time()) for part in apis]

    def _signal(self, part: str, number: signal.Signals) -> None:
        if part == "database":
            self._postgresql.signal(number)
        else:
            self._running[part].send_signal(number)

    async def _start(self, part: str) -> None:
        if part == "database":
            await asyncio.to_thread(self._postgresql.start)
            return
        log = self._data / f"{part}.log"
        if part in self._programs:
            listening = {"api": "port", "worker": "worker_port"}[kind := part.partition("-")[0]]
            settings = self.settings.model_copy(update={listening: self._ports[part]})
            self._running[part] = await self._programs[part].run(settings, log, kind)
            return
        with log.open("ab") as file:
            self._running[part] = await asyncio.create_subprocess_exec(
                *self._temporal.command(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )


class Embedded(Parts):
    """`otklik serve`, which starts again by itself what ends or hangs; the database is SQLite."""

    def __init__(self, data: Path, regulation: Path) -> None:
        super().__init__()
        self._installation = Installation(data)
        self._regulation = regulation
        self.parts = ("worker", "api", "temporal")
        self.addresses = (f"http://127.0.0.1:{self._installation.port}",)
        self.settings = Settings.load(data=data, demo=True, demo_password=PASSWORD)

    async def start(self) -> None:
        """Returns when it says that it is ready."""
        await prepare(self.settings)
        await self._start()

    async def _start(self) -> None:
        self._serve = await self._installation.start(
            PYTHONPATH=str(ROOT), OTKLIK_REGULATION=str(self._regulation)
        )
        await self._serve.until_ready()

    async def stop(self) -> None:
        await kill_everything(self._installation, self._serve)

    def said(self) -> list[str]:
        """By the supervisor, since its last start."""
        return self._serve.said

    async def kill(self, *parts: str, away: float) -> None:
        began = time.time()
        if set(parts) == set(self.parts):
            await kill_everything(self._installation, self._serve)
            await asyncio.sleep(away)
            await self._start()
        else:
            self._signal(signal.SIGKILL, parts)
            await asyncio.sleep(away)
            await self.until_ready()
        if "api" in parts:
            self.deaf.append((self.addresses[0], began, time.time()))

    async def hang(self, *parts: str, seconds: float) -> None:
        began = time.time()
        hung = self._signal(signal.SIGSTOP, parts)
        await asyncio.sleep(seconds)
        for pid in hung:
            with suppress(ProcessLookupError):  # ended by its supervisor, which had waited long enough
                os.kill(pid, signal.SIGCONT)
        if "api" in parts:
            await self.until_ready()
            self.deaf.append((self.addresses[0], began, time.time()))

    async def lose_database(self, seconds: float) -> None:
        file = self.settings.data / "otklik.db"
        with closing(
            sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
        ) as other:
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)

    def can_fill_disk(self) -> bool:
        return self.settings.data.is_mount()

    async def fill_disk(self, seconds: float) -> None:
        ballast = self.settings.data / "ballast"
        end = time.monotonic() + seconds
        try:
            with ballast.open("wb", buffering=0) as file:
                while time.monotonic() < end:
                    with suppress(OSError):  # full; what the parts let go of is taken as well
                        file.write(bytes(_BLOCK))
                        continue
                    await asyncio.sleep(0.05)
        finally:
            ballast.unlink()

    def _signal(self, number: signal.Signals, parts: tuple[str, ...]) -> list[int]:
        reached = []
        for part in parts:
            with suppress(OSError):  # it is being started again
                pid = self._installation.pid(part)
                os.kill(pid, number)
                reached.append(pid)
        return reached


@asynccontextmanager
async def separate(folder: Path, regulation: Path, program: Program = HERE) -> AsyncIterator[Separate]:
    """Running on a PostgreSQL of its own while the block runs."""
    with mortal_server() as postgresql:
        url = await asyncio.to_thread(postgresql.new_database, "otklik")
        parts = Separate(folder, postgresql, url, regulation, program)
        try:
            await parts.start()
            yield parts
        finally:
            await parts.stop()


@asynccontextmanager
async def embedded(folder: Path, regulation: Path) -> AsyncIterator[Embedded]:
    """Running while the block runs; on a small disk in memory where one may be mounted."""
    data = folder / "data"
    data.mkdir()
    with _small_disk(data):
        parts = Embedded(data, regulation)
        await parts.start()
        try:
            yield parts
        except BaseException as error:
            error.add_note(f"otklik serve said: {parts.said()}")
            raise
        finally:
            await parts.stop()


@contextmanager
def _small_disk(folder: Path) -> Iterator[None]:
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SMALL_DISK}", "tmpfs", str(folder)]
    mounted = (
        os.geteuid() == 0
        and shutil.which("mount") is not None
        and subprocess.run(mount, check=False, stderr=subprocess.DEVNULL).returncode == 0
    )
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(folder)], check=True)

"""Installations whose parts can be killed, hung and taken away, each by itself or all at once."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from httpx import AsyncClient, HTTPError

from embedded.temporal_server import NAMESPACE, TemporalPorts, TemporalServer
from settings import Settings
from tests.command_keys import KEYS
from tests.embedded.installation import ROOT, Installation, until_gone
from tests.faults.postgresql import PostgreSQL, mortal_server
from tests.faults.service import PASSWORD
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.prepared import prepare


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


class Parts:
    """An installation on demo people, in which parts may fail."""

    def __init__(self, settings: Settings, *addresses: str) -> None:
        self.settings, self.addresses = settings, addresses

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
        self, data: Path, postgresql: PostgreSQL, url: str, regulation: Path | None, program: Program
    ) -> None:
        ports = TemporalPorts(free_port(), free_port())
        self._data = data
        self.postgresql = postgresql
        self._temporal = TemporalServer(data / "temporal.db", ports, training=False)
        self._ports = {part: free_port() for part in ("worker-1", "worker-2", "api-1", "api-2")}
        self._programs = dict.fromkeys(self._ports, program)
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self.parts = (*self._ports, "temporal", "database")
        settings = Settings.load(
            data=data,
            database_url=url,
            regulation=regulation,
            demo=True,
            demo_password=PASSWORD,
            keys=KEYS.written(),
            temporal_address=ports.address,
            temporal_namespace=NAMESPACE,
        )
        super().__init__(settings, self._at("api-1"), self._at("api-2"))

    def _at(self, part: str) -> str:
        return f"http://127.0.0.1:{self._ports[part]}"

    async def start(self) -> None:
        """Returns when everything is ready."""
        await self.prepare(self._programs["api-1"])
        await self._start("temporal")
        await self._temporal.until_ready()
        for part in self._programs:
            await self._start(part)
        for part in self._programs:
            await until_ready(self._at(part), self._running[part])

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
        await until_ready(self._at(part), self._running[part])

    async def stop(self) -> None:
        for process in self._running.values():
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def kill(self, *parts: str, away: float) -> None:
        """`kill -9` at the same moment; each is there again `away` seconds later, or as soon as it can."""
        for part in parts:
            self._signal(part, signal.SIGKILL)
        for part in parts:
            if part == "database":
                await asyncio.to_thread(self.postgresql.wait)
            else:
                await self._running[part].wait()
        await asyncio.sleep(away)
        for part in parts:
            await self._start(part)

    async def hang(self, *parts: str, seconds: float) -> None:
        """Stopped at the same moment, and let go on after `seconds`."""
        for part in parts:
            self._signal(part, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        for part in parts:
            self._signal(part, signal.SIGCONT)

    async def slow_database(self, seconds: float) -> None:
        """Each of its statements takes about five times as long: it stands still for four parts of the time in five."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.postgresql.hang()
            await asyncio.sleep(0.2)
            self.postgresql.go_on()
            await asyncio.sleep(0.05)

    async def kill_for_memory(self) -> None:
        """As the kernel does where memory has run out: the process of one connection, for which PostgreSQL ends all."""
        self.postgresql.kill_connection()

    def _signal(self, part: str, number: signal.Signals) -> None:
        if part == "database":
            self.postgresql.signal(number)
        else:
            self._running[part].send_signal(number)

    async def _start(self, part: str) -> None:
        if part == "database":
            await asyncio.to_thread(self.postgresql.start)
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
        self._installation = Installation(data)
        self._regulation = regulation
        settings = Settings.load(data=data, demo=True, demo_password=PASSWORD)
        super().__init__(settings, f"http://127.0.0.1:{self._installation.port}")

    async def start(self) -> None:
        """Returns when it says that it is ready."""
        serve = await self._installation.start(PYTHONPATH=str(ROOT), OTKLIK_REGULATION=str(self._regulation))
        await serve.until_ready()

    async def kill_everything(self) -> None:
        """`kill -9` of the supervisor and of all its parts at the same moment; then it is started once more."""
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        pids = self._installation.pids()
        self._installation.kill()
        await self._installation.serve.until_ended()
        for pid in pids:
            await until_gone(pid)

    async def hang(self, part: str, *, seconds: float) -> None:
        pid = self._installation.pid(part)
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(seconds)
        with suppress(ProcessLookupError):  # ended by its supervisor, or with it
            os.kill(pid, signal.SIGCONT)


@asynccontextmanager
async def separate(
    folder: Path, regulation: Path | None = None, program: Program = HERE
) -> AsyncIterator[Separate]:
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
    """Running while the block runs."""
    parts = Embedded(folder / "data", regulation)
    await prepare(parts.settings)
    await parts.start()
    try:
        yield parts
    finally:
        await parts.stop()

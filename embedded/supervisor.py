"""`otklik serve`: everything started in order, kept running, and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from calendar_rules import production_calendar
from embedded import forked, obstacles
from embedded.child_process import ChildProcess
from embedded.data_directory import DataDirectory
from embedded.demo.network import PATH as DEMO_NETWORK
from embedded.http_probe import reachable, until_answers
from embedded.keeper import Keeper, Patience
from embedded.left_running import end_left_running
from embedded.ports import Port, check_free
from embedded.read_only_ui import read_only_ui
from embedded.refusal import GaveUpError, StartRefusedError
from embedded.temporal_server import LOOPBACK, TemporalPorts, TemporalServer
from service.keys import command_keys
from service.keys.key_files import KeysError
from service.language.morphology import analyzer
from service.runs import rules
from settings import CONFIG_FILE, Settings
from store.database.session import DatabaseError
from store.migrations import purpose
from store.migrations.purpose import Purpose, PurposeError
from store.migrations.revision import SchemaError
from telemetry.log_files import Bounds
from telemetry.machine import count_restarts, forget_restarts

_GRACE_API = 10.0
_GRACE_WORKER = 30.0
_GRACE_TEMPORAL = 10.0
_GRACE_ONCE = 2.0

_LOOK_AT_LOGS = 10.0
"""Seconds between two looks at what parts have written that do not turn their files over by themselves."""

_IN_COMMON = "embedded.working", "embedded.serving", "embedded.web"
"""What worker and API import."""


class Progress:
    """Lines for the person who waits, on standard error, with the seconds since the start."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        with contextlib.suppress(OSError):  # a terminal that was closed must not keep us from stopping
            print(f"[{self.elapsed()} с] {text}", file=sys.stderr, flush=True)  # noqa: T201

    def elapsed(self) -> str:
        return f"{time.monotonic() - self._started:.1f}".replace(".", ",")


async def _was_heard(child: ChildProcess, _within: float) -> bool:
    return child.was_heard()


def keeper_of_api(
    settings: Settings,
    *,
    make: Callable[[], ChildProcess],
    until_allowed: Callable[[], Awaitable[object]],
    say: Callable[[str], None],
    patience: Patience,
) -> Keeper:
    """The keeper of the API on `settings.host` and `settings.port`.

    Whether it works is heard by the socket that the two share: a connection like everybody's might find no room among
    those of a flood, and to end a process for that would be what the flood is for.
    """

    async def until_ready(child: ChildProcess) -> None:
        await child.until_announced()
        # Started again, it works when it listens, also where a database that is away is the answer.
        if not keeper.has_worked:
            await until_answers(settings.host, settings.port, "/readyz")

    keeper = Keeper(
        title="Веб-сервис",
        make=make,
        until_allowed=until_allowed,
        until_ready=until_ready,
        is_alive=_was_heard,
        say=say,
        patience=patience,
    )
    return keeper


@dataclass
class _Stop:
    """`asked` by the first signal, `hurry` by the second."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    hurry: asyncio.Event = field(default_factory=asyncio.Event)

    def on_signal(self) -> None:
        if self.asked.is_set():
            self.hurry.set()
        self.asked.set()


class Supervisor:
    """One run of an embedded installation."""

    def __init__(
        self, settings: Settings, ports: TemporalPorts, run: Callable[[Sequence[str]], int] | None = None
    ) -> None:
        """`settings` must name the Temporal server on `ports`, which is started here.

        `run`: a command of `cli.py`, by its arguments, in a fork of this process; without it each is a program.
        """
        self._settings = settings
        self._run_forked = run if forked.POSSIBLE else None
        self._ports = ports
        self._progress = Progress()
        self._say = self._progress.say
        self._generated_password: str | None = None
        self._starts = dict.fromkeys(("temporal", "worker", "api"), 0)
        self._stop_in_order: tuple[tuple[Keeper, float], ...] = ()
        self._log_bounds = Bounds(settings.log_size * 1_000_000, settings.log_files)

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or SIGHUP. The exit code: 0 stopped, 1 given up, 2 refused."""
        try:
            self._data = DataDirectory(self._settings.data)
            if self._data.tightened is not None:
                self._say(self._data.tightened)
            with self._data.lock():
                return asyncio.run(self._run(self._make_way()))
        except StartRefusedError as refused:
            print(refused, file=sys.stderr, flush=True)  # noqa: T201
            return 2

    def _make_way(self) -> TemporalServer:
        """Make true what must be before anything starts. Raises `StartRefusedError`."""
        training = self._purpose().training
        try:
            production = rules.load_files(self._settings).production
        except rules.RulesError as error:
            raise StartRefusedError(str(error)) from error
        try:
            command_keys.load(self._settings)
        except KeysError as error:
            raise StartRefusedError(str(error)) from error
        ended = end_left_running(self._data.run)
        if ended:
            self._say(f"Завершены процессы прошлого запуска: {', '.join(ended)}.")
        check_free(self._chosen_ports())
        self._data.note_temporal(self._ports.address)
        if self._settings.demo and self._settings.demo_password is None:
            self._generated_password = self._data.demo_password()
            self._settings = self._settings.model_copy(update={"demo_password": self._generated_password})
        if ending := production_calendar.ending(datetime.now(UTC).date(), production):
            self._say(ending)
        return TemporalServer(
            self._data.temporal_database,
            self._ports,
            training=training,
            besides=[port.number for port in self._chosen_ports()],
        )

    def _purpose(self) -> Purpose:
        """What the database will be for, before anything of it is changed. Raises `StartRefusedError`."""
        settings = self._settings
        asked = Purpose(settings.demo, settings.training)
        try:
            found = asyncio.run(purpose.look(settings))
            if found is None:
                return asked
            fitting = purpose.fitting(found, demo=asked.demo, training=asked.training)
            purpose.check_exposure(settings, fitting)
        except (PurposeError, SchemaError) as error:
            raise StartRefusedError(str(error)) from error
        except DatabaseError:
            return asked  # that it does not answer is said where it is prepared
        if fitting.demo and not asked.demo:
            self._say(
                "База данных демонстрационная, но --demo не указан: пароль к её входам не тайна, для работы она не "
                "годится."
            )
        if fitting.training and not asked.training:
            self._say(
                "База данных учебная, но --training не указан: часы сообщений идут, переводить их нельзя."
            )
        return fitting

    def _chosen_ports(self) -> list[Port]:
        settings, state_of_worker = self._settings, "состояние рабочего процесса"
        ports = [
            Port(settings.host, settings.port, "--port", "рабочее место"),
            Port(LOOPBACK, self._ports.grpc, "--temporal-port", "сервер Temporal"),
            Port(LOOPBACK, self._ports.ui, "--ui-port", "веб-интерфейс Temporal"),
        ]
        if settings.worker_port is not None:
            ports.append(Port(settings.host, settings.worker_port, "OTKLIK_WORKER_PORT", state_of_worker))
        return ports

    async def _run(self, server: TemporalServer) -> int:
        stop = _Stop()
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, stop.on_signal)
        loop.add_signal_handler(signal.SIGTERM, stop.on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # as it is under nohup
            loop.add_signal_handler(signal.SIGHUP, stop.on_signal)
        work = asyncio.ensure_future(self._work(server))
        asked = asyncio.ensure_future(stop.asked.wait())
        try:
            await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
            work.cancel()
            await work
        except asyncio.CancelledError:
            pass
        except GaveUpError as gave_up:
            self._say(str(gave_up))
            if reason := await asyncio.to_thread(
                obstacles.found, self._data.path, self._settings.sqlite_file
            ):
                self._say(reason)
            return 1
        finally:
            asked.cancel()
            await self._shut_down(stop.hurry)
        return 0

    async def _work(self, server: TemporalServer) -> None:
        """Start everything, then keep it running. Raises `GaveUpError`; nothing is stopped here."""
        try:
            async with (
                read_only_ui(self._ports.ui, lambda: server.ui_port),
                asyncio.TaskGroup() as group,
            ):
                await self._start(server, group)
                await asyncio.Event().wait()
        except OSError as error:
            raise GaveUpError(f"Веб-интерфейс Temporal не открыт ({error.strerror}).") from error
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _start(self, server: TemporalServer, group: asyncio.TaskGroup) -> None:
        """Temporal starts while everything is imported; the rest begins in order."""
        prepared = asyncio.Event()

        async def until_temporal_and_database() -> None:
            await prepared.wait()
            await temporal.ready.wait()

        temporal = Keeper(
            title="Сервер Temporal",
            # It tells of each of its own connections that it has closed them.
            make=lambda: self._child("temporal", server.command(), ends_loudly=True),
            until_ready=lambda _: server.until_ready(),
            is_alive=lambda _, within: server.is_alive(within),
            say=self._say,
            # Each question has it do some work.
            patience=Patience(ask_every=10.0, silent=2),
        )
        worker = Keeper(
            title="Рабочий процесс",
            make=lambda: self._otklik("worker"),
            until_allowed=until_temporal_and_database,
            until_ready=ChildProcess.until_announced,
            is_alive=_was_heard,
            say=self._say,
            patience=Patience(),
        )
        api = keeper_of_api(
            self._settings,
            make=lambda: self._otklik("api"),
            until_allowed=until_temporal_and_database,
            say=self._say,
            patience=Patience(),
        )
        self._stop_in_order = ((api, _GRACE_API), (worker, _GRACE_WORKER), (temporal, _GRACE_TEMPORAL))

        group.create_task(self._bound_logs())
        self._say("Запускаю Temporal и готовлю базу данных.")
        group.create_task(temporal.keep())
        if self._run_forked is not None:
            await asyncio.to_thread(forked.load_once, _IN_COMMON, analyzer)
        preparing = group.create_task(self._once("prepare", "Базу данных подготовить не удалось"))
        for keeper in (worker, api):
            group.create_task(keeper.keep())
        seeding = group.create_task(self._seed(worker)) if self._settings.demo else None
        await preparing
        prepared.set()
        await temporal.ready.wait()
        self._say("Запускаю рабочий процесс и веб-сервис.")
        await worker.ready.wait()
        if seeding is not None:
            self._say("Добавляю демонстрационные сообщения.")
            await seeding
        await api.ready.wait()
        self._announce()

    async def _bound_logs(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_AT_LOGS)
            await asyncio.to_thread(self._log_bounds.empty_those_too_full, self._data.logs)

    async def _seed(self, worker: Keeper) -> None:
        """What is there works without them, so their lack ends nothing."""
        try:
            await self._once("seed-demo", "Демонстрационные сообщения добавить не удалось", worker.ready)
        except GaveUpError as failure:
            self._say(f"{failure}\nВсё остальное работает; недостающие добавит следующий запуск.")

    async def _once(self, name: str, failure: str, allowed: asyncio.Event | None = None) -> None:
        """Run a command that ends by itself. Raises `GaveUpError` with the end of its log."""
        child = self._otklik(name)
        try:
            await child.start()
            if allowed is not None:
                await allowed.wait()
            child.release()
            code = await child.until_ended()
        finally:
            await child.stop(_GRACE_ONCE, asyncio.Event())
        if code != 0:
            raise GaveUpError(f"{failure} (код {code}). Конец журнала:\n{child.end_of_log()}")

    def _otklik(self, name: str) -> ChildProcess:
        """A command of `cli.py`."""
        arguments = (name, "--data", str(self._settings.data))
        if (run := self._run_forked) is not None:
            return self._child(name, lambda: run(arguments))
        # `-P`, because a folder someone stands in must not lend its modules; with the data directory in view, which
        # tells the processes of two installations apart.
        return self._child(name, (sys.executable, "-P", "-m", "cli", *arguments))

    def _child(
        self, name: str, command: Sequence[str] | Callable[[], int], *, ends_loudly: bool = False
    ) -> ChildProcess:
        log = self._data.logs / f"{name}.log"
        if name in self._starts:
            self._starts[name] += 1
            with contextlib.suppress(OSError):  # a full disk keeps no part down
                count_restarts(
                    self._data.path, {part: max(starts - 1, 0) for part, starts in self._starts.items()}
                )
        return ChildProcess(
            command,
            self._environment() | self._log_bounds.variable(log),
            log=log,
            pid_file=self._data.run / f"{name}.pid",
            bounds=self._log_bounds,
            ends_loudly=ends_loudly,
        )

    def _environment(self) -> dict[str, str]:
        """Ours, with the settings of this run in place of all others."""
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("TEMPORAL_") and name != CONFIG_FILE
        }
        return (
            inherited
            | self._settings.environment()
            | {"TEMPORAL_CONFIG_FILE": os.devnull, "PYTHONUNBUFFERED": "1"}
        )

    def _announce(self) -> None:
        place = f"http://{reachable(self._settings.host)}:{self._settings.port}"
        line = (
            f"Отклик готов за {self._progress.elapsed()} с: рабочее место {place} · API {place}/docs"
            f" · Temporal {self._settings.ui_url}"
        )
        if self._settings.demo:
            line += f" · вымышленная сеть {place}{DEMO_NETWORK}"
        if self._generated_password is not None:
            line += f" · пароль демонстрационных входов: {self._generated_password}"
        with contextlib.suppress(OSError):
            print(line, flush=True)  # noqa: T201

    async def _shut_down(self, hurry: asyncio.Event) -> None:
        """First what takes in, then what works, then what remembers."""
        self._say("Останавливаюсь.")
        for keeper, grace in self._stop_in_order:
            await keeper.stop(grace, hurry)
        forget_restarts(self._data.path)
        self._say("Остановлено.")

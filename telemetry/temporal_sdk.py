"""The Temporal SDK's own measures and logs, joined with ours: its core knows neither our port nor our log.

The core serves its measures over HTTP itself, and only at an address of its own. It gets one on the loopback
interface, from where `/metrics` fetches them, so that a process has one port to watch.
"""

import asyncio
import http.client
import logging
from collections.abc import Collection

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from telemetry.free_port import free_port

_LOOPBACK = "127.0.0.1"
_ATTEMPTS = 5
_WITHIN = 1.0  # seconds

_LOGS = LoggingConfig(
    filter=TelemetryFilter(core_level="WARN", other_level="ERROR"),
    forwarding=LogForwardingConfig(logging.getLogger("temporalio.core"), append_target_to_name=False),
)

_running: list[tuple[Runtime, int]] = []
"""The runtime, once there is one, and the port of its measures."""


def runtime(besides: Collection[int | None] = ()) -> Runtime:
    """The one runtime of this process, for every client it connects.

    `besides`: ports of the installation, on which it never serves its measures.
    """
    if not _running:
        _running.append(_started(besides))
    return _running[0][0]


def _started(besides: Collection[int | None]) -> tuple[Runtime, int]:
    for attempt in range(_ATTEMPTS):
        port = free_port(besides)
        measures = PrometheusConfig(
            bind_address=f"{_LOOPBACK}:{port}",
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
        )
        try:
            return Runtime(telemetry=TelemetryConfig(logging=_LOGS, metrics=measures)), port
        except ValueError:  # somebody took the port first
            if attempt == _ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


async def measures() -> bytes:
    """The SDK's measures in the text form of Prometheus; empty before any client has been connected."""
    if not _running:
        return b""
    return await asyncio.to_thread(_fetch, _running[0][1])


def _fetch(port: int) -> bytes:
    connection = http.client.HTTPConnection(_LOOPBACK, port, timeout=_WITHIN)
    try:
        connection.request("GET", "/metrics")
        return connection.getresponse().read()
    except OSError:
        # Ours are worth having without them.
        return b""
    finally:
        connection.close()

"""Traces of OpenTelemetry: the way of one press through service, signal, workflow and activity to the rows it leaves.

Off unless a setting names a collector, and then nothing of it is imported; what does the work is in `tracing`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from temporalio.client import Interceptor

    from settings import Settings
    from telemetry.tracing import Tracing

_on: list[Tracing] = []
"""The one of this process, where traces are on."""


def begin(settings: Settings, process: str) -> None:
    """Have this process (`api`, `worker`) tell the collector of the settings; without one nothing is done."""
    if settings.traces is None or _on:
        return
    from telemetry.tracing import Tracing  # noqa: PLC0415  two dozen modules, and a thread

    _on.append(Tracing.of(settings.traces, process))


async def end() -> None:
    """Tell what has not been told, for a short time, and nothing from now on."""
    while _on:
        await _on.pop().end()


@asynccontextmanager
async def told(settings: Settings, process: str) -> AsyncIterator[None]:
    """Traces inside the block, as `begin` and `end` have them."""
    begin(settings, process)
    try:
        yield
    finally:
        await end()


def tracing() -> Tracing | None:
    """The traces of this process; None where they are off."""
    return _on[0] if _on else None


def interceptors() -> list[Interceptor]:
    """Interceptors of a client of Temporal, which its workers take over, behind those that check seals."""
    return [_on[0].interceptor] if _on else []


def current() -> str | None:
    """The trace under way, for a process that goes on with it (`traceparent` of W3C); None where none is told of."""
    return _on[0].current() if _on else None


def note_request(name: str) -> None:
    """The request under way is found by its `X-Request-ID`."""
    if _on:
        _on[0].note_request(name)


@contextmanager
def delivery(command: str, *, message: int, number: str, of: str | None) -> Iterator[None]:
    """The delivery of a command as a step of the trace under way, else of that in which it was taken (`current`)."""
    if not _on:
        yield
        return
    with _on[0].step(f"deliver {command}", {"otklik.message": message, "otklik.command": number}, of):
        yield

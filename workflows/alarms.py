"""What a worker must be alarmed about: forged commands and starts, keys it lacks, steps that fail.

Workflows do no I/O: whoever runs them listens, counts and logs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import NamedTuple

from temporalio import workflow


class AlarmKind(StrEnum):
    """What has happened."""

    FORGED_COMMAND = "forged_command"
    FORGED_START = "forged_start"
    MISSING_KEY = "missing_key"
    FAILED_STEP = "failed_step"


class Alarm(NamedTuple):
    """One event. `reason` is a flaw, the id of a key or the type of an exception: never content."""

    kind: AlarmKind
    workflow: str
    reason: str
    command: str | None = None


_listeners: list[Callable[[Alarm], None]] = []


@contextmanager
def listening(listener: Callable[[Alarm], None]) -> Iterator[None]:
    """Call `listener` with every alarm raised in this process inside the block; it must not raise."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


def raise_alarm(kind: AlarmKind, reason: str, command: str | None = None) -> None:
    """Raise the alarm about the workflow that runs; not a second time when its history is replayed."""
    if workflow.unsafe.is_replaying():
        return
    alarm = Alarm(kind, workflow.info().workflow_id, reason, command)
    for listener in _listeners:
        listener(alarm)

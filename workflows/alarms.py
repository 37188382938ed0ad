"""Alarms for whoever runs the program: what is forged, keys that lack, steps that fail.

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
    FORGED_ACTIVITY = "forged_activity"
    """Scheduled by somebody else, or in a run that does not lead its message."""
    FORGED_RESULT = "forged_result"
    """Of an activity: somebody has completed it in a worker's name."""
    FORGED_ANSWER = "forged_answer"
    """To a query: by somebody in a worker's name, or by a run that does not lead its message."""
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
    if not workflow.unsafe.is_replaying():
        raise_alarm_of(workflow.info().workflow_id, kind, reason, command)


def raise_alarm_of(workflow_id: str, kind: AlarmKind, reason: str, command: str | None = None) -> None:
    """Raise the alarm about a workflow from outside of it: each listener hears it once."""
    for listener in dict.fromkeys(_listeners):
        listener(Alarm(kind, workflow_id, reason, command))

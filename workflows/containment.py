"""No exception fails a step of a message for ever: what raised is undone, an alarm is raised, and it is tried again.

That something failed stands in the history, as a marker: a replay by mended code, in which it no longer fails, undoes
it all the same, and issues the commands that the history has. Without a failure there is no marker.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from temporalio import workflow

from workflows.alarms import AlarmKind, raise_alarm

FAILED = "failed-"
"""How the marker begins that a failure leaves in the history."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)


def succeeds(step: str, work: Callable[[], None], undo: Callable[[], None], *, alarm: str) -> bool:
    """Do the work, which changes state only and issues no command; where it raises, undo it and raise the alarm.

    `step` is the same in every replay and no other's in the run, and holds nothing that a person wrote; `alarm` is the
    command or duty as the alert names it.
    """
    failure: Exception | None = None
    try:
        work()
    except Exception as error:
        failure = error
    # Asked after the work, which may ask for patches of its own: marks come in the order of the history.
    if failure is None and not (workflow.unsafe.is_replaying() and workflow.patched(f"{FAILED}{step}")):
        return True
    undo()
    if failure is not None:
        raise_alarm(AlarmKind.FAILED_STEP, type(failure).__name__, alarm)
        workflow.patched(f"{FAILED}{step}")
    return False


def nothing() -> None:
    """Nothing was changed, so nothing is undone."""


class Retries:
    """What has failed and is owed still, by its name: when it is tried again, later each time, up to every hour."""

    def __init__(self) -> None:
        self._failures: dict[str, int] = {}
        self._again_at: dict[str, datetime] = {}
        self._attempts: dict[str, int] = {}

    def attempt(self, name: str) -> str:
        """The name of the next attempt, for `succeeds`."""
        self._attempts[name] = self._attempts.get(name, 0) + 1
        return f"{name}-{self._attempts[name]}"

    def failed(self, name: str, *, at: datetime, by: datetime | None = None) -> datetime:
        """Note a failure at `at`; returns when it is tried again, not later than a moment `by` to come."""
        self._failures[name] = self._failures.get(name, 0) + 1
        # A longer pause than any is not computed: hours of failures would make a number of it.
        doublings = min(self._failures[name] - 1, 6)
        again = at + min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
        self._again_at[name] = min(again, by) if by is not None and by > at else again
        return self._again_at[name]

    def done(self, name: str) -> None:
        """It succeeded, or is owed no more."""
        self._failures.pop(name, None)
        self._again_at.pop(name, None)

    def forget_until(self, name: str, moment: datetime) -> None:
        """At the moment it was to be tried again there was nothing to do any more."""
        if (again := self._again_at.get(name)) is not None and again <= moment:
            self.done(name)

    def is_owed(self, name: str) -> bool:
        """Whether it failed, and has not succeeded since."""
        return name in self._failures

    def again_at(self, name: str) -> datetime | None:
        """When it is tried again; None where it has not failed."""
        return self._again_at.get(name)

    @property
    def is_empty(self) -> bool:
        return not self._failures

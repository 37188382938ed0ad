"""Mailbox of a message: commands in order of arrival, and what became of each."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from temporalio.common import RawValue

from workflows.alarms import AlarmKind, raise_alarm
from workflows.commands import COMMANDS, AnyCommand
from workflows.sealing import given_as, known_name
from workflows.seals import Flaw
from workflows.state import CommandOutcome


class Mailbox:
    """The commands of one message."""

    def __init__(self, outcomes: Mapping[str, CommandOutcome], past: Sequence[AnyCommand] = ()) -> None:
        """`past`: what is in the box before anything arrives."""
        self.outcomes = dict(outcomes)
        self._waiting: deque[AnyCommand] = deque(past)

    def receive(self, name: str, given: Sequence[RawValue]) -> None:
        """Put a command in the box; a command of a later release is passed over.

        Payloads are read here and not by the SDK, which drops what it cannot read without a word, or fails the task.
        """
        kind = COMMANDS.get(name)
        if kind is None:
            return
        try:
            [payload] = given
            command = given_as(kind, payload)
        except Exception:
            raise_alarm(AlarmKind.FORGED_COMMAND, Flaw.UNREADABLE, known_name(name))
            return
        self._waiting.append(command)

    def emptied(self) -> Iterator[AnyCommand]:
        """Takes out each command that has not been applied, and those that come meanwhile."""
        while self._waiting:
            command = self._waiting.popleft()
            if command.id not in self.outcomes:
                yield command

    @property
    def is_empty(self) -> bool:
        return not self._waiting

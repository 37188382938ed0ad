"""The signals and queries of a message. A handler only puts the command in the inbox, in order of arrival."""

from collections.abc import Callable, Sequence

from temporalio import workflow
from temporalio.common import RawValue

from workflows.alarms import AlarmKind, raise_alarm
from workflows.commands import COMMANDS
from workflows.process import MessageProcess
from workflows.sealing import Admitted, given_as, known_name
from workflows.seals import Flaw
from workflows.state import OutcomeAnswer
from workflows.vocabulary import Command


class Mailbox(MessageProcess):
    """What reaches a message from outside."""

    @workflow.signal(dynamic=True)
    def on_unknown(self, name: str, given: Sequence[RawValue]) -> None:
        """A command of a later release is passed over."""
        self.receive(name, given)

    def receive(self, name: str, given: Sequence[RawValue]) -> None:
        """Every command, by its name.

        Payloads are read here and not by the SDK, which drops what it cannot read without a word, or fails the task.
        """
        if not all(isinstance(payload, Admitted) for payload in given):
            raise RuntimeError("nobody has checked the seal: this worker was made without Sealing")
        kind = COMMANDS.get(name)
        if kind is None or self.unreadable is not None:
            return
        try:
            [payload] = given
            command = given_as(kind, payload)
        except Exception:
            raise_alarm(AlarmKind.FORGED_COMMAND, Flaw.UNREADABLE, known_name(name))
            return
        self.take(command)

    @workflow.query(name="state")
    def on_state(self) -> OutcomeAnswer:
        """The message as it stands."""
        return self.answer(None)

    @workflow.query(name="outcome")
    def on_outcome(self, command: str) -> OutcomeAnswer:
        """What became of the command with this id, and the message after it."""
        return self.answer(command)


def _handler(name: Command) -> Callable[[Mailbox, RawValue], None]:
    """The signal of a command, under its own name, as programs find it in the workflow's metadata."""

    def on_command(self: Mailbox, given: RawValue) -> None:
        self.receive(name, [given])

    # The SDK takes an annotated first parameter for one of the signal's own.
    del on_command.__annotations__["self"]
    return workflow.signal(name=name)(on_command)


for _command in Command:
    setattr(Mailbox, f"on_{_command.value}", _handler(_command))

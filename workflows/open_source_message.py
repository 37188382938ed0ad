"""The workflow of a message as Temporal sees it: its start, signals and queries, each handed over at once."""

from collections.abc import Callable, Sequence

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue

from workflows.identity import WORKFLOW_TYPE
from workflows.process import MessageProcess
from workflows.sealing import Admitted, given_as
from workflows.state import MessageInput, OutcomeAnswer
from workflows.vocabulary import Command

NOTHING = RawValue(Payload())
"""What a run is started with by somebody who gives it nothing."""


def _with_signals(kind: "type[OpenSourceMessage]") -> "type[OpenSourceMessage]":
    """Add the signal of each command, under its own name, as programs find it in the workflow's metadata."""
    for command in Command:
        setattr(kind, f"on_{command.value}", _handler(command))
    return kind


def _handler(name: Command) -> Callable[..., None]:
    # The SDK would take an annotated `self` for a parameter of the signal's own.
    def on_command(self, given: RawValue) -> None:  # type: ignore[no-untyped-def]
        self.receive(name, [given])

    return workflow.signal(name=name)(on_command)


@workflow.defn(name=WORKFLOW_TYPE)
@_with_signals
class OpenSourceMessage:
    """One message from open sources, from its detection to its end."""

    @workflow.init
    def __init__(self, start: RawValue = NOTHING) -> None:
        self._message: MessageProcess | Exception
        """What the start comes to, or why it cannot be read; then nothing is done, and no command taken."""
        try:
            given = given_as(MessageInput, start)
        except Exception as error:
            self._message = error
        else:
            self._message = MessageProcess(given)

    @workflow.run
    async def run(self, start: RawValue = NOTHING) -> str:
        """Runs until the message is closed and everything about it is in the database; returns the outcome.

        `start` is a MessageInput, as the bytes that were sealed.
        """
        _check(start)
        return await self._begun.keep_running()

    @workflow.signal(dynamic=True)
    def on_unknown(self, name: str, given: Sequence[RawValue]) -> None:
        """A command of a later release is passed over."""
        self.receive(name, given)

    def receive(self, name: str, given: Sequence[RawValue]) -> None:
        """Every command, by its name."""
        _check(*given)
        if isinstance(self._message, MessageProcess):
            self._message.mailbox.receive(name, given)

    @workflow.query(name="state")
    def on_state(self) -> OutcomeAnswer:
        """The message as it stands."""
        return self._begun.answer(None)

    @workflow.query(name="outcome")
    def on_outcome(self, command: str) -> OutcomeAnswer:
        """What became of the command with this id, and the message after it."""
        return self._begun.answer(command)

    @property
    def _begun(self) -> MessageProcess:
        """The message that runs. Raises what its start could not be read for."""
        if isinstance(self._message, Exception):
            raise self._message
        return self._message


def _check(*given: RawValue) -> None:
    if not all(isinstance(payload, Admitted) for payload in given):
        raise RuntimeError("nobody has checked the seal: this worker was made without Sealing")

"""Where seals are put on and checked: every client of the program seals, every worker lets only the sealed through.

`Sealing` is given to a client, and a worker of that client takes it over. Sealed are the bytes of the payloads, with
the message and the name they are for. The seal is a header: workers of an earlier release pass it over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel
from temporalio import client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from workflows.alarms import AlarmKind, raise_alarm
from workflows.identity import WORKFLOW_TYPE, is_message
from workflows.seals import CommandKeys, Flaw, MissingKeyError
from workflows.vocabulary import Command

START_SEAL = "otklik-seal"
COMMAND_SEAL = "otklik-command-seal"
"""Of a signal. A start that carries its first command has one set of headers for both."""

SEALED = "sealed"
"""The patch that messages begun before there were seals do not have."""

FORGED = "Forged"
"""The type of the failure with which a run ends that the program has not started."""

Model = TypeVar("Model", bound=BaseModel)
_CONVERTER = pydantic_data_converter.payload_converter
_COMMANDS = frozenset(map(str, Command))


class Admitted(RawValue):
    """A payload whose seal was found right: nothing else is acted upon."""


def given_as(kind: type[Model], raw: RawValue) -> Model:
    """The model that the payload holds. Raises an exception of some kind where it holds another."""
    model = _CONVERTER.from_payload(raw.payload, kind)
    if not isinstance(model, kind):
        raise TypeError(f"not a {kind.__name__}")
    return model


def start_flaw(
    keys: CommandKeys, workflow_id: str, headers: Mapping[str, Payload], payloads: Sequence[Payload]
) -> Flaw | None:
    """What is wrong with the start of a message's run. Raises MissingKeyError."""
    return keys.flaw(_seal_in(headers, START_SEAL), _content("start", workflow_id, WORKFLOW_TYPE, payloads))


def _content(purpose: str, workflow_id: str, name: str, payloads: Sequence[Payload]) -> list[bytes]:
    parts = [purpose.encode(), workflow_id.encode(), name.encode()]
    for payload in payloads:
        parts += [payload.metadata.get("encoding", b""), payload.data]
    return parts


def _seal_in(headers: Mapping[str, Payload], name: str) -> str | None:
    if name not in headers:
        return None
    return headers[name].data.decode("ascii", errors="replace")


def _header(seal: str) -> Payload:
    return Payload(metadata={"encoding": b"binary/plain"}, data=seal.encode())


class Sealing(client.Interceptor, worker.Interceptor):
    """For `interceptors` of a client; a worker or replayer without it does nothing to messages."""

    def __init__(self, keys: CommandKeys) -> None:
        self.keys = keys
        self._guard = type("Guard", (_Guard,), {"keys": keys})

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:  # noqa: A002
        return _SealingClient(next, self.keys)

    def workflow_interceptor_class(
        self,
        input: worker.WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[worker.WorkflowInboundInterceptor] | None:
        return self._guard


class _SealingClient(client.OutboundInterceptor):
    def __init__(self, next: client.OutboundInterceptor, keys: CommandKeys) -> None:  # noqa: A002
        super().__init__(next)
        self._keys = keys

    async def start_workflow(self, input: client.StartWorkflowInput) -> client.WorkflowHandle[Any, Any]:  # noqa: A002
        if input.workflow != WORKFLOW_TYPE:
            return await super().start_workflow(input)
        given = _CONVERTER.to_payloads(input.args)
        headers = {**input.headers, START_SEAL: self._seal("start", input.id, WORKFLOW_TYPE, given)}
        signal_args: Sequence[Any] = input.start_signal_args
        if input.start_signal:
            command = _CONVERTER.to_payloads(signal_args)
            headers[COMMAND_SEAL] = self._seal("command", input.id, input.start_signal, command)
            signal_args = _raw(command)
        return await super().start_workflow(
            replace(input, args=_raw(given), headers=headers, start_signal_args=signal_args)
        )

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:  # noqa: A002
        if is_message(input.id):
            given = _CONVERTER.to_payloads(input.args)
            seal = self._seal("command", input.id, input.signal, given)
            input = replace(input, args=_raw(given), headers={**input.headers, COMMAND_SEAL: seal})  # noqa: A001
        await super().signal_workflow(input)

    def _seal(self, purpose: str, workflow_id: str, name: str, payloads: Sequence[Payload]) -> Payload:
        return _header(self._keys.seal(_content(purpose, workflow_id, name, payloads)))


def _raw(payloads: Sequence[Payload]) -> list[RawValue]:
    return [RawValue(payload) for payload in payloads]


class _Guard(worker.WorkflowInboundInterceptor):
    """Stands before a message: what is not rightly sealed changes nothing, and raises the alarm."""

    keys: CommandKeys

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        super().init(_SealingWorkflow(outbound, self.keys))

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002
        if workflow.info().workflow_type != WORKFLOW_TYPE:
            return await super().execute_workflow(input)
        payloads = [arg.payload for arg in input.args if isinstance(arg, RawValue)]
        if _is_sealed_run() and (flaw := self._flaw_of_start(input, payloads)):
            raise_alarm(AlarmKind.FORGED_START, flaw)
            raise ApplicationError("not started by the program", type=FORGED, non_retryable=True)
        return await super().execute_workflow(replace(input, args=[Admitted(part) for part in payloads]))

    def _flaw_of_start(self, input: worker.ExecuteWorkflowInput, payloads: list[Payload]) -> Flaw | None:  # noqa: A002
        if len(payloads) != 1 or len(input.args) != 1:
            return Flaw.FORGED
        try:
            return start_flaw(self.keys, workflow.info().workflow_id, input.headers, payloads)
        except MissingKeyError as error:
            raise_alarm(AlarmKind.MISSING_KEY, error.key)
            raise

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002
        if workflow.info().workflow_type != WORKFLOW_TYPE:
            await super().handle_signal(input)
            return
        named = input.signal in _COMMANDS
        raw: Sequence[Any] = input.args if named else input.args[1]
        payloads = [value.payload for value in raw if isinstance(value, RawValue)]
        # More than one is read otherwise by the SDK, and none leaves the handler nothing to read.
        odd = named and not len(payloads) == len(raw) == 1
        sealed = not _is_sealed_run() or COMMAND_SEAL in input.headers
        flaw = Flaw.UNREADABLE if odd and sealed else None
        if flaw or (_is_sealed_run() and (flaw := self._flaw_of_command(input, payloads))):
            # What somebody has made up may stand in the name as well.
            raise_alarm(AlarmKind.FORGED_COMMAND, flaw, known_name(input.signal))
            return
        admitted = [Admitted(payload) for payload in payloads]
        await super().handle_signal(replace(input, args=admitted if named else [input.signal, admitted]))

    def _flaw_of_command(self, input: worker.HandleSignalInput, payloads: list[Payload]) -> Flaw | None:  # noqa: A002
        seal = _seal_in(input.headers, COMMAND_SEAL)
        content = _content("command", workflow.info().workflow_id, input.signal, payloads)
        try:
            return self.keys.flaw(seal, content)
        except MissingKeyError as error:
            raise_alarm(AlarmKind.MISSING_KEY, error.key, known_name(input.signal))
            raise


class _SealingWorkflow(worker.WorkflowOutboundInterceptor):
    def __init__(self, next: worker.WorkflowOutboundInterceptor, keys: CommandKeys) -> None:  # noqa: A002
        super().__init__(next)
        self._keys = keys

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:  # noqa: A002
        """A run that goes on in a new one seals what it hands over."""
        info = workflow.info()
        if info.workflow_type == WORKFLOW_TYPE:
            given = _CONVERTER.to_payloads(input.args)
            seal = self._keys.seal(_content("start", info.workflow_id, WORKFLOW_TYPE, given))
            input = replace(input, args=_raw(given), headers={**input.headers, START_SEAL: _header(seal)})  # noqa: A001
        super().continue_as_new(input)


def known_name(signal: str) -> str | None:
    """The name of a command; None for any other, which may hold anything."""
    return signal if signal in _COMMANDS else None


def _is_sealed_run() -> bool:
    """False in runs begun before there were seals: they take commands as they come, until they go on in a new run."""
    return START_SEAL in workflow.info().headers or workflow.patched(SEALED)

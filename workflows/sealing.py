"""Sealing, and the check of seals: nothing that comes from Temporal is believed without one (docs/run/security.md).

`Sealing` is given to a client, and a worker of that client takes it over. Sealed are the bytes of payloads with what
they are for: starts and commands by clients; activities, their results and the answers to queries by workers. The seal
is a header; of a result and of an answer it is with the payload. Nothing of it is chance or hangs on a clock, so a
history that is replayed has the seals it had.

It is long because each call that passes through Temporal is intercepted once on either side.
"""

import secrets  # noqa: TID251  of a question, which is asked outside of workflows
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel
from temporalio import activity, client, worker, workflow
from temporalio.api.common.v1 import Payload
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from workflows.alarms import AlarmKind, raise_alarm, raise_alarm_of
from workflows.identity import WORKFLOW_TYPE, is_message
from workflows.office import OFFICE_WORK
from workflows.polling import POLL_SOURCE
from workflows.publication import PUBLICATION
from workflows.seals import CommandKeys, Flaw, MissingKeyError
from workflows.vocabulary import Command

START_SEAL = "otklik-seal"
COMMAND_SEAL = "otklik-command-seal"
"""Of a signal. A start that carries its first command has one set of headers for both."""
ACTIVITY_SEAL = "otklik-activity-seal"
QUESTION = "otklik-question"
"""What the answer to a query is sealed with beside its content: the asker's key, and a number used once."""
OUTCOME_SEAL = "otklik-outcome-seal"
"""Of what an activity returns, and of an answer: in the metadata of its payload."""

FORGED = "Forged"
"""The type of the failure with which ends what the program has not begun."""

BESIDE_MESSAGES = frozenset({OFFICE_WORK, POLL_SOURCE, PUBLICATION})
"""Types of workflows whose starts are sealed without their id, which a schedule makes up: begun once more they do no
more than the next run would."""

_OWN_QUERIES = "__"
"""How the names of the queries begin that the SDK answers by itself."""

Model = TypeVar("Model", bound=BaseModel)
_CONVERTER = pydantic_data_converter.payload_converter
_COMMANDS = frozenset(map(str, Command))


class ForgedAnswerError(Exception):
    """The answer to a query is not one of the program's workers."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(f"the answer to a query is not believed: {flaw}")
        self.flaw = flaw


class ForgedResultError(ApplicationError):
    """Somebody has completed an activity in the name of a worker; what it was to do is not done."""

    def __init__(self) -> None:
        super().__init__("not completed by the program", type=FORGED, non_retryable=True)


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
    return keys.flaw(_seal_in(headers, START_SEAL), _of_start(workflow_id, WORKFLOW_TYPE, payloads))


def activity_flaw(
    keys: CommandKeys,
    run: tuple[str, str],
    number: str,
    name: str,
    headers: Mapping[str, Payload],
    payloads: Sequence[Payload],
) -> Flaw | None:
    """What is wrong with an activity, which a run (ids of workflow and run) has scheduled. Raises MissingKeyError.

    `number`: its id, which counts the activities of the run.
    """
    return keys.flaw(_seal_in(headers, ACTIVITY_SEAL), _content("activity", *run, number, name, of=payloads))


def result_flaw(
    keys: CommandKeys, run: tuple[str, str], number: str, name: str, payload: Payload
) -> Flaw | None:
    """What is wrong with what an activity of the run has returned, by the same number. Raises MissingKeyError."""
    return keys.flaw(_outcome_seal(payload), _content("result", *run, number, name, of=[payload]))


def _of_start(workflow_id: str, name: str, payloads: Sequence[Payload]) -> list[bytes]:
    return _content("start", "" if name in BESIDE_MESSAGES else workflow_id, name, of=payloads)


def _content(*purpose: str, of: Sequence[Payload]) -> list[bytes]:
    parts = [part.encode() for part in purpose]
    for payload in of:
        parts += [payload.metadata.get("encoding", b""), payload.data]
    return parts


def _seal_in(headers: Mapping[str, Payload], name: str) -> str | None:
    if name not in headers:
        return None
    return headers[name].data.decode("ascii", errors="replace")


def _header(seal: str) -> Payload:
    return Payload(metadata={"encoding": b"binary/plain"}, data=seal.encode())


def _sealed_outcome(payload: Payload, seal: str) -> RawValue:
    payload.metadata[OUTCOME_SEAL] = seal.encode()
    return RawValue(payload)


def _outcome_seal(payload: Payload) -> str | None:
    found = payload.metadata.get(OUTCOME_SEAL)
    return None if found is None else found.decode("ascii", errors="replace")


def _read(payload: Payload, kind: Any) -> Any:
    return RawValue(payload) if kind is RawValue else _CONVERTER.from_payload(payload, kind)


class Sealing(client.Interceptor, worker.Interceptor):
    """For `interceptors` of a client; a worker or replayer without it does nothing to messages."""

    def __init__(self, keys: CommandKeys) -> None:
        self.keys = keys
        self._guard = type("Guard", (_Guard,), {"keys": keys})

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:  # noqa: A002
        return _SealingClient(next, self.keys)

    def intercept_activity(
        self,
        next: worker.ActivityInboundInterceptor,  # noqa: A002
    ) -> worker.ActivityInboundInterceptor:
        return _ActivityGuard(next, self.keys)

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
        if input.workflow != WORKFLOW_TYPE and input.workflow not in BESIDE_MESSAGES:
            return await super().start_workflow(input)
        given = _payloads(input.args)
        headers = {**input.headers, START_SEAL: self._seal(_of_start(input.id, input.workflow, given))}
        signal_args: Sequence[Any] = input.start_signal_args
        if input.start_signal:
            command = _payloads(signal_args)
            headers[COMMAND_SEAL] = self._seal(_content("command", input.id, input.start_signal, of=command))
            signal_args = _raw(command)
        input.args, input.headers, input.start_signal_args = _raw(given), headers, signal_args
        return await super().start_workflow(input)

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:  # noqa: A002
        if is_message(input.id):
            given = _payloads(input.args)
            seal = self._seal(_content("command", input.id, input.signal, of=given))
            input.args, input.headers = _raw(given), {**input.headers, COMMAND_SEAL: seal}
        await super().signal_workflow(input)

    async def query_workflow(self, input: client.QueryWorkflowInput) -> Any:  # noqa: A002
        """Raises ForgedAnswerError, and MissingKeyError."""
        if not is_message(input.id) or input.query.startswith(_OWN_QUERIES):
            return await super().query_workflow(input)
        asked, kind = _payloads(input.args), input.ret_type
        question = f"{self._keys.current_id}.{secrets.token_hex(16)}"
        input.args, input.ret_type = _raw(asked), RawValue
        input.headers = {**input.headers, QUESTION: _header(question)}
        answer = await super().query_workflow(input)
        payload = answer.payload if isinstance(answer, RawValue) else Payload()
        content = _content("answer", input.id, input.query, question, of=[*asked, payload])
        if flaw := self._keys.flaw(_outcome_seal(payload), content):
            raise_alarm_of(input.id, AlarmKind.FORGED_ANSWER, flaw)
            raise ForgedAnswerError(flaw)
        return _read(payload, kind)

    async def create_schedule(self, input: client.CreateScheduleInput) -> client.ScheduleHandle:  # noqa: A002
        self._seal_action(input.schedule)
        return await super().create_schedule(input)

    async def update_schedule(self, input: client.UpdateScheduleInput) -> None:  # noqa: A002
        """Seals what is put in its place; a schedule that stays as it is is sealed again by another key."""

        async def updated(known: client.ScheduleUpdateInput) -> client.ScheduleUpdate | None:
            wanted = input.updater(known)
            if isinstance(wanted, Awaitable):
                wanted = await wanted
            if wanted is None and self._is_sealed(known.description.schedule):
                return None
            wanted = wanted or client.ScheduleUpdate(known.description.schedule)
            self._seal_action(wanted.schedule)
            return wanted

        await super().update_schedule(replace(input, updater=updated))

    def _seal_action(self, schedule: client.Schedule) -> None:
        action = schedule.action
        if isinstance(action, client.ScheduleActionStartWorkflow) and action.workflow in BESIDE_MESSAGES:
            action.headers = {START_SEAL: self._seal(_of_action(action))}

    def _is_sealed(self, schedule: client.Schedule) -> bool:
        action = schedule.action
        if not isinstance(action, client.ScheduleActionStartWorkflow):
            return True
        return (action.headers or {}).get(START_SEAL) == self._seal(_of_action(action))

    def _seal(self, content: Sequence[bytes]) -> Payload:
        return _header(self._keys.seal(content))


def _of_action(action: client.ScheduleActionStartWorkflow) -> list[bytes]:
    # As read from the server, arguments are payloads.
    given = [arg if isinstance(arg, Payload) else _CONVERTER.to_payload(arg) for arg in action.args]
    return _of_start(action.id, action.workflow, given)


def _payloads(values: Sequence[Any]) -> list[Payload]:
    """As the converter makes them, which passes payloads on at some cost."""
    return [
        value.payload if isinstance(value, RawValue) else _CONVERTER.to_payload(value) for value in values
    ]


def _raw(payloads: Sequence[Payload]) -> list[RawValue]:
    return [RawValue(payload) for payload in payloads]


class _Guard(worker.WorkflowInboundInterceptor):
    """Stands before a workflow: what is not rightly sealed changes nothing, and raises the alarm."""

    keys: CommandKeys
    _is_admitted = False

    def init(self, outbound: worker.WorkflowOutboundInterceptor) -> None:
        self._info = outbound.info()
        super().init(_SealingWorkflow(outbound, self.keys))

    async def execute_workflow(self, input: worker.ExecuteWorkflowInput) -> Any:  # noqa: A002
        name = self._info.workflow_type
        if name != WORKFLOW_TYPE and name not in BESIDE_MESSAGES:
            return await super().execute_workflow(input)
        payloads = _payloads(input.args)
        if flaw := self._flaw_of_start(input, name, payloads):
            raise_alarm(AlarmKind.FORGED_START, flaw)
            raise ApplicationError("not started by the program", type=FORGED, non_retryable=True)
        self._is_admitted = True
        if name == WORKFLOW_TYPE:
            input.args = [Admitted(part) for part in payloads]
        return await super().execute_workflow(input)

    def _flaw_of_start(
        self,
        input: worker.ExecuteWorkflowInput,  # noqa: A002
        name: str,
        payloads: Sequence[Payload],
    ) -> Flaw | None:
        if name == WORKFLOW_TYPE and (len(payloads) != 1 or not isinstance(input.args[0], RawValue)):
            return Flaw.FORGED
        try:
            content = _of_start(self._info.workflow_id, name, payloads)
            return self.keys.flaw(_seal_in(input.headers, START_SEAL), content)
        except MissingKeyError as error:
            raise_alarm(AlarmKind.MISSING_KEY, error.key)
            raise

    async def handle_signal(self, input: worker.HandleSignalInput) -> None:  # noqa: A002
        if self._info.workflow_type != WORKFLOW_TYPE:
            await super().handle_signal(input)
            return
        named = input.signal in _COMMANDS
        raw: Sequence[Any] = input.args if named else input.args[1]
        payloads = [value.payload for value in raw if isinstance(value, RawValue)]
        # More than one is read otherwise by the SDK, and none leaves the handler nothing to read.
        odd = named and not len(payloads) == len(raw) == 1
        flaw = Flaw.UNREADABLE if odd and COMMAND_SEAL in input.headers else None
        if flaw := flaw or self._flaw_of_command(input, payloads):
            # What somebody has made up may stand in the name as well.
            raise_alarm(AlarmKind.FORGED_COMMAND, flaw, known_name(input.signal))
            return
        admitted = [Admitted(payload) for payload in payloads]
        input.args = admitted if named else [input.signal, admitted]
        await super().handle_signal(input)

    def _flaw_of_command(self, input: worker.HandleSignalInput, payloads: list[Payload]) -> Flaw | None:  # noqa: A002
        seal = _seal_in(input.headers, COMMAND_SEAL)
        content = _content("command", self._info.workflow_id, input.signal, of=payloads)
        try:
            return self.keys.flaw(seal, content)
        except MissingKeyError as error:
            raise_alarm(AlarmKind.MISSING_KEY, error.key, known_name(input.signal))
            raise

    async def handle_query(self, input: worker.HandleQueryInput) -> Any:  # noqa: A002
        if self._info.workflow_type != WORKFLOW_TYPE:
            return await super().handle_query(input)
        if not self._is_admitted:
            raise RuntimeError("not started by the program")
        answer = await super().handle_query(input)
        question = _seal_in(input.headers, QUESTION)
        if question is None:
            return answer
        [payload] = _payloads([answer])
        asked = _payloads(input.args)
        content = _content("answer", self._info.workflow_id, input.query, question, of=[*asked, payload])
        # An API that has not been given the newest key yet goes on understanding the answers.
        return _sealed_outcome(payload, self.keys.seal(content, by=question.partition(".")[0]))


class _SealingWorkflow(worker.WorkflowOutboundInterceptor):
    def __init__(self, next: worker.WorkflowOutboundInterceptor, keys: CommandKeys) -> None:  # noqa: A002
        super().__init__(next)
        self._keys = keys
        self._info = next.info()
        self._activities = 0

    def continue_as_new(self, input: worker.ContinueAsNewInput) -> NoReturn:  # noqa: A002
        """A run that goes on in a new one seals what it hands over."""
        given, info = _payloads(input.args), self._info
        seal = self._keys.seal(_of_start(info.workflow_id, info.workflow_type, given))
        input.args, input.headers = _raw(given), {**input.headers, START_SEAL: _header(seal)}
        super().continue_as_new(input)

    def start_activity(self, input: worker.StartActivityInput) -> "workflow.ActivityHandle[Any]":  # noqa: A002
        """Sealed as the activity of this number in this run; what comes of it is believed by its seal alone.

        Returns what is to be awaited at once, as `workflow.execute_activity` does, and cannot be cancelled by itself.
        """
        number, kind = self._seal(input)
        running = super().start_activity(input)
        return self._outcome(running, number, input.activity, kind)  # type: ignore[return-value]

    def start_local_activity(self, input: worker.StartLocalActivityInput) -> "workflow.ActivityHandle[Any]":  # noqa: A002
        """The same for one that is done with the step: what it returns stands in the history, where all may write."""
        number, kind = self._seal(input)
        running = super().start_local_activity(input)
        return self._outcome(running, number, input.activity, kind)  # type: ignore[return-value]

    def _seal(
        self,
        input: worker.StartActivityInput | worker.StartLocalActivityInput,  # noqa: A002
    ) -> tuple[str, type | None]:
        """Returns the number of the activity, and what it returns."""
        self._activities += 1
        info, number = self._info, str(self._activities)
        given = _payloads(input.args)
        seal = self._keys.seal(
            _content("activity", info.workflow_id, info.run_id, number, input.activity, of=given)
        )
        kind, input.ret_type = input.ret_type, RawValue
        input.args, input.activity_id = _raw(given), number
        input.headers = {**input.headers, ACTIVITY_SEAL: _header(seal)}
        return number, kind

    async def _outcome(
        self, running: "workflow.ActivityHandle[Any]", number: str, name: str, kind: type | None
    ) -> Any:
        result, info = await running, self._info
        payload = result.payload if isinstance(result, RawValue) else Payload()
        try:
            flaw = result_flaw(self._keys, (info.workflow_id, info.run_id), number, name, payload)
        except MissingKeyError as error:
            raise_alarm(AlarmKind.MISSING_KEY, error.key)
            raise
        if flaw:
            raise_alarm(AlarmKind.FORGED_RESULT, flaw)
            raise ForgedResultError
        return _read(payload, kind)


class _ActivityGuard(worker.ActivityInboundInterceptor):
    """Stands before an activity: it does what a run of the program has sealed, and seals what comes of it."""

    def __init__(self, next: worker.ActivityInboundInterceptor, keys: CommandKeys) -> None:  # noqa: A002
        super().__init__(next)
        self._keys = keys

    async def execute_activity(self, input: worker.ExecuteActivityInput) -> Any:  # noqa: A002
        info = activity.info()
        run = info.workflow_id or "", info.workflow_run_id or ""
        given = _payloads(input.args)
        try:
            flaw = activity_flaw(self._keys, run, info.activity_id, info.activity_type, input.headers, given)
        except MissingKeyError as error:
            # Tried again: perhaps by a worker that has the key.
            raise_alarm_of(run[0], AlarmKind.MISSING_KEY, error.key)
            raise
        if flaw:
            raise_alarm_of(run[0], AlarmKind.FORGED_ACTIVITY, flaw)
            raise ApplicationError("not asked for by the program", type=FORGED, non_retryable=True)
        result = await super().execute_activity(input)
        [payload] = _payloads([result])
        content = _content("result", *run, info.activity_id, info.activity_type, of=[payload])
        return _sealed_outcome(payload, self._keys.seal(content))


def known_name(signal: str) -> str | None:
    """The name of a command; None for any other, which may hold anything."""
    return signal if signal in _COMMANDS else None

"""Whoever reaches Temporal without the keys changes nothing: no signal is believed, no run is led (decision 13)."""

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import RawValue
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError

from calendar_rules.vocabulary import CloseReason
from service.keys.command_keys import rotated
from tests.command_keys import KEYS
from tests.patience import PATIENCE
from tests.workflows.road import CURATOR, Archive, Road, assert_replays, message_worker, replayer
from tests.workflows.stages import MONDAY, Begin, routed
from workflows import commands
from workflows.alarms import Alarm, AlarmKind
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE
from workflows.sealing import COMMAND_SEAL, FORGED, Sealing
from workflows.seals import CommandKeys, Flaw
from workflows.vocabulary import Command

pytestmark = pytest.mark.server


async def with_keys(address: str, keys: CommandKeys) -> Client:
    return await Client.connect(address, data_converter=pydantic_data_converter, interceptors=[Sealing(keys)])


async def unmoved(road: Road, command: str | None = None) -> None:
    """The message stands as it stood, knows nothing of the command, and takes the next one."""
    before = road.state
    assert await road.look() == before
    if command is not None:
        assert (await road.ask("outcome", command)).outcome is None
    assert (await road.report_to_governor()).accepted
    assert await road.kinds() == ["registered", "route", "report_to_governor"]
    await assert_replays(await road.handle.fetch_history())


async def test_a_signal_without_a_seal_changes_nothing(
    begin: Begin, stranger: Client, alarms: list[Alarm]
) -> None:
    road = await routed(begin)
    command = road.governor_report()
    for name in Command:
        await stranger.get_workflow_handle(road.handle.id).signal(name, command)
    await unmoved(road, command.id)
    assert road.heard(alarms) == [(AlarmKind.FORGED_COMMAND, Flaw.UNSEALED, name) for name in Command]


def closing(road: Road) -> commands.Close:
    return commands.Close(**road.given("curator", CURATOR, None), reason=CloseReason.DELETED)


PAYLOADS: dict[str, Callable[[Road], list[Any]]] = {
    "only_texts": lambda _: [{"texts": {}}],
    "fields_missing": lambda _: [{"id": "1"}],
    "wrong_types": lambda _: [{"id": 7, "person": [], "grants": "all", "taken_at": "yesterday"}],
    "no_object": lambda _: ["text"],
    "nothing": lambda _: [],
    "null": lambda _: [None],
    "two": lambda road: [closing(road), closing(road)],
    "no_json": lambda _: [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"{"))],
    "unknown_encoding": lambda _: [RawValue(Payload(metadata={"encoding": b"invented"}, data=b"\xff"))],
    "no_metadata": lambda _: [RawValue(Payload(data=b"\xff"))],
    "deep": lambda _: [RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"[" * 100_000))],
}


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_a_malformed_signal_wedges_nothing_whether_sealed_or_not(
    begin: Begin, stranger: Client, temporal: Client, alarms: list[Alarm], payload: str
) -> None:
    road = await routed(begin)
    given = PAYLOADS[payload](road)
    await stranger.get_workflow_handle(road.handle.id).signal("close_unanswered", args=given)
    await road.look()
    await temporal.get_workflow_handle(road.handle.id).signal("close_unanswered", args=given)
    await unmoved(road)
    heard = {reason for _, reason, _ in road.heard(alarms)}
    assert heard <= {Flaw.UNSEALED, Flaw.UNREADABLE} and Flaw.UNSEALED in heard


async def test_a_name_that_is_no_commands_is_not_repeated_in_the_alarm(
    begin: Begin, stranger: Client, alarms: list[Alarm]
) -> None:
    road = await routed(begin)
    await stranger.get_workflow_handle(road.handle.id).signal("Ivan Petrov, vk.com/id1", {"id": "1"})
    await unmoved(road)
    assert road.heard(alarms) == [(AlarmKind.FORGED_COMMAND, Flaw.UNSEALED, None)]


async def sealed_signal(road: Road) -> tuple[str, Payload, Payload]:
    """Name, payload and seal of the last signal in the history, as anybody may read them there."""
    history = await road.handle.fetch_history()
    signals = [
        event.workflow_execution_signaled_event_attributes
        for event in history.events
        if event.HasField("workflow_execution_signaled_event_attributes")
    ]
    last = signals[-1]
    return last.signal_name, last.input.payloads[0], last.header.fields[COMMAND_SEAL]


async def send_raw(client: Client, workflow: str, name: str, payload: Payload, seal: Payload) -> None:
    from temporalio.api.common.v1 import Header, Payloads, WorkflowExecution
    from temporalio.api.workflowservice.v1 import SignalWorkflowExecutionRequest

    await client.workflow_service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow),
            signal_name=name,
            input=Payloads(payloads=[payload]),
            header=Header(fields={COMMAND_SEAL: seal}),
        )
    )


async def test_a_sealed_command_does_not_serve_another_message(
    begin: Begin, stranger: Client, alarms: list[Alarm]
) -> None:
    road, other = await routed(begin), await begin(MONDAY)
    await send_raw(stranger, other.handle.id, *await sealed_signal(road))
    assert await other.look() == other.state
    assert await other.kinds() == ["registered"]
    assert other.heard(alarms) == [(AlarmKind.FORGED_COMMAND, Flaw.FORGED, "route")]


@pytest.mark.parametrize(
    ("old", "new"), [(b'"curator"', b'"governor"'), (b'"id":"', b'"id":"0'), (b"potholes", b"streetlights")]
)
async def test_an_altered_command_is_not_believed(
    begin: Begin, stranger: Client, alarms: list[Alarm], old: bytes, new: bytes
) -> None:
    road = await routed(begin)
    name, payload, seal = await sealed_signal(road)
    altered = Payload(metadata=payload.metadata, data=payload.data.replace(old, new, 1))
    assert altered.data != payload.data
    await send_raw(stranger, road.handle.id, name, altered, seal)
    await unmoved(road)
    assert road.heard(alarms) == [(AlarmKind.FORGED_COMMAND, Flaw.FORGED, "route")]


async def test_the_seal_of_one_command_does_not_serve_another_name(
    begin: Begin, stranger: Client, alarms: list[Alarm]
) -> None:
    road = await routed(begin)
    _, payload, seal = await sealed_signal(road)
    await send_raw(stranger, road.handle.id, "close_unanswered", payload, seal)
    await unmoved(road)
    assert road.heard(alarms) == [(AlarmKind.FORGED_COMMAND, Flaw.FORGED, "close_unanswered")]


async def test_the_same_sealed_command_once_more_is_applied_once(begin: Begin, stranger: Client) -> None:
    road = await routed(begin)
    await send_raw(stranger, road.handle.id, *await sealed_signal(road))
    await unmoved(road)


async def test_a_signal_by_the_command_line_of_temporal_changes_nothing(
    begin: Begin, temporal_address: str, alarms: list[Alarm]
) -> None:
    road = await routed(begin)
    command = closing(road)
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).parent / "temporal"),
        *("workflow", "signal", "--address", temporal_address, "--workflow-id", road.handle.id),
        *("--name", command.name, "--input", json.dumps(command.model_dump(mode="json"))),
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await process.wait() == 0
    await unmoved(road, command.id)
    assert road.heard(alarms) == [(AlarmKind.FORGED_COMMAND, Flaw.UNSEALED, "close_unanswered")]


# ---- runs


async def ended_as_forged(handle: WorkflowHandle[Any, Any]) -> None:
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert isinstance(failure.value.cause, ApplicationError)
    assert failure.value.cause.type == FORGED


@pytest.mark.parametrize("given", ["copied", "malformed", "nothing", "two", "unreadable"])
async def test_a_run_that_the_program_has_not_started_does_nothing(
    begin: Begin, archive: Archive, stranger: Client, alarms: list[Alarm], given: str
) -> None:
    road = await begin(MONDAY)
    name = f"message-t{uuid4().hex}"
    starts: dict[str, list[Any]] = {"copied": [road.start], "malformed": [{"id": []}], "nothing": []}
    starts["two"] = [road.start, road.start]
    starts["unreadable"] = [road.start, RawValue(Payload(metadata={"encoding": b"unknown"}))]
    handle = await stranger.start_workflow(
        WORKFLOW_TYPE,
        args=starts[given],
        id=name,
        task_queue=TASK_QUEUE,
        start_signal="close_unanswered",
        start_signal_args=[closing(road)],
    )
    await ended_as_forged(handle)
    assert name.removeprefix("message-") not in archive.records
    # As often as its first step was taken, which the start's malformed input must not repeat for ever.
    heard = [(alarm.kind, alarm.reason) for alarm in alarms if alarm.workflow == name]
    assert (AlarmKind.FORGED_START, Flaw.UNSEALED if len(starts[given]) == 1 else Flaw.FORGED) in heard


async def test_a_sealed_start_does_not_serve_another_message(begin: Begin, stranger: Client) -> None:
    from temporalio.api.common.v1 import Header, WorkflowType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import StartWorkflowExecutionRequest

    road = await begin(MONDAY)
    started = (await road.handle.fetch_history()).events[0].workflow_execution_started_event_attributes
    name = f"message-t{uuid4().hex}"
    await stranger.workflow_service.start_workflow_execution(
        StartWorkflowExecutionRequest(
            namespace=stranger.namespace,
            workflow_id=name,
            workflow_type=WorkflowType(name=WORKFLOW_TYPE),
            task_queue=TaskQueue(name=TASK_QUEUE),
            input=started.input,
            header=Header(fields=started.header.fields),
            request_id=uuid4().hex,
        )
    )
    await ended_as_forged(stranger.get_workflow_handle(name))


# ---- keys


async def test_commands_sealed_by_the_key_before_are_taken_after_a_rotation(
    temporal_address: str, begin: Begin
) -> None:
    """A worker with the new key goes on with a message that the old one has sealed, and so does one that replays it."""
    newer = rotated(KEYS)
    archive, queue = Archive(), uuid4().hex
    with_newer = await with_keys(temporal_address, newer)
    with_older = await with_keys(temporal_address, KEYS)
    async with message_worker(with_newer, archive, task_queue=queue, max_cached_workflows=0):
        road = await begin(MONDAY, task_queue=queue)
        before = road.governor_report()
        await with_older.get_workflow_handle(road.handle.id).signal(before.name, before)
        after = road.governor_report()
        await with_newer.get_workflow_handle(road.handle.id).signal(after.name, after)
        assert (await road.outcome(before.id)).accepted and (await road.outcome(after.id)).accepted


async def test_a_worker_that_lacks_the_key_puts_a_good_command_off_and_names_the_key(
    temporal_address: str, begin: Begin, alarms: list[Alarm]
) -> None:
    newer, queue, archive = rotated(KEYS), uuid4().hex, Archive()
    with_newer = await with_keys(temporal_address, newer)
    async with message_worker(await with_keys(temporal_address, KEYS), archive, task_queue=queue):
        road = await begin(MONDAY, task_queue=queue)
        command = road.governor_report()
        await with_newer.get_workflow_handle(road.handle.id).signal(command.name, command)
        async with asyncio.timeout(PATIENCE):
            while not road.heard(alarms):  # noqa: ASYNC110  nothing tells of an alarm but the list
                await asyncio.sleep(0.02)
    assert road.heard(alarms)[0] == (AlarmKind.MISSING_KEY, newer.id_of(2), "report_to_governor")
    async with message_worker(with_newer, archive, task_queue=queue):
        assert (await road.outcome(command.id)).accepted


# ---- steps


async def test_forged_signals_in_a_history_are_passed_over_by_its_replay_without_another_alarm(
    begin: Begin, stranger: Client, alarms: list[Alarm]
) -> None:
    road = await routed(begin)
    await stranger.get_workflow_handle(road.handle.id).signal("close_unanswered", closing(road))
    await unmoved(road)
    heard = len(alarms)
    await replayer().replay_workflow(await road.handle.fetch_history())
    assert len(alarms) == heard

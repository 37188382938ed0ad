"""The worker: runs the workflows of messages and the activities that write their records; beside them, on queues of
a namespace of their own, the work of the office, the delivery of notices, and what is read from networks."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    FixedSizeSlotSupplier,
    Worker,
    WorkerTuner,
)

from activities.networks import NetworkSteps
from activities.office import ChannelTasks, OfficeTasks
from activities.records import MessageRecords
from service.keys import command_keys
from service.runs import due_work
from service.runs.connection import in_namespace
from service.runs.due_work import LOOKED_FOR, Watch
from service.runs.pollers import StepsWatch
from settings import Settings, SettingsError
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from telemetry import alarms, logs, temporal_sdk, tls_advice, traces
from telemetry.heartbeat import RELEASE
from telemetry.logs import reason
from telemetry.subject import BindSubject
from telemetry.supervised import announce_ready, ended_when_it_hangs
from telemetry.worker_status import WorkerStatus
from workflows.alarms import listening
from workflows.identity import TASK_QUEUE
from workflows.office import CHANNELS_QUEUE, NETWORKS_QUEUE, OFFICE_QUEUE, OfficeWork
from workflows.open_source_message import OpenSourceMessage
from workflows.polling import PollSource
from workflows.promise import PromiseClock
from workflows.publication import PublicationFromAccount
from workflows.runner import runner
from workflows.sealing import Sealing

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 2.0  # seconds between attempts to connect
GRACE = timedelta(seconds=10)
_CACHED_MESSAGES = 1000
ACTIVITIES_AT_ONCE = 20
RECORDS_WITHIN_STEPS = 10
"""They take milliseconds each, and wait for a connection, like all."""
CHANNELS_AT_ONCE = 2
"""One delivers by the clock; in training another is driven by hand."""
NETWORKS_AT_ONCE = 10
"""Calls of networks under way: they wait for answers more than they work."""
OFFICE_AT_ONCE = 2
"""Portions of the office's work: none is urgent, and messages come first."""
_POLLS = 2
_STEPS_AT_ONCE = 200
"""Steps of messages: what they take of memory is bounded by the messages that are cached."""


@asynccontextmanager
async def message_worker(client: Client, settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the messages' queue, running inside the block; what it writes goes to the settings' database.

    The client must have been connected with `Sealing`, which the worker takes over from it.
    """
    database = BlockingDatabase(settings.database_url, connections=ACTIVITIES_AT_ONCE)
    with (
        listening(alarms.sound),
        ThreadPoolExecutor(
            ACTIVITIES_AT_ONCE + RECORDS_WITHIN_STEPS, thread_name_prefix="activity"
        ) as threads,
    ):
        try:
            async with _worker(client, database, settings.regulation, threads) as worker:
                yield worker
        finally:
            database.dispose()


def _worker(
    client: Client, database: BlockingDatabase, act: Path | None, threads: ThreadPoolExecutor
) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[OpenSourceMessage],
        activities=[MessageRecords(database, act).write_record],
        activity_executor=threads,
        workflow_runner=runner(),
        # Of the code that took a step, for its history. The SDK would else read all modules: half a second.
        build_id=RELEASE,
        interceptors=[BindSubject()],
        max_cached_workflows=_CACHED_MESSAGES,
        tuner=_tuner(),
        # Zero by default: activities under way would be cut off, and done again.
        graceful_shutdown_timeout=GRACE,
    )


def _tuner() -> WorkerTuner:
    """How much at once: records as many as there are connections, and a fixed number of steps.

    A supplier that measures the machine reads dozens of its files a second, also at rest.
    """
    return WorkerTuner.create_composite(
        workflow_supplier=FixedSizeSlotSupplier(_STEPS_AT_ONCE),
        activity_supplier=FixedSizeSlotSupplier(ACTIVITIES_AT_ONCE),
        local_activity_supplier=FixedSizeSlotSupplier(RECORDS_WITHIN_STEPS),
        # Not used.
        nexus_supplier=FixedSizeSlotSupplier(1),
    )


@asynccontextmanager
async def office_worker(
    client: Client, settings: Settings, *, looks_for: Collection[str] = ()
) -> AsyncIterator[Worker]:
    """A worker of the office's queue, running inside the block, on a database of its own.

    `looks_for`: what of its work it also looks for, as `service.runs.due_work` calls it, and begins where it is due.
    """
    database = Database(settings.database_url)
    office = in_namespace(client, settings.office_namespace)
    try:
        tasks = OfficeTasks(database, settings)
        async with (
            _beside_messages(office, OFFICE_QUEUE, tasks.all, OFFICE_AT_ONCE, PromiseClock) as worker,
            _looking(office, tasks.watches, looks_for),
        ):
            yield worker
    finally:
        await database.dispose()


@asynccontextmanager
async def channels_worker(
    client: Client, settings: Settings, *, looks_for: Collection[str] = ()
) -> AsyncIterator[Worker]:
    """The same of the channels' queue. Raises KeysError."""
    database = Database(settings.database_url)
    tasks = ChannelTasks(database, settings)
    office = in_namespace(client, settings.office_namespace)
    try:
        async with (
            _beside_messages(office, CHANNELS_QUEUE, [tasks.channels], CHANNELS_AT_ONCE) as worker,
            _looking(office, tasks.watches, looks_for),
        ):
            yield worker
    finally:
        tasks.close()
        await database.dispose()


@asynccontextmanager
async def networks_worker(
    client: Client, settings: Settings, *, looks_for: Collection[str] = ()
) -> AsyncIterator[Worker]:
    """The same of the networks' queue. Raises KeysError."""
    database = Database(settings.database_url)
    office = in_namespace(client, settings.office_namespace)
    try:
        steps = NetworkSteps(client, database, settings)
        beside = PollSource, PublicationFromAccount
        async with (
            _beside_messages(office, NETWORKS_QUEUE, steps.all, NETWORKS_AT_ONCE, *beside) as worker,
            _looking(office, steps.watches, looks_for),
        ):
            yield worker
    finally:
        await database.dispose()


@asynccontextmanager
async def _looking(
    client: Client, watches: Iterable[Watch], looks_for: Collection[str]
) -> AsyncIterator[None]:
    """Look inside the block for what is due, and begin it."""
    loops = [due_work.background(client, watch) for watch in watches if watch.name in looks_for]
    for loop in loops:
        loop.start()
    try:
        yield
    finally:
        for loop in loops:
            await loop.stop()


def _beside_messages(
    client: Client, queue: str, activities: list[Callable[..., Any]], at_once: int, *workflows: type
) -> Worker:
    """A worker of tasks of the office and of further workflows, so many activities at once."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[OfficeWork, *workflows],
        activities=activities,
        workflow_runner=runner(),
        build_id=RELEASE,
        interceptors=[BindSubject()],
        max_concurrent_activities=at_once,
        # Each of these is a call that waits: five by default, and nothing here is done at such a pace.
        max_concurrent_workflow_task_polls=_POLLS,
        max_concurrent_activity_task_polls=_POLLS,
        graceful_shutdown_timeout=GRACE,
    )


@asynccontextmanager
async def workers(client: Client, settings: Settings) -> AsyncIterator[list[Worker]]:
    """The workers of the queues that the settings name, in their order, running inside the block. Raises KeysError."""
    of_queues = {
        TASK_QUEUE: message_worker(client, settings),
        OFFICE_QUEUE: office_worker(client, settings, looks_for=LOOKED_FOR),
        CHANNELS_QUEUE: channels_worker(client, settings, looks_for=LOOKED_FOR),
        NETWORKS_QUEUE: networks_worker(client, settings, looks_for=LOOKED_FOR),
    }
    async with AsyncExitStack() as running:
        yield [await running.enter_async_context(of_queues[queue]) for queue in settings.queues]


async def main(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is under way.

    Raises KeysError, and SettingsError where Temporal does not have the namespaces of the settings.
    """
    logs.configure(settings)
    sealing = Sealing(command_keys.load(settings))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with traces.told(settings, "worker"), WorkerStatus.served(settings) as status:
        status.client = client = await _connected(settings, sealing, stop)
        if client is None:
            return
        await _check_namespaces(client, settings)
        async with workers(client, settings):
            announce_ready()
            log.info("worker is polling", queues=settings.queues)
            watch = _steps_watch(client, settings).background()
            watch.start()
            with ended_when_it_hangs():
                await stop.wait()
            await watch.stop()


def _steps_watch(client: Client, settings: Settings) -> StepsWatch:
    office = in_namespace(client, settings.office_namespace)
    return StepsWatch({queue: client if queue == TASK_QUEUE else office for queue in settings.queues})


async def _check_namespaces(client: Client, settings: Settings) -> None:
    """That both are there. Raises SettingsError."""
    for setting, name in (
        ("TEMPORAL_NAMESPACE", settings.temporal_namespace),
        ("OTKLIK_OFFICE_NAMESPACE", settings.office_namespace),
    ):
        try:
            await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=name))
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise SettingsError(
                    f"В Temporal нет пространства {name} ({setting}). Создайте его: temporal operator namespace create "
                    f"--namespace {name} (в Compose: deploy/temporal/namespace.sh), или исправьте настройку."
                ) from None
            # Whoever may not ask is told by the worker itself what else is wrong.
            log.warning("a namespace cannot be looked at", namespace=name, error=reason(error))


async def _connected(settings: Settings, sealing: Sealing, stop: asyncio.Event) -> Client | None:
    """The client, once Temporal answers; None if told to stop before."""
    pause = 0.1
    while not stop.is_set():
        try:
            return await Client.connect(
                **settings.temporal_connection(),
                data_converter=pydantic_data_converter,
                interceptors=[sealing, *traces.interceptors()],
                runtime=temporal_sdk.runtime((settings.port, settings.worker_port)),
            )
        except (RuntimeError, RPCError) as error:
            log.warning(
                "Temporal is not reached, trying on",
                error=reason(error),
                **tls_advice.noted(tls_advice.for_temporal(error)),
                pause=pause,
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
    return None

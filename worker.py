"""The worker: runs the workflows of messages and the activities that write their records; beside them, on a queue of
its own, the work of the office."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.service import RPCError
from temporalio.worker import (
    FixedSizeSlotSupplier,
    ResourceBasedSlotConfig,
    ResourceBasedSlotSupplier,
    ResourceBasedTunerConfig,
    Worker,
    WorkerTuner,
)

from activities.anchoring import Anchoring
from activities.records import Records
from activities.retention import Retention
from service import command_keys, rules
from settings import Settings
from store.blocking import BlockingDatabase
from store.database import Database
from telemetry import alarms, logs, temporal_sdk, tls_advice
from telemetry.logs import reason
from telemetry.subject import BindSubject
from telemetry.supervised import announce_ready
from telemetry.worker_status import WorkerStatus
from workflows.alarms import listening
from workflows.identity import TASK_QUEUE
from workflows.message import OpenSourceMessage
from workflows.office import OFFICE_QUEUE, OfficeWork
from workflows.runner import runner
from workflows.sealing import Sealing

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 2.0  # seconds between attempts to connect
GRACE = timedelta(seconds=10)
_CACHED_MESSAGES = 1000
ACTIVITIES_AT_ONCE = 20
OFFICE_AT_ONCE = 2
"""Portions of the office's work: none is urgent, and messages come first."""
_STEPS_ALWAYS, _STEPS_AT_MOST = 20, 200
_MEMORY_SHARE = 0.8  # of the machine's, or of the container's


@asynccontextmanager
async def message_worker(client: Client, settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the messages' queue, running inside the block; what it writes goes to the settings' database.

    The client must have been connected with `Sealing`, which the worker takes over from it.
    """
    database = BlockingDatabase(settings.database_url, connections=ACTIVITIES_AT_ONCE)
    with (
        listening(alarms.sound),
        ThreadPoolExecutor(ACTIVITIES_AT_ONCE, thread_name_prefix="activity") as threads,
    ):
        try:
            async with _worker(client, database, threads) as worker:
                yield worker
        finally:
            database.dispose()


def _worker(client: Client, database: BlockingDatabase, threads: ThreadPoolExecutor) -> Worker:
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[OpenSourceMessage],
        activities=[Records(database).write],
        activity_executor=threads,
        workflow_runner=runner(),
        interceptors=[BindSubject()],
        max_cached_workflows=_CACHED_MESSAGES,
        tuner=_tuner(),
        # Zero by default: activities under way would be cut off, and done again.
        graceful_shutdown_timeout=GRACE,
    )


def _tuner() -> WorkerTuner:
    """How much at once: records as many as there are connections; steps of messages while there is memory for them.

    Processor load does not measure steps: in a storm of due moments it is busy, and they must go on.
    """
    return WorkerTuner.create_composite(
        workflow_supplier=ResourceBasedSlotSupplier(
            ResourceBasedSlotConfig(minimum_slots=_STEPS_ALWAYS, maximum_slots=_STEPS_AT_MOST),
            ResourceBasedTunerConfig(target_memory_usage=_MEMORY_SHARE, target_cpu_usage=1.0),
        ),
        activity_supplier=FixedSizeSlotSupplier(ACTIVITIES_AT_ONCE),
        # Neither is used.
        local_activity_supplier=FixedSizeSlotSupplier(1),
        nexus_supplier=FixedSizeSlotSupplier(1),
    )


@asynccontextmanager
async def office_worker(client: Client, settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the office's queue, running inside the block, on a database of its own."""
    database = Database(settings.database_url)
    try:
        async with Worker(
            client,
            task_queue=OFFICE_QUEUE,
            workflows=[OfficeWork],
            activities=office_activities(database, settings),
            workflow_runner=runner(),
            interceptors=[BindSubject()],
            max_concurrent_activities=OFFICE_AT_ONCE,
            graceful_shutdown_timeout=GRACE,
        ) as worker:
            yield worker
    finally:
        await database.dispose()


def office_activities(database: Database, settings: Settings) -> list[Callable[..., Any]]:
    """The activity of every task of the office, each named as its task."""
    anchoring = Anchoring(
        settings.database_url,
        settings.anchors,
        # Read when it is needed: a worker leads messages also where a file of the act cannot be used.
        lambda: rules.load(settings.regulation, settings.schedules).zone,
    )
    return [Retention(database, settings).portion, anchoring.portion]


async def main(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then finish what is under way. Raises KeysError."""
    logs.configure(settings)
    sealing = Sealing(command_keys.load(settings))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with WorkerStatus.served(settings) as status:
        status.client = client = await _connected(settings, sealing, stop)
        if client is None:
            return
        async with message_worker(client, settings), office_worker(client, settings):
            announce_ready()
            log.info("worker is polling", queues=[TASK_QUEUE, OFFICE_QUEUE])
            await stop.wait()


async def _connected(settings: Settings, sealing: Sealing, stop: asyncio.Event) -> Client | None:
    """The client, once Temporal answers; None if told to stop before."""
    pause = 0.1
    while not stop.is_set():
        try:
            return await Client.connect(
                **settings.temporal_connection(),
                data_converter=pydantic_data_converter,
                interceptors=[sealing],
                runtime=temporal_sdk.runtime(),
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

"""The worker: runs the workflows of messages and the activities that write their records; beside them, on queues of
their own, the work of the office, the delivery of notices, and what is read from networks."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
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

from service.journal.anchoring import Anchoring
from service.journal.records import Records
from service.keys import command_keys
from service.keys import ring as keys
from service.messages.states import MessageStates
from service.networks.accounts import NetworkAccounts
from service.networks.answer_checks import AnswerChecks
from service.networks.answer_notices import AnswerNotices
from service.networks.key_expiry import KeyExpiry
from service.networks.platforms import registry
from service.networks.platforms.rates import Rates
from service.networks.polling import Polling
from service.networks.publications import Publishing
from service.networks.seal import NetworkSeal
from service.notices.deliveries import Deliveries
from service.notices.deliveries import Rules as DeliveryRules
from service.notices.digests import Digests
from service.notices.seal import ChannelSeal
from service.oversight.escalations import Escalations
from service.oversight.watch import Surges, Watching
from service.personal_data.retention import Retention
from service.reports.task import Weekly
from service.reports.weekly.making import WeeklyMaking
from service.runs import rules
from service.runs.counting import Counting
from service.suggestions import Suggestions
from service.suggestions.candidates import CandidateSuggestions, suggestions_of
from service.suggestions.task import SuggestionLearning
from service.suggestions.training import SuggestionTraining
from service.suggestions.unrouted import guessing
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.messages import body_hours
from telemetry import alarms, logs, temporal_sdk, tls_advice
from telemetry.logs import reason
from telemetry.subject import BindSubject
from telemetry.supervised import announce_ready, ended_when_it_hangs
from telemetry.worker_status import WorkerStatus
from workflows.alarms import listening
from workflows.identity import TASK_QUEUE
from workflows.office import CHANNELS_QUEUE, NETWORKS_QUEUE, OFFICE_QUEUE, OfficeWork
from workflows.open_source_message import OpenSourceMessage
from workflows.polling import PollSource
from workflows.publication import PublicationFromAccount
from workflows.runner import runner
from workflows.sealing import Sealing

log = structlog.get_logger(__name__)

_LONGEST_PAUSE = 2.0  # seconds between attempts to connect
GRACE = timedelta(seconds=10)
_CACHED_MESSAGES = 1000
ACTIVITIES_AT_ONCE = 20
CHANNELS_AT_ONCE = 2
"""One delivers by the clock; in training another is driven by hand."""
NETWORKS_AT_ONCE = 10
"""Calls of networks under way: they wait for answers more than they work."""
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
        activities=[Records(database).take],
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
        async with _office(
            client, OFFICE_QUEUE, office_activities(database, settings), OFFICE_AT_ONCE
        ) as worker:
            yield worker
    finally:
        await database.dispose()


@asynccontextmanager
async def channels_worker(client: Client, settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the channels' queue, running inside the block, on a database of its own. Raises KeysError."""
    database = Database(settings.database_url)
    deliveries = deliveries_of(database, settings)
    try:
        async with _office(client, CHANNELS_QUEUE, [deliveries.portion], CHANNELS_AT_ONCE) as worker:
            yield worker
    finally:
        deliveries.close()
        await database.dispose()


@asynccontextmanager
async def networks_worker(client: Client, settings: Settings) -> AsyncIterator[Worker]:
    """A worker of the networks' queue, running inside the block, on a database of its own. Raises KeysError.

    The rates of keys are this process's own: of several workers each keeps within them by itself.
    """
    database = Database(settings.database_url)
    try:
        async with Worker(
            client,
            task_queue=NETWORKS_QUEUE,
            workflows=[OfficeWork, PollSource, PublicationFromAccount],
            activities=network_activities(client, database, settings),
            workflow_runner=runner(),
            interceptors=[BindSubject()],
            max_concurrent_activities=NETWORKS_AT_ONCE,
            graceful_shutdown_timeout=GRACE,
        ) as worker:
            yield worker
    finally:
        await database.dispose()


def network_activities(client: Client, database: Database, settings: Settings) -> list[Callable[..., Any]]:
    """What is done with networks, over adapters and rates that all of it shares. Raises KeysError."""
    adapters, rates = registry.adapters(settings), Rates()
    seal = NetworkSeal(keys.load(settings))
    suggest = CandidateSuggestions(database, suggestions_of(Suggestions(database))).fill
    accounts = NetworkAccounts(database, seal)
    notices = AnswerNotices(lambda at: rules.load(settings.regulation, settings.schedules).opening(at))
    states = MessageStates(database, client)
    checks = AnswerChecks(
        database,
        settings,
        adapters,
        accounts,
        rates,
        notices,
        lambda: rules.load(settings.regulation, settings.schedules).zone,
    )
    return [
        Polling(database, settings, adapters, rates, seal.opened, suggest, notices).look,
        Publishing(database, states.of, adapters, accounts, rates, notices).step,
        checks.portion,
    ]


def _office(client: Client, queue: str, activities: list[Callable[..., Any]], at_once: int) -> Worker:
    """A worker of tasks of the office, so many portions at once."""
    return Worker(
        client,
        task_queue=queue,
        workflows=[OfficeWork],
        activities=activities,
        workflow_runner=runner(),
        interceptors=[BindSubject()],
        max_concurrent_activities=at_once,
        graceful_shutdown_timeout=GRACE,
    )


def deliveries_of(database: Database, settings: Settings) -> Deliveries:
    """What delivers notices, of an installation. Raises KeysError."""
    escalations = Escalations(database, settings, partial(_counting, database, settings))
    return Deliveries(
        database,
        settings,
        ChannelSeal(keys.load(settings)).opened,
        lambda: _delivering(rules.load(settings.regulation, settings.schedules)),
        first=[escalations.pass_on],
    )


def office_activities(database: Database, settings: Settings) -> list[Callable[..., Any]]:
    """The activity of every task of the office, each named as its task."""
    anchoring = Anchoring(
        settings.database_url,
        settings.anchors,
        # Read when it is needed: a worker leads messages also where a file of the act cannot be used.
        lambda: rules.load(settings.regulation, settings.schedules).zone,
    )
    watch = Surges(
        database,
        settings,
        lambda: _watching(rules.load(settings.regulation, settings.schedules)),
        guessing(Suggestions(database)),
    )
    counted = partial(_counting, database, settings)
    return [
        Retention(database, settings).portion,
        anchoring.portion,
        watch.portion,
        Escalations(database, settings, counted).portion,
        Digests(database, settings, counted).portion,
        Weekly(settings, WeeklyMaking(database, settings).work).portion,
        KeyExpiry(database, counted).portion,
        SuggestionLearning(SuggestionTraining(database, renew=_renewal(database)).work).portion,
    ]


def _renewal(database: Database) -> Callable[[], Awaitable[int]]:
    """What suggests again of candidates that wait, by what is in place then."""

    async def renew() -> int:
        # One that is kept remembers what it said of a text before more was learnt.
        return await CandidateSuggestions(database, suggestions_of(Suggestions(database))).renew()

    return renew


async def _counting(database: Database, settings: Settings) -> Counting:
    """By what lateness is counted, of the installation's files and of the hours given in the browser."""
    rules_now = rules.load(settings.regulation, settings.schedules)
    async with database.lookup() as session:
        rules_now.keep_hours(await body_hours.given(session))
    return rules_now.counting


def _watching(rules_now: rules.Rules) -> Watching:
    """By what surges are judged, of the installation's files."""
    return Watching(rules_now.regulation.readings.surge, rules_now.zone, rules_now.opening)


def _delivering(rules_now: rules.Rules) -> DeliveryRules:
    """By what is delivered, of the installation's files."""
    return DeliveryRules(rules_now.zone, frozenset(rules_now.regulation.readings.notices.obligatory))


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
        async with (
            message_worker(client, settings),
            office_worker(client, settings),
            channels_worker(client, settings),
            networks_worker(client, settings),
        ):
            announce_ready()
            queues = [TASK_QUEUE, OFFICE_QUEUE, CHANNELS_QUEUE, NETWORKS_QUEUE]
            log.info("worker is polling", queues=queues)
            with ended_when_it_hangs():
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

"""Measures of the work read from the database: at most once in some seconds, however often it is asked."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from calendar_rules.regulation import LimitName
from store.commands import outbox
from store.database.engines import Database
from store.database.session import DatabaseError
from store.oversight import work_metrics
from store.oversight.work_metrics import WorkMetrics
from store.processes.rows import Kind
from telemetry.logs import reason

log = structlog.get_logger(__name__)

_KEPT_FOR = 5.0  # seconds
_WITHIN = 2.0


class DatabaseMetrics(Collector):
    """The figures of one process. With the database away there are none, and `otklik_database_up` is 0."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._figures: WorkMetrics | None = None
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        self._registry = CollectorRegistry()
        self._registry.register(self)

    async def measures(self) -> bytes:
        """The figures in the text form of Prometheus, a few seconds old at most."""
        async with self._reading:
            if time.monotonic() - self._read_at > _KEPT_FOR:
                self._figures = await self._read()
                self._read_at = time.monotonic()
        return generate_latest(self._registry)

    async def _read(self) -> WorkMetrics | None:
        try:
            async with asyncio.timeout(_WITHIN), self._db.read() as session:
                return await work_metrics.read(session, datetime.now(UTC))
        except (DatabaseError, OSError, TimeoutError) as error:
            log.warning("the database tells no figures now", error=reason(error))
            return None

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Called by the registry."""
        known = self._figures
        yield GaugeMetricFamily("otklik_database_up", "Whether the database answers.", known is not None)
        if known is not None:
            yield from _outbox(known)
            yield _stages(known)
            yield from _limits(known)
            yield from _bodies(known)
            yield from _notices(known)
            yield from _networks(known)
            yield from _installation(known)


def _outbox(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    count = GaugeMetricFamily(
        "otklik_outbox_commands",
        "Commands not settled: taken are not with Temporal yet, sent are, and their outcome is not known.",
        labels=["status"],
    )
    age = GaugeMetricFamily("otklik_outbox_age_seconds", "Age of the oldest of them.", labels=["status"])
    for status in outbox.WAITING:
        waiting = known.waiting.get(status)
        count.add_metric([status], waiting.count if waiting else 0)
        age.add_metric([status], _seconds_since(waiting.oldest if waiting else None, known.at))
    yield from (count, age)


def _stages(known: WorkMetrics) -> GaugeMetricFamily:
    messages = GaugeMetricFamily("otklik_messages_open", "Messages that are not closed.", labels=["stage"])
    for stage in work_metrics.OPEN_STAGES:
        messages.add_metric([stage], known.stages.get(stage, 0))
    return messages


def _limits(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    running = GaugeMetricFamily("otklik_limits_open", "Limits under way.", labels=["limit"])
    soon = GaugeMetricFamily("otklik_limits_due_soon", "Those due within an hour.", labels=["limit"])
    late = GaugeMetricFamily("otklik_limits_late", "Those past their due moment.", labels=["limit"])
    unserved = GaugeMetricFamily(
        "otklik_limits_unserved_seconds",
        "For how long the earliest due moment has passed without leaving anything on record.",
        labels=["limit"],
    )
    for name in LimitName:
        runs = known.limits.get(name)
        running.add_metric([name], runs.count if runs else 0)
        soon.add_metric([name], runs.soon if runs else 0)
        late.add_metric([name], runs.late if runs else 0)
        unserved.add_metric([name], _seconds_since(runs.unserved_since if runs else None, known.at))
    yield from (running, soon, late, unserved)


def _bodies(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    running = GaugeMetricFamily(
        "otklik_body_limits_open", "Limits under way, by body; the Department's have none.", labels=["body"]
    )
    soon = GaugeMetricFamily("otklik_body_limits_due_soon", "Those due within an hour.", labels=["body"])
    late = GaugeMetricFamily("otklik_body_limits_late", "Those past their due moment.", labels=["body"])
    for body, runs in known.bodies.items():
        running.add_metric([body or ""], runs.count)
        soon.add_metric([body or ""], runs.soon)
        late.add_metric([body or ""], runs.late)
    yield from (running, soon, late)


def _networks(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    figures = known.networks
    polled = GaugeMetricFamily("otklik_sources_polled", "Sources that are polled.", labels=["network"])
    failing = GaugeMetricFamily(
        "otklik_sources_failing", "Those that have failed the last time.", labels=["network"]
    )
    overdue = GaugeMetricFamily(
        "otklik_sources_overdue_seconds",
        "For how long one of them should have been polled.",
        labels=["network"],
    )
    for network, sources in figures.sources.items():
        polled.add_metric([network], sources.count)
        failing.add_metric([network], sources.failing)
        overdue.add_metric([network], _seconds_since(sources.due_since, known.at))
    publications = GaugeMetricFamily(
        "otklik_publications_open", "Answers on their way into a network.", labels=["network"]
    )
    age = GaugeMetricFamily(
        "otklik_publications_open_seconds", "For how long the oldest of them is.", labels=["network"]
    )
    for network, under_way in figures.publications.items():
        publications.add_metric([network], under_way.count)
        age.add_metric([network], _seconds_since(under_way.oldest, known.at))
    yield from (polled, failing, overdue, publications, age)
    yield GaugeMetricFamily(
        "otklik_candidates_waiting", "Candidates that wait for a decision.", figures.candidates
    )
    yield GaugeMetricFamily(
        "otklik_answer_checks_overdue", "Checks of published answers that are due.", figures.checks
    )


def _notices(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    figures = known.notices
    yield GaugeMetricFamily(
        "otklik_notices_waiting",
        "Notices that may go through channels and have not gone yet.",
        figures.waiting,
    )
    yield GaugeMetricFamily(
        "otklik_notices_waiting_seconds",
        "For how long the oldest of them waits.",
        _seconds_since(figures.oldest, known.at),
    )
    yield GaugeMetricFamily(
        "otklik_notices_failed", "Notices that a channel has refused for good.", figures.failed
    )


def _installation(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    processes = GaugeMetricFamily(
        "otklik_processes", "Processes that have told the database lately that they work.", labels=["kind"]
    )
    for kind in Kind:
        processes.add_metric([kind], known.processes.get(kind, 0))
    yield processes
    yield GaugeMetricFamily(
        "otklik_last_copy_timestamp_seconds",
        "When the last copy on record was taken (otklik backup taken); 0 where none is.",
        known.last_copy.timestamp() if known.last_copy else 0,
    )


def _seconds_since(moment: datetime | None, now: datetime) -> float:
    # In training a message's clock may be ahead of the wall's.
    return max(now - moment, timedelta(0)).total_seconds() if moment else 0.0

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
            yield from _limits(known)
            yield from _notices(known)
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


def _limits(known: WorkMetrics) -> Iterator[GaugeMetricFamily]:
    running = GaugeMetricFamily("otklik_limits_open", "Limits under way.", labels=["limit"])
    late = GaugeMetricFamily("otklik_limits_late", "Those past their due moment.", labels=["limit"])
    unserved = GaugeMetricFamily(
        "otklik_limits_unserved_seconds",
        "For how long the earliest due moment has passed without leaving anything on record.",
        labels=["limit"],
    )
    for name in LimitName:
        runs = known.limits.get(name)
        running.add_metric([name], runs.count if runs else 0)
        late.add_metric([name], runs.late if runs else 0)
        unserved.add_metric([name], _seconds_since(runs.unserved_since if runs else None, known.at))
    yield from (running, late, unserved)


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

"""Delay of the machine in recording breaches, for Prometheus."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client import Histogram

from calendar_rules.regulation import LimitName
from telemetry.series import from_the_start
from workflows.state import JournalEntry, Record
from workflows.vocabulary import Fact

LATENESS = from_the_start(
    Histogram(
        "otklik_breach_recorded_late_seconds",
        "From the due moment of a limit to its breach on record, by the wall clock.",
        ["limit"],
        buckets=(0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 6 * 3600, 24 * 3600),
    ),
    LimitName,
)


def observe(record: Record, now: datetime) -> None:
    """Count the breaches of a record written for the first time at `now`."""
    for limit, delay in delays(record.rows, now):
        LATENESS.labels(limit).observe(delay.total_seconds())


def delays(rows: Sequence[JournalEntry], now: datetime) -> Iterator[tuple[LimitName, timedelta]]:
    """Each breach that a due moment brought, with the delay of its record; `rows` are those of one record, in order.

    One that a person's step brought later has no delay: a late return, a draft withdrawn past its due moment. In
    training a message's clock is ahead, and its due moments have no delay by the wall's.
    """
    latest_step: datetime | None = None
    for row in rows:
        if row.person is not None:
            latest_step = row.at
        if row.kind != Fact.BREACH or row.data["limit"] == LimitName.RETURN:
            continue
        by_a_step = latest_step is not None and row.at < latest_step
        if not by_a_step and row.at <= now:
            yield LimitName(str(row.data["limit"])), now - row.at

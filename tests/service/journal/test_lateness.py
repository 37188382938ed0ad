"""Only what the machine recorded late counts as its delay."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calendar_rules.regulation import LimitName
from service.journal.lateness import delays
from workflows.state import JournalEntry

DUE = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
NOW = DUE + timedelta(seconds=3)


def row(kind: str, at: datetime, person: str | None = None, **data: Any) -> JournalEntry:
    return JournalEntry(number=1, at=at, kind=kind, person=person, data=data)


def breach(limit: str = "routing", at: datetime = DUE) -> JournalEntry:
    return row("breach", at, limit=limit)


def step(at: datetime) -> JournalEntry:
    return row("route", at, person="curator")


def found(*rows: JournalEntry, now: datetime = NOW) -> list[tuple[LimitName, float]]:
    return [(limit, delay.total_seconds()) for limit, delay in delays(rows, now)]


@pytest.mark.parametrize(
    "rows",
    [
        (breach(),),
        (breach(), step(DUE + timedelta(seconds=1))),
        (step(DUE - timedelta(minutes=1)), breach()),
    ],
    ids=["alone", "found by a later step", "right after a step"],
)
def test_a_due_moment_that_passed_unused_counts_until_its_record(rows: tuple[JournalEntry, ...]) -> None:
    assert found(*rows) == [(LimitName.ROUTING, 3)]


@pytest.mark.parametrize(
    "rows",
    [
        (breach("return"),),  # a late return is recorded when the body returns
        (step(DUE + timedelta(hours=1)), breach("draft")),  # a draft withdrawn past its due moment
        (breach(at=NOW + timedelta(hours=1)),),  # the message's clock was moved ahead in training
        (row("warning", DUE, limit="draft"), row("inherited", DUE, limit="draft")),
    ],
    ids=["late return", "withdrawn late", "training", "no breach"],
)
def test_what_a_person_or_a_moved_clock_brought_does_not(rows: tuple[JournalEntry, ...]) -> None:
    assert found(*rows) == []

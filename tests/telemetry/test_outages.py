"""Lines of an outage are left out, and others are not."""

import logging
from collections.abc import Iterator

import psycopg
import pytest
import structlog
from sqlalchemy.exc import OperationalError

from store.database import presence
from telemetry import outages
from telemetry.logs import reason
from telemetry.outages import Outages
from tests.telemetry.captured import Lines, captured

AWAY, THERE = "the database is away", "the database is there again"


@pytest.fixture
def lines() -> Iterator[Lines]:
    with captured() as lines:
        yield lines


@pytest.fixture
def filtered(lines: Lines) -> Outages:
    """On the handler of what is captured."""
    (handler,) = logging.getLogger().handlers
    handler.addFilter(filtering := Outages(reason))
    return filtering


def events(lines: Lines) -> list[str]:
    return [line["event"] for line in lines.events]


def cut() -> OperationalError:
    return OperationalError("SELECT 1", {}, psycopg.errors.AdminShutdown("terminating connection"))


def fails_with(error: BaseException) -> None:
    """As a pool, an activity and a loop tell of it."""
    structlog.get_logger("loop").warning("the outbox cannot be read now", error=reason(error))
    try:
        raise RuntimeError("a step failed") from error
    except RuntimeError:
        logging.getLogger("sqlalchemy.pool").error("Exception during reset or similar", exc_info=True)
        structlog.get_logger("loop").exception("changes could not be followed")


def test_an_outage_is_two_lines(lines: Lines, filtered: Outages) -> None:
    filtered.lost(cut(), is_new=False)
    fails_with(cut())
    fails_with(psycopg.OperationalError("connection refused"))
    filtered.found()
    fails_with(cut())
    filtered.lost(cut(), is_new=False)
    away, there = lines.events
    assert (away["event"], away["why"]) == (AWAY, "OperationalError: terminating connection")
    assert (there["event"], there["lines_left_out"]) == (THERE, 6)


def test_whoever_tells_of_it_first_begins_it(lines: Lines, filtered: Outages) -> None:
    try:
        raise cut()
    except OperationalError:
        logging.getLogger("sqlalchemy.pool").error("Exception during reset or similar", exc_info=True)
    assert events(lines) == [AWAY]


def test_a_connection_that_fails_begins_another_outage(lines: Lines, filtered: Outages) -> None:
    filtered.lost(cut(), is_new=False)
    filtered.found()
    filtered.lost(psycopg.OperationalError("connection refused"), is_new=True)
    assert events(lines) == [AWAY, THERE, AWAY]


def test_what_fails_for_another_reason_is_told(
    lines: Lines, filtered: Outages, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = OperationalError("UPDATE", {}, psycopg.errors.LockNotAvailable("lock timeout"))
    assert not presence.is_away(locked)
    fails_with(locked)
    assert len(events(lines)) == 3
    filtered.lost(cut(), is_new=False)
    structlog.get_logger("loop").warning("not sent", error="RPCError: away")
    structlog.get_logger("loop").warning("unavailable", error=reason(cut()), advice="a certificate has ended")
    try:
        raise locked
    except OperationalError:
        structlog.get_logger("loop").exception("a lock was not had")
    assert events(lines)[3:] == [AWAY, "not sent", "unavailable", "a lock was not had"]
    filtered.found()
    monkeypatch.setattr(outages, "_STRAGGLERS", 0.0)
    structlog.get_logger("loop").warning("the outbox cannot be read now", error=reason(cut()))
    assert events(lines)[-1] == "the outbox cannot be read now"


def test_an_outage_is_nobodys_request(lines: Lines, filtered: Outages) -> None:
    with structlog.contextvars.bound_contextvars(request="press-1"):
        filtered.lost(cut(), is_new=False)
        filtered.found()
    assert [line.get("request") for line in lines.events] == [None, None]

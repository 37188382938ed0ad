"""Measures an operator watches, counted on both databases."""

from datetime import UTC, datetime, timedelta

from store.commands.tables import CommandRow
from store.database.engines import Database
from store.messages.tables import LimitRunRow
from store.oversight import work_metrics
from tests.rows import command_row, limit_run_row, put
from tests.store.migrations.test_schema import a_journal_row

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def command(key: str, status: str, minutes_ago: int) -> CommandRow:
    taken = NOW - timedelta(minutes=minutes_ago)
    return command_row(key, "route", taken, status=status)


def run(
    number: int,
    name: str,
    due_in: int,
    *,
    met_at: datetime | None = None,
    breached_at: datetime | None = None,
    cancelled_at: datetime | None = None,
    body: str | None = None,
) -> LimitRunRow:
    """`due_in` minutes from now."""
    return limit_run_row(
        1,
        number,
        name,
        NOW + timedelta(minutes=due_in),
        holder_role="curator",
        holder_body=body,
        started_at=NOW - timedelta(days=1),
        met_at=met_at,
        breached_at=breached_at,
        cancelled_at=cancelled_at,
    )


async def test_commands_that_wait_and_open_limits_are_counted(database: Database) -> None:
    await a_journal_row(database)
    await put(
        database,
        command("a", "taken", 5),
        command("b", "taken", 9),
        command("c", "sent", 2),
        command("d", "refused", 90),
        run(1, "answer", 59, body="roads"),
        run(2, "answer", -10, body="roads", breached_at=NOW - timedelta(minutes=10)),
        run(3, "answer", -20, met_at=NOW),
        run(4, "draft", -7, body="roads"),
        run(5, "draft", 60),
        run(7, "draft", -3),
        run(6, "rework", -30, cancelled_at=NOW),
    )
    async with database.read() as session:
        found = await work_metrics.read(session, NOW)
    assert found.waiting == {
        "taken": work_metrics.Waiting(2, NOW - timedelta(minutes=9)),
        "sent": work_metrics.Waiting(1, NOW - timedelta(minutes=2)),
    }
    assert found.limits == {
        "answer": work_metrics.OpenLimits(count=2, soon=1, late=1, unserved_since=None),
        "draft": work_metrics.OpenLimits(count=3, soon=0, late=2, unserved_since=NOW - timedelta(minutes=7)),
    }
    assert found.bodies == {
        "roads": work_metrics.OpenLimits(count=3, soon=1, late=2, unserved_since=NOW - timedelta(minutes=7)),
        None: work_metrics.OpenLimits(count=2, soon=0, late=1, unserved_since=NOW - timedelta(minutes=3)),
    }
    assert found.stages == {"routing": 1}

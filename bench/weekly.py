"""The weekly summary of a large region: a year of 80,000 messages with journals and limits, on SQLite and PostgreSQL.

The year is generated straight into the tables: six roads, ten bodies, sixty topics, breaches and their escalations.
Printed is how long the summary takes, of the last week of the year and of one a year back, whose balance is counted
back over everything since; the first reading finds nothing in memory of its own.
"""

import asyncio
import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from service.reports.weekly.composition import compose
from service.reports.weekly.period import Week
from service.runs import rules
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.messages.tables import (
    JournalRow,
    LimitRunRow,
    MessageBodyRow,
    MessageRow,
    MessageTextRow,
    TopicRow,
)
from store.migrations.setup import prepare
from store.notices.tables import NoticeRow
from store.people.tables import BodyRow
from store.reports.versions import Made
from tests.postgresql import new_database, postgresql_server

MESSAGES = 80_000
GOAL = 5.0
"""Seconds."""
ROUNDS = 3
START = datetime(2025, 11, 24, tzinfo=UTC)
LAST = Week(datetime(2026, 11, 16, tzinfo=UTC).date())
_AT_ONCE = 2_000
_HOUR = timedelta(hours=1)
_WEEKS = 52
_BY_DAY = (19, 19, 18, 18, 17, 5, 4)
_ROADS = {"straight": 60, "rework": 14, "returned": 9, "joint": 6, "interim": 4, "declined": 3, "gone": 4}
_LATE = 0.08
_FILLER = [{"from": "2026-01-01T09:00:00+03:00", "counted": "PT4H", "reason": "рабочее время"}] * 6
Rows = dict[type[SQLModel], list[dict[str, Any]]]


@dataclass
class _Message:
    """One generated message: `at` goes on with every step."""

    number: int
    at: datetime
    chance: random.Random
    rows: Rows
    journal: list[dict[str, Any]] = field(default_factory=list)
    runs: int = 0

    def enter(self, kind: str, hours: float = 0.0, /, **data: Any) -> int:
        self.at += hours * _HOUR
        row = {"message": self.number, "number": len(self.journal) + 1, "at": self.at, "kind": kind}
        written = {"person": "curator", "acting_for": None, "data": data, "written_at": self.at, "hash": ""}
        self.journal.append(row | written)
        return len(self.journal)

    def limit(self, name: str, body: str | None, hours: float, *, met: bool = True) -> None:
        """A run that ends so many hours after it began; some end late."""
        self.runs += 1
        start, end = self.at, self.at + hours * _HOUR
        is_late = self.chance.random() < _LATE
        due = end - _HOUR if is_late else end + _HOUR
        told = None
        role = "executor" if body else "curator"
        if is_late:
            facts = {"limit": name, "due_at": due.isoformat(), "holder": role, "body": body}
            told = self.enter("breach", **facts, step="draft", step_holder=role, step_body=body)
            self.journal[-1]["at"] = due
            self.rows[NoticeRow].append(
                {
                    **dict.fromkeys(("acting_for", "fact", "acknowledged_at")),
                    **{"message": self.number, "row": told, "kind": "escalation", "limit_name": name},
                    **{"person": "deputy", "at": due, "deliver_from": due, "text": "Просрочено."},
                    "written_at": due,
                }
            )
        self.rows[LimitRunRow].append(
            {
                "message": self.number,
                "number": self.runs,
                "name": name,
                "holder_role": role,
                "holder_body": body,
                "started_at": start,
                "due_at": due,
                "met_at": end if met else None,
                "breached_at": due if is_late else None,
                "cancelled_at": None if met else end,
                "inherited": False,
                "run": {"told": told, "explanation": _FILLER},
            }
        )


def _led(message: _Message, road: str, body: str, other: str) -> tuple[str | None, list[str]]:
    """Down one road; returns outcome and bodies."""
    chance = message.chance
    message.enter("registered")
    message.limit("routing", None, chance.random() * 2)
    if road == "declined":
        message.enter("decline", 1, ground="obscene_or_insulting")
        return "declined", []
    bodies = [other, body] if road in ("joint", "returned") else [body]
    first = [body] if road != "joint" else bodies
    message.enter("route", chance.random() * 2, bodies=[other] if road == "returned" else first, topic="x")
    message.limit("return", bodies[0], 1, met=road == "returned")
    if road == "returned":
        message.enter("return_to_curator", 1, body=other)
        message.limit("routing", None, 1)
        message.enter("route", 1, bodies=[body], topic="x")
    if road == "joint":
        message.limit("contribution", other, 2)
        message.enter("contribute", 2, body=other)
    if road == "gone":
        message.enter("close_unanswered", 3, reason_kind="deleted")
        return "unanswered", bodies
    _answered(message, body, interim=road == "interim", rounds=2 if road == "rework" else 1)
    return "answered", bodies


def _answered(message: _Message, body: str, *, interim: bool, rounds: int) -> None:
    for part, kind in enumerate(("interim", "answer") if interim else ("answer",)):
        for number in range(1, rounds + 1):
            name = f"{message.number}-{part}-{number}"
            draft = {"draft": name, "draft_kind": kind, "body": body, "round": number}
            message.limit("final_draft" if part else "draft", body, 4)
            message.enter("submit_draft", 4, **draft, attachments=["photo"] if number == 1 else [])
            message.limit("approval", None, 1)
            message.enter("send_for_rework" if number < rounds else "approve", 1, **draft)
        message.limit("publication", body, 1)
        message.enter("confirm_publication", 1, draft=name, draft_kind=kind, body=body)
    message.limit("answer", body, 9)


def _generated(
    first: int, last: int, chance: random.Random, topics: Sequence[str], bodies: Sequence[str]
) -> Rows:
    rows: Rows = defaultdict(list)
    for number in range(first, last + 1):
        week = (number - 1) * _WEEKS // MESSAGES
        day = chance.choices(range(7), _BY_DAY)[0]
        at = START + timedelta(days=7 * week + day, hours=6 + chance.random() * 12)
        message = _Message(number, at, chance, rows)
        body, other = chance.sample(bodies, 2)
        road = chance.choices(list(_ROADS), list(_ROADS.values()))[0]
        outcome, had = _led(message, road, body, other)
        is_open = week == _WEEKS - 1 and chance.random() < 0.3
        place = f"place-{number}"
        rows[MessageTextRow].append(
            {
                **{"id": place, "message": number, "field": "location", "digest": "", "written_at": at},
                "content": f"г. Город{chr(1072 + min(30, int(chance.expovariate(0.2))))}, ул. Советская, {number}",
                "lasting": False,
            }
        )
        rows[MessageRow].append(
            {
                **{"number": number, "network": chance.choice(("vkontakte", "odnoklassniki", "forum"))},
                **{
                    "url": f"https://example.org/{number}",
                    "author": "Житель",
                    "text": "Яма на дороге. " * 20,
                },
                **{"search_text": "", "lemmas": "", "detected_at": at, "registered_at": at},
                **{"registered_by": "curator", "outcome": None if is_open else outcome},
                "stage": "publication" if is_open else "closed",
                "topic": topics[min(len(topics) - 1, int(chance.expovariate(0.06)))],
                "repeats": 1 if number > 1 and chance.random() < 0.05 else None,
                "recorded": len(message.journal),
                "snapshot": {"location": place, "filled": ["x" * 60] * 40},
            }
        )
        rows[MessageBodyRow] += [{"message": number, "body": one} for one in had]
        if is_open:
            message.journal = [row for row in message.journal if row["kind"] not in _ENDS]
        rows[JournalRow] += message.journal
    return rows


_ENDS = ("confirm_publication", "decline", "close_unanswered")
_ORDER = (MessageRow, MessageBodyRow, MessageTextRow, LimitRunRow, JournalRow, NoticeRow)


def fill(database: BlockingDatabase) -> None:
    """A year of a large region, the same each time."""
    with database.read() as connection:
        topics: list[str] = list(
            connection.scalars(sa.select(sa.column("key")).select_from(TopicRow).order_by("key"))
        )
        bodies = list(
            connection.scalars(
                sa.text("SELECT key FROM body WHERE kind <> 'department' ORDER BY key LIMIT 10")
            )
        )
    assert topics and len(bodies) > 1, BodyRow
    chance = random.Random(238)
    for first in range(1, MESSAGES + 1, _AT_ONCE):
        rows = _generated(first, min(first + _AT_ONCE - 1, MESSAGES), chance, topics, bodies)
        with database.write() as connection:
            for table in _ORDER:
                connection.execute(sa.insert(table), rows[table])
    if database.dialect == "postgresql":
        with database.write() as connection:
            connection.exec_driver_sql("ANALYZE")


def timed(what: Callable[[], Any]) -> tuple[float, float, Any]:
    """Seconds by the clock and of this process's processor, and what came of it."""
    begun, worked = perf_counter(), process_time()
    found = what()
    return perf_counter() - begun, process_time() - worked, found


def measure(database: BlockingDatabase) -> None:
    """Print how long summaries of one database take."""
    given = rules.load(None, None)
    for label, week in (("the last week", LAST), ("a year back", LAST.later(2 - _WEEKS))):
        took, worked, summary = [], [], None
        for _ in range(ROUNDS):
            with database.read() as connection:
                made = Made(week.name, 0, datetime.now(UTC), None)
                seconds, busy, summary = timed(lambda: compose(connection, given, week, made, is_over=True))  # noqa: B023
            took.append(seconds)
            worked.append(busy)
        assert summary is not None
        totals = summary.totals
        print(
            f"  {database.dialect}, {label}: the first {took[0]:.2f} s, median {median(took):.2f} s "
            f"(goal ≤ {GOAL:.0f} s), of which {median(worked):.2f} s of a core here; "
            f"received {totals.received}, runs of limits {totals.in_time + totals.breached}"
        )


async def _prepared(settings: Settings) -> BlockingDatabase:
    await prepare(settings)
    return BlockingDatabase(settings.database_url, 1)


async def report() -> None:
    """Print the figures of both databases."""
    print(f"weekly summary of a year of {MESSAGES} messages")
    with tempfile.TemporaryDirectory() as folder, postgresql_server(durable=True) as server:
        for url in (None, new_database(server, "bench")):
            settings = Settings.load(
                data=Path(folder), database_url=url, demo=True, demo_password="Bench-password-1"
            )
            database = await _prepared(settings)
            try:
                await asyncio.to_thread(fill, database)
                await asyncio.to_thread(measure, database)
            finally:
                database.dispose()


if __name__ == "__main__":
    asyncio.run(report())

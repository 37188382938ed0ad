"""Measures reports of a year: `python -m tests.service.reports.year [MESSAGES A YEAR]`, on both databases.

Two years of messages, each with journal and limits, are written straight into the tables; each report is then asked for
by whom people ask, and the slowest and the number of messages that it counts are printed.
"""

import asyncio
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, select

from service.reports.weekly.composition import compose
from service.reports.weekly.period import Month, Period, Year
from service.runs import rules
from settings import Settings
from store.database.blocking import BlockingDatabase
from store.database.engines import Database
from store.journal.tables import ChargeRow
from store.messages.tables import (
    JournalRow,
    LimitRunRow,
    MessageBodyRow,
    MessagePlaceRow,
    MessageRow,
    TopicRow,
)
from store.people.tables import BodyRow
from store.reports.versions import Made
from tests.message_row import message_row
from tests.postgresql import new_database, postgresql_server
from tests.prepared import prepare

MESSAGES = 55_000
YEAR = 2026
_AT_ONCE = 2_000
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_TOWNS = ("Кинешма", "Шуя", "Вичуга", "Фурманов", "Тейково", "Родники", "Решма", "Плёс")
_TABLES = (MessageRow, MessageBodyRow, MessagePlaceRow, LimitRunRow, ChargeRow, JournalRow)
Rows = dict[type[SQLModel], list[dict[str, Any]]]


class _Road:
    """What becomes of one message, step by step, with the runs of limits that the steps meet."""

    def __init__(self, number: int, at: datetime, body: str, topic: str, chance: random.Random) -> None:
        self.number, self.at, self.body, self.topic, self.chance = number, at, body, topic, chance
        self.rows: Rows = defaultdict(list)
        self.draft = f"{number:032x}"

    def row(self, kind: str, person: str, **data: Any) -> None:
        rows = self.rows[JournalRow]
        rows.append(
            JournalRow(
                message=self.number,
                number=len(rows) + 1,
                at=self.at,
                kind=kind,
                person=person,
                data=data,
                written_at=self.at,
                hash="0" * 64,
            ).model_dump()
        )

    def step(self, kind: str, limit: str, minutes: int, person: str, **data: Any) -> None:
        """It is taken so much later, and meets a limit, which one in thirty breaks."""
        runs, started = self.rows[LimitRunRow], self.at
        self.at += minutes * _MINUTE * self.chance.uniform(0.2, 1.8)
        late = self.chance.random() < 1 / 30
        body = self.body if person.startswith("executor") else None
        run = LimitRunRow(
            message=self.number,
            number=len(runs) + 1,
            name=limit,
            holder_role="executor" if body else "curator",
            holder_body=body,
            started_at=started,
            due_at=self.at - _MINUTE if late else self.at + 60 * _MINUTE,
            met_at=self.at,
            breached_at=self.at - _MINUTE if late else None,
            run={"name": limit},
        )
        runs.append(run.model_dump())
        if late:
            charge = ChargeRow(
                message=self.number,
                run=run.number,
                position=0,
                role=run.holder_role,
                body=body,
                person=person,
                limit_name=limit,
                over=60,
            )
            self.rows[ChargeRow].append(charge.model_dump())
        self.row(kind, person, **data)

    def go(self) -> Rows:
        number, chance = self.number, self.chance
        curator, executor = f"curator{number % 10 + 1}", f"executor-{self.body}"
        found = message_row(
            number,
            self.at,
            network=chance.choice(("vkontakte", "odnoklassniki")),
            topic=self.topic,
            author=f"Житель {chance.randrange(20_000)}",
            curator=curator,
            stage="closed",
            outcome="answered",
            routed_to=self.body,
            url=f"https://vk.com/wall-1_{number}",
            repeats=number - 1 if number > 1 and chance.random() < 0.05 else None,
        )
        self.row("registered", curator)
        self.step("route", "routing", 60, curator, bodies=[self.body])
        self.step("submit_draft", "draft", 300, executor, body=self.body, draft=self.draft, attachments=[])
        rounds = 1
        if chance.random() < 0.2:
            decided = {"body": self.body, "draft": self.draft, "round": 1}
            self.step("send_for_rework", "approval", 60, curator, **decided)
            self.step(
                "submit_draft", "rework", 60, executor, body=self.body, draft=self.draft, attachments=["f"]
            )
            rounds = 2
        self.step("approve", "approval", 60, curator, body=self.body, draft=self.draft, round=rounds)
        published = {"body": self.body, "draft": self.draft, "draft_kind": "answer"}
        self.step("confirm_publication", "publication", 30, executor, **published)
        found.recorded = found.rows = len(self.rows[JournalRow])
        self.rows[MessageRow] = [found.model_dump()]
        self.rows[MessageBodyRow] = [{"message": number, "body": self.body}]
        town = chance.choice(_TOWNS)
        self.rows[MessagePlaceRow] = [
            MessagePlaceRow(message=number, settlement=town, spelled=town).model_dump()
        ]
        return self.rows


async def fill(database: Database, messages: int) -> None:
    """The year before and the year, each with so many messages."""
    chance = random.Random(238)
    async with database.read() as session:
        bodies = (await session.exec(select(BodyRow.key))).all()
        topics = (await session.exec(select(TopicRow.key))).all()
    begins = datetime(YEAR - 1, 1, 1, tzinfo=UTC)
    for first in range(0, 2 * messages, _AT_ONCE):
        rows: Rows = defaultdict(list)
        for number in range(first, min(first + _AT_ONCE, 2 * messages)):
            at = begins + number * 729 * _DAY / (2 * messages)
            of_one = _Road(number + 1, at, chance.choice(bodies), chance.choice(topics), chance).go()
            for table, some in of_one.items():
                rows[table] += some
        async with database.write() as session:
            connection = await session.connection()
            for table in _TABLES:
                await connection.execute(sa.insert(table), rows[table])
    if not database.is_sqlite:
        async with database.lookup() as session:
            await (await session.connection()).exec_driver_sql("VACUUM ANALYZE")


def seconds(database: BlockingDatabase, period: Period, body: str | None = None) -> tuple[int, float]:
    """How many messages a report counts, and how long it takes."""
    made = Made(period.name, 0, datetime.now(UTC), None)
    given, started = rules.load(None, None), perf_counter()
    with database.read() as connection:
        report = compose(connection, given, period, made, is_over=True, is_report=True, body=body)
    return report.totals.received, perf_counter() - started


async def _both() -> AsyncIterator[tuple[str, Settings]]:
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as server:
        for name, url in (("SQLite", None), ("PostgreSQL", new_database(server))):
            given = {} if url is None else {"database_url": url}
            yield name, Settings.load(data=Path(folder) / name, demo=True, demo_password="x" * 16, **given)


def reports() -> Iterator[tuple[str, Period, str | None]]:
    """What people ask for."""
    year = Year(datetime(YEAR, 1, 1, tzinfo=UTC).date())
    yield "a year of the region", year, None
    yield "a year of one body", year, "roads"
    yield "a month of the region", Month(datetime(YEAR, 11, 1, tzinfo=UTC).date()), None


async def main(messages: int) -> None:
    """Prints a line a report."""
    async for name, settings in _both():
        await prepare(settings)
        database = Database(settings.database_url)
        await fill(database, messages)
        await database.dispose()
        blocking = BlockingDatabase(settings.database_url, 1)
        for label, period, body in reports():
            counted, took = await asyncio.to_thread(seconds, blocking, period, body)
            line = f"{name}: {label}, {counted:,} messages: {took:.1f} s"
            sys.stdout.write(f"{line}\n")
        blocking.dispose()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES))

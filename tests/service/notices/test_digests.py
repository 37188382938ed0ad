"""One digest a working day and person: to whoever holds what is overdue as the Department opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest

from calendar_rules.vocabulary import NoticeKind
from service.notices.digests import Digests
from service.runs.rules import load
from store.database.engines import Database
from store.notices.tables import NoticeRow
from store.promises.tables import PromiseRow
from tests.databases import on_both, without_files
from tests.message_row import message_row
from tests.rows import absence_row, add_office, all_of, limit_run_row, put
from tests.rules_given import RulesGiven

DUE = datetime(2026, 11, 23, 11, 45, tzinfo=UTC)  # Monday, 14:45 of Moscow
OPENING = datetime(2026, 11, 24, 6, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
OFFICES: dict[str, list[tuple[str, str | None]]] = {
    "head": [("head", None)],
    "curator": [("curator", None)],
    "executor": [("executor", "roads")],
    "colleague": [("executor", "roads")],
    "responsible": [("responsible", "roads"), ("responsible", "empty")],
    "deputy": [("deputy", "roads")],
}


@pytest.fixture
async def database(database: Database) -> Database:
    async with database.write() as session:
        await add_office(session, OFFICES, ("roads", "empty", "nobody"))
    return database


async def overdue(database: Database, message: int, stage: str = "preparation", **changed: Any) -> None:
    """A message that was to be drafted by Monday, 14:45; `changed` are fields of its row."""
    breached_at = changed.pop("breached_at", DUE)
    await put(
        database,
        message_row(message, DUE, stage=stage, overdue=True, **changed),
        limit_run_row(
            message,
            2,
            "draft",
            DUE,
            holder_body="roads",
            breached_at=breached_at,
            run={"clause": 10, "calendar": "roads"},
        ),
    )


async def promise(
    database: Database, message: int, until: datetime, state: str, done_at: datetime | None = None
) -> None:
    """A promise that roads gave in the answer to a message."""
    given = PromiseRow(
        id=str(message), message=message, body="roads", state=state, due_at=until, given_at=DUE, promise={}
    )
    given.done_at = done_at
    await put(database, message_row(message, DUE, stage="closed"), given)


def digests(
    database: Database,
    now: datetime = OPENING,
    reminder: Literal["daily_digest", "none"] = "daily_digest",
) -> Digests:
    rules = load(None, None)
    notices = rules.readings.notices.model_copy(update={"overdue_reminder": reminder})
    readings = rules.readings.model_copy(update={"notices": notices})
    rules = replace(rules, regulation=rules.regulation.model_copy(update={"readings": readings}))
    return Digests(
        database, without_files(database), RulesGiven(rules), lambda: now, lambda day: f"the line of {day}"
    )


async def told(database: Database) -> dict[str, list[int]]:
    """The messages each person was reminded of."""
    return {
        row.person: [int(line.split()[1]) for line in row.text.splitlines() if line.startswith("№ ")]
        for row in await all_of(database, NoticeRow)
        if row.kind == NoticeKind.DIGEST
    }


@on_both
async def test_each_is_reminded_of_what_is_in_their_queue(database: Database) -> None:
    await overdue(database, 1, step_body="roads")
    await overdue(database, 2, step_body="roads", assignee="executor")
    await overdue(database, 3, step_body="roads", assignee="somebody who left")
    await overdue(database, 4, "approval", step_curator="curator")
    await overdue(database, 5, "approval", step_curator="somebody who left")
    await overdue(database, 6, step_body="empty")
    await overdue(database, 7, step_body="nobody")
    await overdue(database, 8, "awaiting_author")
    await overdue(database, 9, step_body="roads", breached_at=OPENING + MINUTE)
    await overdue(database, 10, "closed", step_body="roads")
    task = digests(database)
    assert (await task.portion()).done == 5
    assert await told(database) == {
        "executor": [1, 2, 3],
        "colleague": [1, 3],
        "curator": [4, 5],
        "responsible": [6],
        "head": [7, 8],
    }
    await task.portion()
    rows = await all_of(database, NoticeRow)
    assert len(rows) == 5
    assert {(row.fact, row.at, row.deliver_from) for row in rows} == {("digest-2026-11-24", OPENING, OPENING)}
    (of_head,) = [row for row in rows if row.person == "head"]
    assert of_head.text.splitlines()[:2] == ["Просрочено: 2 сообщения.", "Ни за кем не закреплены:"]
    kept = "Закрепление журналов: the line of 2026-11-24"
    assert [row.person for row in rows if kept in row.text] == ["head"]


async def test_a_substitute_has_one_digest_of_both(database: Database) -> None:
    await overdue(database, 1, step_body="roads", assignee="executor")
    await overdue(database, 2, "approval", step_curator="curator")
    await put(database, absence_row("executor", "curator", DUE))
    await digests(database).portion()
    (row,) = await all_of(database, NoticeRow)
    assert (row.person, row.acting_for) == ("curator", None)
    assert [line[:4] for line in row.text.splitlines()] == ["Прос", "№ 2 ", "За о", "№ 1 "]


async def test_what_an_absent_persons_is_without_a_substitute_the_next_ones_have(database: Database) -> None:
    """Of an executor the responsible, of a curator the head and the other curators."""
    await overdue(database, 1, step_body="roads", assignee="executor")
    await overdue(database, 2, "approval", step_curator="curator")
    await put(database, *(absence_row(person, None, DUE) for person in ("executor", "curator")))
    await digests(database).portion()
    assert await told(database) == {"responsible": [1], "head": [2]}
    async with database.write() as session:
        await add_office(session, {"other": [("curator", None)]})
    await digests(database, OPENING + DAY).portion()
    assert await told(database) == {"responsible": [1], "head": [2], "other": [2]}


async def test_it_waits_for_the_opening_and_comes_on_no_day_off(database: Database) -> None:
    await overdue(database, 1, step_body="roads")
    early = await digests(database, OPENING - 5 * MINUTE).portion()
    assert (early.done, early.again_at) == (0, OPENING)
    saturday = await digests(database, OPENING + 4 * DAY).portion()
    assert (saturday.done, saturday.again_at) == (0, None)
    assert await told(database) == {}
    # Nothing that comes from Temporal decides the moment.
    assert (await digests(database, OPENING - MINUTE).portion(OPENING)).done == 0


async def test_an_act_may_want_no_reminders(database: Database) -> None:
    await overdue(database, 1, step_body="roads")
    assert (await digests(database, reminder="none").portion()).done == 0
    assert await told(database) == {}


async def test_who_answers_for_a_body_is_reminded_of_what_it_promised(database: Database) -> None:
    evening = OPENING + 9 * 60 * MINUTE
    await promise(database, 1, OPENING - DAY, "broken")
    await promise(database, 2, evening, "given")
    await promise(database, 3, evening, "moved")
    await promise(database, 4, evening + DAY, "moved")
    await promise(database, 5, OPENING - DAY, "broken", done_at=OPENING)
    await promise(database, 6, evening, "kept")
    assert (await digests(database).portion()).done == 2
    assert await told(database) == {"responsible": [1, 2, 3], "deputy": [1, 2, 3]}
    rows = await all_of(database, NoticeRow)
    assert {row.text for row in rows} == {
        "Исполнение обещанного не подтверждено: 1.\n"
        "№ 1 — roads: к 09:00 23.11.2026.\n"
        "Обещано на сегодня: 2.\n"
        "№ 2 — roads: к 18:00 24.11.2026.\n"
        "№ 3 — roads: к 18:00 24.11.2026."
    }

"""Figures of a week from its record, recomputed by hand: two curators, one executor, five messages."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import SQLModel

from calendar_rules.regulation import LimitName
from service.load import figures
from service.load.figures import Arrival, Figures
from service.load.results import BodyStaff, Record
from service.runs.rules import load
from store.database.engines import Database
from store.messages.tables import JournalRow, LimitRunRow, MessageBodyRow
from store.people.tables import BodyRow, PersonRow
from tests.databases import migrated_once  # noqa: F401 - on both
from tests.message_row import message_row
from tests.rows import journal_row, put
from workflows.vocabulary import Command, Fact

RULES = load(None, None)
MONDAY = date(2026, 11, 9)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=RULES.zone)


SPAN = at("00:00"), at("00:00") + timedelta(weeks=1)


def run(message: int, number: int, name: LimitName, began: str, done: str, **fields: Any) -> LimitRunRow:
    is_of_body = name not in (LimitName.ROUTING, LimitName.APPROVAL)
    return LimitRunRow(
        **{
            "message": message,
            "number": number,
            "name": name,
            "holder_role": "executor" if is_of_body else "curator",
            "holder_body": "roads" if is_of_body else None,
            "started_at": at(began),
            "due_at": at("18:00"),
            "met_at": at(done),
            "run": {},
            **fields,
        }
    )


def act(message: int, number: int, clock: str, kind: str, person: str, **data: Any) -> JournalRow:
    return journal_row(message, number, at(clock), kind, person=person, data=data)


MESSAGES = [
    message_row(1, at("09:00"), curator="anna", current_body="roads", assignee="igor"),
    message_row(2, at("09:00"), curator="anna", current_body="roads", assignee="igor"),
    message_row(3, at("12:50"), curator="anna"),
    message_row(4, at("17:50"), stage="closed"),
    message_row(5, at("10:00"), outcome="declined"),
]
ONE_BODY: dict[str, Any] = {"bodies": ["roads"], "topic": "potholes"}
ACTS = [
    act(1, 1, "09:05", Fact.REGISTERED, "anna"),
    act(2, 1, "09:06", Fact.REGISTERED, "anna"),
    act(1, 2, "09:20", Command.ROUTE, "anna", **ONE_BODY),
    act(2, 2, "09:50", Command.ROUTE, "anna", **ONE_BODY),
    act(5, 1, "10:00", Fact.REGISTERED, "anna"),
    act(5, 2, "10:10", Command.DECLINE, "anna"),
    act(1, 3, "11:20", Command.SUBMIT_DRAFT, "igor", body="roads", draft_kind="answer"),
    act(1, 4, "11:40", Command.APPROVE, "anna", body="roads", draft_kind="answer"),
    act(2, 3, "11:50", Command.SUBMIT_DRAFT, "igor", body="roads", draft_kind="answer"),
    act(2, 4, "12:00", Command.SEND_FOR_REWORK, "anna", body="roads", draft_kind="answer"),
    act(3, 1, "12:50", Fact.REGISTERED, "boris"),
    act(3, 2, "14:00", Command.ROUTE, "boris", **ONE_BODY),
    act(3, 3, "14:30", Command.RETURN, "igor", body="roads"),
    act(4, 1, "17:50", Fact.REGISTERED, "boris"),
    act(4, 2, "19:00", Command.ROUTE, "boris", bodies=["roads", "housing"], topic="snow"),
]
RUNS = [
    run(1, 1, LimitName.ROUTING, "09:00", "09:20"),
    run(1, 2, LimitName.DRAFT, "09:20", "11:20"),
    run(1, 3, LimitName.RETURN, "09:20", "11:20", met_at=None, cancelled_at=at("10:20")),
    run(1, 4, LimitName.APPROVAL, "11:20", "11:40"),
    run(2, 1, LimitName.ROUTING, "09:00", "09:50", breached_at=at("09:40")),
    run(2, 2, LimitName.DRAFT, "09:50", "11:50"),
    run(2, 3, LimitName.RETURN, "09:50", "11:50", met_at=None, cancelled_at=at("10:50")),
    run(2, 4, LimitName.APPROVAL, "11:50", "12:00"),
    run(3, 1, LimitName.ROUTING, "12:50", "14:00"),
    run(3, 2, LimitName.RETURN, "14:00", "14:30"),
    run(3, 3, LimitName.ROUTING, "14:30", "15:00", met_at=None),
    run(4, 1, LimitName.ROUTING, "17:50", "19:00"),
    run(5, 1, LimitName.ROUTING, "10:00", "10:10"),
    run(5, 2, LimitName.ROUTING, "09:00", "10:10", inherited=True, breached_at=at("09:00")),
]
PEOPLE = [PersonRow(key=key, name=key, position="", password_hash="") for key in ("anna", "boris", "igor")]
BODIES = [BodyRow(key=key, title=key, short_title=key.title(), kind="body") for key in ("roads", "housing")]
TURNS = [
    MessageBodyRow(message=message, body=body)
    for message, body in ((1, "roads"), (2, "roads"), (3, "roads"), (4, "roads"), (4, "housing"))
]


RECORD = (PEOPLE, MESSAGES, ACTS, RUNS, TURNS)


async def add(database: Database, *groups: Sequence[SQLModel]) -> None:
    for rows in groups:
        await put(database, *[type(row)(**row.model_dump()) for row in rows])


async def recorded(database: Database) -> tuple[Figures, Record]:
    await add(database, BODIES, *RECORD)
    async with database.read() as session:
        connection = await session.connection()
        found = await connection.run_sync(lambda it: figures.read(it, SPAN, RULES))
        return found, await connection.run_sync(lambda it: figures.of_record(it, found))


def minutes(found: Figures, limit: LimitName) -> list[tuple[float, float]]:
    """How long each step of the limit waited, and was handled."""
    minute = timedelta(minutes=1)
    return [(step.waiting / minute, step.handling / minute) for step in found.steps if step.limit is limit]


async def test_a_week_is_counted_as_by_hand(database: Database) -> None:
    found, _ = await recorded(database)
    # Anna registered the second, routed the first, then took the second up; Boris had his lunch; of the evening nobody
    # knows.
    assert minutes(found, LimitName.ROUTING) == [(1, 14), (14, 30), (0, 10), (0, 25)]
    # Igor wrote one draft after the other: the second waited from 9:50 until 11:20.
    assert minutes(found, LimitName.DRAFT) == [(0, 120), (90, 30)]
    assert minutes(found, LimitName.APPROVAL) == [(0, 20), (0, 10)]
    assert minutes(found, LimitName.RETURN) == [(0, 30)]
    # The fifth was declined; what was returned has no body yet.
    assert found.arrivals == [
        Arrival(at("09:00"), ("roads",)),
        Arrival(at("09:00"), ("roads",)),
        Arrival(at("10:00"), ()),
        Arrival(at("12:50"), ()),
        Arrival(at("17:50"), ("housing", "roads")),
    ]
    assert found.staff == {None: 2, "roads": 1}
    assert (found.returned, found.reworked) == (1 / 4, 1 / 2)


async def test_its_tables_say_the_same(database: Database) -> None:
    found, record = await recorded(database)
    in_time, times, arrivals, opened = record.tables
    # Of the routings the sixth waits still, and what was inherited is nobody's.
    assert in_time.rows[0] == ("Срок направления", 5, 80)
    assert times.rows[:2] == (("Направление", 4, 0, 14, 30), ("Согласование", 2, 0, 10, 20))
    quarter = 1 / figures.WEEKS
    assert [arrivals.rows[hour][1] for hour in (9, 10, 12, 17)] == [2 * quarter, quarter, quarter, quarter]
    assert opened.rows == (("anna", 3), ("igor, Roads", 2))
    assert record.messages == len(found.counted) == 5
    assert record.bodies == (
        BodyStaff(body="roads", title="Roads", messages=3, executors=1),
        BodyStaff(body="housing", title="Housing", messages=1, executors=1),
    )


def test_a_body_with_few_steps_is_given_those_of_all() -> None:
    step = figures.Step(LimitName.DRAFT, "roads", timedelta(0), timedelta(minutes=5))
    seldom = figures.Step(LimitName.DRAFT, "housing", timedelta(0), timedelta(minutes=50))
    found = Figures(SPAN, (), [*[step] * 10, seldom], {}, {}, 0, 0)
    assert set(found.handling(LimitName.DRAFT, "roads")) == {step.handling}
    assert set(found.handling(LimitName.DRAFT, "housing")) == {step.handling, seldom.handling}
    assert found.handling(LimitName.REWORK, "roads") == [timedelta(minutes=30)]

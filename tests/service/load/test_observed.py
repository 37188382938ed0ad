"""Figures of a day from its record, recomputed by hand: two curators, one executor, five messages."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import Role
from service.load import figures, observed
from service.load.figures import Figures, Recorded, Share
from service.load.given import Absence, Crew
from service.runs.rules import load
from store.database.engines import Database
from store.messages.tables import JournalRow, LimitRunRow
from store.people.tables import AbsenceRow, BodyRow, PersonRoleRow, PersonRow
from tests.message_row import message_row
from workflows.vocabulary import Command, Fact

RULES = load(None, None)
MONDAY = date(2026, 11, 9)
WEEK = timedelta(weeks=1)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=RULES.zone)


SPAN = at("00:00"), at("00:00") + WEEK


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
    return JournalRow(
        message=message,
        number=number,
        at=at(clock),
        kind=kind,
        person=person,
        data=data,
        written_at=at(clock),
        hash="",
    )


MESSAGES = [
    message_row(1, at("09:00"), topic="potholes"),
    message_row(2, at("09:00"), topic="potholes"),
    message_row(3, at("12:50"), topic="snow"),
    message_row(4, at("17:50"), topic="snow"),
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
PEOPLE = [
    *(
        PersonRow(key=key, name=key, position="", password_hash="")
        for key in ("anna", "boris", "igor", "vera")
    ),
    *(BodyRow(key=key, title=key, short_title=key.title(), kind="body") for key in ("roads", "housing")),
]
OFFICES = [
    PersonRoleRow(person="igor", role=Role.EXECUTOR, body="roads"),
    PersonRoleRow(person="vera", role=Role.EXECUTOR, body="housing"),
    AbsenceRow(
        id="1",
        person="boris",
        starts_at=at("00:00") + timedelta(days=1),
        ends_at=at("00:00") + timedelta(days=2),
        recorded_by="anna",
        recorded_at=at("09:00"),
    ),
]


async def recorded(database: Database) -> Recorded:
    for rows in (PEOPLE, OFFICES, MESSAGES, ACTS, RUNS):
        async with database.write() as session:
            session.add_all([type(row)(**row.model_dump()) for row in rows])
    async with database.read() as session:
        connection = await session.connection()
        return await connection.run_sync(lambda it: Recorded.read(it, SPAN, observed.WARM_UP))


@pytest.fixture
async def found(database: Database) -> Figures:
    return figures.of(await recorded(database), RULES.calendar_of, RULES.zone)


def minutes(found: Figures, limit: LimitName) -> Sequence[tuple[float, float] | None]:
    """How long each step of the limit waited, and was worked on."""
    return [
        None
        if one.waiting is None or one.handling is None
        else (one.waiting / timedelta(minutes=1), one.handling / timedelta(minutes=1))
        for one in found.took
        if one.limit is limit
    ]


async def test_a_day_is_counted_as_by_hand(found: Figures) -> None:
    # Anna registered the second, routed the first, then took the second up; Boris had his lunch; of the evening nobody
    # knows.
    assert minutes(found, LimitName.ROUTING) == [(1, 14), (14, 30), (0, 10), (0, 25), None]
    # Igor wrote one draft after the other: the second waited from 9:50 until 11:20.
    assert minutes(found, LimitName.DRAFT) == [(0, 120), (90, 30)]
    assert minutes(found, LimitName.APPROVAL) == [(0, 20), (0, 10)]
    assert minutes(found, LimitName.RETURN) == [(0, 30)]
    assert found.kept == {
        LimitName.ROUTING: Share(4, 5),  # the fifth waits still, and what was inherited is nobody's
        LimitName.DRAFT: Share(2, 2),
        LimitName.APPROVAL: Share(2, 2),
        LimitName.RETURN: Share(1, 1),
    }
    assert (found.ended_at_once, found.joint) == (Share(1, 5), Share(1, 4))
    assert (found.rework, found.returns) == ({"roads": Share(1, 2)}, {"roads": Share(1, 3)})
    assert list(found.hands[None].values()) == [2, 1, 2, 2, 2]
    assert list(found.hands["housing"].values()) == [1] * 5
    waited_at_915 = [one for one in found.waited if one[0] <= at("09:15") < one[1]]
    assert waited_at_915 == [(at("09:06"), at("09:20"))]
    # What was returned waits for Boris until the end of the week.
    assert found.waited[-1] == (at("14:30"), SPAN[1])


async def test_a_simulation_is_given_what_was(found: Figures) -> None:
    given = observed.given(found, {"roads": "Дороги"})
    assert given is not None
    away = Absence(first=date(2026, 11, 10), last=date(2026, 11, 10))
    assert given.curators == (Crew(people=2, absences=(away,)),)
    assert given.times.routing.samples == (10, 14, 25, 30)
    assert given.times_of_bodies.drafting.samples == (30, 120)
    assert given.times_of_bodies.publication == observed.ASSUMED_BODIES.publication
    assert given.declined == pytest.approx(1 / 5)
    roads = given.bodies["roads"]
    assert (roads.title, roads.times) == ("Дороги", None)
    assert roads.returned == pytest.approx(1 / 3)
    assert roads.reworked == 1 / 2
    assert {kind.topic: kind.share for kind in given.kinds} == {"potholes": 2, "snow": 1}
    assert [given.by_hour[0][hour] for hour in (9, 10, 12, 17)] == [2, 1, 1, 1]
    assert given.per_day == pytest.approx(5 / 7)


async def test_a_replay_has_the_very_messages(found: Figures) -> None:
    given = observed.replayed(found, {})
    assert given is not None
    assert [message.at for message in given.arrived] == [
        at(clock) for clock in ("09:00", "09:00", "10:00", "12:50", "17:50")
    ]
    # The third was declined: it is given the bodies of the one before.
    assert [message.bodies for message in given.arrived] == [("roads",)] * 5


async def test_without_records_nothing_is_given(database: Database) -> None:
    assert await observed.observed(database, RULES, *SPAN) is None


def test_the_last_four_weeks_are_whole_ones() -> None:
    assert observed.last_weeks(date(2026, 11, 30)) == (date(2026, 11, 2), date(2026, 11, 30))
    assert observed.last_weeks(date(2026, 12, 6)) == (date(2026, 11, 2), date(2026, 11, 30))

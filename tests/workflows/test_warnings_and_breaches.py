"""Clause 20: who is warned before each limit, who is told of its breach, and from when a notice may be delivered."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from calendar_rules.vocabulary import CloseReason, DraftKind
from tests.workflows.acts import hours, schedules
from tests.workflows.road import Backend, Road, msk, said
from tests.workflows.stages import (
    HOUR,
    MINUTE,
    MONDAY,
    Begin,
    approved,
    contributed,
    drafted,
    published,
    reworked,
    routed,
)


class Case(NamedTuple):
    """A limit left alone until after its due moment, and what must come of it."""

    limit: str
    arrange: Callable[[Begin], Awaitable[Road]]
    warned_at: str
    due_at: str
    curators: bool
    met_by: Callable[[Road], Awaitable[object]]


async def registered(begin: Begin) -> Road:
    return await begin(MONDAY)


async def interim(begin: Begin) -> Road:
    return await published(begin, DraftKind.INTERIM)


async def joint(begin: Begin) -> Road:
    return await routed(begin, "roads", "housing")


async def answered(road: Road) -> None:
    for step in (road.draft("roads"), road.approve(), road.publish("roads")):
        await step


CASES = [
    Case(
        "routing", registered, "2026-11-23 10:00", "2026-11-23 10:30", True, lambda road: road.route("roads")
    ),
    Case("answer", routed, "2026-11-24 09:15", "2026-11-24 09:45", False, answered),
    Case("draft", routed, "2026-11-23 14:15", "2026-11-23 14:45", False, lambda road: road.draft("roads")),
    Case("approval", drafted, "2026-11-23 10:00", "2026-11-23 10:30", True, lambda road: road.approve()),
    Case("rework", reworked, "2026-11-23 09:30", "2026-11-23 10:00", False, lambda road: road.draft("roads")),
    Case(
        "publication",
        approved,
        "2026-11-23 09:15",
        "2026-11-23 09:30",
        False,
        lambda road: road.publish("roads"),
    ),
    Case(
        "final_draft",
        interim,
        "2026-12-04 16:45",
        "2026-12-07 18:00",
        False,
        lambda road: road.draft("roads"),
    ),
    Case(
        "contribution",
        joint,
        "2026-11-23 10:30",
        "2026-11-23 11:00",
        False,
        lambda road: road.contribute("roads"),
    ),
]


def named(case: Case) -> str:
    return case.limit


@pytest.fixture(scope="module", params=CASES, ids=named)
async def late(request: pytest.FixtureRequest, backend: Backend) -> tuple[Case, Road]:
    """A message whose limit passed a minute ago."""
    case: Case = request.param
    road = await case.arrange(backend.begin)
    await road.until(msk(case.due_at) + MINUTE)
    return case, road


Late = tuple[Case, Road]


async def test_the_holder_is_warned_half_an_hour_before_and_never_earlier_than_half_of_the_limit(
    late: Late,
) -> None:
    case, road = late
    assert [said(fact.at) for fact in await road.notices("warning", case.limit)] == [case.warned_at]


async def test_the_warning_goes_to_executors_of_the_holding_body_or_to_the_curator(late: Late) -> None:
    case, road = late
    assert await road.told("warning", case.limit) == [
        "curator curator" if case.curators else "executors roads"
    ]


async def test_the_breach_is_dated_by_the_due_moment(late: Late) -> None:
    case, road = late
    run = road.run(case.limit, 0)
    assert (run.breached_at, said(run.breached_at), run.met_at) == (run.due_at, case.due_at, None)


async def test_the_breach_goes_to_the_holder_and_whoever_answers_for_it(late: Late) -> None:
    case, road = late
    assert await road.told("breach", case.limit) == (
        ["curator curator"] if case.curators else ["executors roads", "responsible roads", "curator curator"]
    )


async def test_the_breach_is_escalated_to_who_oversees_the_holder(late: Late) -> None:
    case, road = late
    assert await road.told("escalation", case.limit) == ["head" if case.curators else "deputy roads"]


async def test_the_breach_says_what_was_late_and_who_held_it(late: Late) -> None:
    case, road = late
    row = (await road.rows("breach", case.limit))[0]
    assert (row.data["due_at"], row.data["holder"], row.data.get("body"), row.person) == (
        road.run(case.limit, 0).due_at.isoformat(),
        "curator" if case.curators else "executor",
        None if case.curators else "roads",
        None,
    )


async def test_an_open_breach_makes_the_message_overdue(late: Late) -> None:
    _, road = late
    assert road.state.overdue


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_duty_done_in_time_is_never_told_as_breached(begin: Begin, case: Case) -> None:
    road = await case.arrange(begin)
    await case.met_by(road)
    run = road.run(case.limit, 0)
    assert (run.met_at is not None, run.breached_at) == (True, None)
    assert await road.notices(limit=case.limit) == []


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_duty_done_late_is_taken_and_its_breach_stands(begin: Begin, case: Case) -> None:
    road = await case.arrange(begin)
    due = msk(case.due_at)
    await road.until(due + MINUTE)
    await case.met_by(road)
    run = road.run(case.limit, 0)
    assert (run.breached_at, said(run.met_at)) == (run.due_at, said(due + MINUTE))


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_duty_that_falls_away_is_never_told_as_breached(begin: Begin, case: Case) -> None:
    road = await case.arrange(begin)
    await road.close(CloseReason.DELETED)
    run = road.run(case.limit, 0)
    assert (run.cancelled_at is not None, run.met_at, run.breached_at) == (True, None, None)
    assert await road.notices(limit=case.limit) == []


async def test_a_breach_is_told_once(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-12-01 12:00")
    assert len(await road.rows("breach", "draft")) == 1
    assert len(await road.notices("escalation", "draft")) == 1


async def test_a_breach_withdraws_no_warning_and_warns_no_more(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-12-01 12:00")
    assert len(await road.notices("warning", "draft")) == 1


async def test_a_limit_met_after_its_warning_is_not_breached(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:15")
    await road.route("roads")
    await road.at("2026-11-23 10:45")
    assert [fact.kind for fact in await road.notices(limit="routing")] == ["warning"]


async def test_half_an_hour_before_is_half_an_hour_of_working_time(begin: Begin) -> None:
    road = await drafted(begin, at="2026-11-23 12:25")
    # Due at 14:40, after lunch from 13:00 to 13:45: half an hour before is 14:10.
    await road.at("2026-11-23 14:12")
    assert [said(fact.at) for fact in await road.notices("warning", "approval")] == ["2026-11-23 14:10"]


async def test_a_warning_of_working_time_may_fall_before_lunch(begin: Begin) -> None:
    road = await drafted(begin, at="2026-11-23 11:45")
    # Due at 14:00: a quarter of an hour after lunch, a quarter before it.
    await road.at("2026-11-23 12:46")
    assert [said(fact.at) for fact in await road.notices("warning", "approval")] == ["2026-11-23 12:45"]


async def test_a_short_draft_limit_warns_at_its_half(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 14:25")
    await road.route("roads", taken_at=msk("2026-11-23 14:25"))
    run = road.run("draft")
    # Twenty minutes are left until 14:45.
    assert run.warn_at == msk("2026-11-23 14:35")


async def test_the_answer_warns_half_an_hour_before_its_reduced_term(begin: Begin) -> None:
    road = await routed(begin, reduced_term=4 * HOUR)
    assert road.run("answer").warn_at == msk("2026-11-23 12:30")


# ---- when a notice may be delivered


async def test_in_working_hours_a_notice_is_delivered_at_once(begin: Begin) -> None:
    road = await routed(begin)
    assert [fact.deliver_from == fact.at for fact in await road.notices("assigned")] == [True]


@pytest.mark.parametrize(
    ("at", "deliver_from"),
    [
        ("2026-11-23 13:10", "2026-11-23 13:45"),
        ("2026-11-23 19:00", "2026-11-24 09:00"),
        ("2026-11-27 17:00", "2026-11-30 09:00"),
        ("2026-11-28 12:00", "2026-11-30 09:00"),
        ("2026-11-23 07:00", "2026-11-23 09:00"),
    ],
    ids=["lunch", "evening", "Friday", "Saturday", "before opening"],
)
async def test_outside_working_hours_a_notice_waits_for_the_opening(
    begin: Begin, at: str, deliver_from: str
) -> None:
    road = await routed(begin, at=at)
    facts = await road.notices("assigned")
    assert [(said(fact.at), said(fact.deliver_from)) for fact in facts] == [(at, deliver_from)]


async def test_closing_time_itself_is_inside_working_hours(begin: Begin) -> None:
    road = await begin("2026-11-23 17:55")
    await road.at("2026-11-23 18:01")
    await road.route("roads", taken_at=msk("2026-11-23 18:00"))
    facts = await road.notices("assigned")
    assert [fact.deliver_from for fact in facts] == [msk("2026-11-23 18:00")]


async def test_a_breach_at_closing_time_is_delivered_then(begin: Begin) -> None:
    road = await published(begin, DraftKind.INTERIM)
    await road.at("2026-12-07 18:01")
    facts = await road.notices("breach", "final_draft")
    assert {said(fact.deliver_from) for fact in facts} == {"2026-12-07 18:00"}


async def test_a_body_is_told_when_its_own_hours_allow(begin: Begin) -> None:
    road = await begin("2026-11-23 09:00", schedules=schedules(roads={"week": hours(("11:00", "20:00"))}))
    await road.route("roads")
    facts = await road.notices("assigned")
    assert [said(fact.deliver_from) for fact in facts] == ["2026-11-23 11:00"]


async def test_the_curators_notices_wait_for_the_departments_opening(begin: Begin) -> None:
    road = await begin("2026-11-23 17:00", schedules=schedules(roads={"week": hours(("11:00", "20:00"))}))
    await road.route("roads")
    await road.at("2026-11-23 19:00")
    await road.draft("roads")
    facts = await road.notices("draft_received")
    assert [said(fact.deliver_from) for fact in facts] == ["2026-11-24 09:00"]


async def test_a_breach_in_the_evening_hours_of_its_body_reaches_the_curator_in_the_morning(
    begin: Begin,
) -> None:
    road = await begin("2026-11-23 17:50", schedules=schedules(roads={"week": hours(("11:00", "20:00"))}))
    await road.route("roads")
    await road.draft("roads")
    await road.approve()
    await road.at("2026-11-23 18:30")
    told = {
        to.audience.value: said(fact.deliver_from)
        for fact in await road.notices("breach", "publication")
        for to in fact.to
    }
    assert told == {
        "executors": "2026-11-23 18:20",
        "responsible": "2026-11-23 18:20",
        "curator": "2026-11-24 09:00",
    }


async def test_a_contribution_of_the_evening_is_told_to_the_curator_in_the_morning(begin: Begin) -> None:
    road = await contributed(begin, at="2026-11-23 19:00")
    facts = await road.notices("contribution_received")
    assert [said(fact.deliver_from) for fact in facts] == ["2026-11-24 09:00"]

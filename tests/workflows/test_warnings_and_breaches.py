"""Clause 20: who is warned before each limit, who is told of its breach, and from when a notice may be delivered."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from calendar_rules.vocabulary import CloseReason
from tests.workflows.acts import hours, schedules
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import (
    MINUTE,
    MONDAY,
    Arrange,
    Begin,
    approved,
    drafted,
    interim,
    joint,
    registered,
    reworked,
    routed,
)


class Case(NamedTuple):
    """A limit left alone until after its due moment, and what must come of it."""

    limit: str
    arrange: Arrange
    warned_at: str
    due_at: str
    curators: bool
    met_by: Callable[[Road], Awaitable[object]]


CASES = [
    Case("routing", registered, "11-23 10:00", "11-23 10:30", True, lambda road: road.route("roads")),
    Case("answer", routed, "11-24 09:15", "11-24 09:45", False, lambda road: road.answer("roads")),
    Case("draft", routed, "11-23 14:15", "11-23 14:45", False, lambda road: road.draft("roads")),
    Case("approval", drafted, "11-23 10:00", "11-23 10:30", True, lambda road: road.approve()),
    Case("rework", reworked, "11-23 09:30", "11-23 10:00", False, lambda road: road.draft("roads")),
    Case("publication", approved, "11-23 09:15", "11-23 09:30", False, lambda road: road.publish("roads")),
    Case("final_draft", interim, "12-04 16:45", "12-07 18:00", False, lambda road: road.draft("roads")),
    Case("contribution", joint, "11-23 10:30", "11-23 11:00", False, lambda road: road.contribute("roads")),
]


def named(case: Case) -> str:
    return case.limit


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_duty_done_in_time_is_never_told_as_breached(begin: Begin, case: Case) -> None:
    road = await case.arrange(begin)
    await case.met_by(road)
    run = road.run(case.limit, 0)
    assert (run.met_at is not None, run.breached_at) == (True, None)
    assert await road.notices(limit=case.limit) == []


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_limit_is_warned_of_and_breached_and_the_duty_done_late_is_taken_and_its_breach_stands(
    begin: Begin, case: Case
) -> None:
    road = await case.arrange(begin)
    due = msk(f"2026-{case.due_at}")
    await road.until(due + MINUTE)
    run = road.run(case.limit, 0)
    assert (run.breached_at, said(run.breached_at), run.met_at) == (run.due_at, said(due), None)
    assert road.state.overdue
    # Half an hour before, and never earlier than half of the limit.
    assert [said(fact.at) for fact in await road.notices("warning", case.limit)] == [f"2026-{case.warned_at}"]
    told = (
        ["curator curator"] if case.curators else ["executors roads", "responsible roads", "curator curator"]
    )
    assert await road.told("warning", case.limit) == told[:1]
    assert await road.told("breach", case.limit) == told
    assert await road.told("escalation", case.limit) == ["head" if case.curators else "deputy roads"]
    row = (await road.rows("breach", case.limit))[0]
    assert (row.data["due_at"], row.data["holder"], row.data.get("body"), row.person) == (
        run.due_at.isoformat(),
        "curator" if case.curators else "executor",
        None if case.curators else "roads",
        None,
    )
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


async def test_a_breach_is_told_once_and_warned_of_no_more(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-12-01 12:00")
    assert len(await road.rows("breach", "draft")) == 1
    assert len(await road.notices("escalation", "draft")) == 1
    assert len(await road.notices("warning", "draft")) == 1


async def test_a_limit_met_after_its_warning_is_not_breached(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:15")
    await road.route("roads")
    await road.at("2026-11-23 10:45")
    assert [fact.kind for fact in await road.notices(limit="routing")] == ["warning"]


@pytest.mark.parametrize(
    ("drafted_at", "warned_at"),
    [
        # Due at 14:40, after lunch from 13:00 to 13:45.
        ("2026-11-23 12:25", "2026-11-23 14:10"),
        # Due at 14:00: a quarter of an hour after lunch, a quarter before it.
        ("2026-11-23 11:45", "2026-11-23 12:45"),
    ],
)
async def test_half_an_hour_before_is_half_an_hour_of_working_time(
    begin: Begin, drafted_at: str, warned_at: str
) -> None:
    road = await drafted(begin, at=drafted_at)
    await road.until(msk(warned_at) + MINUTE)
    assert [said(fact.at) for fact in await road.notices("warning", "approval")] == [warned_at]


async def test_a_short_draft_limit_warns_at_its_half(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 14:25")
    await road.route("roads", taken_at=msk("2026-11-23 14:25"))
    run = road.run("draft")
    # Twenty minutes are left until 14:45.
    assert run.warn_at == msk("2026-11-23 14:35")


# ---- when a notice may be delivered


@pytest.mark.parametrize(
    ("at", "deliver_from"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),
        ("2026-11-23 13:10", "2026-11-23 13:45"),
        ("2026-11-23 19:00", "2026-11-24 09:00"),
        ("2026-11-27 17:00", "2026-11-30 09:00"),
        ("2026-11-28 12:00", "2026-11-30 09:00"),
        ("2026-11-23 07:00", "2026-11-23 09:00"),
    ],
    ids=["at once", "lunch", "evening", "Friday", "Saturday", "before opening"],
)
async def test_outside_working_hours_a_notice_waits_for_the_opening(
    begin: Begin, at: str, deliver_from: str
) -> None:
    road = await routed(begin, at=at)
    facts = await road.notices("assigned")
    assert [(said(fact.at), said(fact.deliver_from)) for fact in facts] == [(at, deliver_from)]
    assert (facts[0].deliver_from == facts[0].at) is (at == deliver_from)


async def test_closing_time_itself_is_inside_working_hours(begin: Begin) -> None:
    road = await begin("2026-11-23 17:55")
    await road.at("2026-11-23 18:01")
    await road.route("roads", taken_at=msk("2026-11-23 18:00"))
    facts = await road.notices("assigned")
    assert [fact.deliver_from for fact in facts] == [msk("2026-11-23 18:00")]


async def test_a_breach_at_closing_time_is_delivered_then(begin: Begin) -> None:
    road = await interim(begin)
    await road.at("2026-12-07 18:01")
    facts = await road.notices("breach", "final_draft")
    assert {said(fact.deliver_from) for fact in facts} == {"2026-12-07 18:00"}


async def test_a_body_is_told_when_its_own_hours_allow_and_the_curator_when_the_departments_do(
    begin: Begin,
) -> None:
    evenings = {"week": hours(("11:00", "20:00"))}
    road = await begin("2026-11-23 09:00", schedules=schedules(roads=evenings))
    await road.route("roads")
    await road.at("2026-11-23 19:00")
    await road.draft("roads")
    assert [
        said(fact.deliver_from)
        for kind in ("assigned", "draft_received")
        for fact in await road.notices(kind)
    ] == ["2026-11-23 11:00", "2026-11-24 09:00"]


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

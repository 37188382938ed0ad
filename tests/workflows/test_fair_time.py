"""A fair time in hand: whoever gets a step with less than half of what the act leaves it is not blamed for it (cl. 20).

`routing` is due on Monday at 10:30 and `draft` at 14:45, so that a draft has three and a half hours.
"""

import pytest

from tests.workflows.acts import act, hours, schedules
from tests.workflows.road import Road, msk, said
from tests.workflows.stages import HOUR, MONDAY, Begin, interim

CLOSED_AT_ONE = schedules(roads={"week": hours(("09:00", "13:00"))})


async def routed_at(begin: Begin, time: str, **start: object) -> Road:
    road = await begin(MONDAY, **start)
    await road.at(f"2026-11-23 {time}")
    await road.route("roads")
    return road


@pytest.mark.parametrize(("time", "inherited"), [("12:14", False), ("12:16", True), ("14:40", True)])
async def test_a_draft_wants_half_of_what_routing_in_time_leaves_it(
    begin: Begin, time: str, inherited: bool
) -> None:
    road = await routed_at(begin, time)
    run = road.run("draft")
    assert (run.inherited, run.breached_at) == (inherited, None)
    await road.at("2026-11-23 15:40")
    run = road.run("draft")
    assert (run.inherited, said(run.breached_at)) == (inherited, "2026-11-23 14:45")
    assert bool(run.charges) is not inherited
    assert await road.told("breach", "draft") == (
        [] if inherited else ["executors roads", "responsible roads", "curator curator"]
    )
    assert await road.told("escalation", "draft") == (["head"] if inherited else ["deputy roads"])


async def test_what_is_done_within_the_short_time_is_told_to_nobody(begin: Begin) -> None:
    road = await routed_at(begin, "14:00")
    await road.draft("roads")
    await road.at("2026-11-24 09:00")
    assert road.run("draft").breached_at is None
    assert await road.rows("inherited") == []


async def test_a_draft_in_time_that_comes_late_takes_the_notice_back(begin: Begin) -> None:
    road = await routed_at(begin, "14:00")
    await road.at("2026-11-23 14:50")
    await road.draft("roads", taken_at=msk("2026-11-23 14:44"))
    assert road.run("draft").breached_at is None
    assert await road.told("withdrawn_breach", "draft") == []
    (fact,) = await road.notices("withdrawn_breach", "draft")
    assert fact.revokes == (await road.rows("inherited"))[0].number


async def test_another_share_is_the_acts_own(begin: Begin) -> None:
    road = await routed_at(begin, "14:00", regulation=act(readings__fair__share=0.2))
    assert not road.run("draft").inherited


async def test_under_a_reduced_term_the_act_leaves_less(begin: Begin) -> None:
    """Of five hours the lead takes 2 h 13 min, and routing in time 1 h 30: a draft has 1 h 16 min."""
    road = await begin(MONDAY)
    await road.at("2026-11-23 11:00")
    await road.route("roads", reduced_term=5 * HOUR)
    assert not road.run("draft").inherited
    await road.at("2026-11-23 11:20")
    await road.route("housing", reduced_term=5 * HOUR)
    assert road.run("draft").inherited


async def test_hours_in_which_the_body_is_closed_are_no_time_in_hand(begin: Begin) -> None:
    road = await routed_at(begin, "12:00", schedules=CLOSED_AT_ONE)
    assert (said(road.run("draft").due_at), road.run("draft").inherited) == ("2026-11-23 14:45", True)


async def test_of_a_late_registration_routing_wants_half_of_its_term(begin: Begin) -> None:
    road = await begin("2026-11-23 09:46", detected=msk(MONDAY))
    assert (road.run("routing").inherited, road.run("answer").inherited) == (True, False)
    road = await begin("2026-11-23 09:45", detected=msk(MONDAY))
    assert not road.run("routing").inherited


async def test_a_successor_wants_half_of_the_term_that_it_takes_over(begin: Begin) -> None:
    road = await interim(begin)
    due = road.run("final_draft").due_at
    await road.until(due - HOUR / 2)
    await road.transfer("roads", "housing")
    await road.until(due + HOUR)
    run = road.run("final_draft")
    assert (run.holder.body, run.inherited, run.breached_at) == ("housing", True, due)
    assert await road.told("escalation", "final_draft") == ["head"]


async def test_a_successor_with_time_enough_owes_it_as_its_own(begin: Begin) -> None:
    road = await interim(begin)
    await road.wait(24 * HOUR)
    await road.transfer("roads", "housing")
    assert not road.run("final_draft").inherited


# ---- clause 10 on the Department's hours


async def test_a_draft_is_counted_back_in_the_hours_of_the_curator(begin: Begin) -> None:
    road = await begin(MONDAY, schedules=CLOSED_AT_ONE)
    await road.route("roads")
    run = road.run("draft")
    assert (said(run.due_at), run.calendar) == ("2026-11-23 14:45", None)
    assert said(road.explained(run)[0].start) == "2026-11-23 14:45"

"""Clause 8: within an hour a body gives back what is not its competence; later is late, and accepted all the same."""

from collections.abc import Awaitable, Callable

import pytest

from calendar_rules.vocabulary import Stage
from tests.workflows.road import Road, msk, nearly, said
from tests.workflows.stages import (
    HOUR,
    MONDAY,
    Arrange,
    Begin,
    contributed,
    joint,
    replied,
    returned,
    routed,
    withdrawn,
)


async def test_the_window_is_an_hour_of_the_bodys_working_time_and_passes_by_itself(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-23 12:30")
    assert said(road.run("return").due_at) == "2026-11-23 14:15"
    await road.at("2026-11-23 14:16")
    run = road.run("return")
    assert (run.cancelled_at, run.met_at, run.breached_at) == (run.due_at, None, None)
    assert "window_ended" in await road.kinds()
    # Nobody is warned of it or told of its end.
    assert await road.notices(limit="return") == []


ACTS: dict[str, tuple[Arrange, Callable[[Road], Awaitable[object]]]] = {
    "the first draft": (routed, lambda road: road.draft("roads")),
    "a contribution": (joint, lambda road: road.contribute("roads")),
    "a route to another": (routed, lambda road: road.route("housing")),
}


@pytest.mark.parametrize("act", ACTS)
async def test_the_window_ends(begin: Begin, act: str) -> None:
    arrange, given = ACTS[act]
    road = await arrange(begin)
    await road.at("2026-11-23 09:20")
    await given(road)
    assert said(road.run("return", 0).cancelled_at) == "2026-11-23 09:20"


async def test_a_return_in_the_window_gives_the_message_back_and_starts_routing_again(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:40")
    await road.give_back("roads", competent_body="housing")
    run = road.run("return")
    assert (said(run.met_at), run.breached_at, run.cancelled_at) == ("2026-11-23 09:40", None, None)
    assert (road.state.stage, road.state.current_body) == (Stage.ROUTING, None)
    assert await road.told("returned") == ["curator curator"]
    row = (await road.rows("return_to_curator"))[0]
    assert (row.data["body"], row.data["competent_body"], set(row.data["texts"])) == (  # type: ignore[arg-type]
        "roads",
        "housing",
        {"reason"},
    )
    # What the body owed falls away; the answer keeps running.
    assert [(run.name.value, said(run.started_at), said(run.due_at)) for run in road.state.open_limits()] == [
        ("answer", MONDAY, "2026-11-24 09:45"),
        ("routing", "2026-11-23 09:40", "2026-11-23 11:10"),
    ]
    await road.at("2026-11-23 10:00")
    await road.route("housing")
    run = road.run("return")
    assert (run.holder.body, said(run.due_at)) == ("housing", "2026-11-23 11:00")
    assert [said(run.due_at) for run in road.state.limits if run.name == "answer"] == ["2026-11-24 09:45"]


async def test_a_return_at_the_very_end_of_the_window_is_in_time(begin: Begin) -> None:
    road = await routed(begin)
    due = road.run("return").due_at
    await road.at("2026-11-23 10:01")
    await road.give_back("roads", taken_at=due)
    run = road.run("return")
    assert (run.met_at, run.breached_at, run.cancelled_at) == (due, None, None)


async def test_a_return_after_the_window_is_accepted_and_told_and_recorded_late_on_the_same_run(
    begin: Begin,
) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 11:00")
    outcome = await road.give_back("roads")
    run = road.run("return")
    assert outcome.accepted
    assert (run.breached_at, said(run.met_at), run.cancelled_at) == (run.due_at, "2026-11-23 11:00", None)
    assert sum(run.name == "return" for run in road.state.limits) == 1
    assert [said(row.at) for row in await road.rows("breach", "return")] == ["2026-11-23 10:00"]
    assert await road.told("breach", "return") == [
        "executors roads",
        "responsible roads",
        "curator curator",
    ]
    assert await road.told("escalation", "return") == ["deputy roads"]


def windows(road: Road) -> list[tuple[str | None, str | None]]:
    """The body of each window and when it was breached."""
    return [(run.holder.body, nearly(run.breached_at)) for run in road.state.limits if run.name == "return"]


@pytest.mark.parametrize(
    ("routed_at", "returned_at", "breached_at"),
    [
        ("09:00", "09:50", None),
        ("11:00", "11:59", None),
        ("11:00", "12:10", "2026-11-23 12:00"),
    ],
)
async def test_the_same_body_routed_again_has_no_second_hour_and_its_only_one_stands_still_meanwhile(
    begin: Begin, routed_at: str, returned_at: str, breached_at: str | None
) -> None:
    road = await returned(begin)
    await road.at(f"2026-11-23 {routed_at}")
    await road.route("roads")
    run = road.run("return")
    assert (nearly(run.started_at), nearly(run.due_at)) == (
        MONDAY,
        nearly(msk(f"2026-11-23 {routed_at}") + HOUR),
    )
    steps = [(nearly(step.start), nearly(step.end), bool(step.counted)) for step in road.explained(run)]
    again, due = f"2026-11-23 {routed_at}", nearly(run.due_at)
    assert [step for step in steps if step[0] != step[1]] == [
        *([(MONDAY, again, False)] if again != MONDAY else []),
        (again, due, True),
    ]
    await road.at(f"2026-11-23 {returned_at}")
    await road.give_back("roads")
    assert windows(road) == [("roads", breached_at)]
    assert said(road.run("return").met_at) == f"2026-11-23 {returned_at}"


async def test_an_open_window_goes_on_where_the_route_is_taken_back_to_the_same_body(begin: Begin) -> None:
    road = await routed(begin)
    before = road.run("return")
    await road.at("2026-11-23 09:30")
    await road.route("roads", "housing")
    assert [run for run in road.state.limits if run.name == "return"] == [before]


async def test_a_contribution_ends_no_window_of_another_body(begin: Begin) -> None:
    road = await routed(begin)
    await road.route("housing", "roads")
    await road.contribute("housing")
    assert {run.holder.body for run in road.state.open_limits() if run.name == "return"} == {"roads"}


async def test_from_the_second_return_on_the_head_is_told_each_time_and_their_number_is_not_limited(
    begin: Begin,
) -> None:
    road = await returned(begin)
    assert await road.told("competence_dispute") == []
    for body in ("housing", "health", "education", "social"):
        await road.route(body)
        assert (await road.give_back(body)).accepted
    assert await road.told("competence_dispute") == ["head"] * 4
    assert road.state.returns == 5


@pytest.mark.parametrize(
    ("arrange", "at", "is_late"),
    [(withdrawn, MONDAY, False), (withdrawn, "2026-11-23 10:30", True), (replied, "2026-11-23 10:30", True)],
)
async def test_a_return_after_a_withdrawn_draft_or_a_reply_goes_by_the_first_window(
    begin: Begin, arrange: Arrange, at: str, is_late: bool
) -> None:
    road = await arrange(begin)
    await road.at(at)
    assert (await road.give_back("roads")).accepted
    run = road.run("return")
    assert (run.breached_at, run.cancelled_at, said(run.met_at)) == (
        run.due_at if is_late else None,
        None,
        at,
    )


async def test_a_body_sent_its_contribution_for_rework_may_return_the_message(begin: Begin) -> None:
    road = await contributed(begin)
    await road.rework_contribution()
    assert (await road.give_back("roads")).accepted
    assert {run.name.value for run in road.state.open_limits()} == {"routing", "answer"}


async def test_the_hour_of_a_body_that_is_to_act_later_stands_still_until_it_does(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:20")
    await road.route("housing", "roads")
    await road.at("2026-11-23 10:30")
    await road.contribute("housing")
    assert nearly(road.run("return", 0).due_at) == "2026-11-23 11:10"
    await road.at("2026-11-23 11:00")
    await road.give_back("roads")
    assert windows(road) == [("roads", None), ("housing", None)]


async def test_an_hour_that_ends_while_the_message_is_taken_away_stands_still(begin: Begin) -> None:
    """The route was taken before the hour was over, and came after it."""
    road = await routed(begin)
    await road.at("2026-11-23 10:01")
    await road.route("housing", taken_at=msk("2026-11-23 09:58"))
    await road.at("2026-11-23 11:00")
    await road.route("roads")
    assert nearly(road.run("return", 0).due_at) == "2026-11-23 11:02"

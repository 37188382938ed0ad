"""Clause 8: within an hour a body gives back what is not its competence; later is late, and accepted all the same."""

from calendar_rules.vocabulary import Stage
from tests.workflows.road import Road, msk, nearly, said
from tests.workflows.stages import (
    MONDAY,
    Begin,
    contributed,
    replied,
    returned,
    routed,
    withdrawn,
)


async def test_the_window_is_an_hour_of_the_bodys_working_time(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-23 12:30")
    assert said(road.run("return").due_at) == "2026-11-23 14:15"


async def test_the_window_passes_unused_by_itself(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 10:01")
    run = road.run("return")
    assert (run.cancelled_at, run.met_at, run.breached_at) == (run.due_at, None, None)
    assert "window_ended" in await road.kinds()


async def test_nobody_is_warned_of_a_window_or_told_of_its_end(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 10:01")
    assert await road.notices(limit="return") == []


async def test_the_first_draft_ends_the_window(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:20")
    await road.draft("roads")
    assert said(road.run("return").cancelled_at) == "2026-11-23 09:20"


async def test_a_contribution_ends_the_window(begin: Begin) -> None:
    road = await routed(begin, "roads", "housing")
    await road.at("2026-11-23 09:20")
    await road.contribute("roads")
    assert said(road.run("return", 0).cancelled_at) == "2026-11-23 09:20"


async def test_a_return_gives_the_message_back_to_the_curator(begin: Begin) -> None:
    road = await returned(begin)
    assert (road.state.stage, road.state.current_body) == (Stage.ROUTING, None)
    assert await road.told("returned") == ["curator curator"]


async def test_a_return_in_the_window_meets_it(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:59")
    await road.give_back("roads")
    run = road.run("return")
    assert (said(run.met_at), run.breached_at, run.cancelled_at) == ("2026-11-23 09:59", None, None)


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


async def test_routing_runs_again_from_the_return(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:40")
    await road.give_back("roads")
    run = road.run("routing")
    assert (said(run.started_at), said(run.due_at)) == ("2026-11-23 09:40", "2026-11-23 11:10")


async def test_what_the_body_owed_falls_away_with_the_return(begin: Begin) -> None:
    road = await returned(begin)
    assert {run.name.value for run in road.state.open_limits()} == {"routing", "answer"}


async def test_answer_keeps_running_through_a_return(begin: Begin) -> None:
    road = await returned(begin)
    await road.at("2026-11-23 10:00")
    await road.route("housing")
    run = road.run("answer")
    assert said(run.due_at) == "2026-11-24 09:45"
    assert sum(run.name == "answer" for run in road.state.limits) == 1


async def test_the_next_body_has_a_window_of_its_own(begin: Begin) -> None:
    road = await returned(begin)
    await road.at("2026-11-23 10:00")
    await road.route("housing")
    run = road.run("return")
    assert (run.holder.body, said(run.due_at)) == ("housing", "2026-11-23 11:00")


def windows(road: Road) -> list[tuple[str | None, str | None]]:
    """The body of each window and when it was breached."""
    return [(run.holder.body, nearly(run.breached_at)) for run in road.state.limits if run.name == "return"]


async def test_the_same_body_routed_again_has_no_second_hour(begin: Begin) -> None:
    road = await returned(begin)
    await road.at("2026-11-23 09:20")
    await road.route("roads")
    assert windows(road) == [("roads", None)]
    assert nearly(road.run("return").due_at) == "2026-11-23 10:20"


async def test_its_only_hour_stands_still_while_the_message_is_elsewhere(begin: Begin) -> None:
    road = await returned(begin)
    await road.at("2026-11-23 11:00")
    await road.route("roads")
    await road.at("2026-11-23 11:59")
    await road.give_back("roads")
    assert windows(road) == [("roads", None)]
    assert said(road.run("return").met_at) == "2026-11-23 11:59"


async def test_a_second_return_past_what_was_left_of_the_hour_is_late(begin: Begin) -> None:
    road = await returned(begin)
    await road.at("2026-11-23 11:00")
    await road.route("roads")
    await road.at("2026-11-23 12:10")
    await road.give_back("roads")
    assert windows(road) == [("roads", "2026-11-23 12:00")]


async def test_the_hour_that_stood_still_explains_itself(begin: Begin) -> None:
    road = await returned(begin)
    await road.at("2026-11-23 11:00")
    await road.route("roads")
    run = road.run("return")
    assert [(nearly(step.start), nearly(step.end), bool(step.counted)) for step in road.explained(run)] == [
        ("2026-11-23 09:00", "2026-11-23 09:00", True),
        ("2026-11-23 09:00", "2026-11-23 11:00", False),
        ("2026-11-23 11:00", "2026-11-23 12:00", True),
    ]


async def test_a_second_return_within_the_hour_is_in_time(begin: Begin) -> None:
    road = await returned(begin)
    await road.route("roads")
    await road.at("2026-11-23 09:50")
    await road.give_back("roads")
    assert (windows(road), said(road.run("return").met_at)) == ([("roads", None)], "2026-11-23 09:50")


async def test_an_open_window_goes_on_where_the_route_is_taken_back_to_the_same_body(begin: Begin) -> None:
    road = await routed(begin)
    before = road.run("return")
    await road.at("2026-11-23 09:30")
    await road.route("roads", "housing")
    assert [run for run in road.state.limits if run.name == "return"] == [before]


async def test_the_window_of_a_body_routed_no_more_is_cancelled(begin: Begin) -> None:
    road = await routed(begin)
    await road.at("2026-11-23 09:30")
    await road.route("housing")
    assert said(road.run("return", 0).cancelled_at) == "2026-11-23 09:30"


async def test_a_contribution_ends_no_window_of_another_body(begin: Begin) -> None:
    road = await routed(begin)
    await road.route("housing", "roads")
    await road.contribute("housing")
    assert {run.holder.body for run in road.state.open_limits() if run.name == "return"} == {"roads"}


async def test_a_first_return_is_no_dispute(begin: Begin) -> None:
    road = await returned(begin)
    assert await road.told("competence_dispute") == []


async def test_from_the_second_return_on_the_head_is_told_each_time(begin: Begin) -> None:
    road = await returned(begin)
    for body in ("housing", "health"):
        await road.route(body)
        await road.give_back(body)
    assert await road.told("competence_dispute") == ["head", "head"]


async def test_the_number_of_returns_is_not_limited(begin: Begin) -> None:
    road = await begin(MONDAY)
    for body in ("roads", "housing", "health", "education", "social"):
        await road.route(body)
        assert (await road.give_back(body)).accepted
    assert road.state.returns == 5


async def test_the_reason_and_the_competent_body_are_on_record(begin: Begin) -> None:
    road = await routed(begin)
    await road.give_back("roads", competent_body="housing")
    row = (await road.rows("return_to_curator"))[0]
    assert (row.data["body"], row.data["competent_body"], set(row.data["texts"])) == (  # type: ignore[arg-type]
        "roads",
        "housing",
        {"reason"},
    )


async def test_a_body_that_has_withdrawn_its_draft_may_return_the_message_in_its_window(
    begin: Begin,
) -> None:
    road = await withdrawn(begin)
    outcome = await road.give_back("roads")
    run = road.run("return")
    assert outcome.accepted
    assert (run.breached_at, run.cancelled_at, said(run.met_at)) == (None, None, MONDAY)


async def test_a_body_that_has_withdrawn_its_draft_may_return_the_message_late(begin: Begin) -> None:
    road = await withdrawn(begin)
    await road.at("2026-11-23 10:30")
    await road.give_back("roads")
    run = road.run("return")
    assert (run.breached_at, run.cancelled_at) == (run.due_at, None)


async def test_a_return_after_the_authors_reply_is_late_by_the_first_window(begin: Begin) -> None:
    road = await replied(begin)
    await road.at("2026-11-23 10:30")
    await road.give_back("roads")
    run = road.run("return")
    assert run.breached_at == run.due_at


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

"""Clause 7: the curator routes a message within an hour and a half, and may take a wrong route back."""

from datetime import timedelta

import pytest

from calendar_rules.vocabulary import Importance, Stage
from tests.workflows.road import said
from tests.workflows.stages import HOUR, MONDAY, Begin, returned, routed


async def test_a_detection_outside_working_hours_is_its_own_start_and_waits_for_the_opening(
    begin: Begin,
) -> None:
    road = await begin("2026-11-28 12:00")
    run = road.run("routing")
    assert (said(run.started_at), said(run.due_at)) == ("2026-11-28 12:00", "2026-11-30 10:30")


async def test_a_routed_message_waits_for_the_draft_of_its_body(begin: Begin) -> None:
    road = await routed(begin, "roads")
    assert (road.state.stage, road.state.current_body) == (Stage.PREPARATION, "roads")


async def test_routing_sets_topic_importance_location_and_bodies(begin: Begin) -> None:
    road = await routed(begin, "roads", "housing", importance=Importance.RAISED, repeats="t-1")
    state = road.state
    assert (state.topic, state.importance, state.repeats) == ("potholes", "raised", "t-1")
    assert state.bodies == ("roads", "housing")
    row = (await road.rows("route"))[0]
    assert row.data["texts"] == {"location": state.location}


async def test_the_executors_of_the_first_body_are_told(begin: Begin) -> None:
    road = await routed(begin, "roads", "housing")
    assert await road.told("assigned") == ["executors roads"]


async def test_whoever_routed_last_is_the_curator_of_the_message(begin: Begin) -> None:
    road = await returned(begin)
    await road.route("roads", person="curator2")
    await road.draft("roads")
    assert await road.told("draft_received") == ["curator curator2"]


async def test_before_routing_the_curator_is_whoever_registered(begin: Begin) -> None:
    road = await begin(MONDAY, registered_by="curator2")
    await road.at("2026-11-23 11:00")
    assert await road.told("breach", "routing") == ["curator curator2"]


async def test_a_wrong_route_is_taken_back(begin: Begin) -> None:
    road = await routed(begin, "roads")
    outcome = await road.route("housing")
    assert outcome.accepted
    assert (road.state.current_body, road.state.bodies) == ("housing", ("housing",))


async def test_what_a_wrong_body_was_asked_for_falls_away(begin: Begin) -> None:
    road = await routed(begin, "roads", "health")
    await road.at("2026-11-23 09:20")
    await road.route("housing")
    assert {
        (run.name.value, said(run.cancelled_at)) for run in road.state.limits if run.holder.body == "roads"
    } == {("return", "2026-11-23 09:20"), ("contribution", "2026-11-23 09:20")}
    assert {run.name.value for run in road.state.open_limits() if run.holder.body == "housing"} == {
        "answer",
        "return",
        "draft",
    }


async def test_taking_a_route_back_starts_no_routing_again(begin: Begin) -> None:
    road = await routed(begin, "roads")
    await road.route("housing")
    assert sum(run.name == "routing" for run in road.state.limits) == 1


@pytest.mark.parametrize("term", [9 * HOUR, 10 * HOUR, timedelta(0), -HOUR])
async def test_a_reduced_term_is_above_zero_and_below_the_ordinary(begin: Begin, term: timedelta) -> None:
    road = await begin(MONDAY)
    outcome = await road.route("roads", reduced_term=term)
    assert outcome.detail == "Сокращённый срок должен быть больше нуля и короче обычного (9 рабочих часов)."

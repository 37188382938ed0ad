"""Clause 7: the curator routes a message within an hour and a half, and may take a wrong route back."""

from datetime import timedelta

import pytest

from calendar_rules.vocabulary import Importance, Stage
from tests.workflows.road import CURATOR, said
from tests.workflows.stages import HOUR, MONDAY, Begin, returned, routed
from workflows.commands import Grant


async def test_a_detection_outside_working_hours_is_its_own_start_and_waits_for_the_opening(
    begin: Begin,
) -> None:
    road = await begin("2026-11-28 12:00")
    run = road.run("routing")
    assert (said(run.started_at), said(run.due_at)) == ("2026-11-28 12:00", "2026-11-30 10:30")


async def test_routing_sets_topic_importance_location_and_bodies_of_which_the_first_is_told(
    begin: Begin,
) -> None:
    road = await routed(begin, "roads", "housing", importance=Importance.RAISED, repeats="t-1")
    state = road.state
    assert (state.topic, state.importance, state.repeats) == ("potholes", "raised", "t-1")
    assert (state.stage, state.current_body, state.bodies) == (
        Stage.PREPARATION,
        "roads",
        ("roads", "housing"),
    )
    row = (await road.rows("route"))[0]
    assert row.data["texts"] == {"location": state.location}
    assert await road.told("assigned") == ["executors roads"]


@pytest.mark.parametrize(
    ("person", "grant"),
    [("curator2", CURATOR), ("substitute", CURATOR.model_copy(update={"acting_for": "curator2"}))],
)
async def test_whoever_routed_last_or_was_stood_in_for_is_the_curator_of_the_message(
    begin: Begin, person: str, grant: Grant
) -> None:
    """Clause 6: the record shows both, and the work stays the absent person's."""
    road = await returned(begin)
    await road.route("roads", person=person, grant=grant)
    assert road.state.curator == "curator2"
    row = (await road.rows("route"))[-1]
    assert (row.person, row.acting_for) == (person, grant.acting_for)
    await road.draft("roads")
    assert await road.told("draft_received") == ["curator curator2"]


async def test_before_routing_the_curator_is_whoever_registered(begin: Begin) -> None:
    road = await begin(MONDAY, registered_by="curator2")
    await road.at("2026-11-23 11:00")
    assert await road.told("breach", "routing") == ["curator curator2"]


async def test_a_wrong_route_is_taken_back_and_what_the_wrong_body_was_asked_for_falls_away(
    begin: Begin,
) -> None:
    road = await routed(begin, "roads", "health")
    await road.at("2026-11-23 09:20")
    assert (await road.route("housing")).accepted
    assert (road.state.current_body, road.state.bodies) == ("housing", ("housing",))
    assert {
        (run.name.value, said(run.cancelled_at)) for run in road.state.limits if run.holder.body == "roads"
    } == {("return", "2026-11-23 09:20"), ("contribution", "2026-11-23 09:20")}
    assert {run.name.value for run in road.state.open_limits() if run.holder.body == "housing"} == {
        "answer",
        "return",
        "draft",
    }
    assert sum(run.name == "routing" for run in road.state.limits) == 1


@pytest.mark.parametrize("term", [9 * HOUR, 10 * HOUR, timedelta(0), -HOUR])
async def test_a_reduced_term_is_above_zero_and_below_the_ordinary(begin: Begin, term: timedelta) -> None:
    road = await begin(MONDAY)
    outcome = await road.route("roads", reduced_term=term)
    assert outcome.detail == "Сокращённый срок должен быть больше нуля и короче обычного (9 рабочих часов)."

"""Clause 15: several bodies in the curator's sequence; the earlier contribute, the last one drafts."""

import pytest

from calendar_rules.vocabulary import Stage
from tests.workflows.acts import hours, schedules
from tests.workflows.road import CURATOR, Road, msk, nearly, said
from tests.workflows.stages import MONDAY, Begin, contributed, joint, routed
from workflows import commands

THREE = ("roads", "housing", "health")


def owed(road: Road) -> dict[str, set[str]]:
    """What each body owes now, but for the answer."""
    owed: dict[str, set[str]] = {}
    for run in road.state.open_limits():
        if run.holder.body and run.name != "answer":
            owed.setdefault(run.holder.body, set()).add(run.name.value)
    return owed


async def test_each_body_has_two_hours_from_when_it_receives_the_message_and_the_last_one_drafts_too(
    begin: Begin,
) -> None:
    road = await routed(begin, *THREE)
    assert owed(road) == {"roads": {"return", "contribution"}}
    await road.at("2026-11-23 10:30")
    await road.contribute("roads")
    assert road.state.current_body == "housing"
    await road.at("2026-11-23 12:30")
    await road.contribute("housing")
    assert owed(road) == {"health": {"return", "contribution", "draft"}}
    assert [said(run.due_at) for run in road.state.limits if run.name == "contribution"] == [
        "2026-11-23 11:00",
        "2026-11-23 12:30",
        "2026-11-23 15:15",
    ]
    assert [part.body for part in road.state.contributions] == ["roads", "housing"]
    assert await road.told("contribution_received") == ["curator curator"] * 2
    assert await road.told("assigned") == ["executors roads", "executors housing", "executors health"]
    await road.at("2026-11-23 14:00")
    await road.answer("health")
    assert [said(road.run(name).met_at) for name in ("contribution", "draft")] == ["2026-11-23 14:00"] * 2
    assert await road.handle.result() == "answered"


# ---- returns in the middle


async def test_after_a_return_the_curator_changes_the_sequence_and_who_has_contributed_acts_only_if_named(
    begin: Begin,
) -> None:
    road = await contributed(begin, *THREE)
    await road.give_back("housing")
    assert road.state.stage is Stage.ROUTING
    assert [part.body for part in road.state.contributions] == ["roads"]
    await road.route("social", "health")
    assert (road.state.current_body, road.state.bodies) == ("social", ("roads", "social", "health"))
    await road.contribute("social")
    assert owed(road) == {"health": {"return", "contribution", "draft"}}
    # Bodies are those that have contributed, then those named last.
    await road.give_back("health")
    await road.route("education", "culture")
    assert road.state.bodies == ("roads", "social", "education", "culture")


async def test_one_body_left_after_contributions_is_still_the_last_of_a_joint_answer(begin: Begin) -> None:
    road = await contributed(begin)
    await road.give_back("housing")
    await road.route("health")
    assert owed(road) == {"health": {"return", "contribution", "draft"}}


async def test_a_body_named_again_contributes_again_in_its_old_place(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    await road.contribute("housing")
    await road.give_back("health")
    first, second = road.state.contributions
    await road.route("roads", "social")
    await road.contribute("roads")
    assert [part.body for part in road.state.contributions] == ["roads", "housing"]
    assert (road.state.contributions[0].id != first.id, road.state.contributions[1]) == (True, second)


# ---- a contribution sent for rework


async def test_a_contribution_sent_for_rework_goes_back_to_its_body_and_what_the_next_owed_falls_away(
    begin: Begin,
) -> None:
    road = await contributed(begin)
    old = road.state.contributions[0]
    await road.at("2026-11-23 10:00")
    assert (await road.rework_contribution()).accepted
    assert (road.state.stage, road.state.current_body) == (Stage.PREPARATION, "roads")
    assert owed(road) == {"roads": {"contribution"}}
    assert said(road.run("contribution").due_at) == "2026-11-23 12:00"
    assert {
        run.name.value: said(run.cancelled_at)
        for run in road.state.limits
        if run.holder.body == "housing" and run.name != "answer"
    } == dict.fromkeys(("return", "contribution", "draft"), "2026-11-23 10:00")
    row = (await road.rows("send_for_rework"))[0]
    assert (row.data["contribution"], set(row.data["texts"])) == (old.id, {"comment"})  # type: ignore[arg-type]
    assert await road.told("rework") == ["executors roads"]
    # The new text takes the place of the old one; the journal keeps both.
    await road.contribute("roads")
    (new,) = road.state.contributions
    assert new.text != old.text
    assert [row.data["contribution"] for row in await road.rows("contribute")] == [old.id, new.id]
    assert (await road.rework_contribution()).accepted


async def test_after_the_rework_the_next_body_receives_the_message_again_and_its_hour_goes_on(
    begin: Begin,
) -> None:
    road = await contributed(begin)
    await road.rework_contribution()
    await road.at("2026-11-23 09:30")
    await road.contribute("roads")
    assert owed(road) == {"housing": {"contribution", "draft", "return"}}
    assert said(road.run("contribution").started_at) == "2026-11-23 09:30"
    assert nearly(road.run("return").due_at) == "2026-11-23 10:30"
    # Its draft, though withdrawn, is an act: the contribution before it is sent back no more.
    await road.draft("housing")
    assert not (await road.rework_contribution()).accepted
    await road.withdraw("housing")
    assert not (await road.rework_contribution()).accepted
    await road.give_back("housing")
    await road.route("health")
    assert not (await road.rework_contribution()).accepted


async def test_only_the_last_contribution_is_sent_back(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    await road.contribute("housing")
    first = road.state.contributions[0].id
    given = road.given("curator", CURATOR, None, "comment")
    outcome = await road.send(commands.SendForRework(**given, contribution=first))
    assert outcome.detail == (
        "На доработку возвращается только последняя информация, пока следующий орган не начал."
    )


# ---- the forecast: `draft` is due at 14:45


async def test_a_sequence_that_cannot_fit_is_forecast_at_routing(begin: Begin) -> None:
    road = await begin(MONDAY)
    # Three earlier bodies at two hours each end at 15:45.
    await road.route("roads", "housing", "health", "social", taken_at=msk(MONDAY))
    assert road.state.forecast_at == msk("2026-11-23 15:45")
    assert await road.told("forecast", "draft") == ["curator curator"]


@pytest.mark.parametrize(
    ("taken_at", "forecast_at"), [("2026-11-23 10:00", None), ("2026-11-23 10:01", "2026-11-23 14:46")]
)
async def test_a_sequence_that_just_fits_is_not_forecast_and_one_routed_too_late_is(
    begin: Begin, taken_at: str, forecast_at: str | None
) -> None:
    road = await begin(MONDAY)
    await road.at(taken_at)
    # Two earlier bodies end at 14:45 exactly, or a minute later.
    await road.route(*THREE, taken_at=msk(taken_at))
    assert said(road.state.forecast_at) == forecast_at
    assert bool(await road.told("forecast")) is (forecast_at is not None)


async def test_a_body_alone_owes_no_contribution_and_is_never_forecast_at_routing(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 16:00")
    await road.route("roads")
    assert owed(road) == {"roads": {"return", "draft"}}
    assert road.state.forecast_at is None


# ---- the two hours of the last body


async def test_the_draft_is_not_due_before_the_two_hours_of_its_own_body(begin: Begin) -> None:
    """The last body receives the message at 14:00, 45 minutes before the draft would be due."""
    road = await joint(begin)
    await road.at("2026-11-23 14:00")
    await road.contribute("roads")
    draft, answer = road.run("draft"), road.run("answer")
    assert [said(run.due_at) for run in (road.run("contribution"), draft)] == ["2026-11-23 16:00"] * 2
    steps = road.explained(draft)
    assert (steps[0].start, steps[-1].end) == (draft.due_at, answer.due_at)
    # It still waits when the hours of the body change.
    await road.change_calendar(schedules(housing={"week": hours(("15:00", "19:00"))}))
    assert [said(road.run(name).due_at) for name in ("contribution", "draft")] == ["2026-11-23 17:00"] * 2
    await road.at("2026-11-23 16:59")
    assert road.run("draft").breached_at is None
    await road.at("2026-11-23 17:01")
    assert road.run("draft").breached_at == road.run("draft").due_at

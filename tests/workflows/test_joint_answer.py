"""Clause 15: several bodies in the curator's sequence; the earlier contribute, the last one drafts."""

from calendar_rules.vocabulary import Stage
from tests.workflows.acts import hours, schedules
from tests.workflows.road import CURATOR, Road, msk, nearly, said
from tests.workflows.stages import MONDAY, Begin, contributed, routed
from workflows import commands

THREE = ("roads", "housing", "health")


def owed(road: Road) -> dict[str, set[str]]:
    """What each body owes now, but for the answer."""
    owed: dict[str, set[str]] = {}
    for run in road.state.open_limits():
        if run.holder.body and run.name != "answer":
            owed.setdefault(run.holder.body, set()).add(run.name.value)
    return owed


async def test_an_earlier_body_owes_its_contribution(begin: Begin) -> None:
    road = await routed(begin, *THREE)
    assert owed(road) == {"roads": {"return", "contribution"}}


async def test_the_last_body_owes_the_joint_draft_too(begin: Begin) -> None:
    road = await contributed(begin)
    assert owed(road) == {"housing": {"return", "contribution", "draft"}}


async def test_a_body_alone_owes_no_contribution(begin: Begin) -> None:
    road = await routed(begin, "roads")
    assert owed(road) == {"roads": {"return", "draft"}}


async def test_each_body_has_two_hours_from_when_it_receives_the_message(begin: Begin) -> None:
    road = await routed(begin, *THREE)
    await road.at("2026-11-23 10:30")
    await road.contribute("roads")
    await road.at("2026-11-23 12:30")
    await road.contribute("housing")
    assert [said(run.due_at) for run in road.state.limits if run.name == "contribution"] == [
        "2026-11-23 11:00",
        "2026-11-23 12:30",
        "2026-11-23 15:15",
    ]


async def test_the_next_body_and_the_curator_are_told_of_a_contribution(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    assert road.state.current_body == "housing"
    assert await road.told("contribution_received") == ["curator curator"]
    assert await road.told("assigned") == ["executors roads", "executors housing"]


async def test_contributions_are_kept_in_their_order(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    await road.contribute("housing")
    assert [part.body for part in road.state.contributions] == ["roads", "housing"]


async def test_the_joint_draft_meets_the_last_contribution_and_the_draft(begin: Begin) -> None:
    road = await contributed(begin)
    await road.at("2026-11-23 10:00")
    await road.draft("housing")
    assert [said(road.run(name).met_at) for name in ("contribution", "draft")] == ["2026-11-23 10:00"] * 2


async def test_the_joint_answer_ends_the_road(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    for step in (road.contribute("housing"), road.draft("health")):
        await step
    await road.approve()
    await road.publish("health")
    assert await road.handle.result() == "answered"


# ---- returns in the middle


async def test_a_return_in_the_middle_keeps_what_was_contributed(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    await road.give_back("housing")
    assert road.state.stage is Stage.ROUTING
    assert [part.body for part in road.state.contributions] == ["roads"]


async def test_after_a_return_the_curator_changes_the_sequence_and_who_has_contributed_acts_only_if_named(
    begin: Begin,
) -> None:
    road = await contributed(begin, *THREE)
    await road.give_back("housing")
    await road.route("social", "health")
    assert (road.state.current_body, road.state.bodies) == ("social", ("roads", "social", "health"))
    await road.contribute("social")
    assert owed(road) == {"health": {"return", "contribution", "draft"}}


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


async def test_bodies_are_those_that_contributed_then_those_named_last(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    await road.contribute("housing")
    await road.give_back("health")
    await road.route("education", "social")
    assert road.state.bodies == ("roads", "housing", "education", "social")


# ---- a contribution sent for rework


async def test_a_contribution_sent_for_rework_goes_back_to_its_body(begin: Begin) -> None:
    road = await contributed(begin)
    await road.at("2026-11-23 10:00")
    assert (await road.rework_contribution()).accepted
    assert (road.state.stage, road.state.current_body) == (Stage.PREPARATION, "roads")
    assert owed(road) == {"roads": {"contribution"}}
    assert said(road.run("contribution").due_at) == "2026-11-23 12:00"


async def test_what_the_next_body_owed_falls_away_with_it(begin: Begin) -> None:
    road = await contributed(begin)
    await road.at("2026-11-23 09:30")
    await road.rework_contribution()
    assert {
        run.name.value: said(run.cancelled_at)
        for run in road.state.limits
        if run.holder.body == "housing" and run.name != "answer"
    } == dict.fromkeys(("return", "contribution", "draft"), "2026-11-23 09:30")


async def test_the_body_is_told_of_the_rework_with_the_comment(begin: Begin) -> None:
    road = await contributed(begin)
    await road.rework_contribution()
    row = (await road.rows("send_for_rework"))[0]
    assert (row.data["contribution"], set(row.data["texts"])) == (  # type: ignore[arg-type]
        road.state.contributions[0].id,
        {"comment"},
    )
    assert await road.told("rework") == ["executors roads"]


async def test_the_new_text_takes_the_old_ones_place_and_the_journal_keeps_both(begin: Begin) -> None:
    road = await contributed(begin)
    old = road.state.contributions[0]
    await road.rework_contribution()
    await road.contribute("roads")
    new = road.state.contributions[0]
    assert (len(road.state.contributions), new.text != old.text) == (1, True)
    assert [row.data["contribution"] for row in await road.rows("contribute")] == [old.id, new.id]


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


async def test_a_contribution_can_be_sent_back_more_than_once(begin: Begin) -> None:
    road = await contributed(begin)
    await road.rework_contribution()
    await road.contribute("roads")
    assert (await road.rework_contribution()).accepted


async def test_only_the_last_contribution_is_sent_back(begin: Begin) -> None:
    road = await contributed(begin, *THREE)
    await road.contribute("housing")
    first = road.state.contributions[0].id
    given = road.given("curator", CURATOR, None, "comment")
    outcome = await road.send(commands.SendForRework(**given, contribution=first))
    assert outcome.detail == (
        "На доработку возвращается только последняя информация, пока следующий орган не начал."
    )


async def test_once_the_next_body_has_drafted_no_contribution_is_sent_back(begin: Begin) -> None:
    road = await contributed(begin)
    await road.draft("housing")
    assert not (await road.rework_contribution()).accepted


async def test_a_withdrawn_draft_counts_as_the_next_bodys_act(begin: Begin) -> None:
    road = await contributed(begin)
    await road.draft("housing")
    await road.withdraw("housing")
    assert not (await road.rework_contribution()).accepted


async def test_once_the_next_body_has_returned_the_message_no_contribution_is_sent_back(begin: Begin) -> None:
    road = await contributed(begin)
    await road.give_back("housing")
    await road.route("health")
    assert not (await road.rework_contribution()).accepted


# ---- the forecast: `draft` is due at 14:45


async def test_a_sequence_that_cannot_fit_is_forecast_at_routing(begin: Begin) -> None:
    road = await begin(MONDAY)
    # Three earlier bodies at two hours each end at 15:45.
    await road.route("roads", "housing", "health", "social", taken_at=msk(MONDAY))
    assert road.state.forecast_at == msk("2026-11-23 15:45")
    assert await road.told("forecast", "draft") == ["curator curator"]


async def test_a_sequence_that_just_fits_is_not_forecast(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:00")
    # Two earlier bodies end at 14:45 exactly.
    await road.route(*THREE, taken_at=msk("2026-11-23 10:00"))
    assert (road.state.forecast_at, await road.told("forecast")) == (None, [])


async def test_a_sequence_routed_too_late_is_forecast(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:01")
    await road.route(*THREE, taken_at=msk("2026-11-23 10:01"))
    assert road.state.forecast_at == msk("2026-11-23 14:46")


async def test_a_body_alone_is_never_forecast_at_routing(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 16:00")
    await road.route("roads")
    assert road.state.forecast_at is None


# ---- the two hours of the last body


async def last_body_late(begin: Begin) -> Road:
    """The last body receives the message at 14:00, 45 minutes before the draft would be due."""
    road = await routed(begin, "roads", "housing")
    await road.at("2026-11-23 14:00")
    await road.contribute("roads")
    return road


async def test_the_draft_is_not_due_before_the_two_hours_of_its_own_body(begin: Begin) -> None:
    road = await last_body_late(begin)
    assert [said(road.run(name).due_at) for name in ("contribution", "draft")] == ["2026-11-23 16:00"] * 2


async def test_such_a_draft_is_explained_from_its_due_moment_to_the_answer(begin: Begin) -> None:
    road = await last_body_late(begin)
    draft, answer = road.run("draft"), road.run("answer")
    steps = road.explained(draft)
    assert (steps[0].start, steps[-1].end) == (draft.due_at, answer.due_at)


async def test_such_a_draft_is_breached_at_its_later_moment_only(begin: Begin) -> None:
    road = await last_body_late(begin)
    await road.at("2026-11-23 15:59")
    assert road.run("draft").breached_at is None
    await road.at("2026-11-23 16:01")
    assert road.run("draft").breached_at == road.run("draft").due_at


async def test_such_a_draft_still_waits_when_the_hours_of_the_body_change(begin: Begin) -> None:
    road = await last_body_late(begin)
    evenings = schedules(housing={"week": hours(("15:00", "19:00"))})
    await road.change_calendar(evenings)
    assert [said(road.run(name).due_at) for name in ("contribution", "draft")] == ["2026-11-23 17:00"] * 2

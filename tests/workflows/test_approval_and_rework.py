"""Clauses 11 and 12: the curator approves or sends for rework, in any number of rounds, and the end is forecast."""

import pytest

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, Stage
from tests.workflows.road import CURATOR, executor, msk, said
from tests.workflows.stages import MONDAY, Begin, drafted, interim, reworked, routed
from workflows import commands
from workflows.notice_facts import Forecast


async def test_rounds_of_rework_are_not_limited(begin: Begin) -> None:
    road = await reworked(begin)
    for _ in range(4):
        await road.draft("roads")
        await road.rework()
    await road.draft("roads")
    assert (await road.approve()).accepted
    assert [draft.status for draft in road.state.drafts] == ["rework"] * 5 + ["approved"]


async def test_a_decision_names_the_last_draft(begin: Begin) -> None:
    road = await reworked(begin)
    first = road.last_draft.id
    await road.draft("roads")
    outcome = await road.send(commands.Approve(**road.given("curator", CURATOR, None), draft=first))
    assert outcome.detail == (
        "Этот проект уже не на согласовании: откройте сообщение заново и проверьте последний."
    )


@pytest.mark.parametrize(("person", "own"), [("executor-roads", True), ("curator", None)])
async def test_an_approved_text_waits_for_publication_and_approving_ones_own_is_recorded_as_such(
    begin: Begin, person: str, own: bool | None
) -> None:
    road = await drafted(begin)
    await road.approve(person=person)
    assert (road.state.stage, road.last_draft.status) == (Stage.PUBLICATION, "approved")
    assert await road.told("approved") == ["executors roads"]
    assert [row.data.get("self_approval") for row in await road.rows("approve")] == [own]


async def test_rework_meets_approval_and_another_draft_of_any_kind_opens_the_next_round(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:00")
    await road.rework()
    run = road.run("approval")
    assert (said(run.met_at), run.breached_at) == ("2026-11-23 10:00", None)
    assert (road.state.stage, road.state.current_body) == (Stage.REWORK, "roads")
    row = (await road.rows("send_for_rework"))[0]
    assert row.data["texts"] == {"comment": road.last_draft.comment}
    assert await road.told("rework") == ["executors roads"]
    await road.at("2026-11-23 10:30")
    assert (await road.draft("roads", DraftKind.CLARIFICATION)).accepted
    assert said(road.run("rework").met_at) == "2026-11-23 10:30"
    assert [draft.round for draft in road.state.drafts] == [1, 2]
    assert [said(run.due_at) for run in road.state.limits if run.name == "approval"] == [
        "2026-11-23 10:30",
        "2026-11-23 12:00",
    ]
    # The first draft alone counts for the limit of a draft.
    assert said(road.run("draft").met_at) == MONDAY


async def test_whoever_may_act_in_their_own_right_does(begin: Begin) -> None:
    road = await routed(begin)
    own, other = executor("roads"), executor("roads").model_copy(update={"acting_for": "executor2-roads"})
    await road.send(road.drafting("roads").model_copy(update={"grants": (other, own)}))
    assert [row.acting_for for row in await road.rows("submit_draft")] == [None]


# ---- the forecast of clause 12: one more round at the limits takes three hours


async def test_a_rework_that_would_miss_the_answer_is_forecast_to_both_sides_until_the_next(
    begin: Begin,
) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 17:00")
    await road.rework(taken_at=msk("2026-11-23 17:00"))
    assert road.state.forecast_at == msk("2026-11-24 11:00")
    assert await road.told("forecast", "answer") == ["executors roads", "curator curator"]
    assert [fact.facts for fact in await road.notices("forecast")] == [
        Forecast(limit=LimitName.ANSWER, clause=9, forecast_at=msk("2026-11-24 11:00"))
    ]
    await road.at("2026-11-23 17:30")
    await road.draft("roads")
    await road.approve()
    assert road.state.forecast_at == msk("2026-11-24 11:00")
    await road.rework(taken_at=msk("2026-11-23 17:30"))
    assert said(road.state.forecast_at) == "2026-11-24 11:30"


@pytest.mark.parametrize(
    ("taken", "forecast"),
    [("2026-11-23 15:45", None), ("2026-11-23 15:46", msk("2026-11-24 09:46"))],
)
async def test_a_forecast_is_given_where_the_end_is_later_than_the_answer(
    begin: Begin, taken: str, forecast: object
) -> None:
    road = await drafted(begin)
    await road.at(taken)
    # `answer` is due on Tuesday at 09:45, three working hours after Monday 15:45.
    await road.rework(taken_at=msk(taken))
    assert road.state.forecast_at == forecast
    assert bool(await road.told("forecast")) == (forecast is not None)


async def test_where_the_answer_is_met_already_nothing_is_forecast(begin: Begin) -> None:
    road = await interim(begin)
    await road.at("2026-11-23 17:30")
    await road.draft("roads")
    await road.rework()
    assert road.state.forecast_at is None

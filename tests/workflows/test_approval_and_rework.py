"""Clauses 11 and 12: the curator approves or sends for rework, in any number of rounds, and the end is forecast."""

import pytest

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import DraftKind, Stage
from tests.workflows.road import CURATOR, executor, msk, said
from tests.workflows.stages import (
    MONDAY,
    Begin,
    approved,
    drafted,
    published,
    reworked,
    routed,
)
from workflows import commands
from workflows.notice_facts import Forecast


async def test_approval_is_met_by_sending_for_rework(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 10:00")
    await road.rework()
    run = road.run("approval")
    assert (said(run.met_at), run.breached_at) == ("2026-11-23 10:00", None)


async def test_an_approved_text_waits_for_publication(begin: Begin) -> None:
    road = await approved(begin)
    assert (road.state.stage, road.last_draft.status) == (Stage.PUBLICATION, "approved")
    assert await road.told("approved") == ["executors roads"]


async def test_a_draft_sent_for_rework_waits_for_its_body_with_the_comment(begin: Begin) -> None:
    road = await reworked(begin)
    assert (road.state.stage, road.state.current_body) == (Stage.REWORK, "roads")
    row = (await road.rows("send_for_rework"))[0]
    assert row.data["texts"] == {"comment": road.last_draft.comment}
    assert await road.told("rework") == ["executors roads"]


async def test_a_reworked_draft_meets_rework_and_opens_the_next_round(begin: Begin) -> None:
    road = await reworked(begin)
    await road.draft("roads")
    assert road.run("rework").met_at is not None
    assert [draft.round for draft in road.state.drafts] == [1, 2]


async def test_approval_runs_again_in_every_round(begin: Begin) -> None:
    road = await reworked(begin)
    await road.at("2026-11-23 09:30")
    await road.draft("roads")
    assert [said(run.due_at) for run in road.state.limits if run.name == "approval"] == [
        "2026-11-23 10:30",
        "2026-11-23 11:00",
    ]


async def test_rounds_of_rework_are_not_limited(begin: Begin) -> None:
    road = await reworked(begin)
    for _ in range(4):
        await road.draft("roads")
        await road.rework()
    await road.draft("roads")
    assert (await road.approve()).accepted
    assert [draft.status for draft in road.state.drafts] == ["rework"] * 5 + ["approved"]


async def test_only_the_first_draft_counts_for_the_draft_limit(begin: Begin) -> None:
    road = await reworked(begin)
    await road.at("2026-11-23 15:00")
    await road.draft("roads")
    assert said(road.run("draft").met_at) == MONDAY


async def test_another_kind_may_come_back_from_rework(begin: Begin) -> None:
    road = await reworked(begin)
    assert (await road.draft("roads", DraftKind.CLARIFICATION)).accepted
    assert road.last_draft.round == 2


async def test_a_decision_names_the_last_draft(begin: Begin) -> None:
    road = await reworked(begin)
    first = road.last_draft.id
    await road.draft("roads")
    outcome = await road.send(commands.Approve(**road.given("curator", CURATOR, None), draft=first))
    assert outcome.detail == (
        "Этот проект уже не на согласовании: откройте сообщение заново и проверьте последний."
    )


async def test_approving_ones_own_draft_is_recorded_as_such(begin: Begin) -> None:
    road = await drafted(begin)
    await road.approve(person="executor-roads")
    assert [row.data.get("self_approval") for row in await road.rows("approve")] == [True]


async def test_approving_anothers_draft_is_nothing_special(begin: Begin) -> None:
    road = await approved(begin)
    assert ["self_approval" in row.data for row in await road.rows("approve")] == [False]


async def test_whoever_may_act_in_their_own_right_does(begin: Begin) -> None:
    road = await routed(begin)
    own, other = executor("roads"), executor("roads").model_copy(update={"acting_for": "executor2-roads"})
    given = road.given("executor-roads", own, None, "text") | {"grants": (other, own)}
    await road.send(commands.SubmitDraft(**given, draft="d1", kind=DraftKind.ANSWER))
    assert [row.acting_for for row in await road.rows("submit_draft")] == [None]


# ---- the forecast of clause 12: one more round at the limits takes three hours


async def test_a_rework_that_would_miss_the_answer_is_forecast_to_both_sides(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 17:00")
    await road.rework(taken_at=msk("2026-11-23 17:00"))
    assert road.state.forecast_at == msk("2026-11-24 11:00")
    assert await road.told("forecast", "answer") == ["executors roads", "curator curator"]
    assert [fact.facts for fact in await road.notices("forecast")] == [
        Forecast(limit=LimitName.ANSWER, clause=9, forecast_at=msk("2026-11-24 11:00"))
    ]


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


async def test_a_forecast_is_kept_until_the_next(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 17:00")
    await road.rework(taken_at=msk("2026-11-23 17:00"))
    await road.draft("roads")
    await road.approve()
    assert road.state.forecast_at == msk("2026-11-24 11:00")


async def test_the_next_forecast_takes_the_place_of_the_last(begin: Begin) -> None:
    road = await drafted(begin)
    await road.at("2026-11-23 17:00")
    await road.rework(taken_at=msk("2026-11-23 17:00"))
    await road.at("2026-11-23 17:30")
    await road.draft("roads")
    await road.rework(taken_at=msk("2026-11-23 17:30"))
    assert said(road.state.forecast_at) == "2026-11-24 11:30"


async def test_where_the_answer_is_met_already_nothing_is_forecast(begin: Begin) -> None:
    road = await published(begin, DraftKind.INTERIM)
    await road.at("2026-11-23 17:30")
    await road.draft("roads")
    await road.rework()
    assert road.state.forecast_at is None

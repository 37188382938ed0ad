"""Clause 14: an interim answer meets `answer`; the final draft then has ten working days."""

from calendar_rules.vocabulary import DraftKind, Stage
from tests.workflows.road import said
from tests.workflows.stages import Begin, clarification, final_draft, interim

INTERIM = DraftKind.INTERIM
DUE = "2026-12-07 18:00"


async def test_a_published_interim_answer_meets_the_answer_and_leaves_the_final_draft_owed(
    begin: Begin,
) -> None:
    road = await interim(begin)
    assert road.run("answer").met_at == road.last_draft.published_at
    assert (road.state.stage, road.state.current_body) == (Stage.AWAITING_FINAL, "roads")
    outcome = await road.draft("roads", DraftKind.CLARIFICATION)
    assert outcome.detail == (
        "После промежуточного ответа принимаются только ответ и промежуточный ответ (п. 14)."
    )


async def test_the_final_draft_meets_it_and_takes_the_usual_road(begin: Begin) -> None:
    road = await interim(begin)
    await road.at("2026-11-25 10:00")
    await road.draft("roads")
    assert said(road.run("final_draft").met_at) == "2026-11-25 10:00"
    await road.approve()
    await road.publish("roads")
    assert await road.handle.result() == "answered"


async def test_a_second_interim_answer_has_limits_of_its_own_and_neither_meets_nor_moves_the_final_draft(
    begin: Begin,
) -> None:
    road = await interim(begin)
    await road.at("2026-11-26 10:00")
    await road.draft("roads", INTERIM)
    await road.approve()
    assert {run.name.value for run in road.state.open_limits()} == {"publication", "final_draft"}
    await road.publish("roads")
    assert [said(run.due_at) for run in road.state.open_limits()] == [DUE]
    assert road.state.stage is Stage.AWAITING_FINAL


async def test_an_interim_answer_in_place_of_a_reworked_one_leaves_the_final_draft_owed_until_one_comes(
    begin: Begin,
) -> None:
    road = await final_draft(begin)
    await road.rework()
    await road.draft("roads", INTERIM)
    run = road.run("final_draft")
    assert (run.met_at, run.breached_at, said(run.due_at)) == (None, None, DUE)
    await road.rework()
    await road.at("2026-11-24 10:00")
    await road.draft("roads")
    assert said(road.run("final_draft").met_at) == "2026-11-24 10:00"


async def test_an_interim_answer_in_place_of_a_reworked_answer_after_the_due_moment_breaches_it(
    begin: Begin,
) -> None:
    road = await final_draft(begin)
    await road.rework()
    await road.at("2026-12-08 10:00")
    await road.draft("roads", INTERIM)
    run = road.run("final_draft")
    assert (run.met_at, run.breached_at) == (None, run.due_at)


async def test_a_withdrawn_final_draft_is_owed_again(begin: Begin) -> None:
    road = await final_draft(begin)
    await road.withdraw("roads")
    run = road.run("final_draft")
    assert (road.state.stage, run.met_at, said(run.due_at)) == (Stage.AWAITING_FINAL, None, DUE)


async def test_an_interim_answer_while_the_message_waits_for_the_author(begin: Begin) -> None:
    road = await clarification(begin)
    await road.answer("roads", INTERIM)
    assert (road.state.stage, {run.name.value for run in road.state.open_limits()}) == (
        Stage.AWAITING_FINAL,
        {"final_draft"},
    )

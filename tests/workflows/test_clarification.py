"""Clause 10: a clarification request meets `answer`; the author's reply starts a new one."""

from calendar_rules.vocabulary import CloseReason, DraftKind, Stage
from tests.workflows.road import msk, said
from tests.workflows.stages import HOUR, Begin, approved, clarification, published, replied, routed

CLARIFICATION = DraftKind.CLARIFICATION


async def test_a_published_request_meets_the_answer_and_waits_for_the_author(begin: Begin) -> None:
    road = await approved(begin, CLARIFICATION)
    assert {run.name.value for run in road.state.open_limits()} == {"publication", "answer"}
    await road.publish("roads")
    assert road.run("answer").met_at == road.last_draft.published_at
    assert (road.state.stage, road.state.current_body) == (Stage.AWAITING_AUTHOR, "roads")
    assert list(road.state.open_limits()) == []


async def test_a_reply_on_record_starts_a_new_answer_and_draft_of_the_same_body(begin: Begin) -> None:
    road = await clarification(begin)
    await road.at("2026-11-24 10:00")
    assert (await road.reply()).accepted
    assert (road.state.stage, road.state.current_body) == (Stage.PREPARATION, "roads")
    assert await road.told("assigned") == ["executors roads", "executors roads"]
    assert road.run("answer").holder.body == "roads"
    assert [set(row.data["texts"]) for row in await road.rows("author_replied")] == [{"text"}]  # type: ignore[arg-type]
    assert [(run.name.value, said(run.started_at), said(run.due_at)) for run in road.state.open_limits()] == [
        ("answer", "2026-11-24 10:00", "2026-11-25 10:45"),
        ("draft", "2026-11-24 10:00", "2026-11-24 15:45"),
    ]
    await road.answer("roads")
    assert await road.handle.result() == "answered"
    assert [run.met_at is None for run in road.state.limits if run.name == "answer"] == [False, False]


async def test_the_new_answer_has_the_term_in_force(begin: Begin) -> None:
    road = await routed(begin, reduced_term=4 * HOUR)
    await road.answer("roads", CLARIFICATION)
    await road.at("2026-11-24 09:00")
    await road.reply(taken_at=msk("2026-11-24 09:00"))
    assert road.run("answer").due_at == msk("2026-11-24 13:00")
    assert road.run("draft").due_at == msk("2026-11-24 13:00") - 4 * HOUR * 4 / 9


async def test_no_reply_is_told_and_delivered_at_closing_time_of_the_third_working_day(begin: Begin) -> None:
    road = await clarification(begin)
    # A draft taken back leaves the message waiting by the same moment.
    await road.draft("roads")
    await road.withdraw("roads")
    await road.at("2026-11-26 17:59")
    assert await road.told("no_reply") == []
    await road.at("2026-11-26 18:01")
    closing = msk("2026-11-26 18:00")
    assert [(fact.at, fact.deliver_from) for fact in await road.notices("no_reply")] == [(closing, closing)]
    assert await road.told("no_reply") == ["curator curator"]


async def test_no_reply_is_not_told_while_a_draft_is_with_the_curator_and_is_when_it_is_taken_back(
    begin: Begin,
) -> None:
    road = await clarification(begin)
    await road.draft("roads")
    await road.at("2026-11-27 10:00")
    assert await road.told("no_reply") == []
    await road.withdraw("roads")
    assert [said(fact.at) for fact in await road.notices("no_reply")] == ["2026-11-27 10:00"]


async def test_the_third_working_day_skips_days_off(begin: Begin) -> None:
    road = await published(begin, CLARIFICATION, at="2026-11-26 10:00")
    assert said(road.state.no_reply_at) == "2026-12-01 18:00"


async def test_a_silent_author_leaves_the_decision_to_the_curator(begin: Begin) -> None:
    road = await clarification(begin)
    await road.at("2026-11-30 10:00")
    assert road.state.stage is Stage.AWAITING_AUTHOR
    assert (await road.close(CloseReason.NO_REPLY)).accepted
    assert (road.state.outcome, road.state.close_reason) == ("unanswered", "no_reply")


async def test_a_late_reply_is_taken(begin: Begin) -> None:
    road = await clarification(begin)
    await road.at("2026-11-30 10:00")
    assert (await road.reply()).accepted
    assert said(road.run("answer").started_at) == "2026-11-30 10:00"


async def test_a_reply_in_time_leaves_nothing_to_tell(begin: Begin) -> None:
    road = await replied(begin)
    await road.at("2026-11-26 18:01")
    assert await road.told("no_reply") == []


async def test_the_body_may_draft_without_waiting(begin: Begin) -> None:
    road = await clarification(begin)
    assert (await road.draft("roads")).accepted
    assert {run.name.value for run in road.state.open_limits()} == {"approval"}
    await road.approve()
    await road.publish("roads")
    assert await road.handle.result() == "answered"


async def test_a_second_request_waits_for_the_author_again(begin: Begin) -> None:
    road = await clarification(begin)
    await road.at("2026-11-25 10:00")
    await road.answer("roads", CLARIFICATION)
    await road.at("2026-11-30 18:01")
    assert [said(fact.at) for fact in await road.notices("no_reply")] == ["2026-11-30 18:00"]


# ---- going on without the author's reply


async def test_the_curator_goes_on_without_the_reply_by_a_new_answer_and_draft(begin: Begin) -> None:
    road = await clarification(begin)
    await road.at("2026-11-30 10:00")
    assert (await road.resume()).accepted
    assert (road.state.stage, road.state.current_body, road.state.no_reply_at) == (
        Stage.PREPARATION,
        "roads",
        None,
    )
    assert said(road.run("answer").due_at) == "2026-12-01 10:45"
    assert said(road.run("draft").due_at) == "2026-11-30 15:45"
    assert (await road.told("assigned"))[-1] == "executors roads"
    assert (await road.kinds())[-1] == "resume"


async def test_going_on_before_the_third_day_tells_of_no_reply_no_more(begin: Begin) -> None:
    road = await clarification(begin)
    await road.resume()
    await road.at("2026-11-26 18:01")
    assert await road.told("no_reply") == []

"""Rows that explain themselves: of which draft, whose limit, and because of what."""

from datetime import timedelta

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.stages import HOUR, MONDAY, Arrange, Begin, approved, drafted, returned, routed
from workflows.notice_facts import Assigned, Recalled, Rework


@pytest.mark.parametrize("step", ["approve", "withdraw_draft", "send_for_rework"])
async def test_what_is_done_with_a_draft_says_with_which(begin: Begin, step: str) -> None:
    road = await drafted(begin, DraftKind.INTERIM)
    acts = {
        "approve": road.approve,
        "withdraw_draft": lambda: road.withdraw("roads"),
        "send_for_rework": road.rework,
    }
    assert (await acts[step]()).accepted
    (row,) = await road.rows(step)
    assert (row.data["draft_kind"], row.data["body"], row.data["round"]) == ("interim", "roads", 1)


async def test_a_limit_that_moves_says_by_what(begin: Begin) -> None:
    road = await routed(begin, reduced_term=4 * HOUR)
    (row,) = await road.rows("limit_moved")
    assert row.data["by"] == "route"


async def test_a_limit_over_before_it_began_says_whose_it_is(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-24 10:00")
    await road.route("roads")
    (row,) = await road.rows("inherited")
    assert (row.data["limit"], row.data["holder"], row.data["body"]) == ("draft", "executor", "roads")


async def test_an_assignment_says_whose_the_work_was(begin: Begin) -> None:
    road = await routed(begin)
    await road.assign("roads", "ivanova")
    await road.assign("roads", None)
    taken_back = (await road.rows("assign"))[-1]
    assert taken_back.data["assignee_before"] == "ivanova"
    assert "assignee" not in taken_back.data


@pytest.mark.parametrize(("arrange", "was_approved"), [(approved, True), (drafted, False)])
async def test_an_approval_taken_back_says_that_the_text_must_not_be_published(
    begin: Begin, arrange: Arrange, was_approved: bool
) -> None:
    road = await arrange(begin)
    await road.rework()
    (fact,) = await road.notices("rework")
    assert isinstance(fact.facts, Rework)
    assert (fact.facts.draft_kind, fact.facts.approval_taken_back) == (DraftKind.ANSWER, was_approved)


async def test_a_body_that_acts_later_now_learns_that_the_message_comes_back(begin: Begin) -> None:
    road = await routed(begin)
    await road.route("housing", "roads")
    (fact,) = await road.notices("recalled")
    assert isinstance(fact.facts, Recalled)
    assert fact.facts.later


async def test_a_body_that_gets_the_message_a_second_time_is_told_so(begin: Begin) -> None:
    road = await returned(begin)
    await road.wait(timedelta(minutes=5))
    await road.route("roads")
    facts = [fact.facts for fact in await road.notices("assigned")]
    assert [fact.again for fact in facts if isinstance(fact, Assigned)] == [False, True]

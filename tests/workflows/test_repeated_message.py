"""Clause 16: a repeated message takes the same road; its answer states the measures taken or the progress."""

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.road import msk
from tests.workflows.stages import MONDAY, Begin, routed

NEEDED = "Ответ на повторное сообщение должен содержать принятые меры или ход решения."


@pytest.mark.parametrize("kind", [DraftKind.ANSWER, DraftKind.INTERIM])
async def test_an_answer_needs_measures_a_reworked_one_too(begin: Begin, kind: DraftKind) -> None:
    road = await routed(begin, repeats="t-1")
    assert (await road.draft("roads", kind)).detail == NEEDED
    assert (await road.draft("roads", kind, measures=True)).accepted
    assert road.last_draft.measures is not None
    await road.rework()
    assert (await road.draft("roads", kind)).detail == NEEDED


async def test_a_final_answer_needs_measures_too_and_ends_as_any_does(begin: Begin) -> None:
    road = await routed(begin, repeats="t-1")
    await road.answer("roads", DraftKind.INTERIM, measures=True)
    assert (await road.draft("roads")).detail == NEEDED
    await road.answer("roads", measures=True)
    assert (await road.handle.result(), road.state.repeats) == ("answered", "t-1")


async def test_a_clarification_request_needs_no_measures(begin: Begin) -> None:
    road = await routed(begin, repeats="t-1")
    assert (await road.draft("roads", DraftKind.CLARIFICATION)).accepted


async def test_a_later_route_may_find_it_is_no_repetition(begin: Begin) -> None:
    road = await routed(begin, repeats="t-1")
    await road.route("housing")
    assert (await road.draft("housing")).accepted


async def test_its_limits_are_those_of_any_message_and_the_earlier_one_is_on_record(begin: Begin) -> None:
    road = await routed(begin, repeats="t-1")
    assert [row.data["repeats"] for row in await road.rows("route")] == ["t-1"]
    assert [road.run(name).due_at for name in ("routing", "answer", "draft")] == [
        msk("2026-11-23 10:30"),
        msk("2026-11-24 09:45"),
        msk("2026-11-23 14:45"),
    ]
    await road.give_back("roads")
    run = road.run("routing")
    assert run.due_at - run.started_at == road.run("routing", 0).due_at - msk(MONDAY)

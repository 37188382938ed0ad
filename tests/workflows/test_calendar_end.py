"""The loaded production calendar runs out: nobody is stopped, and what counts past it moves when more is loaded."""

from typing import Any

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError

from calendar_rules.vocabulary import CloseReason, DraftKind
from tests.workflows.acts import act, hours, schedules
from tests.workflows.road import Archive, Road, known_years, msk, said
from tests.workflows.stages import Begin

LONG = act(limits__final_draft__amount="P34D")
NOT_LOADED = "(предварительно: производственный календарь на 2055 год не загружен)"


async def last_year(begin: Begin, at: str, **rest: Any) -> Road:
    """A message that knows no year after that of its detection; the last working day is 30 December."""
    return await begin(at, years=(2026, 2026), **rest)


async def interim_published(begin: Begin, **rest: Any) -> Road:
    road = await last_year(begin, "2026-12-25 10:00", **rest)
    await road.route("roads")
    return await road.answer("roads", DraftKind.INTERIM)


async def test_who_has_published_is_not_refused_for_a_calendar(begin: Begin) -> None:
    road = await interim_published(begin)
    run = road.run("final_draft")
    assert (said(run.due_at), run.provisional) == ("2027-01-19 18:00", True)
    assert any(step.reason.endswith(NOT_LOADED) for step in road.explained(run))


async def test_a_route_across_the_end_of_the_year_is_taken(begin: Begin) -> None:
    road = await last_year(begin, "2026-12-29 17:00")
    await road.at("2026-12-30 17:30")
    assert (await road.route("roads")).accepted
    assert {run.name.value: run.provisional for run in road.state.open_limits()} == {
        "answer": False,
        "return": True,
        "draft": False,
    }


async def test_a_message_begins_though_its_first_limits_fall_past_the_calendar(begin: Begin) -> None:
    road = await last_year(begin, "2026-12-30 16:00")
    assert (said(road.run("answer").due_at), road.run("answer").provisional) == ("2027-01-11 16:45", True)


async def test_the_loaded_year_moves_what_runs_on_record_and_it_is_provisional_no_more(begin: Begin) -> None:
    road = await interim_published(begin, regulation=LONG)
    # A Monday off in exchange for a Saturday is known only with the calendar of the year.
    assert said(road.run("final_draft").due_at) == "2027-02-22 17:00"
    assert (await road.change_calendar(schedules())).accepted
    run = road.run("final_draft")
    assert (said(run.due_at), run.provisional) == ("2027-02-20 17:00", False)
    moved = [(row.data["due_before"], row.data["due_at"]) for row in await road.rows("limit_moved")]
    assert moved == [(msk("2027-02-22 17:00").isoformat(), msk("2027-02-20 17:00").isoformat())]
    await road.at("2027-02-20 16:00")
    assert road.run("final_draft").breached_at is None
    await road.at("2027-02-20 17:01")
    assert said(road.run("final_draft").breached_at) == "2027-02-20 17:00"


async def test_what_the_loaded_year_does_not_move_is_provisional_no_more(begin: Begin) -> None:
    road = await last_year(begin, "2026-12-30 16:00")
    await road.route("roads")
    before = road.run("answer").due_at
    await road.change_calendar(schedules())
    assert {run.provisional for run in road.state.open_limits()} == {False}
    assert (road.run("answer").due_at == before, await road.rows("limit_moved", "answer")) == (True, [])


async def test_the_wait_for_the_author_reaches_into_the_next_year(begin: Begin) -> None:
    road = await last_year(begin, "2026-12-30 10:00")
    await road.route("roads")
    await road.answer("roads", DraftKind.CLARIFICATION)
    assert said(road.state.no_reply_at) == "2027-01-13 18:00"
    assert (await road.close(CloseReason.NO_REPLY)).accepted


async def test_a_shorter_calendar_than_before_is_taken_too(begin: Begin) -> None:
    road = await begin("2026-12-30 15:00")
    assert (await road.change_calendar(schedules(), known_years(2026, 2026))).accepted
    assert road.run("answer").provisional


async def test_a_notice_waits_for_the_provisional_opening(begin: Begin) -> None:
    evenings = schedules(roads={"week": hours(("11:00", "22:00"))})
    road = await last_year(begin, "2026-12-29 12:00", schedules=evenings)
    await road.route("roads")
    await road.draft("roads")
    await road.at("2026-12-30 20:00")
    await road.approve()
    await road.at("2026-12-30 20:31")
    told = {
        to.audience.value: said(fact.deliver_from)
        for fact in await road.notices("breach", "publication")
        for to in fact.to
    }
    assert told["curator"] == "2027-01-11 09:00"


async def test_what_no_calendar_can_count_is_refused_and_leaves_no_trace(begin: Begin) -> None:
    road = await last_year(begin, "2026-12-29 17:00")
    before = road.state
    never = schedules(roads={"week": {}})
    road._schedules = never
    outcome = await road.route("roads")
    assert not outcome.accepted
    assert road.state.model_copy(update={"rows": before.rows, "last_moment": before.last_moment}) == before


async def test_a_message_detected_before_every_loaded_year_does_not_begin(
    temporal: Client, archive: Archive
) -> None:
    road = await Road.register(
        temporal, archive, msk("2026-12-30 16:00"), detected=msk("2025-12-30 16:00"), years=(2026, 2026)
    )
    with pytest.raises(WorkflowFailureError) as failure:
        await road.handle.result()
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.non_retryable) == ("CalendarError", True)

"""The loaded production calendar runs out: what would count past it is refused, what runs goes on."""

import pytest
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError

from calendar_rules.vocabulary import DraftKind
from tests.workflows.acts import hours, schedules
from tests.workflows.road import Archive, Road, known_years, msk, said
from tests.workflows.stages import Begin

LOAD_MORE = "загрузите производственный календарь на 2055 год."


async def last_year(begin: Begin, at: str) -> Road:
    """A message that knows no year after that of its detection; the last working day is 30 December."""
    return await begin(at, years=(2026, 2026))


async def interim_approved(begin: Begin) -> Road:
    road = await last_year(begin, "2026-12-25 10:00")
    await road.route("roads")
    await road.draft("roads", DraftKind.INTERIM)
    await road.approve()
    return road


async def test_a_command_whose_limit_falls_past_the_calendar_is_refused_with_what_to_do(begin: Begin) -> None:
    road = await interim_approved(begin)
    outcome = await road.publish("roads")
    assert (outcome.accepted, (outcome.detail or "").endswith(LOAD_MORE)) == (False, True)


async def test_such_a_command_changes_nothing_but_the_journal(begin: Begin) -> None:
    road = await interim_approved(begin)
    before = road.state
    await road.publish("roads")
    assert road.state.model_copy(update={"rows": before.rows, "last_moment": before.last_moment}) == before
    assert (await road.kinds())[-1] == "refused"


async def test_a_refused_route_leaves_no_trace_of_its_bodies(begin: Begin) -> None:
    road = await last_year(begin, "2026-12-29 17:00")
    await road.at("2026-12-30 17:30")
    before = road.state
    outcome = await road.route("roads")
    assert (outcome.detail or "").endswith(LOAD_MORE)
    assert road.state.model_copy(update={"rows": before.rows, "last_moment": before.last_moment}) == before


async def test_running_limits_go_on(begin: Begin) -> None:
    road = await interim_approved(begin)
    await road.publish("roads")
    await road.at("2026-12-25 10:31")
    assert said(road.run("publication").breached_at) == "2026-12-25 10:30"


async def test_with_the_next_year_loaded_the_command_is_accepted(begin: Begin) -> None:
    road = await interim_approved(begin)
    await road.publish("roads")
    await road.change_calendar(schedules())
    assert (await road.publish("roads")).accepted
    assert said(road.run("final_draft").due_at) == "2027-01-19 18:00"


async def test_a_calendar_too_short_for_what_runs_is_refused(begin: Begin) -> None:
    road = await begin("2026-12-30 15:00")
    outcome = await road.change_calendar(schedules(), known_years(2026, 2026))
    assert (outcome.accepted, (outcome.detail or "").endswith(LOAD_MORE)) == (False, True)


async def test_a_notice_is_not_lost_over_a_calendar_that_has_run_out(begin: Begin) -> None:
    evenings = schedules(roads={"week": hours(("11:00", "22:00"))})
    road = await begin("2026-12-29 12:00", years=(2026, 2026), schedules=evenings)
    await road.route("roads")
    await road.draft("roads")
    await road.at("2026-12-30 20:00")
    await road.approve()
    await road.at("2026-12-30 20:31")
    # The Department opens next in a year that is not loaded: the curator is told at once.
    told = {
        to.audience.value: said(fact.deliver_from)
        for fact in await road.notices("breach", "publication")
        for to in fact.to
    }
    assert told["curator"] == "2026-12-30 20:30"


async def test_a_message_whose_first_limits_fall_past_the_calendar_does_not_begin(
    temporal: Client, archive: Archive
) -> None:
    road = await Road.register(temporal, archive, msk("2026-12-30 16:00"), years=(2026, 2026))
    with pytest.raises(WorkflowFailureError) as failure:
        await road.handle.result()
    cause = failure.value.cause
    assert isinstance(cause, ApplicationError)
    assert (cause.type, cause.non_retryable, cause.message.endswith(LOAD_MORE)) == (
        "CalendarError",
        True,
        True,
    )

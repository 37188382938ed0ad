"""A message with a very long history continues as new at a quiet moment, and nobody notices."""

from collections.abc import AsyncIterator

import pytest

from calendar_rules.vocabulary import CloseReason
from tests.replay.scenarios import SHORT_HISTORIES
from tests.temporal_server import temporal_server
from tests.workflows.acts import hours, schedules
from tests.workflows.road import CURATOR, Archive, Backend, Road, backend_at, known_years, said
from tests.workflows.stages import MONDAY, Begin, clarification, routed
from workflows import commands
from workflows.identity import TASK_QUEUE, WORKFLOW_TYPE
from workflows.state import Calendars, Carried


@pytest.fixture(scope="module")
async def backend() -> AsyncIterator[Backend]:
    """On a server that calls a history long after forty events."""
    async with temporal_server(*SHORT_HISTORIES) as address, backend_at(address) as backend:
        yield backend


async def run_of(road: Road) -> str:
    run: str | None = (await road.handle.describe()).run_id
    assert run
    return run


async def continued(road: Road) -> Road:
    """The same message in its next run."""
    first = await run_of(road)
    for _ in range(40):
        await road.report_to_governor()
        await road.recorded()
        if await run_of(road) != first:
            return road
    raise AssertionError("the message did not continue as new")


async def long_message(begin: Begin, **rest: object) -> Road:
    """Routed to «roads», and in its second run."""
    road = await begin(MONDAY, **rest)
    await road.route("roads")
    return await continued(road)


async def test_state_and_attributes_go_over_as_they_were_and_limits_fire(begin: Begin) -> None:
    road = await routed(begin)
    limits = road.state.limits
    await continued(road)
    assert (await road.look()).limits == limits
    found = (await road.handle.describe()).typed_search_attributes
    shown = {pair.key.name: pair.value for pair in found}
    assert (shown["Stage"], shown["Body"], shown["NextDue"]) == (
        "preparation",
        "roads",
        road.run("return").due_at,
    )
    await road.at("2026-11-23 14:46")
    assert said(road.run("draft").breached_at) == "2026-11-23 14:45"


async def test_a_limit_warns_once_though_the_message_continued_in_between(
    begin: Begin,
) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:05")
    await continued(road)
    await road.at("2026-11-23 10:31")
    assert [said(fact.at) for fact in await road.notices("warning", "routing")] == ["2026-11-23 10:00"]
    assert said(road.run("routing").breached_at) == "2026-11-23 10:30"


async def test_a_command_applied_before_is_not_applied_again_and_its_outcome_is_known(begin: Begin) -> None:
    road = await begin(MONDAY)
    refused = await road.draft("roads")
    command = road.governor_report()
    await road.send(command)
    await continued(road)
    rows = road.state.rows
    assert (await road.send(command)).accepted
    assert road.state.rows == rows
    assert await road.outcome(road.ids[0]) == refused


async def test_records_go_on_in_their_numbers(begin: Begin) -> None:
    road = await long_message(begin)
    await road.draft("roads")
    numbers = [record.number for record in await road.recorded()]
    rows = [row.number for row in await road.journal()]
    assert (numbers, rows) == (list(range(1, len(numbers) + 1)), list(range(1, len(rows) + 1)))


async def test_hours_of_a_body_go_over(begin: Begin) -> None:
    evenings = schedules(roads={"week": hours(("11:00", "20:00"))})
    road = await long_message(begin, schedules=evenings)
    await road.draft("roads")
    await road.rework()
    assert said(road.run("rework").due_at) == "2026-11-23 12:00"


async def test_a_change_of_the_calendar_goes_over(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.change_calendar(schedules(hours(("10:00", "19:00"))))
    await continued(road)
    await road.route("roads")
    assert said(road.run("return").due_at) == "2026-11-23 11:00"


async def test_the_wait_for_the_author_goes_over(begin: Begin) -> None:
    road = await clarification(begin)
    await continued(road)
    await road.at("2026-11-26 18:01")
    assert [said(fact.at) for fact in await road.notices("no_reply")] == ["2026-11-26 18:00"]


async def test_a_command_that_waits_for_the_next_run_leaves_nothing_of_before_to_be_found(
    begin: Begin, backend: Backend
) -> None:
    road = await routed(begin)
    # What the server carries over, and a command that comes before the first task of the run.
    carried = Carried(
        state=road.state,
        calendars=Calendars(production=known_years(), department=road.schedules_of(("roads",))["roads"]),
        outcomes={},
        records=9,
    )
    shown = (await road.handle.describe()).typed_search_attributes
    close = commands.Close(**road.given("curator", CURATOR, None), reason=CloseReason.DELETED)
    next_run = await backend.client.start_workflow(
        WORKFLOW_TYPE,
        road.start.model_copy(update={"carried": carried}),
        id=f"{road.handle.id}-next",
        task_queue=TASK_QUEUE,
        search_attributes=shown,
        start_signal=close.name,
        start_signal_args=[close],
    )
    await next_run.result()
    found = {pair.key.name for pair in (await next_run.describe()).typed_search_attributes}
    assert found.isdisjoint({"Body", "NextDue"})


async def test_with_records_waiting_it_does_not_continue_yet(begin: Begin, archive: Archive) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    first = await run_of(road)
    archive.away.add(road.message)
    for _ in range(20):
        await road.report_to_governor()
    waiting = await run_of(road)
    archive.away.remove(road.message)
    assert (len(await road.journal()), waiting) == (21, first)


async def test_its_end_is_the_end_of_the_message(begin: Begin) -> None:
    road = await long_message(begin)
    await road.close(CloseReason.DELETED)
    assert await road.handle.result() == "unanswered"

"""Records reach the database in order and once; limits never wait for it."""

from datetime import timedelta

import pytest

from calendar_rules.vocabulary import DraftKind
from tests.workflows.road import Archive, Road, msk, said
from tests.workflows.stages import MONDAY, Begin, published, routed

SHORT = timedelta(seconds=10)


@pytest.fixture
async def without_database(begin: Begin, archive: Archive) -> Road:
    """A message whose database went away just before its routing is due, with a record waiting."""
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:29:55")
    await road.recorded()
    archive.away.add(road.message)
    await road.report_to_governor()
    return road


async def test_with_the_database_away_a_limit_fires_on_time(without_database: Road) -> None:
    road = without_database
    await road.until(msk("2026-11-23 10:30:05"))
    assert road.run("routing").breached_at == msk("2026-11-23 10:30")


async def test_with_the_database_away_commands_are_applied(without_database: Road) -> None:
    road = without_database
    assert (await road.route("roads")).accepted
    assert (await road.draft("roads")).accepted


async def test_once_the_database_is_back_everything_arrives_in_order(
    without_database: Road, archive: Archive
) -> None:
    road = without_database
    await road.until(msk("2026-11-23 10:30:05"))
    await road.route("roads")
    archive.away.remove(road.message)
    assert await road.kinds() == ["registered", "warning", "report_to_governor", "breach", "route"]
    assert [row.number for row in await road.journal()] == [1, 2, 3, 4, 5]


async def test_records_are_numbered_in_the_order_in_which_they_are_written(begin: Begin) -> None:
    road = await published(begin, DraftKind.INTERIM)
    numbers = [record.number for record in await road.recorded()]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_record_written_twice_is_the_same_record(begin: Begin, archive: Archive) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    archive.forgetful.add(road.message)
    await road.route("roads")
    await road.at("2026-11-23 09:10")
    await road.draft("roads")
    await road.recorded()
    written = archive.records[road.message]
    twice = [record for record in written if record.number == 2]
    assert len(twice) == 2
    assert twice[0] == twice[1]


async def test_a_row_is_in_one_record_only(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    rows = [row.number for row in await road.journal()]
    assert rows == list(range(1, len(rows) + 1))


async def test_a_closing_workflow_drains_first(begin: Begin, archive: Archive) -> None:
    road = await routed(begin)
    await road.recorded()
    archive.away.add(road.message)
    await road.decline()
    open_still = (await road.handle.describe()).close_time is None
    archive.away.remove(road.message)
    await road.handle.result()
    assert (open_still, (await road.kinds())[-1]) == (True, "decline")


async def test_a_record_holds_only_the_limits_that_changed(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    await road.route("roads")
    changed = {run.name.value for run in (await road.recorded())[-1].state.limits}
    assert changed == {"routing", "answer", "return", "draft"}


async def test_a_step_that_changes_no_limit_records_none(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    await road.report_to_governor()
    assert (await road.recorded())[-1].state.limits == ()


async def test_put_together_the_records_hold_every_run_as_it_ended(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    latest = {run.number: run for record in await road.recorded() for run in record.state.limits}
    assert tuple(latest[number] for number in sorted(latest)) == road.state.limits


async def test_the_last_record_holds_the_state_as_it_ended(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    last = (await road.recorded())[-1].state
    assert last.model_copy(update={"limits": ()}) == road.state.model_copy(update={"limits": ()})


async def test_a_refused_command_leaves_a_record(begin: Begin) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    await road.draft("roads")
    record = (await road.recorded())[-1]
    assert ([row.kind for row in record.rows], record.notices, record.state.limits) == (["refused"], (), ())


async def test_a_notice_points_to_the_row_of_its_fact(begin: Begin) -> None:
    road = await routed(begin)
    kinds = {row.number: row.kind for row in await road.journal()}
    assert [kinds[fact.row] for fact in await road.notices("assigned")] == ["route"]


async def test_a_notice_is_written_with_the_fact_and_delivered_later(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-28 12:00")
    fact = (await road.notices("assigned"))[0]
    assert (said(fact.at), said(fact.deliver_from)) == ("2026-11-28 12:00", "2026-11-30 09:00")
    assert road.state.last_moment < fact.deliver_from

"""Records reach the database in order and once; limits never wait for it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from temporalio.api.enums.v1 import EventType

from calendar_rules.vocabulary import DraftKind
from tests.patience import PATIENCE
from tests.recorded import written_within_its_step
from tests.workflows.road import Archive, Road, msk, said
from tests.workflows.stages import MONDAY, Begin, published, routed
from workflows.process import MessageProcess


async def test_with_the_database_away_nothing_waits_and_once_it_is_back_everything_arrives_in_order(
    begin: Begin, archive: Archive
) -> None:
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:29:55")
    await road.recorded()
    archive.away.add(road.message)
    await road.report_to_governor()
    await road.until(msk("2026-11-23 10:30:05"))
    assert road.run("routing").breached_at == msk("2026-11-23 10:30")
    assert (await road.route("roads")).accepted
    assert (await road.draft("roads")).accepted
    archive.away.remove(road.message)
    assert await road.kinds() == [
        *("registered", "warning", "report_to_governor", "breach", "route", "submit_draft"),
    ]
    assert [row.number for row in await road.journal()] == [1, 2, 3, 4, 5, 6]


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
    refused = await road.draft("roads")
    record = (await road.recorded())[-1]
    assert not refused.accepted
    assert ([row.kind for row in record.rows], record.notices, record.state.limits) == (["refused"], (), ())
    await road.report_to_governor()
    assert (await road.recorded())[-1].state.limits == ()
    await road.route("roads")
    changed = {run.name.value for run in (await road.recorded())[-1].state.limits}
    assert changed == {"routing", "answer", "return", "draft"}


async def test_put_together_the_records_hold_every_run_and_the_state_as_they_ended(begin: Begin) -> None:
    road = await published(begin, DraftKind.ANSWER)
    records, rows = await road.recorded(), await road.journal()
    assert [record.number for record in records] == list(range(1, len(records) + 1))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    latest = {run.number: run for record in records for run in record.state.limits}
    assert tuple(latest[number] for number in sorted(latest)) == road.state.limits
    last = records[-1].state
    assert last.model_copy(update={"limits": ()}) == road.state.model_copy(update={"limits": ()})


async def test_a_notice_is_written_with_the_fact_and_delivered_later(begin: Begin) -> None:
    road = await routed(begin, at="2026-11-28 12:00")
    (fact,) = await road.notices("assigned")
    assert [row.kind for row in await road.journal() if row.number == fact.row] == ["route"]
    assert (said(fact.at), said(fact.deliver_from)) == ("2026-11-28 12:00", "2026-11-30 09:00")
    assert road.state.last_moment < fact.deliver_from


# ---- within the step, or behind it


async def just_now(road: Road) -> datetime:
    """When a command was taken that is applied in time."""
    return await road.now() - timedelta(seconds=1)


async def written(road: Road) -> list[str]:
    """How each record was written, in order."""
    found = []
    for event in (await road.handle.fetch_history()).events:
        if written_within_its_step(event):
            found.append("within")
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            found.append("behind")
    return found


@pytest.mark.server
async def test_what_a_command_leaves_is_on_record_with_its_outcome_and_what_comes_late_behind_the_step(
    begin: Begin,
) -> None:
    road = await begin(MONDAY)
    assert (await road.ask("state")).recorded
    assert (await road.report_to_governor(taken_at=await just_now(road))).accepted
    assert (await road.ask("outcome", road.ids[-1])).recorded
    # What the clock brings, and a command that a machine held up.
    await road.at("2026-11-23 10:01")
    assert (await road.kinds())[2:] == ["warning"]
    assert (await road.report_to_governor(taken_at=msk("2026-11-23 09:30"))).accepted
    assert await road.kinds() == ["registered", "report_to_governor", "warning", "report_to_governor"]
    assert await written(road) == ["within", "within", "behind", "behind"]


@pytest.mark.server
async def test_what_cannot_be_written_within_the_step_is_written_behind_it(
    begin: Begin, archive: Archive
) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    archive.away.add(road.message)
    assert (await road.report_to_governor(taken_at=await just_now(road))).accepted
    assert not (await road.ask("outcome", road.ids[-1])).recorded
    archive.away.remove(road.message)
    assert await road.kinds() == ["registered", "report_to_governor"]
    assert await written(road) == ["within", "behind"]
    # The row is there before the workflow hears of it.
    async with asyncio.timeout(PATIENCE):
        while not (await road.ask("outcome", road.ids[-1])).recorded:  # noqa: ASYNC110  the worker's doing
            await asyncio.sleep(0.01)


async def test_a_database_that_hangs_holds_up_no_command_for_long(begin: Begin, archive: Archive) -> None:
    road = await begin(MONDAY)
    await road.recorded()
    archive.hangs.add(road.message)
    assert (await road.report_to_governor(taken_at=await just_now(road))).accepted
    assert not (await road.ask("outcome", road.ids[-1])).recorded
    archive.hangs.remove(road.message)
    assert await road.kinds() == ["registered", "report_to_governor"]


async def test_a_step_that_is_lost_after_its_record_begins_with_the_same_rows_when_it_is_done_again(
    begin: Begin, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker ends between the two; until the step is done again another command comes."""
    road = await begin(MONDAY)
    await road.recorded()
    now = await just_now(road)
    first, second = road.governor_report(now), road.governor_report(now)
    is_done = MessageProcess._is_done
    lost: list[bool] = []

    def once_lost(self: MessageProcess) -> bool:
        if len(archive.records[road.message]) == 2 and len(lost) < 2:
            lost.append(True)
            raise RuntimeError("the worker ends here")
        return is_done(self)

    with monkeypatch.context() as patched:
        patched.setattr(MessageProcess, "_is_done", once_lost)
        await road.signal(first)
        await road.signal(second)
        assert (await road.outcome(second.id)).accepted
    assert lost
    await road.recorded()
    once, *again = [record for record in archive.records[road.message] if record.number >= 2]
    rows = {row.number: row for record in again for row in record.rows}
    assert [rows[row.number] for row in once.rows] == list(once.rows)
    assert [rows[number].data["id"] for number in sorted(rows)] == [first.id, second.id]

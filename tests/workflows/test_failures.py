"""An error of the program holds up no message: it is undone, an alarm is raised, and what failed is done later.

Each history is then replayed by the mended code: it must go the way it went.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio import activity
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from calendar_rules.regulation import LimitName
from calendar_rules.vocabulary import CloseReason
from tests.patience import PATIENCE
from tests.workflows.road import Archive, Road, assert_replays, message_worker, msk
from tests.workflows.stages import HOUR, MINUTE, MONDAY, Begin, clarification, routed
from workflows import process, wording
from workflows.alarms import Alarm, AlarmKind
from workflows.duties import Duties
from workflows.identity import WRITE_RECORD
from workflows.journal import Journal
from workflows.limits import MessageLimits
from workflows.message import MessageRoad
from workflows.open_source_message import OpenSourceMessage
from workflows.runner import runner
from workflows.seals import Flaw
from workflows.state import LimitRun, Record
from workflows.timers import Timers

pytestmark = pytest.mark.server


@pytest.fixture
def mistaken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """For errors of the program; `undo` mends them."""
    with monkeypatch.context() as patch:
        yield patch


def fails(*_: object) -> None:
    raise KeyError("no such thing")


def broken(limit: LimitName, duty: Callable[..., None]) -> Callable[..., None]:
    """The duty of a limit, of which that limit gets halfway."""

    def halfway(self: MessageLimits, run: LimitRun, *rest: Any) -> None:
        if run.name is not limit:
            duty(self, run, *rest)
            return
        run.breached_at = run.due_at
        self.state.topic = "half done"
        self._journal.enter("half", run.due_at)
        raise KeyError("no such thing")

    return halfway


async def test_a_breach_that_fails_is_owed_and_on_record_with_its_own_moment_later(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch
) -> None:
    mistaken.setattr(MessageLimits, "expire", broken(LimitName.DRAFT, MessageLimits.expire))
    road = await routed(begin)
    before = road.state
    await road.at("2026-11-23 16:00")
    draft = road.state.open_limit(LimitName.DRAFT)
    assert draft is not None
    assert (draft.breached_at, road.state.topic, road.state.rows) == (None, before.topic, before.rows + 2)
    failed = (AlarmKind.FAILED_STEP, "KeyError", "limit_draft")
    # At 14:45 and then after pauses of 1, 2, 4, 8, 16 and 32 minutes, as often as it fits in till 16:00.
    assert road.heard(alarms) == [failed] * 7
    # No other limit waits for it.
    await road.at("2026-11-24 09:46")
    assert [run.name for run in road.state.limits if run.breached_at] == [LimitName.ANSWER]

    mistaken.undo()
    await road.wait(HOUR)
    [draft] = [run for run in road.state.limits if run.name is LimitName.DRAFT]
    assert (draft.due_at, draft.breached_at) == (msk("2026-11-23 14:45"), msk("2026-11-23 14:45"))
    assert (await road.kinds())[-2:] == ["breach", "breach"]
    await assert_replays(await road.handle.fetch_history())


async def test_a_command_is_not_held_up_by_a_breach_that_fails_and_the_breach_is_not_forgotten(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch
) -> None:
    mistaken.setattr(MessageLimits, "expire", broken(LimitName.ROUTING, MessageLimits.expire))
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:45")
    assert (await road.close(CloseReason.DELETED)).accepted
    assert (await road.handle.describe()).status is WorkflowExecutionStatus.RUNNING
    assert (await road.kinds())[-1] == "close_unanswered"

    mistaken.undo()
    await road.wait(HOUR)
    assert await road.handle.result() == "unanswered"
    [routing] = [run for run in road.state.limits if run.name is LimitName.ROUTING]
    assert routing.breached_at == routing.due_at == msk("2026-11-23 10:30")
    assert (await road.kinds())[-2:] == ["close_unanswered", "breach"]
    assert road.heard(alarms)
    await assert_replays(await road.handle.fetch_history())


async def test_a_warning_that_fails_does_not_keep_the_breach_from_its_moment(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch
) -> None:
    mistaken.setattr(MessageLimits, "warn", broken(LimitName.ROUTING, MessageLimits.warn))
    road = await begin(MONDAY)
    await road.at("2026-11-23 10:31")
    [routing] = [run for run in road.state.limits if run.name is LimitName.ROUTING]
    assert (routing.breached_at, routing.warned) == (msk("2026-11-23 10:30"), False)
    assert set(road.heard(alarms)) == {(AlarmKind.FAILED_STEP, "KeyError", "limit_routing")}
    assert len(road.heard(alarms)) <= 6
    mistaken.undo()
    await assert_replays(await road.handle.fetch_history())


async def test_silence_of_the_author_that_cannot_be_told_is_told_later(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch
) -> None:
    def halfway(self: MessageRoad, *_: object) -> None:
        self.state.no_reply_told = True
        raise KeyError("no such thing")

    mistaken.setattr(MessageRoad, "nobody_replied", halfway)
    road = await clarification(begin)
    await road.at("2026-11-26 18:30")
    assert not road.state.no_reply_told
    assert road.heard(alarms) == [(AlarmKind.FAILED_STEP, "KeyError", "no_reply")] * 5
    mistaken.undo()
    await road.wait(HOUR)
    assert await road.told("no_reply") == ["curator curator"]
    await assert_replays(await road.handle.fetch_history())


@pytest.mark.parametrize(
    ("owner", "name", "alarm"),
    [
        (Timers, "wanted", "timers"),
        (wording, "details", "details"),
        (Duties, "_searched_by", "attributes"),
        (Journal, "look", "record"),
    ],
)
async def test_what_follows_a_step_may_fail_and_limits_fire_all_the_same(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch, owner: object, name: str, alarm: str
) -> None:
    road = await begin(MONDAY)
    mistaken.setattr(owner, name, fails)
    assert (await road.route("roads")).accepted
    await road.wait(5 * MINUTE)
    assert set(road.heard(alarms)) == {(AlarmKind.FAILED_STEP, "KeyError", alarm)}
    mistaken.undo()
    await road.at("2026-11-23 14:46")
    assert [run.name for run in road.state.limits if run.breached_at] == [LimitName.DRAFT]
    assert await road.kinds() == ["registered", "route", "window_ended", "warning", "breach"]
    await assert_replays(await road.handle.fetch_history())


async def test_what_may_be_done_cannot_be_told_and_the_command_is_refused(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch
) -> None:
    road = await begin(MONDAY)
    mistaken.setattr(process, "admissible", fails)
    refused = await road.route("roads")
    assert (refused.accepted, refused.detail) == (False, wording.STEP_FAILED)
    assert (AlarmKind.FAILED_STEP, "KeyError", "route") in road.heard(alarms)
    mistaken.undo()
    assert (await road.route("roads")).accepted
    assert await road.kinds() == ["registered", "refused", "route"]
    await assert_replays(await road.handle.fetch_history())


async def test_a_command_that_was_refused_for_an_error_stays_so_when_mended_code_replays_it(
    begin: Begin, alarms: list[Alarm], mistaken: pytest.MonkeyPatch
) -> None:
    def halfway(self: MessageRoad, *_: object) -> None:
        self.state.topic = "half done"
        raise KeyError("no such thing")

    road = await begin(MONDAY)
    mistaken.setattr(MessageRoad, "route", halfway)
    refused = await road.route("roads")
    assert (refused.detail, road.state.topic) == (wording.STEP_FAILED, None)
    assert road.heard(alarms) == [(AlarmKind.FAILED_STEP, "KeyError", "route")]
    mistaken.undo()
    # Had it been accepted, other limits would run now.
    await road.at("2026-11-23 10:31")
    assert await road.kinds() == ["registered", "refused", "warning", "breach"]
    await assert_replays(await road.handle.fetch_history())


class Refusing(Archive):
    """Fails for good, once within the step and once behind it, as whoever acts as a worker may."""

    refused = 0

    async def write(self, record: Record) -> None:
        if self.refused < 2:
            self.refused += 1
            raise ApplicationError("never again", type="Stranger", non_retryable=True)
        await super().write(record)


async def test_a_record_that_somebody_has_ended_in_a_workers_name_is_written_all_the_same(
    temporal: Client, alarms: list[Alarm]
) -> None:
    archive, queue = Refusing(), uuid4().hex
    async with message_worker(temporal, archive, task_queue=queue):
        road = await Road.begin(temporal, archive, msk(MONDAY), task_queue=queue)
        await road.wait(timedelta(minutes=2))
        assert await road.kinds() == ["registered"]
        assert (AlarmKind.FAILED_STEP, "ApplicationError", "record") in road.heard(alarms)
        await assert_replays(await road.handle.fetch_history())


async def test_a_record_that_somebody_has_called_written_is_written_all_the_same(
    temporal: Client, stranger: Client, alarms: list[Alarm]
) -> None:
    archive, queue = Archive(), uuid4().hex
    false = Worker(stranger, task_queue=queue, activities=[called_written])
    leading = Worker(
        temporal,
        task_queue=queue,
        workflows=[OpenSourceMessage],
        activities=[Refusing().take],  # so the first record is not written within its step
        # Within steps alone: what comes through the queue goes to the false worker.
        no_remote_activities=True,
        workflow_runner=runner(),
    )
    async with leading:
        async with false:
            road = await Road.begin(temporal, archive, msk(MONDAY), task_queue=queue)
            async with asyncio.timeout(PATIENCE):
                while (AlarmKind.FORGED_RESULT, Flaw.UNSEALED, None) not in road.heard(alarms):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        assert archive.of(road.message) == []
    async with message_worker(temporal, archive, task_queue=queue):
        await road.wait(timedelta(minutes=2))
        assert await road.kinds() == ["registered"]


@activity.defn(name=WRITE_RECORD)
async def called_written(given: RawValue) -> None:
    """Says that a record is written, and writes nothing."""
